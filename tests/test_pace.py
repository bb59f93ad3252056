"""The pace keeps the service's limits as the service counts them, and wastes little of them. All in virtual time."""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.errors import NotSent, QuotaSpent, Transient
from enrich.model import Allowance, Quota, Usage
from enrich.pace import Pace
from enrich.stores import Store, open_store
from tests.virtual import START, VirtualClock, run

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


@settings(max_examples=25, deadline=None)
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


def test_waiters_get_their_turn_in_the_order_they_came() -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, Quota(1, None, None), clock)
        order: list[int] = []

        async def worker(number: int) -> None:
            async with pace.permit():
                order.append(number)

        await asyncio.gather(*(worker(number) for number in range(6)))
        assert order == list(range(6))

    in_memory(test)


def test_a_call_that_was_not_sent_costs_nothing() -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, Quota(1, 2, None), clock)
        for _ in range(5):
            async with pace.permit() as permit:
                permit.not_sent()
            with pytest.raises(NotSent):
                async with pace.permit():
                    raise NotSent("connection refused")
        assert (pace.calls, store.usage(ACCOUNT)) == (0, Usage(0, 0))
        assert clock.time() == pytest.approx(START, abs=0.01)
        with pytest.raises(Transient):
            async with pace.permit():
                raise Transient("reset on the way: it may have been counted")
        assert (pace.calls, store.usage(ACCOUNT)) == (1, Usage(1, 1))

    in_memory(test)


def test_a_permit_given_back_wakes_the_next_waiter_at_once() -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, Quota(1, None, None), clock)

        async def second() -> float:
            async with pace.permit():
                return clock.time()

        async with pace.permit() as first:
            waiting = asyncio.create_task(second())
            await clock.sleep(5)
            first.not_sent()
        assert await waiting == pytest.approx(START + 5, abs=0.01)

    in_memory(test)


def test_a_cancelled_waiter_leaves_the_turn_to_the_next() -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, Quota(1, None, None), clock)
        async with pace.permit():
            pass
        tasks = [asyncio.create_task(lookups(pace, Server(clock, 1), 1)) for _ in range(2)]
        await clock.sleep(10)
        tasks[0].cancel()
        await tasks[1]
        assert pace.calls == 2

    in_memory(test)


def test_a_cool_down_holds_all_workers_and_other_runs() -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        heard: list[tuple[float, str]] = []
        one = Pace(store, ACCOUNT, Quota(None, None, None), clock)
        other = Pace(store, ACCOUNT, FREE, clock, on_wait=lambda *said: heard.append(said))
        async with one.permit():
            pass
        one.cool_down(START + 100)
        server = Server(clock, 4, jitter=0)
        await asyncio.gather(lookups(one, server, 3), lookups(other, server, 3))
        assert min(server.arrivals) >= START + 100
        assert heard[0][0] == pytest.approx(START + 100, abs=0.01)

    in_memory(test)


@pytest.mark.parametrize(
    ("quota", "options", "limit", "resets"),
    [
        (Quota(None, 3, None), {}, "day", datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC)),
        (Quota(None, None, 3), {}, "month", datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC)),
        (Quota(None, 5, None), {"reserve": 2}, "day", datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC)),
        (Quota(None, None, None), {"budget": 3}, "budget", None),
        (Quota(3, None, None), {"until": START + 30}, "time", datetime(2026, 11, 22, 12, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_ran_out_is_told_apart(quota: Quota, options: dict[str, float], limit: str, resets: object) -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, quota, clock, **options)  # type: ignore[arg-type]
        for _ in range(3):
            async with pace.permit():
                pass
        with pytest.raises(QuotaSpent) as spent:
            async with pace.permit():
                pass
        assert (spent.value.limit, spent.value.resets, pace.calls) == (limit, resets, 3)

    in_memory(test)


def test_waiting_runs_sleep_over_the_reset_of_the_day_and_of_the_month() -> None:
    start = datetime(2026, 11, 29, 23, 0, tzinfo=UTC).timestamp()

    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, Quota(None, 2, 5), clock, wait=True)
        days = []
        for _ in range(9):
            async with pace.permit():
                days.append(datetime.fromtimestamp(clock.time(), UTC).strftime("%d"))
        assert days == ["29", "29", "30", "30", "01", "01", "02", "02", "03"]

    in_memory(test, start=start)


def test_a_clock_that_is_set_over_midnight_ends_the_wait_for_the_reset() -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, Quota(None, 1, None), clock, wait=True)
        async with pace.permit():
            pass
        asyncio.get_running_loop().call_later(50, clock.set_by, 12.5 * 3600)
        begun = clock.monotonic()
        async with pace.permit():
            assert clock.monotonic() - begun < 75

    in_memory(test)


def test_the_services_word_lowers_limits_and_raises_counts() -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, FREE, clock)
        pace.correct(Allowance(Quota(None, 100, 1_000_000), Usage(99, 120)))
        assert pace.quota == Quota(4, 100, 15_500)
        async with pace.permit():
            pass
        with pytest.raises(QuotaSpent):
            async with pace.permit():
                pass

    in_memory(test)


@pytest.mark.parametrize(
    ("quota", "calls", "seconds"),
    [
        (Quota(4, None, None), 0, 0),
        (Quota(4, None, None), 4, 0),
        (Quota(4, None, None), 12, 122),
        (Quota(None, None, None), 10**6, 0),
        (Quota(4, 8, None), 20, 12 * 3600 + 86_400 + 0),
        (Quota(4, 8, 12), 20, 12 * 3600 + 8 * 86_400 + 61),
        (Quota(None, 0, None), 1, float("inf")),
        (Quota(4, 500, 1), 10**6, float("inf")),
    ],
)
def test_the_estimate_counts_the_resets(quota: Quota, calls: int, seconds: float) -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        assert Pace(store, ACCOUNT, quota, clock).seconds_for(calls) == pytest.approx(seconds, abs=2)

    in_memory(test)


def test_the_estimate_is_what_comes_true() -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, Quota(4, 30, None), clock, wait=True)
        estimate = pace.seconds_for(100)
        await lookups(pace, Server(clock, 4, jitter=0), 100)
        assert clock.time() - START == pytest.approx(estimate, rel=0.01)

    in_memory(test)


@pytest.mark.parametrize(
    ("options", "calls"),
    [
        ({}, 30),
        ({"wait": True}, 100),
        ({"budget": 7}, 7),
        ({"reserve": 12}, 18),
        ({"reserve": 30}, 0),
        ({"until": START + 100}, 8),
        ({"until": START - 1}, 0),
        ({"until": START + 86_400, "wait": True}, 60),
        ({"budget": 45, "wait": True}, 45),
    ],
)
def test_how_far_a_run_gets_is_what_comes_true(options: dict[str, Any], calls: int) -> None:
    async def test(clock: VirtualClock, store: Store) -> None:
        pace = Pace(store, ACCOUNT, Quota(4, 30, None), clock, **options)
        assert pace.reach(100) == calls
        try:
            await lookups(pace, Server(clock, 4, jitter=0), 100)
        except* QuotaSpent:
            pass
        assert pace.calls == calls

    in_memory(test)


def test_virtual_time_never_goes_back() -> None:
    async def main(clock: VirtualClock) -> list[float]:
        times = []
        for seconds in (0.0, 3.0, 1e-9, 7200.0):
            await clock.sleep(seconds)
            times.append(clock.time())
        return times

    times = run(main)
    assert all(sooner <= later for sooner, later in pairwise(times))
    assert times[-1] == pytest.approx(START + 7203)
