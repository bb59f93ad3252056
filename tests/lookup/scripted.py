"""A lookup with all its parts in virtual time, against a service whose every answer is scripted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

from enrich.clock import utc
from enrich.lookup.rate_limit import Pace
from enrich.lookup.workers import Outcome, Workers
from enrich.model.event import Event, Listener
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Allowance, Quota
from enrich.providers import Unread
from enrich.stores import Store, open_store
from tests.support.virtual_time import VirtualClock, run

NAME = "virustotal"


UNLIMITED = Quota(None, None, None)


def hashes(number: int) -> tuple[Indicator, Indicator, Indicator]:
    """One made-up file's sha256, sha1, md5."""
    data = str(number).encode()
    return tuple(Indicator("hash", hashlib.new(name, data).hexdigest()) for name in ("sha256", "sha1", "md5"))  # type: ignore[return-value]


Script = Callable[[Indicator, int], Exception | None]


class Scripted:
    """A service that knows the made-up files; ``script`` says which request of which hash goes wrong."""

    origin = account = NAME

    def __init__(self, clock: VirtualClock, known: int = 100, script: Script = lambda _hash, _try: None) -> None:
        self.clock = clock
        self.files = {name: hashes(number) for number in range(known) for name in hashes(number)}
        self.script = script
        self.asked: Counter[Indicator] = Counter()
        self.times: list[float] = []
        self.in_flight: Counter[Indicator] = Counter()
        self.overlaps = 0
        self.said: Allowance | None = None
        self.quota_questions = 0

    async def fetch(self, indicator: Indicator) -> Unread:
        self.asked[indicator] += 1
        self.times.append(self.clock.time())
        file = self.files.get(indicator, (indicator,))
        self.in_flight[file[0]] += 1
        self.overlaps += self.in_flight[file[0]] > 1
        try:
            await self.clock.sleep(0.2)
            if error := self.script(indicator, self.asked[indicator]):
                raise error
        finally:
            self.in_flight[file[0]] -= 1
        now = utc(self.clock.time())
        if indicator not in self.files:
            return lambda: Answer(Finding(indicator, NAME, Status.NOT_FOUND, fetched_at=now, aliases=(indicator,)))
        return lambda: Answer(Finding(indicator, NAME, Status.FOUND, {"vt_malicious": 1}, "", now, file, 1, 70))

    async def allowance(self) -> Allowance | None:
        self.quota_questions += 1
        return self.said

    async def close(self) -> None:
        pass


OPEN: list[Store] = []
"""The stores of this test's benches."""


class Bench:
    """A lookup with all its parts, in virtual time."""

    def __init__(self, clock: VirtualClock, service: Scripted, quota: Quota = UNLIMITED, **pace: object) -> None:
        self.clock = clock
        self.service = service
        self.store: Store = open_store("memory:", clock)
        OPEN.append(self.store)
        self.pace = Pace(self.store, "account", quota, clock, **pace)  # type: ignore[arg-type]
        self.events: list[Event] = []
        self.listener: Listener = self.events.append
        self.workers = Workers(service, self.store, self.pace, clock, self._hear, concurrency=8, chance=Random(1))

    def with_store(self, store: Store) -> Bench:
        """The same on another store."""
        OPEN.append(store)
        self.store = store
        self.pace = Pace(store, "account", UNLIMITED, self.clock)
        self.workers = Workers(self.service, store, self.pace, self.clock, self._hear, concurrency=8, chance=Random(1))
        return self

    def _hear(self, event: Event) -> None:
        self.listener(event)

    async def run(self, targets: Sequence[Target]) -> Outcome:
        return await self.workers.run(targets, {})


def look_up(
    targets: Sequence[Target], script: Script = lambda _hash, _try: None, quota: Quota = UNLIMITED, **pace: object
) -> tuple[Outcome, Bench]:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        bench = Bench(clock, Scripted(clock, script=script), quota, **pace)
        return await bench.run(targets), bench

    return run(main)


def strongest(count: int, start: int = 0) -> list[Target]:
    return [Target(hashes(number)[0]) for number in range(start, start + count)]
