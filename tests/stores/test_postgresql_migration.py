"""The tables of a team store are made once, and brought up once, however many machines come at the same moment."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.resources import files

import pytest

from enrich.clock import SystemClock
from enrich.errors import StoreError
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota
from enrich.stores import Grant, open_store
from tests.support import postgresql_server
from tests.support.postgresql_server import Server
from tests.support.stored_answers import VT, file, found, name, put

psycopg = pytest.importorskip("psycopg")
migration = pytest.importorskip("enrich.stores.postgresql.migration")
needs_server = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not postgresql_server.is_installed(), reason="PostgreSQL is not installed"),
]
NUMBERS = itertools.count()
MACHINES = 6
FIRST_VERSION = """
ALTER TABLE {schema}.ticks DROP COLUMN timeline, DROP COLUMN paused_until;
DROP FUNCTION {schema}.put_plain;
CREATE OR REPLACE FUNCTION {schema}.give_back(p_permit bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'an old function'; END $$;
UPDATE {schema}.versions SET version = 3
"""
"""What leads back to what the first version wrote, as far as this one reads it."""
WIDE = """
ALTER TABLE {schema}.names RENAME COLUMN start TO prefix;
ALTER TABLE {schema}.names ALTER prefix TYPE bigint, ALTER finding TYPE bigint;
ALTER TABLE {schema}.shapes ALTER shape TYPE bigint;
ALTER TABLE {schema}.findings ALTER finding TYPE bigint, ALTER shape TYPE bigint, ALTER malicious TYPE bigint,
    ALTER engines TYPE bigint, ALTER status TYPE bigint;
ALTER TABLE {schema}.bodies ALTER finding TYPE bigint;
ALTER TABLE {schema}.history ALTER finding TYPE bigint, ALTER malicious TYPE bigint, ALTER engines TYPE bigint,
    ALTER status TYPE bigint;
DELETE FROM {schema}.names;
UPDATE {schema}.versions SET version = 303
"""
"""What leads back to the columns of version 303, its table of names empty."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql_server.server() as there:
        yield there


@pytest.fixture
def schema() -> str:
    return f"migration_{next(NUMBERS)}"


def at_once(work: Callable[[], None]) -> None:
    """On several machines at the same moment; raises what any of them raises."""
    begun = threading.Barrier(MACHINES)

    def one() -> None:
        begun.wait()
        work()

    with ThreadPoolExecutor(MACHINES) as several:
        for done in [several.submit(one) for _ in range(MACHINES)]:
            done.result()


def administer(server: Server, statements: str) -> None:
    with psycopg.connect(f"host=127.0.0.1 port={server.port} user=postgres", autocommit=True) as admin:
        admin.execute(statements)


class TestOnAServer:
    pytestmark = needs_server

    @pytest.mark.parametrize("attempt", range(4))
    def test_a_new_store_is_made_once_and_whoever_waited_sees_it(
        self, server: Server, schema: str, attempt: int
    ) -> None:
        at_once(lambda: open_store(server.url(schema), SystemClock()).close())

    def test_an_older_store_is_brought_up_once_with_all_that_it_holds(self, server: Server, schema: str) -> None:
        quota = Quota(10, None, None)
        with closing(open_store(server.url(schema), SystemClock())) as store:
            put(store, found(file(1)))
            assert isinstance(store.book("k", quota), Grant)
        administer(server, WIDE.format(schema=schema))
        self.names_of_303(server, schema, file(1))
        administer(server, FIRST_VERSION.format(schema=schema))
        at_once(lambda: open_store(server.url(schema), SystemClock()).close())
        with closing(open_store(server.url(schema), SystemClock())) as store:
            put(store, found(file(1), 1), found(file(2)))
            assert store.get_many(VT, [file(1)[0], file(2)[0]]).keys() == {file(1)[0], file(2)[0]}
            grant = store.book("k", quota)
            assert isinstance(grant, Grant)
            store.give_back("k", grant.permit)
            assert store.usage("k").day == 1

    @staticmethod
    def names_of_303(server: Server, schema: str, *objects: Sequence[Indicator]) -> None:
        """Fill the table of names, for findings 1 and up, as version 303 did."""
        for number, names in enumerate(objects, 1):
            prefixes = (int.from_bytes(bytes.fromhex(each.value[:16]), "big", signed=True) for each in names)
            values = ", ".join(f"({prefix}, {number})" for prefix in prefixes)
            administer(server, f"INSERT INTO {schema}.names (prefix, finding) VALUES {values}")

    def test_a_store_of_wider_columns_is_narrowed_with_all_that_it_holds(self, server: Server, schema: str) -> None:
        alike = (name("ab" * 16), name("ab" * 4 + "cd" * 16), name("ef" * 32))
        with closing(open_store(server.url(schema), SystemClock())) as store:
            put(store, found(file(1), 0, 1), found(alike))
            put(store, found(file(1), 1, 2))
        administer(server, WIDE.format(schema=schema))
        self.names_of_303(server, schema, file(1), alike)
        at_once(lambda: open_store(server.url(schema), SystemClock()).close())
        with closing(open_store(server.url(schema), SystemClock())) as store:
            assert store.get_many(VT, [*file(1), *alike]).keys() == {*file(1), *alike}
            assert [past.malicious for past in store.history(VT, file(1))[file(1)[0]]] == [1, 2]
            put(store, found(alike, 2), found(file(4)))
            assert store.info().objects == 3
            types = store.database.rows(  # type: ignore[attr-defined]
                "SELECT count(*) FROM information_schema.columns WHERE table_schema = ? AND table_name = 'names'"
                " AND data_type = 'integer'",
                (schema,),
            )
            assert types == [(2,)]

    def test_a_store_of_the_version_before_gets_the_functions_of_this_one(self, server: Server, schema: str) -> None:
        with closing(open_store(server.url(schema), SystemClock())) as store:
            put(store, found(file(1)))
        administer(server, f"UPDATE {schema}.versions SET version = 404; DROP FUNCTION {schema}.put_plain")
        at_once(lambda: open_store(server.url(schema), SystemClock()).close())
        with closing(open_store(server.url(schema), SystemClock())) as store:
            put(store, found(file(1), 1), found(file(2)))
            assert store.get_many(VT, [file(1)[0], file(2)[0]]).keys() == {file(1)[0], file(2)[0]}

    def test_a_newer_store_is_left_alone_and_told(self, server: Server, schema: str) -> None:
        open_store(server.url(schema), SystemClock()).close()
        administer(server, f"UPDATE {schema}.versions SET version = {migration.VERSION + 1}")
        with pytest.raises(StoreError, match="newer enrich") as caught:
            open_store(server.url(schema), SystemClock())
        assert caught.value.hint == "update enrich on this machine"


def test_functions_that_changed_have_another_version() -> None:
    """Else stores that are there already keep the old ones. After a change: raise OWN_VERSION, note both here."""
    text = files("enrich.stores.postgresql").joinpath("functions.sql").read_bytes().replace(b"\r\n", b"\n")
    assert (migration.VERSION, hashlib.sha256(text).hexdigest()[:16]) == (406, "a551f0c421e58ece")
