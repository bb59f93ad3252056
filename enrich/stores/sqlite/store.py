"""The store over one SQLite database: what ``Store`` asks for beside what its parts bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from enrich.clock import Clock
from enrich.errors import StoreError
from enrich.model.finding import Answer
from enrich.stores.sql.store import SqlStore
from enrich.stores.sqlite.connection import SqliteDatabase
from enrich.stores.sqlite.ledger import SqliteLedger


class SqliteStore(SqlStore, SqliteLedger):
    """Fulfils ``Store``."""

    far = False

    def __init__(self, url: str, database: SqliteDatabase, clock: Clock) -> None:
        super().__init__(url, database, clock)
        self._database = database
        self.claims.answered = self.answered
        self.note_machine()

    def put_many(self, answers: Sequence[Answer], *, settled: Iterable[tuple[str, int]] = ()) -> None:
        arrived, calls = self.arrived(answers), list(settled)
        if not arrived:
            self.settle(calls)
            return
        named = [(one.answer.finding.origin, name) for one in arrived for name in one.names]
        try:
            with self.transaction():
                self.put_arrived(arrived)
                self.claims.free(named, [number for one in arrived for number in one.prefixes])
                self.settle_in(calls)
        except StoreError as error:
            hint = "the last answers are in the outputs of this run alone, and another one pays for them again"
            raise StoreError(str(error), hint=f"{hint}; {error.hint}") from error
        self.settle_leased(calls)

    def hurry(self) -> None:
        """Do nothing: a file is never away."""

    def check(self) -> Iterator[tuple[str, str]]:
        if len(machines := self.machines()) > 1:
            hosts = ", ".join(machines)
            yield "note", f"used on {hosts}: copies of one file count one key's calls apart; see --store postgresql://"
        yield from super().check()
