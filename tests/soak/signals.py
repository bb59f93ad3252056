"""SIGTERM and SIGINT at whatever the lookups are doing: within five seconds the outputs are whole and the code says which."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.soak.check import Check, Size, check
from tests.soak.standin import standing
from tests.soak.tool import Job, ended, wrong_rows
from tests.standin_server import rows

LIMIT = 5.0
"""Seconds from the signal to the end."""
COUNT = 300


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
