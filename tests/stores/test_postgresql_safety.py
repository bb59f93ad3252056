"""What a team store adds: whose clock counts, outages, rights, and how it is reached safely."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from enrich.clock import SystemClock
from enrich.errors import StoreError
from enrich.model.finding import Answer
from enrich.model.quota import Quota
from enrich.stores import Claim, Elsewhere, Grant, Timing, Wait, open_store
from enrich.stores.postgresql import address
from tests.support import postgresql_server
from tests.support.postgresql_server import Server
from tests.support.stored_answers import VT, file, found, put
from tests.support.virtual_time import VirtualClock

psycopg = pytest.importorskip("psycopg")
PostgresqlDatabase = pytest.importorskip("enrich.stores.postgresql.connection").PostgresqlDatabase
PostgresqlStore = pytest.importorskip("enrich.stores.postgresql.store").PostgresqlStore
NUMBERS = itertools.count()
needs_server = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not postgresql_server.is_installed(), reason="PostgreSQL is not installed"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if not postgresql_server.is_installed():
        pytest.skip("PostgreSQL is not installed")
    with postgresql_server.server() as there:
        yield there


@pytest.fixture
def url(server: Server) -> str:
    return server.url(f"safety_{next(NUMBERS)}")


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("enrich.stores.postgresql.outage.user_data_path", lambda _: tmp_path / "data")
    return tmp_path / "data"


class Skewed(SystemClock):
    """A machine whose clock is an hour ahead."""

    def time(self) -> float:
        return super().time() + 3600


class TestClock:
    pytestmark = needs_server

    def test_the_databases_clock_counts_and_not_the_machines(self, url: str) -> None:
        with closing(open_store(url, Skewed())) as store:
            assert abs(store.clock.time() - time.time()) < 30
            store.put_many([Answer(found(file(1)))])
            note = next(text for mark, text in store.check() if mark == "note")
            assert "+3600" in note

    @pytest.mark.parametrize("step", [30.0, -30.0, 3600.0])
    def test_a_step_of_the_databases_clock_frees_no_place_early_and_holds_none_late(
        self, url: str, step: float
    ) -> None:
        machine, theirs = VirtualClock(), VirtualClock()
        quota = Quota(1, None, None)
        with closing(PostgresqlStore(url, PostgresqlDatabase(address.parsed(url), machine), theirs)) as store:
            grant = store.book("k", quota)
            assert isinstance(grant, Grant)
            store.settle([("k", grant.permit)])
            theirs.set_by(step)
            for clock in (machine, theirs):
                clock.advance(31)
            assert isinstance(store.book("k", quota), Wait), "the witness knows that only half a minute went by"
            for clock in (machine, theirs):
                clock.advance(30.5)
            assert isinstance(store.book("k", quota), Grant)

    def test_a_machine_that_was_suspended_is_no_witness(self, url: str) -> None:
        machine, theirs = VirtualClock(), VirtualClock()
        quota = Quota(1, None, None)
        with closing(PostgresqlStore(url, PostgresqlDatabase(address.parsed(url), machine), theirs)) as store:
            grant = store.book("k", quota)
            assert isinstance(grant, Grant)
            store.settle([("k", grant.permit)])
            machine.set_by(3600)  # its wall clock went on, its monotonic one did not
            theirs.advance(3600)
            assert isinstance(store.book("k", quota), Grant)

    def test_what_a_machine_claimed_ahead_before_it_was_suspended_is_not_asked_when_another_has_it(
        self, url: str
    ) -> None:
        """Its monotonic clock, which says how long that holds, stood still; in the database the claims lapsed."""
        machine, theirs, unlimited = VirtualClock(), VirtualClock(), Quota(None, None, None)
        first, second = (Claim(VT, (name,)) for name in file(1)[:2])

        def opened(there: VirtualClock) -> Any:
            return closing(PostgresqlStore(url, PostgresqlDatabase(address.parsed(url), there), theirs))

        with opened(machine) as store, opened(VirtualClock()) as other:
            assert isinstance(store.book("k", unlimited, claim=first, ahead=lambda _: [second]), Grant)
            for clock in (machine, theirs):
                clock.set_by(3600)
            assert isinstance(other.book("k", unlimited, claim=second), Grant)
            assert isinstance(store.book("k", unlimited, claim=second), Elsewhere)


@pytest.mark.postgresql
@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_a_booking_that_waited_sees_what_it_waited_for_however_strict_transactions_are(
    server: Server, isolation: str
) -> None:
    """Else two machines would take the same last place of the minute."""
    schema, role = f"strict_{next(NUMBERS)}", f"role_{next(NUMBERS)}"
    to_server = f"host=127.0.0.1 port={server.port} user=postgres"
    admin, watcher = (psycopg.connect(to_server, autocommit=True) for _ in range(2))
    admin.execute(f"CREATE ROLE {role} SUPERUSER LOGIN")
    admin.execute(f"ALTER ROLE {role} SET default_transaction_isolation = '{isolation}'")
    url = server.url(schema).replace("postgres@", f"{role}@", 1)
    said: list[Any] = []
    with admin, watcher, closing(open_store(url, SystemClock())) as store:
        assert isinstance(store.book("another", Quota(1, None, None)), Grant)
        with admin.transaction():
            admin.execute(f"SELECT pg_advisory_xact_lock(hashtextextended('{schema} book', 0))")
            waiting = threading.Thread(target=lambda: said.append(store.book("k", Quota(1, None, None))))
            waiting.start()
            waits = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{role}' AND wait_event_type = 'Lock'"
            while watcher.execute(waits).fetchone() == (0,):
                time.sleep(0.01)
            admin.execute(
                f"INSERT INTO {schema}.permits (account, day, hold, free_at, settled)"
                f" SELECT 'k', day, hold, free_at, 0 FROM {schema}.permits"
            )
        waiting.join()
    assert [type(answer) for answer in said] == [Wait]


class Laptop(SystemClock):
    """A machine whose monotonic clock stands still while it sleeps."""

    slept = 0.0

    def monotonic(self) -> float:
        return super().monotonic() - self.slept


@pytest.mark.slow
def test_a_machine_that_slept_asks_for_the_time_before_it_books(url: str) -> None:
    """Else its calls of today would count for yesterday."""
    machine = Laptop()
    with closing(open_store(url, machine)) as store:
        machine.slept = 8 * 3600.0
        assert time.time() - store.clock.time() > 7 * 3600
        store.book("k", Quota(4, None, None))
        assert abs(time.time() - store.clock.time()) < 2


@pytest.mark.parametrize("given", ["", "?keepalives_idle=60"])
@pytest.mark.slow
def test_a_server_that_vanishes_is_noticed_soon(url: str, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection itself is asked to: a network that swallows everything answers nothing."""
    asked: dict[str, str] = {}
    connect = psycopg.Connection.connect.__func__

    def noted(kind: Any, **parameters: str) -> Any:
        asked.update(parameters)
        return connect(kind, **parameters)

    monkeypatch.setattr(psycopg.Connection, "connect", classmethod(noted))
    open_store(url.replace("?", f"{given}&") if given else url, SystemClock()).close()
    assert int(asked["keepalives_idle"]) == (60 if given else 10)
    assert int(asked["tcp_user_timeout"]) <= 30_000


