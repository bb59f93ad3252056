"""A terminal that hangs up: the run ends with whole outputs, or goes on under nohup. `pipeline/test_resume.py` has the rest."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from enrich.cli.standin_thread import in_background
from enrich.signals import Interrupt
from enrich.standin.options import Latency, StandinOptions
from enrich.standin.synthetic import hashes

COUNT = 60
PATIENCE = 60.0
"""Seconds that the slowest machine may take."""

pty = pytest.importorskip("pty", reason="POSIX signals and terminals")


def hear_hangups() -> None:
    """In a child before it begins: these tests may run under nohup, whose disposition a child inherits."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Job:
    """A list of made-up files, and ``enrich run`` on it in a process of its own."""

    def __init__(self, folder: Path, address: str) -> None:
        self.address = address
        self.output = folder / "out.csv"
        self.input = folder / "list.csv"
        self.input.write_text("SHA256\n" + "".join(f"{hashes(number)[2]}\n" for number in range(COUNT)))
        store = f"sqlite:///{folder / 'store.sqlite'}"
        where = ["--virustotal-url", address, "--store", store, "-o", str(self.output), "-q"]
        self.command = [sys.executable, "-m", "enrich", "run", str(self.input), *where]

    def start(self, *more: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "VT_API_KEY": "k" * 64}
        return subprocess.Popen(
            [*self.command, *more],
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            preexec_fn=hear_hangups,  # noqa: PLW1509 - no thread of the test holds a lock there
        )

    def counts(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}/_standin/log") as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def wait_for(self, files: int, process: subprocess.Popen[str]) -> None:
        """Until the stand-in was asked for so many files."""
        end = time.monotonic() + PATIENCE
        while len(self.counts()["asked"]) < files:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < end
            time.sleep(0.02)

    def rows(self) -> list[dict[str, str]]:
        with self.output.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    with in_background(StandinOptions(synthetic=True, latency=Latency(way_out=0.1, way_out_jitter=0.1))) as address:
        yield Job(tmp_path, address)


@pytest.mark.slow
def test_a_hangup_ends_it_with_what_it_has(job: Job) -> None:
    process = job.start("--concurrency", "4")
    job.wait_for(10, process)
    process.send_signal(signal.SIGHUP)
    words = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == 129
    assert "Traceback" not in words
    statuses = Counter(row["vt_status"] for row in job.rows())
    assert statuses.keys() == {"found", "pending"}
    assert statuses.total() == COUNT
    assert statuses["found"] == len(job.counts()["answered"]), "a paid answer is missing"


@pytest.mark.slow
def test_under_nohup_a_terminal_that_closes_ends_nothing(job: Job) -> None:
    job.command = ["nohup", *job.command]
    process = job.start("--concurrency", "4")
    job.wait_for(10, process)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


@pytest.mark.slow
def test_a_terminal_that_closes_ends_the_run_with_its_outputs(job: Job) -> None:
    """The bar is drawn on a terminal that is there no more."""
    ours, theirs = pty.openpty()
    command = [word for word in job.command if word != "-q"]
    environment = {**os.environ, "VT_API_KEY": "k" * 64}
    process = subprocess.Popen(
        [*command, "--concurrency", "4"],
        stderr=theirs,
        env=environment,
        preexec_fn=hear_hangups,  # noqa: PLW1509 - as above
    )
    os.close(theirs)
    while len(job.counts()["asked"]) < 10:
        select.select([ours], [], [], 0.1)
        os.read(ours, 65536)
    os.close(ours)
    time.sleep(0.3)
    process.send_signal(signal.SIGHUP)
    assert process.wait(PATIENCE) == 129
    assert {row["vt_status"] for row in job.rows()} - {"pending"} == {"found"}


async def test_a_signal_is_told_to_all_that_wait_for_one_and_at_once_to_who_comes_later() -> None:
    told: list[str] = []
    with Interrupt() as interrupt:
        with interrupt.calling(lambda reason: told.append(f"first {reason}")), interrupt.calling(told.append):
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(0)
        assert told == [f"first {interrupt.reason}", interrupt.reason]
        with interrupt.calling(lambda _: told.append("later")):
            assert told[2:] == ["later"]
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0)
    assert len(told) == 3
