"""Permits are handed out in turn, given back whole where nothing was sent, and held by a cool-down."""

from __future__ import annotations

import asyncio

import pytest

from enrich.errors import NotSent, Transient
from enrich.lookup.rate_limit import Pace
from enrich.model.quota import Quota, Usage
from enrich.stores import Store
from tests.lookup.rate_limit.server import ACCOUNT, FREE, Server, in_memory, lookups
from tests.support.virtual_time import START, VirtualClock


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
        await one.cool_down(START + 100)
        server = Server(clock, 4, jitter=0)
        await asyncio.gather(lookups(one, server, 3), lookups(other, server, 3))
        assert min(server.arrivals) >= START + 100
        assert heard[0][0] == pytest.approx(START + 100, abs=0.01)

    in_memory(test)
