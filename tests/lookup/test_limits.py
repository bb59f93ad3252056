"""Quota, budget and the service's own 429: what is waited out, what ends the run, and that all workers share it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from enrich.clock import utc
from enrich.errors import Throttled
from enrich.lookup.retry import REFUSALS_IN_A_ROW
from enrich.lookup.workers import Outcome
from enrich.model.finding import Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Allowance, Quota, Usage
from tests.lookup.scripted import Bench, Scripted, look_up, strongest
from tests.support.virtual_time import VirtualClock, run


def test_a_spent_day_stops_and_says_when_it_is_whole_again() -> None:
    outcome, bench = look_up(strongest(9), quota=Quota(None, 5, None))
    assert len(outcome.findings) == 5
    assert sum(bench.service.asked.values()) == 5
    assert "day" in outcome.stopped
    assert Counter(finding.status for finding in outcome.missed.values()) == {Status.PENDING: 4}


def test_wait_sleeps_over_the_reset_instead() -> None:
    outcome, bench = look_up(strongest(9), quota=Quota(None, 5, None), wait=True)
    assert len(outcome.findings) == 9
    assert bench.service.times[5] - bench.service.times[0] >= 12 * 3600


def test_a_budget_is_kept_to_the_call() -> None:
    outcome, bench = look_up(strongest(9), budget=3)
    assert sum(bench.service.asked.values()) == 3
    assert len(outcome.findings) == 3


def test_429_with_a_time_is_one_cool_down_for_all_workers() -> None:
    async def main(clock: VirtualClock) -> tuple[Bench, float]:
        back = clock.time() + 40
        service = Scripted(
            clock, script=lambda _h, _t: Throttled("busy", retry_at=utc(back)) if clock.time() < back else None
        )
        bench = Bench(clock, service)
        outcome = await bench.run(strongest(30))
        assert len(outcome.findings) == 30
        return bench, back

    bench, back = run(main)
    early = [moment for moment in bench.service.times if moment < back]
    assert len(early) <= 8, "what was in flight when the first refusal came, and nothing after it"
    assert bench.service.quota_questions == 1


def test_429_without_a_time_asks_whether_the_day_is_spent() -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        service = Scripted(clock, script=lambda _h, _t: Throttled("Quota exceeded"))
        service.said = Allowance(Quota(4, 500, 15500), Usage(500, 600))
        bench = Bench(clock, service, Quota(4, 500, 15500))
        return await bench.run(strongest(10)), bench

    outcome, bench = run(main)
    assert "day" in outcome.stopped
    assert sum(bench.service.asked.values()) <= 4
    assert {finding.status for finding in outcome.missed.values()} == {Status.PENDING}


def test_429_of_the_minute_is_waited_out() -> None:
    def script(_hash: Indicator, tried: int) -> Exception | None:
        return Throttled("Quota exceeded") if tried == 1 else None

    async def main(clock: VirtualClock) -> Outcome:
        service = Scripted(clock, script=script)
        service.said = Allowance(Quota(4, 500, 15500), Usage(3, 3))
        return await Bench(clock, service).run(strongest(4))

    assert len(run(main).findings) == 4


def test_a_service_that_refuses_for_ever_ends_the_run_as_pending() -> None:
    outcome, bench = look_up(strongest(20), lambda _hash, _try: Throttled("TooManyRequests"))
    assert "refused" in outcome.stopped
    assert {finding.status for finding in outcome.missed.values()} == {Status.PENDING}
    assert bench.service.quota_questions <= REFUSALS_IN_A_ROW + 1


def test_a_retry_after_of_hours_ends_the_run_instead_of_holding_it() -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, float]:
        back = utc(clock.time() + 6 * 3600)
        begun = clock.time()
        outcome = await Bench(clock, Scripted(clock, script=lambda _h, _t: Throttled("busy", retry_at=back))).run(
            strongest(5)
        )
        return outcome, clock.time() - begun

    outcome, seconds = run(main)
    assert "come back" in outcome.stopped
    assert seconds < 60


def test_a_key_of_4_a_minute_is_never_exceeded_and_nearly_used_up() -> None:
    outcome, bench = look_up(strongest(12), quota=Quota(4, None, None))
    assert len(outcome.findings) == 12
    times = sorted(bench.service.times)
    assert all(later - earlier > 60 for earlier, later in zip(times, times[4:], strict=False))
    assert times[-1] - times[0] < 2 * 60 * 1.04
    assert all(later >= earlier for earlier, later in pairwise(times))
