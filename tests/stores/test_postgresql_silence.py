"""A database that is there and does not answer, or will not: what is waited for, for how long, and what is said of it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from enrich.clock import SystemClock
from enrich.errors import StoreError
from enrich.stores import Store, open_store
from tests.support import postgresql_server
from tests.support.postgresql_server import Server
from tests.support.stored_answers import VT, file, found, put

psycopg = pytest.importorskip("psycopg")
OUTAGE = "enrich.stores.postgresql.outage"
WATCHED = "enrich.stores.postgresql.watched"
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not postgresql_server.is_installed(), reason="PostgreSQL is not installed"),
]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(f"{OUTAGE}.user_data_path", lambda _: tmp_path)
    monkeypatch.setattr(f"{OUTAGE}.REPEAT_SECONDS", 3.0)
    monkeypatch.setattr(f"{WATCHED}.SILENT_SECONDS", 0.3)
    monkeypatch.setattr("enrich.stores.postgresql.connection.CONNECT_SECONDS", 2)
    with postgresql_server.server() as there:
        yield there


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with closing(open_store(server.url("enrich"), SystemClock())) as store:
        put(store, found(file(0)))
        yield store


def connected(server: Server) -> Any:
    return psycopg.connect(f"host=127.0.0.1 port={server.port} user=postgres", autocommit=True)


@contextmanager
def administered(server: Server, *statements: str) -> Iterator[None]:
    """Run statements, and end the connections of ours, which heard of none of them."""
    with connected(server) as admin:
        for statement in statements:
            admin.execute(statement)
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ioc-enrich'")
    yield


@contextmanager
def locked(server: Server, seconds: float) -> Iterator[None]:
    """The table of answers held by another session for so long from now."""
    with connected(server) as holder:
        holder.execute("BEGIN")
        holder.execute("SET LOCAL statement_timeout = 0")
        holder.execute("LOCK TABLE enrich.findings IN ACCESS EXCLUSIVE MODE")
        release = threading.Timer(seconds, lambda: holder.execute("COMMIT"))
        release.start()
        yield
        release.join()


@pytest.mark.parametrize("pooled", [False, True])
def test_a_server_that_says_nothing_is_given_up_and_what_was_paid_for_is_kept(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, pooled: bool
) -> None:
    monkeypatch.setattr(f"{OUTAGE}.REPEAT_SECONDS", 0.5)
    with postgresql_server.pooler(server) as pooler:
        store = open_store(server.url("enrich", pooler if pooled else None), SystemClock())
        put(store, found(file(0)))
        with server.suspended():
            began = time.monotonic()
            with pytest.raises(StoreError, match="cannot be reached") as caught:
                put(store, found(file(1)))
            assert time.monotonic() - began < 8
        store.close()
    assert "paid for waits in" in caught.value.hint
    assert [path.suffix for path in tmp_path.glob("waiting-*.sqlite")] == [".sqlite"]
    with closing(open_store(server.url("enrich"), SystemClock())) as again:
        assert again.get_many(VT, [*file(0), *file(1)]).keys() == {*file(0), *file(1)}


def test_a_server_that_was_silent_for_a_moment_is_used_on(server: Server, store: Store, tmp_path: Path) -> None:
    with server.suspended():
        waiting = threading.Thread(target=lambda: put(store, found(file(1))))
        waiting.start()
        time.sleep(1)
    waiting.join()
    assert store.get_many(VT, file(1)).keys() == set(file(1))
    assert list(tmp_path.iterdir()) == []


def test_a_lock_is_waited_for_as_long_as_the_server_is_there(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{OUTAGE}.REPEAT_SECONDS", 0.0)
    with locked(server, 2):
        put(store, found(file(1)))
    assert store.get_many(VT, file(1)).keys() == set(file(1))


def test_a_run_that_is_stopped_waits_for_no_server_that_says_nothing(server: Server, store: Store) -> None:
    with server.suspended():
        threading.Timer(0.5, store.hurry).start()
        began = time.monotonic()
        with pytest.raises(StoreError, match="paid for waits in") as caught:
            put(store, found(file(1)))
        assert time.monotonic() - began < 3
        assert "it says nothing" in str(caught.value) or "closed" in str(caught.value)


@pytest.mark.parametrize("setting", ["statement_timeout", "lock_timeout"])
def test_a_statement_that_the_server_ended_for_its_time_is_repeated(server: Server, store: Store, setting: str) -> None:
    with administered(server, f"ALTER ROLE postgres SET {setting} = '100ms'"), locked(server, 1):
        put(store, found(file(1)))
    assert store.get_many(VT, file(1)).keys() == set(file(1))


@pytest.mark.parametrize(
    ("statement", "said", "hint"),
    [
        ("ALTER ROLE postgres SET default_transaction_read_only = on", "read-only transaction\n", "that takes writes"),
        ("DROP SCHEMA enrich CASCADE", "was changed under the run: [^:]*does not exist\n", "makes what is missing"),
        ("ALTER ROLE postgres CONNECTION LIMIT 0 NOSUPERUSER", "cannot be reached: .*too many", "more connections"),
    ],
)
def test_what_the_server_will_not_do_is_said_with_what_to_do(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch, statement: str, said: str, hint: str
) -> None:
    monkeypatch.setattr(f"{OUTAGE}.REPEAT_SECONDS", 0.5)
    with administered(server, statement), pytest.raises(StoreError, match=said) as caught:
        put(store, found(file(1)))
    assert "\n" not in caught.value.one_line
    assert hint in caught.value.hint


def test_why_the_server_cannot_be_reached_is_said_and_not_that_a_connection_is_closed(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{OUTAGE}.REPEAT_SECONDS", 0.5)
    server.crash()
    for number in range(2):
        with pytest.raises(StoreError, match="refused"):
            put(store, found(file(number)))
    server.start()


def test_the_drivers_own_words_do_not_stand_between_ours() -> None:
    program = "import enrich.stores.postgresql.connection, logging; logging.getLogger('psycopg').warning('aborted')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
