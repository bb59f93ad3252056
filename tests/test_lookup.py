"""The core: every target ends in one status, nothing is paid for twice, and a refusal is shared. In virtual time."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.clock import utc
from enrich.errors import KeyProblem, NotSent, Refused, StoreError, Throttled, Transient
from enrich.lookup import BREAKER, Lookup, Outcome
from enrich.model import (
    Allowance,
    Answer,
    Event,
    EventKind,
    Finding,
    Indicator,
    Quota,
    Status,
    Target,
    Usage,
)
from enrich.pace import Pace
from enrich.providers import Unread
from enrich.stores import Store, open_store
from enrich.triage import turns
from enrich.tries import PATIENCE, TRIES
from tests.virtual import VirtualClock, run

NAME = "virustotal"
UNLIMITED = Quota(None, None, None)


def hashes(number: int) -> tuple[Indicator, Indicator, Indicator]:
    """One made-up file's sha256, sha1, md5."""
    data = str(number).encode()
    return tuple(Indicator("hash", hashlib.new(name, data).hexdigest()) for name in ("sha256", "sha1", "md5"))  # type: ignore[return-value]


Script = Callable[[Indicator, int], Exception | None]


class Scripted:
    """A service that knows the made-up files; ``script`` says which request of which hash goes wrong."""

    name = NAME

    def __init__(self, clock: VirtualClock, known: int = 100, script: Script = lambda _hash, _try: None) -> None:
        self.clock = clock
        self.files = {name: hashes(number) for number in range(known) for name in hashes(number)}
        self.script = script
        self.asked: Counter[Indicator] = Counter()
        self.times: list[float] = []
        self.in_flight: Counter[Indicator] = Counter()
        self.overlaps = 0
        self.said: Allowance | None = None
        self.quota_questions = 0

    async def fetch(self, indicator: Indicator) -> Unread:
        self.asked[indicator] += 1
        self.times.append(self.clock.time())
        file = self.files.get(indicator, (indicator,))
        self.in_flight[file[0]] += 1
        self.overlaps += self.in_flight[file[0]] > 1
        try:
            await self.clock.sleep(0.2)
            if error := self.script(indicator, self.asked[indicator]):
                raise error
        finally:
            self.in_flight[file[0]] -= 1
        now = utc(self.clock.time())
        if indicator not in self.files:
            return lambda: Answer(Finding(indicator, NAME, Status.ABSENT, fetched_at=now, aliases=(indicator,)))
        return lambda: Answer(Finding(indicator, NAME, Status.FOUND, {"vt_malicious": 1}, "", now, file, 1, 70))

    async def allowance(self) -> Allowance | None:
        self.quota_questions += 1
        return self.said

    async def close(self) -> None:
        pass


OPEN: list[Store] = []
"""The stores of this test's benches."""


@pytest.fixture(autouse=True)
def _stores_are_closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


class Bench:
    """A lookup with all its parts, in virtual time."""

    def __init__(self, clock: VirtualClock, service: Scripted, quota: Quota = UNLIMITED, **pace: object) -> None:
        self.clock = clock
        self.service = service
        self.store: Store = open_store("memory:", clock)
        OPEN.append(self.store)
        self.pace = Pace(self.store, "account", quota, clock, **pace)  # type: ignore[arg-type]
        self.events: list[Event] = []
        self.lookup = Lookup(
            service,
            self.store,
            self.pace,
            clock,
            self.events.append,
            concurrency=8,
            chance=Random(1),  # type: ignore[arg-type]
        )

    async def run(self, targets: Sequence[Target]) -> Outcome:
        return await self.lookup.run(targets, {})


def look_up(
    targets: Sequence[Target], script: Script = lambda _hash, _try: None, quota: Quota = UNLIMITED, **pace: object
) -> tuple[Outcome, Bench]:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        bench = Bench(clock, Scripted(clock, script=script), quota, **pace)
        return await bench.run(targets), bench

    return run(main)


def strongest(count: int, start: int = 0) -> list[Target]:
    return [Target(hashes(number)[0]) for number in range(start, start + count)]


def test_an_answer_speaks_for_all_hashes_of_the_file_and_is_asked_by_the_strongest() -> None:
    sha256, sha1, md5 = hashes(1)
    outcome, bench = look_up([Target(sha256, (sha1, md5))])
    assert {name.value: finding.status for name, finding in outcome.findings.items()} == dict.fromkeys(
        (sha256.value, sha1.value, md5.value), Status.FOUND
    )
    assert dict(bench.service.asked) == {sha256: 1}


def test_unlinked_hashes_of_one_file_cost_one_call_and_are_never_in_flight_together() -> None:
    targets = [Target(name) for number in range(20) for name in reversed(hashes(number))]
    outcome, bench = look_up(targets)
    assert len(outcome.findings) == 60
    assert sum(bench.service.asked.values()) == 20
    assert bench.service.overlaps == 0


def test_an_answer_is_durable_before_it_is_heard_of() -> None:
    heard: list[bool] = []

    async def main(clock: VirtualClock) -> None:
        bench = Bench(clock, Scripted(clock))

        def listen(event: Event) -> None:
            if event.kind is EventKind.ANSWERED and event.finding is not None:
                heard.append(event.finding.indicator in bench.store.get_many(NAME, [event.finding.indicator]))

        bench.lookup._hear = listen
        await bench.run(strongest(10))

    run(main)
    assert heard == [True] * 10


