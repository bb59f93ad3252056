"""The PostgreSQL store passes the contract, on a real server, directly and through a pooler."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator

import pytest
from msgspec import structs

from enrich.model.finding import Answer
from enrich.stores import Store, open_store
from tests.stores.contract import SharedStoreContract
from tests.support import postgresql_server
from tests.support.postgresql_server import Server
from tests.support.stored_answers import file, found, put
from tests.support.virtual_time import VirtualClock

psycopg = pytest.importorskip("psycopg")
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not postgresql_server.is_installed(), reason="PostgreSQL is not installed"),
]
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql_server.server() as there:
        yield there


@pytest.fixture(scope="module")
def pooled(server: Server) -> Iterator[int]:
    if shutil.which("pgbouncer") is None:
        pytest.skip("PgBouncer is not installed")
    with postgresql_server.pooler(server) as port:
        yield port


@pytest.fixture
def schema() -> str:
    return f"test_{next(NUMBERS)}"


class TestPostgresql(SharedStoreContract):
    @pytest.fixture
    def url(self, server: Server, schema: str) -> str:
        return server.url(schema)

    @pytest.fixture
    def store(self, url: str, clock: VirtualClock) -> Iterator[Store]:
        store = open_store(url, clock)
        yield store
        store.close()

    @pytest.fixture
    def others(self, url: str, clock: VirtualClock, store: Store) -> Iterator[Store]:
        others = open_store(url, clock)
        yield others
        others.close()

    def test_calls_are_prepared_where_the_session_is_ours_alone(self, store: Store, url: str) -> None:
        put(store, found(file(1)))
        count = store.database.rows("SELECT count(*) FROM pg_prepared_statements")[0][0]  # type: ignore[attr-defined]
        assert (count > 0) == (type(self) is TestPostgresql)

    @pytest.mark.parametrize("origin", ["{a,b}", "NULL", 'a "quoted" \\ name', "tab\tand\nline", "m\u00fcller,"])
    def test_an_origin_comes_back_as_it_went_whatever_it_looks_like(self, store: Store, origin: str) -> None:
        for number in range(2):
            finding = structs.replace(found(file(number)), origin=origin)
            store.put_many([Answer(finding, b"body"), Answer(found(file(number)))])
            assert store.get_many(origin, [finding.indicator])[finding.indicator].origin == origin


class TestThroughPgBouncer(TestPostgresql):
    @pytest.fixture
    def url(self, server: Server, schema: str, pooled: int) -> str:
        return server.url(schema, pooled)
