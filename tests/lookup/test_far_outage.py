"""The database of a team's store goes away under a run: what was paid for is kept, and the run ends in good time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from enrich.clock import SystemClock
from enrich.errors import StoreError
from enrich.lookup.rate_limit import Pace
from enrich.lookup.workers import Outcome, Workers
from enrich.model.quota import Quota
from enrich.stores import Grant, Store, open_store
from tests.lookup.far import CHANCE, Counting, targets
from tests.support import postgresql_server
from tests.support.postgresql_server import Server
from tests.support.stored_answers import VT, file, found, put

OUTAGE = "enrich.stores.postgresql.outage"
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not postgresql_server.is_installed(), reason="PostgreSQL is not installed"),
]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of the test's own, which is stopped as a crash stops it."""
    pytest.importorskip("psycopg")
    monkeypatch.setattr(f"{OUTAGE}.user_data_path", lambda _: tmp_path)
    with postgresql_server.server(durable=True) as there:
        yield there


async def looked_up(store: Store, service: Counting, count: int, meanwhile: Callable[[Workers], None]) -> Outcome:
    """Look up files; ``meanwhile`` is called in a thread of its own once twenty were asked about."""
    clock = SystemClock()
    pace = Pace(store, "key", Quota(None, None, None), clock)
    workers = Workers(service, store, pace, clock, lambda _: None, concurrency=8, chance=CHANCE)
    service.at(20, lambda: threading.Thread(target=meanwhile, args=(workers,)).start())
    try:
        return await workers.run(targets(count), {})
    finally:
        await pace.access.close()


@pytest.mark.parametrize("patience", [0.5, 1.5])
def test_in_a_long_outage_the_run_ends_once_and_every_paid_answer_is_in_outputs_and_store(
    own: Server, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    monkeypatch.setattr(f"{OUTAGE}.REPEAT_SECONDS", patience)
    service, began = Counting(), 0.0

    def crash(_: Workers) -> None:
        nonlocal began
        own.crash()
        began = time.monotonic()

    async def run() -> Outcome:
        with closing(open_store(own.url("enrich"), SystemClock())) as store:
            return await looked_up(store, service, 2000, crash)

    outcome = asyncio.run(run())
    assert time.monotonic() - began < patience + 6, "the patience of one call, not of each"
    assert isinstance(outcome.problem, StoreError)
    assert "paid for waits in" in outcome.problem.hint
    served = {target for target in targets(2000) if target.ask.value in service.asked}
    assert {target.ask for target in served} == outcome.findings.keys()
    own.start()
    with closing(open_store(own.url("enrich"), SystemClock())) as store:
        assert store.get_many(VT, [target.ask for target in served]).keys() == outcome.findings.keys()


def test_a_run_that_is_stopped_waits_for_no_database(own: Server) -> None:
    service, began = Counting(), 0.0
    loop: asyncio.AbstractEventLoop

    def crash_and_stop(workers: Workers) -> None:
        nonlocal began
        own.crash()
        time.sleep(1)
        began = time.monotonic()
        loop.call_soon_threadsafe(workers.stop, "terminated")

    async def run() -> Outcome:
        nonlocal loop
        loop = asyncio.get_running_loop()
        with closing(open_store(own.url("enrich"), SystemClock())) as store:
            return await looked_up(store, service, 2000, crash_and_stop)

    outcome = asyncio.run(run())
    assert time.monotonic() - began < 4
    assert outcome.stopped == "terminated"
    own.start()
    with closing(open_store(own.url("enrich"), SystemClock())) as store:
        assert store.info().objects == len(service.asked)


def test_a_store_that_was_away_for_long_is_used_again_when_it_is_back(
    own: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{OUTAGE}.REPEAT_SECONDS", 0.3)
    monkeypatch.setattr(f"{OUTAGE}.RETRY_EVERY_SECONDS", 0.2)
    with closing(open_store(own.url("enrich"), SystemClock())) as store:
        own.crash()
        for number in range(3):
            with pytest.raises(StoreError):
                put(store, found(file(number)))
        own.start()
        time.sleep(0.3)
        put(store, found(file(3)))
        assert isinstance(store.book("key", Quota(10, None, None)), Grant)
        assert store.get_many(VT, file(3)).keys() == set(file(3))
