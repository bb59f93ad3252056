"""Every target ends in one status, and no file is paid for twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.clock import utc
from enrich.config.settings import Settings
from enrich.errors import NotSent, Refused, Throttled, Transient
from enrich.lookup.aliases import batches_by_strength
from enrich.lookup.freshness import triage
from enrich.lookup.rate_limit import Pace
from enrich.lookup.workers import Outcome, Workers
from enrich.model.event import Event, EventKind
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Quota
from enrich.pipeline.sources import policy
from enrich.stores import open_store
from tests.lookup.scripted import NAME, UNLIMITED, Bench, Scripted, hashes, look_up, strongest
from tests.support.virtual_time import VirtualClock, run


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

        bench.listener = listen
        await bench.run(strongest(10))

    run(main)
    assert heard == [True] * 10


def test_not_found_is_an_answer_and_is_kept() -> None:
    stranger = Target(Indicator("hash", "f" * 64), (Indicator("hash", "f" * 32),))
    outcome, bench = look_up([stranger])
    assert [finding.status for finding in outcome.findings.values()] == [Status.NOT_FOUND, Status.NOT_FOUND]
    assert stranger.ask in bench.store.get_many(NAME, [stranger.ask])
    assert stranger.others[0] not in bench.store.get_many(NAME, stranger.others), "its own answer was never given"


def test_contradicting_hashes_of_a_row_are_asked_in_their_own_right() -> None:
    sha256, other_md5 = hashes(1)[0], hashes(2)[2]
    outcome, bench = look_up([Target(sha256, (other_md5,))])
    assert outcome.findings[sha256].aliases[0] == sha256
    assert outcome.findings[other_md5].aliases[0] == hashes(2)[0]
    assert dict(bench.service.asked) == {sha256: 1, other_md5: 1}


@pytest.mark.parametrize(
    ("days", "chosen", "asked"),
    [(1, Settings(), {0}), (100, Settings(), {0, 1}), (1, Settings(refresh=True), {0, 1})],
    ids=["fresh", "stale", "refresh"],
)
def test_a_contradicting_hash_that_the_store_knows_is_asked_again_only_when_it_is_due(
    days: int, chosen: Settings, asked: set[int]
) -> None:
    """A row's sha256, never asked, and the md5 of another file, whose answer is in the store."""
    names = hashes(1)[0], hashes(2)[2]

    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        bench = Bench(clock, Scripted(clock))
        clock.advance(200 * 86_400)
        now = utc(clock.time())
        old = Finding(hashes(2)[0], NAME, Status.FOUND, {}, "", now - timedelta(days=days), hashes(2), 0, 70)
        bench.store.put_many([Answer(old)])
        known = triage([Target(names[0], (names[1],))], bench.store, NAME, policy(chosen), now)
        return await bench.workers.run(known.wanted, known.fresh, known.stale), bench

    outcome, bench = run(main)
    assert dict(bench.service.asked) == {names[number]: 1 for number in asked}
    assert outcome.findings[names[0]].aliases == hashes(1)
    assert outcome.findings[names[1]].aliases == hashes(2)


@pytest.mark.parametrize("clock_set_by", [0, -3600, 3600])
def test_what_another_process_stored_meanwhile_is_not_paid_for(tmp_path: object, clock_set_by: float) -> None:
    async def main(clock: VirtualClock) -> tuple[Outcome, Scripted]:
        url = f"sqlite:///{tmp_path}/store.sqlite"
        bench = Bench(clock, Scripted(clock), Quota(2, None, None))
        bench.store.close()
        mine, theirs = open_store(url, clock), open_store(url, clock)
        bench.pace = Pace(mine, "account", Quota(2, None, None), clock)
        lookup = Workers(bench.service, mine, bench.pace, clock, bench.events.append, concurrency=2, chance=Random(1))  # type: ignore[arg-type]
        running = asyncio.create_task(lookup.run(strongest(6), {}))
        await clock.sleep(5)
        clock.set_by(clock_set_by)
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


def test_what_came_before_the_look_at_the_store_and_was_stored_after_it_is_not_paid_for() -> None:
    """An answer has the time at which it came; its storing may have to wait for the database."""

    async def main(clock: VirtualClock) -> tuple[Outcome, Bench]:
        bench = Bench(clock, Scripted(clock), Quota(4, None, None))
        came_at = utc(clock.time())
        clock.advance(100)
        finding = Finding(hashes(1)[0], NAME, Status.FOUND, {}, "", came_at, hashes(1), 0, 70)
        bench.store.put_many([Answer(finding)])
        return await bench.workers.run(strongest(3), {}), bench

    outcome, bench = run(main)
    assert len(outcome.findings) == 3
    assert set(bench.service.asked) == {hashes(0)[0], hashes(2)[0]}


def test_a_run_takes_what_was_stored_between_its_look_at_the_store_and_its_first_call() -> None:
    async def main(clock: VirtualClock) -> Scripted:
        store, service = open_store("memory:", clock), Scripted(clock)
        known = triage(strongest(2), store, NAME, policy(Settings()), utc(clock.time()))
        await clock.sleep(600)  # the first question to the service may take long
        put = Finding(hashes(0)[0], NAME, Status.FOUND, {}, "", utc(clock.time() - 300), hashes(0), 0, 70)
        store.put_many([Answer(put)])
        pace = Pace(store, "account", UNLIMITED, clock)
        workers = Workers(service, store, pace, clock, lambda _: None, concurrency=8, chance=Random(1))  # type: ignore[arg-type]
        await workers.run(known.wanted, known.fresh, known.stale)
        store.close()
        return service

    assert list(run(main).asked) == [hashes(1)[0]]


def test_two_runs_of_one_list_on_one_store_share_the_work(tmp_path: object) -> None:
    async def main(clock: VirtualClock) -> tuple[list[Outcome], Scripted]:
        service, stores = (
            Scripted(clock, known=400),
            [open_store(f"sqlite:///{tmp_path}/s.sqlite", clock) for _ in "ab"],
        )
        lookups = [
            Workers(
                service, store, Pace(store, "account", UNLIMITED, clock), clock, lambda _: None, concurrency=8,
                chance=Random(seed),
            )
            for seed, store in enumerate(stores)
        ]  # fmt: skip
        outcomes = await asyncio.gather(*(lookup.run(strongest(400), {}) for lookup in lookups))
        for store in stores:
            store.close()
        return outcomes, service

    outcomes, service = run(main)
    assert [len(outcome.findings) for outcome in outcomes] == [400, 400]
    assert sum(service.asked.values()) == 400, "in step, each would ask for all"


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=30),
    st.integers(1, 20),
)
def test_turns_hold_every_target_once_and_only_one_algorithm(picks: list[tuple[int, int]], size: int) -> None:
    targets = [Target(hashes(number)[which]) for number, which in picks]
    made = list(batches_by_strength(targets, size))
    assert Counter(t.ask for turn in made for t in turn) == Counter(t.ask for t in targets)
    assert all(len({len(t.ask.value) for t in turn}) == 1 for turn in made)


@settings(max_examples=25)
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
