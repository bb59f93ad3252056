"""The store of a team: what ``Store`` asks for beside what its parts bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from enrich.clock import Clock, SystemClock
from enrich.errors import StoreError
from enrich.model.finding import Answer
from enrich.stores.postgresql.clock import DatabaseClock
from enrich.stores.postgresql.connection import PostgresqlDatabase
from enrich.stores.postgresql.ledger import PostgresqlLedger
from enrich.stores.postgresql.migration import set_up
from enrich.stores.postgresql.outage import Outages, Spill
from enrich.stores.sql.objects import Arrived
from enrich.stores.sql.read import NAMES_AT_ONCE
from enrich.stores.sql.records import Row, pack, packed_name
from enrich.stores.sql.store import SqlStore

NUMBERS_IN_ORDER = "(SELECT DISTINCT finding AS value FROM EACH(?) JOIN names ON start = value ORDER BY 1) AS numbers"


class PostgresqlStore(SqlStore, PostgresqlLedger):
    """Fulfils ``Store``."""

    far = True

    def __init__(self, url: str, database: PostgresqlDatabase, clock: Clock) -> None:
        try:
            set_up(database)
        except BaseException:
            database.close()
            raise
        # any other clock than the machine's own is a test's, and is the time
        counting = DatabaseClock(clock, database.now) if isinstance(clock, SystemClock) else clock
        super().__init__(url, database, counting, None if isinstance(clock, SystemClock) else clock)
        self.url = database.address.shown
        self._outages = Outages(database, self.shapes.forget)
        self._spill = Spill(database.address, clock)
        self.note_machine()
        self._spill.hand_over(self)

    def put_many(self, answers: Sequence[Answer], *, settled: Iterable[tuple[str, int]] = ()) -> None:
        arrived, calls = self.arrived(answers), list(settled)
        if not arrived:
            self.settle(calls)
            return
        try:
            self._outages.through(self._put, arrived, [call for call in calls if call[1] > 0])
        except StoreError as error:  # away, full, or closed to us: what is paid for is kept all the same
            self._spill.keep([one.answer for one in arrived])
            raise self._spill.error(error) from error
        self.settle_leased(calls)

    def _put(self, arrived: Sequence[Arrived], booked: Sequence[tuple[str, int]]) -> None:
        origins = [one.answer.finding.origin for one in arrived for _ in one.prefixes]
        ended = self.ended(booked, origins, [number for one in arrived for number in one.prefixes])
        # Nearly all answers are about objects that nobody knew, or that are known by the same names: one round trip.
        # What must unite or divide objects is decided here, step by step, inside a transaction.
        if self._put_plain(arrived, ended):
            return
        with self.transaction():
            self.put_arrived(arrived)
            self.server.call("settle", (*ended, *self._times()))

    def _put_plain(self, arrived: Sequence[Arrived], ended: tuple[Any, ...]) -> bool:
        """Store answers in one round trip; false, and nothing done, where an object is known by other names."""
        numbers = [number for one in arrived for number in one.prefixes]
        if len(set(numbers)) < sum(len(set(one.prefixes)) for one in arrived):  # two of them may be about one object
            return False
        packed = [pack(one.answer.finding, one.names) for one in arrived]
        if new := {shape for shape, *_ in packed if not self.shapes.knows(shape)}:
            with self.transaction():  # a shape is kept once, and stays
                for shape in new:
                    self.shapes.number(shape)
        rows = [self.row(one.answer.finding, own) for one, own in zip(arrived, packed, strict=True)]
        columns = [list(column) for column in zip(*rows, strict=True)]
        owners = [place for place, one in enumerate(arrived, 1) for _ in one.prefixes]
        names = [packed_name(name.value) for one in arrived for name in one.names]
        bodies = [one.answer.body for one in arrived]
        values = (*columns, bodies, owners, numbers, names, *ended, *self._times())
        return bool(self.server.call("put_plain", values)[0][0])

    def candidates(self, begins: Iterable[int], sql: str, *values: str) -> Iterator[Sequence[Row]]:
        # one question: the server sorts the numbers itself, and none of them goes to and fro
        wanted, sql = sorted(set(begins)), sql.replace("EACH(?)", NUMBERS_IN_ORDER)
        if len(wanted) > NAMES_AT_ONCE:
            yield from self.server.pages(sql, (wanted, *values), NAMES_AT_ONCE)
        elif wanted:
            yield self.server.rows(sql, (wanted, *values))

    def hurry(self) -> None:
        self._outages.hurry()

    def check(self) -> Iterator[tuple[str, str]]:
        facts = self.server.facts()
        tls = "with TLS" if facts["tls"] else "without TLS"
        yield "ok", f"PostgreSQL {facts['version']}, role {facts['role']}, schema {self.server.schema}, {tls}"
        if isinstance(self.clock, DatabaseClock):
            trip, ahead = self.clock.round_trip * 1e3, round(-self.clock.ahead, 1) + 0.0  # and no "-0.0"
            mark = "note" if abs(ahead) > 1 or trip > 50 else "ok"
            yield (
                mark,
                f"round trip {trip:.1f} ms; this machine's clock is {ahead:+.1f} s off the database's, which counts",
            )
        if facts["synchronous_commit"] == "off":
            yield "note", "synchronous_commit is off: a crash of the server loses the last answers"
        yield from super().check()

    def machines(self) -> dict[str, datetime]:
        return {}  # several are what it is for


def _over_outages(name: str) -> Callable[..., Any]:
    """Return the inherited method ``name``, which may be repeated, as one that is repeated over an outage."""

    def repeated(self: PostgresqlStore, *values: Any, **named: Any) -> Any:
        again = [list(value) if isinstance(value, Iterator) else value for value in values]
        return self._outages.through(getattr(super(PostgresqlStore, self), name), *again, **named)

    return repeated


for _name in (
    *("get_many", "columns_of", "names_of_objects", "bodies", "history", "through", "give_back", "usage", "correct"),
    *("hold_off", "remember", "recall", "note", "keep_note"),
):
    setattr(PostgresqlStore, _name, _over_outages(_name))
