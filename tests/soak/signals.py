"""SIGTERM and SIGINT at whatever the lookups are doing: within five seconds the outputs are whole and the code says which."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.soak.check import Check, Size, check
from tests.soak.standin import Standing, standing
from tests.soak.tool import Ended, Job, asked, ended, wrong_rows
from tests.support.standin_server import KEY, rows

LIMIT = 5.0
"""Seconds from the signal to the end."""
COUNT = 300
WHOLE = 300.0
"""Seconds that a run over a large workbook may take where nothing ends it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the lookups are doing when the signal comes: the stand-in's options and the tool's."""

    name: str
    stand: dict[str, Any]
    options: tuple[str, ...] = ()
    files: int = 4
    """How many files the stand-in was asked for by then."""


MOMENTS = (
    Moment("answers come in", {"latency": {"way_out": 0.2, "way_out_jitter": 0.1}}, files=80),
    Moment("answers hang", {"faults": {"rate": 1.0, "kinds": ["hang"]}}),
    Moment("answers drip", {"faults": {"rate": 1.0, "kinds": ["drip"]}}),
    Moment("the rate makes it wait", {}, ("--per-minute", "4")),
    Moment("the service said to come back", {"faults": {"rate": 1.0, "kinds": ["429-seconds"], "retry_after": 300}}),
    Moment("failed calls are tried again", {"faults": {"rate": 1.0, "kinds": ["500"]}}),
)


def checks(size: Size, folder: Path) -> Iterator[Check]:
    for index, moment in enumerate(MOMENTS[: max(3, size.rounds)]):
        for number in (signal.SIGTERM, signal.SIGINT):
            place = folder / f"{index}-{number.name}"
            place.mkdir()
            yield _signalled(moment, number, place)
    yield _large(size, folder)


def _large(size: Size, folder: Path) -> Check:
    """SIGTERM at random moments of a run over a large workbook: while it is read, looked up, joined or written."""
    book, dice = folder / "large.xlsx", random.Random(12)
    _workbook(book, size.sheet)
    problems: list[str] = []
    longest, interrupted = 0.0, 0
    with standing() as stand:
        began = time.monotonic()
        problems += _terminated(stand, book, folder / "whole.xlsx", WHOLE).problems([0])
        whole = time.monotonic() - began
        for number in range(size.rounds):
            after = dice.uniform(0.2, 0.95) * whole
            end = _terminated(stand, book, folder / f"large{number}.xlsx", after)
            interrupted += end.code == 128 + signal.SIGTERM
            longest = max(longest, end.seconds)
            problems += [f"after {after:.0f} s: {text}" for text in end.problems([0, 143])]
            problems += [f"after {after:.0f} s: took {end.seconds:.1f} s"] * (end.seconds > LIMIT)
            problems += [f"after {after:.0f} s: {text}" for text in _half_written(folder, number)]
    problems += ["no run was interrupted"] * (not interrupted)
    figures = (
        f"{interrupted} of {size.rounds} runs of {whole:.0f} s interrupted, the longest took {longest:.1f} s to end"
    )
    return check(f"SIGTERM on {size.sheet:,} rows of xlsx", problems, figures)


def _workbook(path: Path, count: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    sheet.append(["Host", "Hash", "Note"])
    for number in range(count):
        sheet.append([f"ws{number}", asked(number % 500), f"note {number}"])
    book.save(path)


def _terminated(stand: Standing, book: Path, out: Path, after: float) -> Ended:
    command = [sys.executable, "-m", "enrich", "run", str(book), "-o", str(out), "-o", str(out.with_suffix(".html"))]
    command += ["--virustotal-url", stand.address, "--store", f"sqlite:///{out.with_suffix('.sqlite')}", "-q"]
    environment = {**os.environ, "VT_API_KEY": KEY, "HOME": str(out.parent)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
    return ended(process)


def _half_written(folder: Path, number: int) -> Iterator[str]:
    """An output that cannot be opened, and what stands beside it half done."""
    path = folder / f"large{number}.xlsx"
    if path.exists():
        load_workbook(path, read_only=True).close()
    yield from (f"{left.name} was left behind" for left in folder.glob(".enrich-*"))


def _signalled(moment: Moment, number: signal.Signals, folder: Path) -> Check:
    with standing(**moment.stand) as stand:
        job = Job(stand, folder, COUNT, ("-q", *moment.options), outputs=(folder / "out.csv", folder / "out.xlsx"))
        process = job.start()
        while stand.counts()["files"] < moment.files and process.poll() is None:
            time.sleep(0.02)
        time.sleep(0.3)
        answered = stand.counts()["answered"]
        process.send_signal(number)
        end = ended(process)
    problems = [*end.problems([128 + number]), *_outputs(job)]
    statuses = Counter(row["vt_status"] for row in rows(job.output)) if job.output.exists() else Counter()
    problems += [f"took {end.seconds:.1f} s"] * (end.seconds > LIMIT)
    # Every answer that had left before the signal may still be on its way; but most of them are home.
    problems += ["paid answers are missing"] * (statuses["found"] < answered - 32)
    problems += ["no row is pending"] * (not statuses["pending"])
    return check(f"{number.name} while {moment.name}", problems, f"ended after {end.seconds:.1f} s; {dict(statuses)}")


def _outputs(job: Job) -> Iterator[str]:
    for path in job.outputs:
        if not path.exists():
            yield f"{path.name} was not written"
            continue
        yield from wrong_rows(path, job.count, statuses=("pending", "failed"))
    yield from (f"{path.name} was left behind" for path in job.folder.glob(".enrich-*"))
