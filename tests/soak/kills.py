"""SIGKILL at random moments, again and again over one list: nothing paid for is lost, nothing is asked twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from enrich.clock import SystemClock
from enrich.model.indicator import Indicator
from enrich.providers.shared.origin import origin_of
from enrich.providers.virustotal import ADDRESS, NAME
from enrich.stores import open_store
from tests.soak.check import Check, Size, check
from tests.soak.standin import standing
from tests.soak.tool import Job, asked, wrong_rows
from tests.soak.warm import forked, warm_up

CONCURRENCY = 4
ROUND_TRIP = 0.25
"""Seconds that the stand-in takes to answer on average, so that the work lasts over all the kills."""


def checks(size: Size, folder: Path) -> Iterator[Check]:
    latency = {"way_out": ROUND_TRIP / 2, "way_out_jitter": ROUND_TRIP}
    with standing(latency=latency) as stand:
        job = Job(
            stand,
            folder,
            size.lookups,
            ("-q", "--concurrency", str(CONCURRENCY)),
            outputs=(folder / "out.csv", folder / "out.xlsx"),
        )
        yield from _killed(job, size.kills)


class Watch:
    """What was found after each kill."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.origin = origin_of(NAME, ADDRESS, job.stand.address)
        """Under which the store keeps what the stand-in answered."""
        self.asked_when_stored: dict[str, int] = {}
        self.requests = 0
        self.stored = 0
        self.most_in_flight = 0
        self.in_flight = 0
        """Requests whose answers were not stored, over all kills."""
        self.outputs = 0
        self.problems: list[str] = []

    def look(self) -> None:
        """The store opens and has what it had; what was asked and is not in it was in flight; outputs are whole."""
        counts = self.job.stand.log()["asked"]
        stored = self._stored()
        if lost := self.asked_when_stored.keys() - stored:
            self.problems.append(f"{len(lost)} stored answers are gone")
        for value in stored:
            self.asked_when_stored.setdefault(value, counts[value])
        lost_now = sum(counts.values()) - self.requests - (len(stored) - self.stored)
        self.requests, self.stored = sum(counts.values()), len(stored)
        self.most_in_flight = max(self.most_in_flight, lost_now)
        self.in_flight += lost_now
        for path in self.job.outputs:
            if path.exists():
                self.outputs += 1
                self.problems += wrong_rows(path, self.job.count, statuses=("pending",))

    def _stored(self) -> set[str]:
        if not self.job.store_path.exists():
            return set()
        names = [Indicator("hash", asked(number)) for number in range(self.job.count)]
        with closing(open_store(f"sqlite:///{self.job.store_path}", SystemClock())) as store:
            return {indicator.value for indicator in store.get_many(self.origin, names)}


def _killed(job: Job, kills: int) -> Iterator[Check]:
    chance = random.Random(4)
    watch = Watch(job)
    warm_up(job)
    watch.look()
    whole = _seconds(job)
    window = 2 * job.count / kills / (CONCURRENCY / ROUND_TRIP)
    real = 0
    for _ in range(kills):
        # A budget now and then, so that kills meet the writing of outputs as well as the asking.
        budget = ("--budget", str(chance.randint(1, 12))) if chance.random() < 0.4 else ()
        process = forked(job, *budget)
        time.sleep(chance.uniform(0, whole + window))
        real += process.kill()
        time.sleep(0.02)
        watch.look()
    last = job.run("--concurrency", "32")
    log = job.stand.log()
    total = sum(log["asked"].values())
    yield check(
        "after the last restart every row has the right answer",
        [*last.problems([0]), *(p for path in job.outputs for p in wrong_rows(path, job.count))],
        f"{job.count} rows, {real} kills that met a running process, {kills - real} after its end",
    )
    again = [v for v, count in watch.asked_when_stored.items() if log["asked"][v] > count]
    again += ["no stored answer was seen"] * (not watch.asked_when_stored)
    yield check("no file is asked again once its answer is stored", again, f"{len(watch.asked_when_stored)} watched")
    extra = total - job.count
    yield check(
        "calls beyond the list are at most those in flight at the kills",
        [f"{extra} calls"] * (extra > watch.in_flight)
        + [f"{watch.most_in_flight} lost at one kill"] * (watch.most_in_flight > CONCURRENCY),
        f"{total} calls for {job.count} files, {extra} beyond; {watch.in_flight} were in flight, "
        f"at most {watch.most_in_flight} of {CONCURRENCY} at one kill",
    )
    yield check(
        "every output ever seen is whole, the store never loses an answer",
        watch.problems,
        f"{watch.outputs} outputs looked at",
    )


def _seconds(job: Job) -> float:
    """How long a run takes that asks nothing, on this machine as busy as it is."""
    began = time.monotonic()
    forked(job, "--offline").wait()
    return time.monotonic() - began
