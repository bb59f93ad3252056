"""The limits of the minute are kept as the service counts them, and little of them is wasted."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.lookup.rate_limit import Pace
from enrich.model.quota import Quota
from enrich.stores import Store
from tests.lookup.rate_limit.server import ACCOUNT, FREE, Server, in_memory, lookups
from tests.support.virtual_time import START, VirtualClock


@pytest.mark.parametrize("seed", range(5))
def test_four_a_minute_never_breaks_a_window_and_comes_within_four_percent(seed: int) -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        server = Server(clock, 4, seed=seed)
        await lookups(Pace(store, ACCOUNT, FREE, clock), server, 80)
        assert server.most_in_a_sliding_minute == 4
        assert max(server.most_in_a_fixed_minute(shift) for shift in range(0, 60, 7)) == 4
        fastest = 60.0 * (80 // 4 - 1)
        assert clock.time() - START <= fastest * 1.04 + 2.2  # the last answer's own way

    in_memory(test)


@pytest.mark.parametrize(("per_minute", "workers"), [(60, 16), (600, 32)])
@pytest.mark.slow
def test_higher_rates_keep_the_window_too(per_minute: int, workers: int) -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        server = Server(clock, per_minute)
        pace = Pace(store, ACCOUNT, Quota(per_minute, None, None), clock)
        await lookups(pace, server, per_minute * 3, workers=workers * 4)
        assert server.most_in_a_sliding_minute <= per_minute
        assert server.most_in_a_fixed_minute() <= per_minute
        assert clock.time() - START <= 2 * 61 + 20  # two refills, and the last volley spread

    in_memory(test)


def test_high_rates_are_spread_and_not_sent_at_once() -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        server = Server(clock, 600, jitter=0)
        await lookups(Pace(store, ACCOUNT, Quota(600, None, None), clock), server, 200, workers=200)
        assert max(Counter(int(at) for at in server.arrivals).values()) <= 45

    in_memory(test)


@pytest.mark.parametrize("seed", range(3))
def test_permits_outlive_a_process_that_is_killed(seed: int) -> None:
    """Each run is dropped in mid-flight, its permits never settled; the next one opens the same store."""

    async def test(clock: VirtualClock, store: Store) -> None:
        server = Server(clock, 4, seed=seed)
        chance = random.Random(seed)
        for _ in range(8):
            flights: list[asyncio.Task[None]] = []
            run_ = asyncio.create_task(_never_settling(Pace(store, ACCOUNT, FREE, clock), server, flights))
            await clock.sleep(chance.uniform(1, 200))
            run_.cancel()
            await asyncio.gather(run_, *flights, return_exceptions=True)
        assert len(server.arrivals) >= 4
        assert server.most_in_a_sliding_minute <= 4
        begun = clock.time()
        await lookups(Pace(store, ACCOUNT, FREE, clock), server, 4)
        assert clock.time() - begun < 90 + 61 + 5  # no permit is lost for ever
        assert server.most_in_a_sliding_minute <= 4

    in_memory(test)


async def _never_settling(pace: Pace, server: Server, flights: list[asyncio.Task[None]]) -> None:
    while True:
        permit = pace.permit()
        await permit.__aenter__()
        flights.append(asyncio.create_task(server.call()))


@pytest.mark.parametrize("processes", [2, 4])
@pytest.mark.parametrize("jitter", [0.05, 2.0])
@pytest.mark.slow
def test_paces_on_one_store_share_the_key_fairly_and_lose_nothing(processes: int, jitter: float) -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        per_minute = 60
        servers = [Server(clock, per_minute, jitter=jitter, seed=number) for number in range(processes)]
        together = Server(clock, per_minute)

        async def run_one(server: Server) -> None:
            pace = Pace(store, ACCOUNT, Quota(per_minute, None, None), clock)
            await lookups(pace, server, 10_000, workers=8)

        tasks = [asyncio.create_task(run_one(server)) for server in servers]
        await clock.sleep(12 * 61.5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        together.arrivals = [at for server in servers for at in server.arrivals]
        assert together.most_in_a_sliding_minute <= per_minute
        assert together.most_in_a_fixed_minute() <= per_minute
        assert len(together.arrivals) >= 0.95 * per_minute * 12 * 61.5 / 60
        shares = [len(server.arrivals) / len(together.arrivals) for server in servers]
        assert min(shares) >= 0.5 / processes

    in_memory(test)


@settings(max_examples=25)
@given(
    per_minute=st.integers(1, 12),
    calls=st.integers(1, 60),
    workers=st.integers(1, 20),
    jitter=st.floats(0, 20),
    seed=st.integers(0, 9),
)
def test_no_jitter_and_no_concurrency_breaks_a_window(
    per_minute: int, calls: int, workers: int, jitter: float, seed: int
) -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        server = Server(clock, per_minute, jitter=jitter, seed=seed)
        pace = Pace(store, ACCOUNT, Quota(per_minute, None, None), clock)
        await lookups(pace, server, calls, workers=workers)
        assert len(server.arrivals) == calls == pace.calls
        assert server.most_in_a_sliding_minute <= per_minute

    in_memory(test)


@pytest.mark.parametrize("step", [3600.0, -3600.0])
def test_a_clock_set_by_an_hour_makes_no_burst_and_no_hang(step: float) -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        sent: list[float] = []
        pace = Pace(store, ACCOUNT, FREE, clock)
        begun = clock.monotonic()
        for number in range(12):
            if number == 6:
                clock.set_by(step)
            async with pace.permit():
                sent.append(clock.monotonic())
        assert all(later - sooner >= 60 for sooner, later in zip(sent, sent[4:], strict=False))
        assert clock.monotonic() - begun <= 4 * 61

    in_memory(test)
