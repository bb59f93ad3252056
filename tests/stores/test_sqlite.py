"""The SQLite store passes the contract, and what a file on a disk adds: processes, kills, permissions."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from enrich.errors import EnrichError, UsageError
from enrich.model.quota import Quota, Usage
from enrich.stores import Grant, Store, Wait, open_store
from tests.stores.contract import SharedStoreContract
from tests.stores.files import opened
from tests.support.stored_answers import VT, file, found, put
from tests.support.virtual_time import VirtualClock

WRITER = """
import sys
from enrich.clock import SystemClock, utc
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota
from enrich.stores import open_store

store = open_store(sys.argv[1], SystemClock())
for number in range(int(sys.argv[2]), 10**9):
    store.book("k", Quota(10**6, None, None))
    name = Indicator("hash", f"{number:064x}")
    store.put_many([Answer(Finding(name, "virustotal", Status.NOT_FOUND, fetched_at=utc(0)), b"body" * 500)])
    print(number, flush=True)
"""


class TestSqlite(SharedStoreContract):
    @pytest.fixture
    def store(self, clock: VirtualClock, path: Path) -> Iterator[Store]:
        store = opened(path, clock)
        yield store
        store.close()

    @pytest.fixture
    def others(self, clock: VirtualClock, path: Path, store: Store) -> Iterator[Store]:
        others = opened(path, clock)
        yield others
        others.close()


def test_answers_are_given_under_the_very_names_that_were_asked(path: Path) -> None:
    """A run may ask for a million, and would hold each of them twice."""
    with closing(opened(path)) as store:
        put(store, found(file(1)))
        md5, _, sha256 = asked = file(1)
        answers = store.get_many(VT, asked[::2])
        assert {id(one) for one in answers} == {id(md5), id(sha256)}
        assert {id(answer.indicator) for answer in answers.values()} == {id(md5), id(sha256)}


def test_nobody_else_may_read_the_store(path: Path) -> None:
    before = os.umask(0)
    try:
        store = opened(path)
        put(store, found(file(1)))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)} == {0o700}
    store.close()


def test_two_connections_see_each_other(path: Path) -> None:
    clock = VirtualClock()
    one, other = opened(path, clock), opened(path, clock)
    put(one, found(file(1), 0, 5, vt_new=1))
    assert other.get_many(VT, [file(1)[0]])[file(1)[0]].fields == {"vt_new": 1}
    assert isinstance(one.book("k", Quota(1, None, None)), Grant)
    assert isinstance(other.book("k", Quota(1, None, None)), Wait)
    one.close()
    other.close()


def test_unlimited_calls_of_two_processes_stay_within_the_day_and_hear_a_cool_down(path: Path) -> None:
    clock = VirtualClock()
    stores = [opened(path, clock) for _ in range(2)]
    quota = Quota(None, 500, None)
    granted = sum(isinstance(stores[turn % 2].book("k", quota), Grant) for turn in range(700))
    assert granted == 500
    stores[0].hold_off("free", clock.time() + 100)
    assert isinstance(stores[1].book("free", Quota(None, None, None)), Wait)
    for store in stores:
        store.close()
    again = opened(path, clock)
    assert again.usage("k") == Usage(500, 500)
    again.close()


def test_leased_calls_obey_another_process_cool_down_however_often_they_are_asked_for(path: Path) -> None:
    clock = VirtualClock()
    one, other = opened(path, clock), opened(path, clock)
    unlimited = Quota(None, None, None)
    assert isinstance(one.book("k", unlimited), Grant)
    other.hold_off("k", clock.time() + 100)
    assert [type(one.book("k", unlimited)) for _ in range(3)] == [Wait] * 3
    one.close()
    other.close()


def test_what_was_leased_and_not_used_is_given_back_on_closing(path: Path) -> None:
    store = opened(path)
    assert isinstance(store.book("k", Quota(None, None, None)), Grant)
    store.close()
    again = opened(path)
    assert again.usage("k") == Usage(1, 1)
    again.close()


@pytest.mark.slow
def test_a_kill_loses_nothing_that_was_acknowledged(path: Path) -> None:
    told = 0
    for _ in range(3):
        command = [sys.executable, "-c", WRITER, f"sqlite:///{path}", str(told)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                if int(line) >= told + 40:
                    writer.send_signal(signal.SIGKILL)
                    told = int(line) + 1
                    told += sum(1 for _ in writer.stdout)
                    break
    store = opened(path)
    info = store.info()
    assert told >= 120
    assert told <= info.objects == info.bodies <= told + 1
    assert store.usage("k").day >= 0
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.mark.parametrize("url", ["", "store.db", "redis://x", "sqlite:", "sqlite:///", "_database:"])
def test_an_url_that_names_no_store_is_a_usage_error(url: str) -> None:
    with pytest.raises(EnrichError) as caught:
        open_store(url, VirtualClock())
    assert isinstance(caught.value, UsageError)


def test_a_link_of_half_a_character_around_a_hash_comes_back(path: Path) -> None:
    link = f"https://x/\ud83d/{file(1)[2].value}"
    with closing(opened(path)) as store:
        put(store, found(file(1), vt_name=link))
    with closing(opened(path)) as store:
        assert store.get_many(VT, file(1))[file(1)[2]].fields == {"vt_name": link}
