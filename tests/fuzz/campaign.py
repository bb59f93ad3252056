"""Many cases in several processes, watched from outside, and one alone; what is found is kept with its number."""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from queue import Empty
from typing import Any

from tests.fuzz.cases import Verdict, made, tried
from tests.fuzz.seeds import all_seeds

ALARM = 20.0
"""Seconds of the processor for one file."""
STUCK = 3 * ALARM
"""Seconds without a sign of life: stuck in compiled code, where no alarm is heard."""

MEMORY = 4 << 30
"""Bytes: one that wants more than this for a file of a few hundred KB is a memory bomb."""


def one(run: int, number: int, keep: Path) -> int:
    seed, data = made(all_seeds(), run, number)
    keep.mkdir(parents=True, exist_ok=True)
    (keep / f"{run}-{number}-{seed.name}").write_bytes(data)
    with tempfile.TemporaryDirectory(prefix="ioc-enrich-fuzz-") as folder:
        verdict = tried(seed, data, Path(folder), ALARM)
    print(f"{seed.reader} {seed.name}: {verdict.trace or ('read' if verdict.read else 'refused')}")
    return 1 if verdict.fault else 0


def _work(run: int, first: int, step: int, end: float, told: Any, at: SynchronizedArray[Any]) -> None:
    """Cases ``first``, ``first + step`` ... until the time is over; ``at`` shows which one is under way since when."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seeds = all_seeds()
    number = first
    with tempfile.TemporaryDirectory(prefix="ioc-enrich-fuzz-") as folder:
        while time.monotonic() < end:
            at[0], at[1] = number, time.monotonic()
            seed, data = made(seeds, run, number)
            told.put((number, seed.reader, seed.name, tried(seed, data, Path(folder), ALARM)))
            number += step
    at[0] = -1
    told.put(None)


def many(run: int, seconds: float, jobs: int, keep: Path) -> int:
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    end = time.monotonic() + seconds
    places = [context.Array("d", 2) for _ in range(jobs)]
    workers = [
        context.Process(target=_work, args=(run, index, jobs, end, told, place), daemon=True)
        for index, place in enumerate(places)
    ]
    for worker in workers:
        worker.start()
    counts: Counter[str] = Counter()
    faults: dict[str, int] = {}
    left = jobs
    while left:
        try:
            heard = told.get(timeout=5)
        except Empty:
            left -= _buried(workers, places, faults)
            continue
        if heard is None:
            left -= 1
            continue
        number, reader, name, verdict = heard
        counts[reader] += 1
        counts["read"] += verdict.read
        _note(run, number, f"{reader} {name}", verdict, faults)
    for worker in workers:
        worker.join(5)
    total = sum(counts.values()) - counts["read"]
    print(f"{total} files, {counts.pop('read')} of them still readable; {dict(counts)}")
    for place, number in faults.items():
        print(f"FAIL {place}: python -m tests.fuzz --seed {run} --case {number}")
        one(run, number, keep) if number >= 0 and "stuck" not in place else None
    print(f"{'FAIL' if faults else 'PASS'} fuzz: {len(faults)} different faults")
    return 1 if faults else 0


def _note(run: int, number: int, what: str, verdict: Verdict, faults: dict[str, int]) -> None:
    if verdict.fault and verdict.place not in faults:
        faults[verdict.place] = number
        print(f"FAIL case {number} ({what}): {verdict.fault}", flush=True)


def _buried(workers: list[Any], places: list[Any], faults: dict[str, int]) -> int:
    """Workers that died or hang where no alarm reaches: ended, and their case noted. Returns how many."""
    gone = 0
    for worker, place in zip(workers, places, strict=True):
        number, since = int(place[0]), place[1]
        if number < 0 or not since:
            continue
        stuck = time.monotonic() - since > STUCK
        if stuck or not worker.is_alive():
            faults[f"stuck or dead in case {number}"] = number
            print(f"FAIL case {number}: {'hangs' if stuck else 'the process died'}", flush=True)
            worker.kill()
            place[0] = -1
            gone += 1
    return gone
