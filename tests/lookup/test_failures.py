"""What a fault costs: another try, one row, or the run; and never an answer that was paid for."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from enrich.errors import KeyProblem, NotSent, Refused, StoreError, Transient
from enrich.lookup.retry import CALLS_PER_LOOKUP
from enrich.lookup.workers import BREAKER, Outcome
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Usage
from enrich.providers import Unread
from tests.lookup.scripted import NAME, Bench, Scripted, look_up, strongest
from tests.support.virtual_time import VirtualClock, run


@pytest.mark.parametrize("error", [Transient("HTTP 503"), NotSent("refused")])
def test_a_passing_fault_is_tried_again_and_then_failed_with_its_reason(error: Exception) -> None:
    target = strongest(1)
    outcome, bench = look_up(target, lambda _hash, tried: error if tried <= 2 else None)
    assert outcome.findings[target[0].ask].status is Status.FOUND
    outcome, bench = look_up(target, lambda _hash, _try: error)
    assert outcome.findings == {}
    assert outcome.missed[target[0].ask].status is Status.FAILED
    assert str(error) in outcome.missed[target[0].ask].detail
    assert sum(bench.service.asked.values()) == CALLS_PER_LOOKUP
    assert bench.store.get_many(NAME, [target[0].ask]) == {}, "a failure is never kept as an answer"


def test_a_call_that_never_left_costs_nothing() -> None:
    outcome, bench = look_up(strongest(1), lambda _hash, _try: NotSent("connection refused"))
    assert outcome.missed
    assert bench.pace.calls == 0
    assert bench.store.usage("account") == Usage(0, 0)


@pytest.mark.parametrize("error", [Refused("HTTP 400"), ValueError("a surprise")])
def test_what_is_final_is_not_tried_again_and_costs_one_row_alone(error: Exception) -> None:
    targets = strongest(3)
    outcome, bench = look_up(targets, lambda name, _try: error if name == targets[1].ask else None)
    assert outcome.missed[targets[1].ask].status is Status.FAILED
    assert bench.service.asked[targets[1].ask] == 1
    assert len([f for f in outcome.findings.values() if f.status is Status.FOUND]) == 2


def test_a_refused_key_stops_at_once_and_the_rest_is_pending() -> None:
    outcome, bench = look_up(strongest(50), lambda _hash, _try: KeyProblem("Wrong API key"))
    assert isinstance(outcome.problem, KeyProblem)
    assert sum(bench.service.asked.values()) <= 8, "only what was in flight"
    assert {finding.status for finding in outcome.missed.values()} == {Status.PENDING}
    assert len(outcome.missed) == 50
    assert bench.store.info().objects == 0


def test_a_service_that_is_down_is_not_hammered_to_the_end_of_the_list() -> None:
    outcome, _ = look_up(strongest(100), lambda _hash, _try: Transient("HTTP 503"))
    counts = Counter(finding.status for finding in outcome.missed.values())
    assert BREAKER <= counts[Status.FAILED] < BREAKER + 8
    assert counts[Status.PENDING] == 100 - counts[Status.FAILED]
    assert "in a row failed" in outcome.stopped


def test_a_store_that_cannot_be_written_stops_the_run_and_keeps_the_paid_answer_for_the_output() -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        bench = Bench(clock, Scripted(clock))

        def full(_answers: object) -> None:
            raise StoreError("the disk is full")

        bench.store.put_many = full  # type: ignore[method-assign]
        return await bench.run(strongest(40)), bench

    outcome, bench = run(main)
    assert isinstance(outcome.problem, StoreError)
    assert len(outcome.findings) == sum(bench.service.asked.values()) <= 8


def test_a_call_whose_end_cannot_be_noted_brings_its_answer_all_the_same() -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        bench = Bench(clock, Scripted(clock))

        def full(_account: str, _permit: int) -> None:
            raise StoreError("the disk is full")

        bench.store.settle = full  # type: ignore[method-assign]
        return await bench.run(strongest(20)), bench

    outcome, bench = run(main)
    assert len(outcome.findings) == sum(bench.service.asked.values()) == 20
    assert not outcome.missed


@pytest.mark.parametrize("surprise", [OverflowError("too large"), RuntimeError("odd"), StopIteration()])
def test_a_surprise_while_answers_are_read_or_kept_leaves_nobody_waiting(surprise: Exception) -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Outcome]:
        reading, keeping = Bench(clock, Scripted(clock)), Bench(clock, Scripted(clock))

        async def fetch(indicator: Indicator) -> Unread:
            return partial(surprised, indicator)

        def surprised(_answers: object) -> Answer:
            raise surprise

        reading.service.fetch = fetch  # type: ignore[method-assign]
        keeping.store.put_many = surprised  # type: ignore[method-assign]
        return await reading.run(strongest(8)), await keeping.run(strongest(20))

    unread, unkept = run(main)
    assert {finding.status for finding in unread.missed.values()} == {Status.FAILED}
    assert isinstance(unkept.problem, StoreError)
    assert unkept.findings


def test_an_answer_that_says_nothing_of_what_was_asked_is_kept_for_the_row_and_not_for_the_store() -> None:
    targets = strongest(6)

    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        bench = Bench(clock, Scripted(clock))
        good = bench.service.fetch

        async def fetch(indicator: Indicator) -> Unread:
            unread = await good(indicator)
            odd = Finding(indicator, NAME, Status.FAILED, {"vt_file_type": "EXE"}, "its counts cannot be read")
            return unread if indicator != targets[1].ask else lambda: Answer(odd, b"body")

        bench.service.fetch = fetch  # type: ignore[method-assign]
        return await bench.run(targets), bench

    outcome, bench = run(main)
    missed = outcome.missed[targets[1].ask]
    assert (missed.status, missed.detail) == (Status.FAILED, "its counts cannot be read")
    assert missed.fields == {"vt_file_type": "EXE"}
    assert bench.service.asked[targets[1].ask] == 1, "the next call would say the same"
    assert bench.store.info().objects == 5
    assert bench.store.usage("account").day == 6, "it is paid for"
