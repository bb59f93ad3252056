"""A service that counts what arrives as VirusTotal may, and workers that call it at a pace. In virtual time."""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Awaitable, Callable

from enrich.lookup.rate_limit import Pace
from enrich.model.quota import Quota
from enrich.stores import Store, open_store
from tests.support.virtual_time import START, VirtualClock, run

ACCOUNT = "key"


FREE = Quota(4, 500, 15_500)


class Server:
    """Counts arrivals as a service may: in a sliding minute, in fixed minutes, by day. Jitter on the way there."""

    def __init__(self, clock: VirtualClock, per_minute: int, *, jitter: float = 2.0, seed: int = 0) -> None:
        self.clock = clock
        self.per_minute = per_minute
        self.jitter = jitter
        self.chance = random.Random(seed)
        self.arrivals: list[float] = []

    async def call(self) -> None:
        await asyncio.sleep(self.chance.uniform(0, self.jitter))
        self.arrivals.append(self.clock.time())
        await asyncio.sleep(self.chance.uniform(0, 0.2))

    @property
    def most_in_a_sliding_minute(self) -> int:
        times = sorted(self.arrivals)
        return max(number + 1 - bisect_right(times, at - 60) for number, at in enumerate(times))

    def most_in_a_fixed_minute(self, shift: float = 0.0) -> int:
        return max(Counter(int((at + shift) // 60) for at in self.arrivals).values())


async def lookups(pace: Pace, server: Server, calls: int, *, workers: int = 4) -> None:
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            async with pace.permit():
                await server.call()

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())


def in_memory(test: Callable[[VirtualClock, Store], Awaitable[None]], *, start: float = START) -> None:
    async def main(clock: VirtualClock) -> None:
        store = open_store("memory:", clock)
        try:
            await test(clock, store)
        finally:
            store.close()

    run(main, start=start)
