"""No network, a proxy that refuses, a page between, a wait of hours: what ends a run, what it outlasts, who is told."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from enrich.clock import utc
from enrich.errors import NotSent, ProxyRefused, Throttled, Transient, Unreachable, Untrusted
from enrich.lookup.workers import Outcome
from enrich.model.event import EventKind
from enrich.model.finding import Answer, Finding, Status
from enrich.model.quota import Usage
from enrich.stores import Claim, open_store
from tests.lookup.scripted import NAME, UNLIMITED, Bench, Scripted, hashes, look_up, strongest
from tests.support.virtual_time import VirtualClock, run

HOUR = 3600.0


@pytest.mark.parametrize("error", [NotSent("refused"), Unreachable("its name cannot be resolved")])
def test_a_run_that_may_wait_outlasts_hours_without_network_and_spends_nothing_on_them(error: NotSent) -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        back = clock.time() + 5 * HOUR
        service = Scripted(clock, script=lambda _h, _t: error if clock.time() < back else None)
        bench = Bench(clock, service, UNLIMITED, wait=True)
        return await bench.run(strongest(20)), bench

    outcome, bench = run(main)
    assert {finding.status for finding in outcome.findings.values()} == {Status.FOUND}
    assert (outcome.missed, outcome.stopped) == ({}, "")
    assert bench.store.usage("account") == Usage(20, 20)
    assert sum(bench.service.asked.values()) < 8 * 100, "nobody hammers a network that is not there"
    waits = [event.text for event in bench.events if event.kind is EventKind.WAITING]
    assert len([text for text in waits if "goes on when the service can be reached" in text]) == 1


@pytest.mark.parametrize(
    ("error", "wait"), [(Unreachable("no name"), False), (Untrusted("certificate"), False), (Untrusted("x"), True)]
)
def test_what_no_retry_mends_is_met_once_in_a_run(error: NotSent, wait: bool) -> None:
    outcome, bench = look_up(strongest(60), lambda _hash, _try: error, wait=wait)
    counts = Counter(finding.status for finding in outcome.missed.values())
    assert sum(bench.service.asked.values()) <= 8, "what was in flight at that moment"
    assert counts[Status.FAILED] >= 1
    assert counts[Status.FAILED] + counts[Status.PENDING] == 60
    assert str(error) in outcome.stopped


def test_a_refused_proxy_password_ends_the_run_at_the_first() -> None:
    outcome, bench = look_up(strongest(60), lambda _hash, _try: ProxyRefused("the proxy refused the password"))
    assert sum(bench.service.asked.values()) <= 8
    assert isinstance(outcome.problem, ProxyRefused)
    assert outcome.problem.exit_code == 5
    assert outcome.stopped == "the proxy refused the password", "it is not the service's key"


def test_a_page_between_holds_nobody_else_back() -> None:
    def script(_hash: object, tried: int) -> Exception | None:
        return Throttled("a web page", own=False) if tried == 1 else None

    outcome, bench = look_up(strongest(5), script)
    assert len(outcome.findings) == 5
    assert bench.store.info().holds == {}
    assert bench.service.quota_questions == 0


def test_a_wait_of_hours_ends_the_next_plain_run_at_once_naming_when_and_what_lifts_it() -> None:
    async def main(clock: VirtualClock) -> tuple[list[Outcome], Bench, float]:
        bench = Bench(clock, Scripted(clock))
        began = clock.time()
        bench.store.hold_off("account", began + 6 * HOUR)
        held = await bench.run(strongest(3))
        seconds = clock.time() - began
        assert bench.store.clear_holds() == 1
        lifted = Bench(clock, Scripted(clock))
        return [held, await lifted.run(strongest(3))], bench, seconds

    (held, lifted), bench, seconds = run(main)
    assert seconds < 60
    assert {finding.status for finding in held.missed.values()} == {Status.PENDING}
    assert "until 2026-11-22 18:00 UTC" in held.stopped
    assert "enrich cache clear-holds" in held.stopped
    assert sum(bench.service.asked.values()) == 0
    assert len(lifted.findings) == 3


def test_a_run_with_wait_sleeps_over_the_same() -> None:
    async def main(clock: VirtualClock) -> Outcome:
        bench = Bench(clock, Scripted(clock), UNLIMITED, wait=True)
        bench.store.hold_off("account", clock.time() + 6 * HOUR)
        return await bench.run(strongest(3))

    assert len(run(main).findings) == 3


def test_a_run_that_only_waits_for_what_another_asks_says_so_and_takes_its_answers(tmp_path: object) -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        bench = Bench(clock, Scripted(clock))
        url = f"sqlite:///{tmp_path}/s.sqlite"
        theirs = open_store(url, clock)
        mine = bench.with_store(open_store(url, clock))
        for number in range(3):
            theirs.book("account", UNLIMITED, claim=Claim(NAME, hashes(number)[:1]))

        async def answer() -> None:
            await clock.sleep(10)
            now = utc(clock.time())
            files = [hashes(number) for number in range(3)]
            theirs.put_many([Answer(Finding(f[0], NAME, Status.FOUND, {}, "", now, f, 0, 70)) for f in files])

        answering = asyncio.create_task(answer())
        outcome = await mine.run(strongest(3))
        await answering
        theirs.close()
        return outcome, bench

    outcome, bench = run(main)
    assert len(outcome.findings) == 3
    assert bench.service.asked == {}
    assert any("another run is asking about the 3 files left" in event.text for event in bench.events)


def test_a_passing_fault_is_still_tried_again_by_a_run_that_may_wait() -> None:
    outcome, bench = look_up(strongest(1), lambda _hash, tried: Transient("503") if tried < 3 else None, wait=True)
    assert len(outcome.findings) == 1
    assert sum(bench.service.asked.values()) == 3
