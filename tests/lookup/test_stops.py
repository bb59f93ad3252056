"""A stop from outside: paid answers come home, and nothing more is asked."""

from __future__ import annotations

import asyncio
from typing import Any

from enrich.lookup.workers import Outcome
from enrich.model.finding import Answer, Status
from enrich.model.indicator import Indicator
from enrich.stores import Elsewhere, Grant
from tests.lookup.scripted import Bench, Scripted, strongest
from tests.support.virtual_time import VirtualClock, run


def test_a_stop_lets_what_is_in_flight_come_home_and_asks_nothing_more() -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench, float]:
        bench = Bench(clock, Scripted(clock))
        running = asyncio.create_task(bench.run(strongest(60)))
        await clock.sleep(0.3)
        stopped = clock.time()
        bench.workers.stop("interrupted")
        outcome = await running
        return outcome, bench, clock.time() - stopped

    outcome, bench, seconds = run(main)
    asked = sum(bench.service.asked.values())
    assert asked == 16
    assert len(outcome.findings) == 16, "paid answers are brought home"
    assert bench.store.info().objects == 16
    assert outcome.stopped == "interrupted"
    assert seconds < 1


def test_a_stop_while_a_permit_is_handed_out_fails_nothing_and_costs_nothing() -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        bench = Bench(clock, Scripted(clock))
        take = bench.pace.take

        async def stopped(*about: Any) -> Grant | Elsewhere:
            bench.workers.stop("interrupted")
            return await take(*about)

        bench.pace.take = stopped  # type: ignore[method-assign]
        return await bench.run(strongest(1)), bench

    outcome, bench = run(main)
    assert {finding.status for finding in outcome.missed.values()} == {Status.PENDING}
    assert bench.pace.calls == 0


def test_a_stop_does_not_wait_for_a_hanging_call() -> None:
    async def main(clock: VirtualClock) -> float:
        service = Scripted(clock)

        async def hang(indicator: Indicator) -> Answer:
            await clock.sleep(3600)
            raise AssertionError

        service.fetch = hang  # type: ignore[method-assign]
        bench = Bench(clock, service)
        running = asyncio.create_task(bench.run(strongest(3)))
        await clock.sleep(1)
        stopped = clock.time()
        bench.workers.stop("terminated")
        outcome = await running
        assert {finding.status for finding in outcome.missed.values()} == {Status.PENDING}
        return clock.time() - stopped

    assert run(main) < 5
