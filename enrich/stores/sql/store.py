"""A store over a SQL database but for its bookings: what ``Store`` asks for beside what its parts bring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from enrich.clock import utc
from enrich.errors import StoreError
from enrich.stores.shared.info import Info
from enrich.stores.sql.counts import Counts
from enrich.stores.sql.lists import Lists
from enrich.stores.sql.machines import Machines
from enrich.stores.sql.records import reading_rows
from enrich.stores.sql.transfer import Transfer


class SqlStore(Transfer, Lists, Machines, Counts):
    """That part of ``Store``."""

    def check(self) -> Iterator[tuple[str, str]]:
        for account, until in self._held_until().items():
            hint = "`enrich cache clear-holds` lifts it"
            yield "note", f"no call before {until:%Y-%m-%d %H:%M:%S} UTC with the key {account}; {hint}"

    def info(self) -> Info:
        ledger, holds, machines = self.accounts(), self._held_until(), self.machines()
        return Info(url=self.url, ledger=ledger, holds=holds, machines=machines, **self.answers_info())

    def _held_until(self) -> dict[str, datetime]:
        with reading_rows():
            return {account: utc(until) for account, until in self.holds().items()}

    def prune(self, older_than: float, *, bodies_only: bool = False) -> int:
        if not bodies_only:
            self.database.run("DELETE FROM lists WHERE at < ?", (older_than,))
        return super().prune(older_than, bodies_only=bodies_only)

    def note(self, name: str) -> str:
        rows = self.database.rows("SELECT text FROM notes WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def keep_note(self, name: str, text: str) -> None:
        with self.database.writing():
            self.database.run("DELETE FROM notes WHERE name = ?", (name,))
            if text:
                self.database.run("INSERT INTO notes (name, text) VALUES (?, ?)", (name, text))

    def close(self) -> None:
        with suppress(StoreError):  # what cannot be given back any more lapses by itself
            self.end_bookings()
        self.database.close()
