"""A store across a network: asked by a thread beside the event loop, several bookings at once, nothing paid twice."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from types import MappingProxyType

import pytest

from enrich.clock import Clock, SystemClock
from enrich.errors import Refused
from enrich.lookup.far_booking import BookingRequest, FarBookings
from enrich.lookup.rate_limit import Pace
from enrich.lookup.workers import Outcome, Workers
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Quota, Usage
from enrich.providers import Unread
from enrich.stores import Claim, Elsewhere, Grant, Store, Timing, Wait, open_store
from tests.lookup.far import Counting, targets
from tests.support import postgresql_server
from tests.support.distance import Way, away
from tests.support.postgresql_server import Server

NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pytest.importorskip("psycopg")
    if not postgresql_server.is_installed():
        pytest.skip("PostgreSQL is not installed")
    with postgresql_server.server() as there:
        yield there


@pytest.fixture
def url(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("enrich.stores.postgresql.outage.user_data_path", lambda _: tmp_path)
    return server.url(f"far_{next(NUMBERS)}")


async def looked_up(
    store: Store,
    service: Counting,
    wanted: Sequence[Target],
    quota: Quota,
    clock: Clock | None = None,
    stale: Mapping[Indicator, Finding] = MappingProxyType({}),
) -> tuple[Outcome, Pace]:
    clock = clock or SystemClock()
    pace = Pace(store, "key", quota, clock, timing=Timing(0.2, 0.02, 5.0))
    workers = Workers(service, store, pace, clock, lambda _: None, concurrency=8, chance=Random(1))
    try:
        return await workers.run(wanted, {}, stale), pace
    finally:
        await pace.access.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("quota", [Quota(20, None, None), Quota(None, None, None), Quota(None, 500, None)])
def test_two_runs_of_one_list_ask_for_each_file_once(url: str, quota: Quota) -> None:
    service = Counting()
    wanted = targets(60)

    async def both() -> list[tuple[Outcome, Pace]]:
        with closing(open_store(url, SystemClock())) as one, closing(open_store(url, SystemClock())) as other:
            runs = (looked_up(store, service, wanted, quota) for store in (one, other))
            return await asyncio.gather(*runs)

    ended = asyncio.run(both())
    assert [len(outcome.findings) for outcome, _ in ended] == [60, 60]
    assert set(service.asked.values()) == {1}
    assert len(service.asked) == 60
    with closing(open_store(url, SystemClock())) as store:
        assert store.info().objects == 60
        assert store.usage("key") == Usage(60, 60)


@pytest.mark.postgresql
def test_a_budget_is_kept_however_many_calls_are_booked_at_once(url: str) -> None:
    service = Counting()
    wanted = targets(60)

    async def run() -> Outcome:
        with closing(open_store(url, SystemClock())) as store:
            pace = Pace(store, "key", Quota(1000, None, None), SystemClock(), budget=13)
            workers = Workers(service, store, pace, SystemClock(), lambda _: None, concurrency=8, chance=Random(1))
            outcome = await workers.run(wanted, {})
            await pace.access.close()
            assert pace.calls == 13
            return outcome

    outcome = asyncio.run(run())
    assert sum(service.asked.values()) == len(outcome.findings) == 13
    assert "budget of 13 calls is spent" in outcome.stopped


@pytest.mark.postgresql
@pytest.mark.parametrize("quota", [Quota(1000, None, None), Quota(None, None, None)])
@pytest.mark.parametrize("refuses", [0, 8])
def test_no_question_to_the_store_is_asked_on_the_event_loop(
    url: str, monkeypatch: pytest.MonkeyPatch, quota: Quota, refuses: int
) -> None:
    """Not even at the start, or where the service refuses and its count and a cool-down are noted."""
    Outages = pytest.importorskip("enrich.stores.postgresql.outage").Outages  # noqa: N806
    threads: Counter[str] = Counter()
    through = Outages.through

    def noted(outages, work, *args, **named):
        threads[threading.current_thread().name.partition("_")[0]] += 1
        return through(outages, work, *args, **named)

    async def run() -> None:
        with closing(open_store(url, SystemClock())) as store:
            monkeypatch.setattr(Outages, "through", noted)
            outcome, _ = await looked_up(store, Counting(refuses=refuses), targets(40), quota)
            assert len(outcome.findings) == 40

    asyncio.run(run())
    assert threads["store"] >= 5
    assert threads["MainThread"] == 0


class Skewed(SystemClock):
    """A machine whose clock is an hour off."""

    def __init__(self, hours: float) -> None:
        self._hours = hours

    def time(self) -> float:
        return super().time() + 3600 * self._hours


@pytest.mark.postgresql
@pytest.mark.parametrize("hours", [1, -1])
def test_answers_and_waits_are_by_the_databases_clock_however_wrong_the_machines_is(url: str, hours: int) -> None:
    clock = Skewed(hours)

    async def run() -> Outcome:
        with closing(open_store(url, clock)) as store:
            service = Counting(refuses=1, clock=clock)
            outcome, _ = await looked_up(store, service, targets(3), Quota(1000, None, None), clock)
            return outcome

    began = time.time()
    outcome = asyncio.run(run())
    took = time.time() - began
    assert took < 20, "the pause after the refusal was the service's, not an hour"
    with closing(open_store(url, SystemClock())) as store:
        stored = store.get_many("virustotal", [target.ask for target in targets(3)])
    for finding in (*outcome.findings.values(), *stored.values()):
        assert finding.fetched_at is not None
        assert -2 < finding.fetched_at.timestamp() - began < took + 2


@pytest.mark.postgresql
@pytest.mark.parametrize("quota", [Quota(1000, None, None), Quota(None, None, None)])
@pytest.mark.parametrize("known", [False, True])
def test_a_lookup_takes_at_most_two_round_trips_to_the_store(
    server: Server, url: str, quota: Quota, known: bool
) -> None:
    """Of a file that nobody asked before, and of one whose answer is old, as most are in a nightly run."""
    count = 100
    if known:
        asyncio.run(_look_up(url, count, quota, dated=Skewed(-1)))
    with away(server.port, 1.0) as way:
        trips = asyncio.run(_look_up(url.replace(f":{server.port}/", f":{way.port}/"), count, quota, way))
    assert trips <= 2 * count + 5, "and a few at the beginning and the end"


class Failing(Counting):
    """A service that fails for every third file."""

    async def fetch(self, indicator: Indicator) -> Unread:
        unread = await super().fetch(indicator)
        if self.asked.total() % 3 == 0:
            raise Refused("not this one")
        return unread


@pytest.mark.postgresql
@pytest.mark.parametrize("quota", [Quota(1000, None, None), Quota(None, None, None)])
def test_a_lookup_that_fails_takes_two_round_trips_at_most_as_well(server: Server, url: str, quota: Quota) -> None:
    """Its call is settled and its claim freed in one."""
    count = 100
    service = Failing()
    with away(server.port, 1.0) as way:
        near_end = url.replace(f":{server.port}/", f":{way.port}/")

        async def run() -> tuple[Outcome, int]:
            with closing(open_store(near_end, SystemClock())) as store:
                at_first = way.trips
                outcome, _ = await looked_up(store, service, targets(count), quota)
                return outcome, way.trips - at_first

        outcome, trips = asyncio.run(run())
    assert len(outcome.missed) > count / 4
    assert len(outcome.missed) + len(outcome.findings) == len(service.asked) == count
    assert trips <= 2 * count + 5
    with closing(open_store(url, SystemClock())) as others:
        free = [
            others.book("key", Quota(1000, None, None), claim=Claim("virustotal", (name,))) for name in outcome.missed
        ]
    assert {type(answer) for answer in free} == {Grant}, "nobody waits for what failed"


async def _look_up(url: str, count: int, quota: Quota, way: Way | None = None, dated: Clock | None = None) -> int:
    with closing(open_store(url, SystemClock())) as store:
        stale = store.get_many(Counting.origin, [target.ask for target in targets(count)])
        at_first = way.trips if way is not None else 0
        outcome, _ = await looked_up(store, Counting(clock=dated), targets(count), quota, stale=stale)
        assert len(outcome.findings) == count
        return way.trips - at_first if way is not None else 0


def test_requests_that_gather_while_one_is_on_its_way_are_booked_together() -> None:
    batches: list[int] = []

    async def book(requests: Sequence[BookingRequest]) -> list[Grant | Wait | Elsewhere]:
        batches.append(len(requests))
        await asyncio.sleep(0)
        return [Grant(number) for number, _ in enumerate(requests, 1)]

    async def never(wait: Wait) -> None:
        raise AssertionError(wait)

    async def main() -> None:
        far = FarBookings(lambda: 32, book, never, lambda _: None)
        assert len(await asyncio.gather(*(far.take(None, ()) for _ in range(20)))) == 20

    asyncio.run(main())
    assert sum(batches) == 20
    assert len(batches) <= 3


def test_a_grant_whose_worker_was_stopped_goes_back() -> None:
    returned: list[Grant] = []

    async def main() -> None:
        asked = asyncio.Event()
        go_on = asyncio.Event()

        async def book(requests: Sequence[BookingRequest]) -> list[Grant | Wait | Elsewhere]:
            asked.set()
            await go_on.wait()
            return [Grant(7) for _ in requests]

        async def never(wait: Wait) -> None:
            raise AssertionError(wait)

        far = FarBookings(lambda: 32, book, never, returned.append)
        worker = asyncio.create_task(far.take(None, ()))
        await asked.wait()
        worker.cancel()
        go_on.set()
        await asyncio.gather(worker, return_exceptions=True)
        await asyncio.sleep(0.01)

    asyncio.run(main())
    assert returned == [Grant(7)]
