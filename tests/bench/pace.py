"""The public key's four calls a minute, the way to the service uncertain by two seconds: how much of them is used.

In virtual time: an hour passes in a moment. The tests of ``pace`` prove far more; this is the claim in one figure.
"""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from enrich.lookup.rate_limit import Pace
from enrich.model.quota import Quota
from enrich.stores import open_store
from tests.bench.measure import Figure, Size
from tests.support.virtual_time import VirtualClock, run

CALLS = 12
JITTER = 2.0
SEEDS = 25


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    runs = [_run(seed) for seed in range(SEEDS)]
    fastest = 60.0 * (CALLS // 4 - 1) + JITTER
    usual, worst = median(taken for taken, _ in runs) / fastest, max(taken for taken, _ in runs) / fastest
    detail = f"{CALLS} calls, median of {SEEDS} runs; the worst {worst:.3f}"
    yield Figure("four a minute, time against the fastest allowed", usual, 1.04, detail)
    most = max(_most_in_a_minute(arrivals) for _, arrivals in runs)
    yield Figure("most calls that arrive in any minute", most, 4, "sliding and fixed minutes", unit="calls")


def _run(seed: int) -> tuple[float, list[float]]:
    """Seconds from the first call to the last answer, and when each arrived."""
    arrivals: list[float] = []

    async def main(clock: VirtualClock) -> float:
        chance, left, began = random.Random(seed), iter(range(CALLS)), clock.time()
        with closing(open_store("memory:", clock)) as store:
            pace = Pace(store, "key", Quota(4, 500, 15_500), clock)

            async def work() -> None:
                for _ in left:
                    async with pace.permit():
                        await clock.sleep(chance.uniform(0, JITTER))
                        arrivals.append(clock.time())

            await asyncio.gather(*(work() for _ in range(4)))
        return clock.time() - began

    return run(main), arrivals


def _most_in_a_minute(arrivals: list[float]) -> int:
    times = sorted(arrivals)
    sliding = max(number + 1 - bisect_right(times, at - 60) for number, at in enumerate(times))
    fixed = max(max(Counter(int((at + shift) // 60) for at in times).values()) for shift in range(60))
    return max(sliding, fixed)
