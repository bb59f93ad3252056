"""One connection to PostgreSQL: statements, transactions, its tables made, its errors in our words.

Nothing is kept in the session (no setting, no session lock), so a pooler may stand between; calls of functions are
prepared only where none does.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent import futures
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from threading import Event
from typing import Any

import psycopg

from enrich.clock import Clock
from enrich.errors import StoreError
from enrich.stores.postgresql.address import Address
from enrich.stores.postgresql.arrays import Blobs, BlobsDumper, as_array
from enrich.stores.postgresql.refusals import NETWORK, ConnectionLost, in_words
from enrich.stores.postgresql.watched import WatchedConnection, start_thread

OLDEST_SERVER = 130000
CONNECT_SECONDS = 10
LOOK_SECONDS = 0.1
"""Seconds between two looks at whether a connection is made or the run is to end."""
TABLE_NAMES = (
    *("findings", "shapes", "names", "bodies", "history", "lists", "notes", "machines"),
    *("holds", "counts", "permits", "claims", "ticks", "versions"),
)
KEEPALIVES = {"keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "25000"}
"""A server that vanishes without a word is noticed within half a minute, not after the hours that systems wait."""
READ_COMMITTED = "BEGIN ISOLATION LEVEL READ COMMITTED"
READ_ONLY = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off; SET LOCAL enable_mergejoin = off;"
    " SET LOCAL enable_hashjoin = off; SET LOCAL max_parallel_workers_per_gather = 0"
)
"""One question for all five. Each plan is used once: compiling it, and starting processes that work beside ours, costs
more than either saves. Numbers are looked up by 20,000 in their order: every join but that of each number with the
index would read the whole table, or all of it up to these numbers, each time again."""
_SESSION = "SELECT current_setting('default_transaction_isolation'), pg_backend_pid()"
"""How transactions begin by themselves: an administrator may have them begin stricter than ``READ_COMMITTED``, and a
booking that waited for the lock of another would not see what that one booked. And which process answers."""
_TABLE = re.compile(rf"\b(FROM|JOIN|INTO|UPDATE) ({'|'.join(TABLE_NAMES)})\b")


# what it warns of is raised as well: without a handler it would stand on the terminal between our own words
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class PostgresqlDatabase:
    """Fulfils ``Database``. For one thread at a time."""

    def __init__(self, address: Address, clock: Clock) -> None:
        self.address = address
        self.machine = clock
        self.schema = address.schema
        self.shown = f"the store {address.shown}"
        self.in_transaction = False
        self.hurry = Event()
        """Set from any thread: nothing that the server is silent about is waited for any more."""
        self._is_stricter = False
        self._connection = self._connected()

    # --- Database ---

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        if "EACH(?)" in sql:
            values = [as_array(value) if isinstance(value, list) else value for value in values]
        return self._fetched(self._own(sql), values)

    def pages(self, sql: str, values: Sequence[Any], size: int) -> Iterator[list[Any]]:
        """Yield the rows of one statement, so many at a time, as the server finds them. Inside ``reading``."""
        values = [as_array(value) if isinstance(value, list) else value for value in values]
        try:
            with psycopg.ServerCursor(self._connection, "pages") as cursor:
                cursor.execute(self._own(sql), values, binary=True)
                while rows := cursor.fetchmany(size):
                    yield rows
        except psycopg.Error as error:
            raise self._in_words(error) from error

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        try:
            self._connection.execute(self._own(sql), values)
        except psycopg.Error as error:
            raise self._in_words(error) from error

    def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        try:
            with self._connection.cursor() as cursor:
                cursor.executemany(self._own(sql), values)
        except psycopg.Error as error:
            raise self._in_words(error) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        lock = "SELECT pg_advisory_xact_lock(hashtextextended('{schema} write', 0))"
        with self.transaction(READ_COMMITTED):
            self.rows(lock.replace("{schema}", self.schema))  # a statement of its own: what is read is newer than it
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self.transaction(READ_ONLY):
            yield

    def size(self) -> int:
        sql = (
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relkind = 'r'"
        )
        return int(self.rows(sql, (self.schema,))[0][0])

    def reclaim(self) -> None:
        """Autovacuum's business."""

    def close(self) -> None:
        with suppress(psycopg.Error):
            self._connection.close()

    # --- beside it ---

    def call(self, function: str, values: Sequence[Any]) -> list[Any]:
        """Return what one of ``functions.sql`` returns; ``values`` in its order. One statement, one transaction."""
        # bytes go as such: a body written as text costs more than all else; for all else it is the other way round
        values = [as_array(value) if isinstance(value, list) else value for value in values]
        places = ", ".join("%s" if isinstance(value, str) else "%b" for value in values)
        sql = f"SELECT * FROM {self.schema}.{function}({places})"  # noqa: S608 - own words
        if not self._is_stricter or self.in_transaction:
            return self._fetched(sql, values, prepare=True)
        with self.transaction(READ_COMMITTED):
            return self._fetched(sql, values, prepare=True)

    def define(self, statements: str) -> None:
        """Run statements as they are written, several at once, inside ``transaction``: of tables and functions."""
        try:
            self._connection.execute(statements)
        except psycopg.Error as error:
            raise self._in_words(error) from error

    @property
    def role(self) -> str:
        return str(self._connection.info.user)

    def now(self) -> float:
        """Return the database's wall clock in Unix seconds."""
        return float(self.rows("SELECT extract(epoch FROM clock_timestamp())::float8")[0][0])

    def facts(self) -> dict[str, Any]:
        """Return what an administrator wants to see of the server."""
        sql = (
            "SELECT current_user::text, current_setting('server_version'), pg_is_in_recovery(),"
            " current_setting('synchronous_commit'),"
            " coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)"
        )
        names = ("role", "version", "standby", "synchronous_commit", "tls")
        return dict(zip(names, self.rows(sql)[0], strict=True))

    def reconnect(self) -> None:
        """Open a connection in the place of one that was lost. Raises ``ConnectionLost`` where there is none."""
        self.close()
        self.in_transaction = False
        connecting = start_thread(self._connected)
        while not connecting.done() and not self.hurry.is_set():
            futures.wait([connecting], LOOK_SECONDS)
        if not connecting.done():
            raise ConnectionLost(f"{self.shown} cannot be reached: it says nothing", hint=NETWORK)
        self._connection = connecting.result()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return not self._connection.closed

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        if self.in_transaction:
            raise AssertionError("transactions are not nested")
        self.run(begin)
        self.in_transaction = True
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            with suppress(psycopg.Error):
                self._connection.execute("ROLLBACK")
            raise
        finally:
            self.in_transaction = False

    def _fetched(self, sql: str, values: Sequence[Any], *, prepare: bool = False) -> list[Any]:
        try:
            return self._connection.execute(sql, values, binary=True, prepare=prepare).fetchall()
        except psycopg.Error as error:
            raise self._in_words(error) from error

    def _own(self, sql: str) -> str:
        return _translated(sql, self.schema)

    def _opened(self) -> WatchedConnection:
        parameters = {
            "connect_timeout": str(CONNECT_SECONDS),
            "application_name": "ioc-enrich",
            **KEEPALIVES,
            **self.address.parameters,
        }
        return WatchedConnection.connect(**parameters, autocommit=True, prepare_threshold=None)  # type: ignore[arg-type]

    def _is_there(self) -> bool:
        """Return whether the server answers somebody else. A pooler's refusal may be all that is left of it."""
        try:
            with closing(self._opened()) as another:
                another.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _connected(self) -> WatchedConnection:
        try:
            connection = self._opened()
        except psycopg.Error as error:
            raise self._in_words(error, connecting=True) from error
        connection.hurry = self.hurry
        if connection.info.server_version < OLDEST_SERVER:
            connection.close()
            raise StoreError(f"{self.shown} is on a PostgreSQL older than 13", hint="move it to a newer server")
        try:
            told = connection.execute(_SESSION).fetchone()
        except psycopg.Error as error:
            connection.close()
            raise self._in_words(error, connecting=True) from error
        isolation, process = told or ("", 0)
        connection.is_there = self._is_there
        connection.adapters.register_dumper(Blobs, BlobsDumper)
        self._is_stricter = isolation != "read committed"
        if process == connection.info.backend_pid:  # a pooler between tells a number of its own
            connection.prepare_threshold = sys.maxsize  # what is to be prepared says so
        return connection

    def _in_words(self, error: psycopg.Error, *, connecting: bool = False) -> StoreError:
        lost = connecting or self._connection.closed or self._connection.broken
        return in_words(error, self.shown, self.schema, connecting=connecting, lost=lost)


@lru_cache(maxsize=256)
def _translated(sql: str, schema_name: str) -> str:
    """Return a shared statement in PostgreSQL's words. Tables bear their schema: behind a pooler no setting is ours."""
    own = sql.replace("%", "%%").replace("EACH(?)", "unnest(%s::int4[]) AS each (value)").replace("?", "%s")
    return _TABLE.sub(rf"\1 {schema_name}.\2", own)