@pytest.mark.parametrize("lost", [False, True], ids=["undisturbed", "with the connection lost"])
def test_many_answers_are_read_page_by_page(
    server: Server, url: str, monkeypatch: pytest.MonkeyPatch, *, lost: bool
) -> None:
    monkeypatch.setattr("enrich.stores.postgresql.store.NAMES_AT_ONCE", 2)
    names = [name for number in range(9) for name in file(number)]
    with closing(open_store(url, SystemClock())) as store:
        put(store, *(found(file(number)) for number in range(7)))
        database, count = store.database, 0  # type: ignore[attr-defined]
        pages, own = database.pages, database.rows("SELECT pg_backend_pid()")[0][0]

        def counted(*question: Any) -> Iterator[list[Any]]:
            nonlocal count
            for page in pages(*question):
                count += 1
                yield page
                if lost and count == 1:
                    with psycopg.connect(f"host=127.0.0.1 port={server.port} user=postgres") as other:
                        other.execute("SELECT pg_terminate_backend(%s)", (own,))

        monkeypatch.setattr(database, "pages", counted)
        assert store.get_many(VT, names).keys() == set(names[:21])
        assert count == 4 + lost, "seven objects, two a page"
        assert {len(known) for known in store.names_of_objects(names)} == {3}


class TestRights:
    pytestmark = needs_server

    def test_a_role_that_may_make_no_schema_is_told_what_an_administrator_must_run(self, server: Server) -> None:
        with psycopg.connect(f"host=127.0.0.1 port={server.port} user=postgres", autocommit=True) as admin:
            admin.execute("CREATE ROLE analyst LOGIN")
        url = server.url("rights").replace("postgres@", "analyst@")
        with pytest.raises(StoreError, match="analyst may not make them") as caught:
            open_store(url, SystemClock())
        statement = caught.value.hint.partition("run: ")[2]
        assert statement == "CREATE SCHEMA rights AUTHORIZATION analyst;"
        with psycopg.connect(f"host=127.0.0.1 port={server.port} user=postgres", autocommit=True) as admin:
            admin.execute(statement)
        with closing(open_store(url, SystemClock())) as store:
            put(store, found(file(1)))
            assert any("role analyst" in text for _, text in store.check())