def test_not_found_is_an_answer_and_is_kept() -> None:
    stranger = Target(Indicator("hash", "f" * 64), (Indicator("hash", "f" * 32),))
    outcome, bench = look_up([stranger])
    assert [finding.status for finding in outcome.findings.values()] == [Status.ABSENT, Status.ABSENT]
    assert stranger.ask in bench.store.get_many(NAME, [stranger.ask])
    assert stranger.others[0] not in bench.store.get_many(NAME, stranger.others), "its own answer was never given"


@pytest.mark.parametrize("error", [Transient("HTTP 503"), NotSent("refused")])
def test_a_passing_fault_is_tried_again_and_then_failed_with_its_reason(error: Exception) -> None:
    target = strongest(1)
    outcome, bench = look_up(target, lambda _hash, tried: error if tried <= 2 else None)
    assert outcome.findings[target[0].ask].status is Status.FOUND
    outcome, bench = look_up(target, lambda _hash, _try: error)
    assert outcome.findings == {}
    assert outcome.missed[target[0].ask].status is Status.FAILED
    assert str(error) in outcome.missed[target[0].ask].detail
    assert sum(bench.service.asked.values()) == TRIES
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
    assert bench.service.quota_questions <= PATIENCE + 1


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


def test_a_service_that_is_down_is_not_hammered_to_the_end_of_the_list() -> None:
    outcome, _ = look_up(strongest(100), lambda _hash, _try: Transient("HTTP 503"))
    counts = Counter(finding.status for finding in outcome.missed.values())
    assert BREAKER <= counts[Status.FAILED] < BREAKER + 8
    assert counts[Status.PENDING] == 100 - counts[Status.FAILED]
    assert "in a row failed" in outcome.stopped


def test_a_stop_lets_what_is_in_flight_come_home_and_asks_nothing_more() -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Bench, float]:
        bench = Bench(clock, Scripted(clock))
        running = asyncio.create_task(bench.run(strongest(60)))
        await clock.sleep(0.3)
        stopped = clock.time()
        bench.lookup.stop("interrupted")
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

        async def stopped() -> int:
            bench.lookup.stop("interrupted")
            return await take()

        bench.pace.take_now = lambda: None  # type: ignore[method-assign]
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
        bench.lookup.stop("terminated")
        outcome = await running
        assert {finding.status for finding in outcome.missed.values()} == {Status.PENDING}
        return clock.time() - stopped

    assert run(main) < 5


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


def test_contradicting_hashes_of_a_row_are_asked_in_their_own_right() -> None:
    sha256, other_md5 = hashes(1)[0], hashes(2)[2]
    outcome, bench = look_up([Target(sha256, (other_md5,))])
    assert outcome.findings[sha256].aliases[0] == sha256
    assert outcome.findings[other_md5].aliases[0] == hashes(2)[0]
    assert dict(bench.service.asked) == {sha256: 1, other_md5: 1}


def test_what_another_process_stored_meanwhile_is_not_paid_for(tmp_path: object) -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Scripted]:
        url = f"sqlite:///{tmp_path}/store.sqlite"
        bench = Bench(clock, Scripted(clock), Quota(2, None, None))
        bench.store.close()
        mine, theirs = open_store(url, clock), open_store(url, clock)
        bench.pace = Pace(mine, "account", Quota(2, None, None), clock)
        lookup = Lookup(bench.service, mine, bench.pace, clock, bench.events.append, concurrency=2, chance=Random(1))  # type: ignore[arg-type]
        running = asyncio.create_task(lookup.run(strongest(6), {}))
        await clock.sleep(5)
        now = utc(clock.time())
        for number in range(2, 6):
            theirs.put_many(
                [Answer(Finding(hashes(number)[0], NAME, Status.FOUND, {}, "", now, hashes(number), 0, 70))]
            )
        outcome = await running
        mine.close()
        theirs.close()
        return outcome, bench.service

    outcome, service = run(main)
    assert len(outcome.findings) == 6
    assert sum(service.asked.values()) == 2


def test_a_key_of_4_a_minute_is_never_exceeded_and_nearly_used_up() -> None:
    outcome, bench = look_up(strongest(12), quota=Quota(4, None, None))
    assert len(outcome.findings) == 12
    times = sorted(bench.service.times)
    assert all(later - earlier > 60 for earlier, later in zip(times, times[4:], strict=False))
    assert times[-1] - times[0] < 2 * 60 * 1.04
    assert all(later >= earlier for earlier, later in pairwise(times))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=30),
    st.integers(1, 20),
)
def test_turns_hold_every_target_once_and_only_one_algorithm(picks: list[tuple[int, int]], size: int) -> None:
    targets = [Target(hashes(number)[which]) for number, which in picks]
    made = list(turns(targets, size))
    assert Counter(t.ask for turn in made for t in turn) == Counter(t.ask for t in targets)
    assert all(len({len(t.ask.value) for t in turn}) == 1 for turn in made)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32), st.floats(0, 0.6))
def test_whatever_goes_wrong_every_target_ends_once_and_no_answer_is_wrong(count: int, seed: int, rate: float) -> None:
    chance = Random(seed)

    def script(_hash: Indicator, _try: int) -> Exception | None:
        if chance.random() >= rate:
            return None
        return chance.choice([Transient("503"), NotSent("refused"), Refused("400"), Throttled("429"), ValueError("?")])

    targets = strongest(count, 90)
    outcome, _ = look_up(targets, script)
    for number, target in enumerate(targets, 90):
        ended = [d[target.ask] for d in (outcome.findings, outcome.missed) if target.ask in d]
        assert len(ended) == 1
        known = number < 100
        if ended[0].status.is_answer:
            assert (ended[0].status is Status.FOUND) == known
            assert not known or target.ask in ended[0].aliases
