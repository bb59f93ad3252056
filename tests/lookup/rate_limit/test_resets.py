"""Day, month, budget and time: what ran out is told, resets are slept over, and forecasts come true."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from enrich.errors import QuotaSpent
from enrich.lookup.rate_limit import Pace
from enrich.model.quota import Allowance, Quota, Usage
from enrich.stores import Store
from tests.lookup.rate_limit.server import ACCOUNT, FREE, Server, in_memory, lookups
from tests.support.virtual_time import START, VirtualClock


@pytest.mark.parametrize(
    ("quota", "options", "limit", "resets"),
    [
        (Quota(None, 3, None), {}, "day", datetime(2026, 11, 23, 0, 0, 5, tzinfo=UTC)),
        (Quota(None, None, 3), {}, "month", datetime(2026, 12, 1, 0, 0, 5, tzinfo=UTC)),
        (Quota(None, 5, None), {"reserve": 2}, "day", datetime(2026, 11, 23, 0, 0, 5, tzinfo=UTC)),
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
        await pace.correct(Allowance(Quota(None, 100, 1_000_000), Usage(99, 120)))
        assert pace.quota == Quota(4, 100, 15_500)
        async with pace.permit():
            pass
        with pytest.raises(QuotaSpent):
            async with pace.permit():
                pass

    in_memory(test)


@pytest.mark.parametrize("ahead", [-600, -3, 0, 3, 600])
def test_a_clock_that_is_not_the_services_loses_no_day_and_books_none_twice(ahead: int) -> None:
    """Counted by the service's clock, which ours goes ``ahead`` of by so many seconds; it said its time once."""
    quota = Quota(60, 20, None)

    async def test(clock: VirtualClock, store: Store) -> None:
        pace, server = Pace(store, ACCOUNT, quota, clock, wait=True), Server(clock, 60, jitter=0.1)
        await pace.correct(Allowance(quota, Usage(0, 0), at=clock.time() - ahead))
        await lookups(pace, server, 50)
        assert [count for _, count in sorted(Counter((at - ahead) // 86_400 for at in server.arrivals).items())] == [
            20,
            20,
            10,
        ]

    in_memory(test)


@pytest.mark.slow
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