class TestOutage:
    """On a server of its own, which is stopped as a crash stops it."""

    pytestmark = needs_server

    @pytest.fixture
    def own(self) -> Iterator[Server]:
        with postgresql_server.server(durable=True) as there:
            yield there

    def test_a_crash_and_a_restart_lose_nothing_and_stop_nothing(self, own: Server) -> None:
        with closing(open_store(own.url("enrich"), SystemClock())) as store:
            put(store, found(file(0)))
            own.crash()
            back = threading.Timer(0.5, own.start)
            back.start()
            for number in range(1, 20):
                grant = store.book("k", Quota(1000, None, None))
                assert isinstance(grant, Grant)
                store.put_many([Answer(found(file(number)), b"body")], settled=[("k", grant.permit)])
            back.join()
            known = store.get_many(VT, [file(number)[0] for number in range(20)])
            assert len(known) == 20

    def test_after_a_failover_nobody_books_for_a_minute_and_a_margin(self, own: Server) -> None:
        """Neither who was there nor who comes then; what was paid for is stored meanwhile."""
        quota = Quota(1000, None, None)
        with closing(open_store(own.url("enrich"), SystemClock())) as store:
            assert isinstance(store.book("k", quota), Grant)
            put(store, found(file(0)))
            own.fail_over()
            with closing(open_store(own.url("enrich"), SystemClock())) as newcomer:
                for each in (store, newcomer):
                    said = each.book("k", quota)
                    assert isinstance(said, Wait)
                    assert said.window == "cool-down"
                    assert 55 < said.until - store.clock.time() <= 61
                    said = each.book("another", Quota(None, None, None))
                    assert isinstance(said, Wait)
                store.put_many([Answer(found(file(1)))])
                assert isinstance(newcomer.book("k", quota, timing=Timing(0.0, 0.0)), Grant), (
                    "a pause of no time is over"
                )

    def test_a_shape_that_the_new_server_does_not_know_is_written_again(self, own: Server) -> None:
        """As after a failover to a standby that had not heard the last of it."""
        with closing(open_store(own.url("enrich"), SystemClock())) as store:
            put(store, found(file(1)))
            with psycopg.connect(f"host=127.0.0.1 port={own.port} user=postgres", autocommit=True) as admin:
                admin.execute("TRUNCATE enrich.shapes, enrich.findings, enrich.names")
            own.crash()
            own.start()
            assert store.get_many(VT, file(1)) == {}
            put(store, found(file(1)))
            assert store.get_many(VT, file(1)).keys() == set(file(1))

    def test_answers_that_the_database_will_not_take_wait_in_a_file(self, own: Server, data_folder: Path) -> None:
        admin = psycopg.connect(f"host=127.0.0.1 port={own.port} user=postgres", autocommit=True)
        with closing(open_store(own.url("enrich"), SystemClock())) as store, admin:
            admin.execute("ALTER TABLE enrich.findings ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
            with pytest.raises(StoreError) as caught:
                store.put_many([Answer(found(file(1)), b"body")])
            assert "paid for waits in" in caught.value.hint
            admin.execute("ALTER TABLE enrich.findings DROP CONSTRAINT full_disk")
        with closing(open_store(own.url("enrich"), SystemClock())) as store:
            assert store.bodies(VT, file(1)[:1]) == {file(1)[0]: b"body"}
        assert list(data_folder.iterdir()) == []

    def test_answers_of_a_longer_outage_wait_in_a_file_and_go_over(
        self, own: Server, monkeypatch: pytest.MonkeyPatch, data_folder: Path
    ) -> None:
        monkeypatch.setattr("enrich.stores.postgresql.outage.REPEAT_SECONDS", 0.3)
        store = open_store(own.url("enrich"), SystemClock())
        put(store, found(file(0)))
        own.crash()
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            store.put_many([Answer(found(file(1)), b"body"), Answer(found(file(2)))])
        assert "paid for waits in" in caught.value.hint
        store.close()
        (waiting,) = [path for path in data_folder.iterdir() if path.suffix == ".sqlite"]
        assert waiting.stat().st_mode & 0o077 == 0
        own.start()
        with closing(open_store(own.url("enrich"), SystemClock())) as store:
            assert len(store.get_many(VT, [file(number)[0] for number in range(3)])) == 3
            assert store.bodies(VT, file(1)[:1]) == {file(1)[0]: b"body"}
        assert list(data_folder.iterdir()) == []


def test_a_store_moves_over_by_export_and_import(server: Server, url: str, tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'a.db'}", SystemClock())) as old:
        put(old, found(file(1), 0, 1), found(file(1), 2, 5), found(file(2)))
        with closing(open_store(url, SystemClock())) as new:
            assert new.merge(old.export()) == 2
            assert list(new.export()) == list(old.export())


@pytest.mark.parametrize(
    ("kind", "change"), [("role", ("postgres@", "nobody@")), ("database", ("/postgres?", "/none?"))]
)
def test_a_role_or_database_that_is_not_there_is_no_question_of_the_network(
    url: str, kind: str, change: tuple[str, str]
) -> None:
    with pytest.raises(StoreError, match=f'cannot be used: .*{kind} ".*" does not exist') as caught:
        open_store(url.replace(*change), SystemClock())
    assert "names of role and database" in caught.value.hint


def test_two_clocks_that_agree_are_told_without_a_minus(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enrich.stores.postgresql.clock.DatabaseClock.ahead", 0.01)
    with closing(open_store(url, SystemClock())) as store:
        said = [words for _, words in store.check() if "round trip" in words]
    assert ["clock is +0.0 s off" in words for words in said] == [True]
