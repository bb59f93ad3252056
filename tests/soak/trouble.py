"""A store that another program holds, or that was cut short, and a clock that is set: said in a sentence, nothing lost."""

from __future__ import annotations

import random
import sqlite3
import threading
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from enrich.lookup.rate_limit import Pace
from enrich.model.quota import Quota
from enrich.stores import open_store
from tests.soak.check import Check, Size, check
from tests.soak.standin import Standing, standing
from tests.soak.tool import Job, wrong_rows
from tests.support.virtual_time import START, VirtualClock, run

COUNT = 120
HOUR = 3600
LOCKED_LIMIT = 30.0
"""Seconds until a run gives up on a store that is held: its patience and a busy machine's start."""
SLACK = 1.05


def checks(size: Size, folder: Path) -> Iterator[Check]:
    with standing() as stand:
        yield _locked_for_good(stand, _place(folder, "locked"))
        yield _locked_for_a_while(stand, _place(folder, "while"))
        yield _cut_short(stand, _place(folder, "cut"), size.rounds)
    yield _clock_set(size.rounds * 3)


def _place(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def _lock(path: Path) -> sqlite3.Connection:
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    return holder


def _locked_for_good(stand: Standing, folder: Path) -> Check:
    job = Job(stand, folder, COUNT, ("-q",))
    job.run("--budget", "50")
    before = stand.counts()["requests"]
    holder = _lock(job.store_path)
    end = job.run()
    holder.close()
    problems = [*end.problems([7]), *wrong_rows(job.output, COUNT, statuses=("pending",))]
    problems += [f"took {end.seconds:.0f} s"] * (end.seconds > LOCKED_LIMIT)
    sent = stand.counts()["requests"] - before
    problems += [f"{sent} calls whose answers could not be kept"] * (sent > 2)
    last = job.run()
    problems += [*last.problems([0]), *wrong_rows(job.output, COUNT)]
    return check(
        "a store that is held for good", problems, f"exit {end.code} after {end.seconds:.0f} s, then {last.code}"
    )


def _locked_for_a_while(stand: Standing, folder: Path) -> Check:
    job = Job(stand, folder, COUNT, ("-q",))
    job.run("--budget", "10")
    holder = _lock(job.store_path)
    threading.Timer(6, holder.close).start()
    end = job.run()
    problems = [*end.problems([0]), *wrong_rows(job.output, COUNT)]
    return check("a store that is held for a while", problems, f"exit {end.code} after {end.seconds:.0f} s")


def _cut_short(stand: Standing, folder: Path, rounds: int) -> Check:
    job = Job(stand, folder, COUNT, ("-q",))
    job.run()
    whole = job.store_path.read_bytes()
    problems, codes = [], []
    lengths = [100, len(whole) // 2, len(whole) - 4096, 5000, len(whole) - 100, 4096, len(whole) // 3, 0]
    for length in lengths[:rounds]:
        for log in ("-wal", "-shm"):
            job.store_path.with_name(job.store_path.name + log).unlink(missing_ok=True)
        job.store_path.write_bytes(whole[:length])
        end = job.run()
        codes.append(end.code)
        problems += [*end.problems([0, 7]), *wrong_rows(job.output, COUNT, statuses=("pending",))]
        left = job.store_path.read_bytes()
        problems += [f"{length} bytes: what was left is changed"] * (end.code == 7 and left != whole[:length])
        problems += [f"{length} bytes: rows wait though all is well"] * (
            end.code == 0 and bool([*wrong_rows(job.output, COUNT)])
        )
    return check("a store that was cut short", problems, f"exits {codes} at {lengths[:rounds]} of {len(whole)} bytes")


def _clock_set(rounds: int) -> Check:
    """The clock set back and forward an hour amid lookups at 4 a minute: the key's minute is kept, and not wasted."""
    problems, slowest = [], 0.0
    for seed in range(rounds):
        most, took = run(lambda clock, seed=seed: _paced(clock, random.Random(seed)))
        slowest = max(slowest, took)
        problems += [f"seed {seed}: {most} in a minute"] * (most > 4)
        problems += [f"seed {seed}: took {took:.2f} times as long"] * (took > SLACK)
    return check(
        "a clock set back and forward an hour",
        problems,
        f"{rounds} runs of 60 calls, at most {slowest:.3f} of the best time",
    )


async def _paced(clock: VirtualClock, chance: random.Random) -> tuple[int, float]:
    """The most calls in any true minute, and the time taken over the shortest possible."""
    store = open_store("memory:", clock)
    pace = Pace(store, "key", Quota(4, None, None), clock)
    began = clock.monotonic()
    times = []
    for number in range(60):
        if number % 7 == 3:
            clock.set_by(chance.choice((-HOUR, HOUR)))
        async with pace.permit():
            times.append(clock.monotonic())
            await clock.sleep(chance.uniform(0, 1))
    took = clock.monotonic() - began
    store.close()
    assert abs(clock.time() - START) < 10 * HOUR
    most = max(index + 1 - bisect_right(times, at - 60) for index, at in enumerate(times))
    return most, took / (14 * (60 + 1) + 4)
