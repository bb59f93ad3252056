"""The store over one database: its parts put together behind the interface. Knows no SQL and no URL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from enrich.clock import Clock
from enrich.errors import StoreError
from enrich.model.finding import Answer, Finding, Past
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota, Usage
from enrich.stores.shared.booking import Ahead, Claim, Elsewhere, Grant, Wait
from enrich.stores.shared.info import Info
from enrich.stores.sql.claims import Claims
from enrich.stores.sql.connection import Database
from enrich.stores.sql.identities import Identities
from enrich.stores.sql.layouts import Layouts
from enrich.stores.sql.ledger import Hold, Ledger
from enrich.stores.sql.lists import Roll, Rolls
from enrich.stores.sql.notes import Notes
from enrich.stores.sql.read import Reading
from enrich.stores.sql.transfer import Transfer
from enrich.stores.sql.write import Writing


class DatabaseStore:
    """Fulfils ``Store``. One connection: for one thread; other processes open their own."""

    far = False

    def __init__(self, url: str, database: Database, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self._database = database
        self._notes = Notes(database)
        layouts, identities = Layouts(database), Identities(database)
        self._reading = Reading(database, layouts, identities)
        self._writing = Writing(database, layouts, identities, self._reading, clock)
        self._transfer = Transfer(database, self._reading, self._writing, clock)
        self._claims = Claims(database, self._reading, clock)
        self._ledger = Ledger(database, self._claims, clock)
        self._rolls = Rolls(database, clock)
        self._seen_version = database.data_version()

    def get_many(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, Finding]:
        return self._reading.get_many(provider, indicators)

    def put_many(self, answers: Sequence[Answer], *, settled: Iterable[tuple[str, int]] = ()) -> None:
        calls = list(settled)
        if not answers and not calls:
            return
        with self._writing.transaction():
            self._writing.put_many(answers)
            for origin, names in _names_by_origin(answers).items():
                self._claims.free(origin, names)
            for account, permit in calls:
                self._ledger.settle_in(account, permit)

    def bodies(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, bytes]:
        return self._reading.bodies(provider, indicators)

    def history(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, list[Past]]:
        return self._reading.history(provider, indicators)

    def changed_elsewhere(self) -> bool:
        before, self._seen_version = self._seen_version, self._database.data_version()
        return before != self._seen_version

    def book(
        self,
        account: str,
        quota: Quota,
        *,
        claim: Claim | None = None,
        ahead: Ahead | None = None,
        minute: float = 60.0,
        margin: float = 1.0,
        longest: float = 90.0,
    ) -> Grant | Wait | Elsewhere:
        return self._ledger.book(account, quota, Hold(minute + margin, longest), claim=claim, ahead=ahead)

    def release(self, claim: Claim) -> None:
        self._ledger.release(claim)

    def settle(self, account: str, permit: int) -> None:
        self._ledger.settle(account, permit)

    def give_back(self, account: str, permit: int) -> None:
        self._ledger.give_back(account, permit)

    def usage(self, account: str) -> Usage:
        return self._ledger.usage(account)

    def correct(self, account: str, used: Usage, *, at: float | None = None) -> None:
        self._ledger.correct(account, used, at)

    def hold_off(self, account: str, until: float) -> None:
        self._ledger.hold_off(account, until)

    def clear_holds(self) -> int:
        return self._ledger.clear_holds()

    def remember(self, name: str, indicators: Iterable[Indicator]) -> None:
        self._rolls.remember(name, indicators)

    def recall(self, name: str) -> Roll | None:
        return self._rolls.recall(name)

    def note(self, name: str) -> str:
        return self._notes.note(name)

    def keep_note(self, name: str, text: str) -> None:
        self._notes.keep_note(name, text)

    def info(self) -> Info:
        return self._transfer.info(self.url, self._ledger.accounts(), self._ledger.holds())

    def export(self) -> Iterator[dict[str, Any]]:
        return self._transfer.export()

    def merge(self, records: Iterable[dict[str, Any]], *, check: Callable[[Finding], str] | None = None) -> int:
        return self._transfer.merge(records, check)

    def prune(self, older_than: float, *, bodies_only: bool = False) -> int:
        if not bodies_only:
            self._rolls.prune(older_than)
        return self._transfer.prune(older_than, bodies_only=bodies_only)

    def close(self) -> None:
        with suppress(StoreError):  # what cannot be given back any more lapses by itself
            self._ledger.close()
        self._database.close()


def _names_by_origin(answers: Sequence[Answer]) -> dict[str, set[Indicator]]:
    names: dict[str, set[Indicator]] = {}
    for answer in answers:
        finding = answer.finding
        names.setdefault(finding.provider, set()).update((finding.indicator, *finding.aliases))
    return names
