"""Which indicators a list held when it was last run, kept small: eight bytes each. Knows nothing of answers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from enrich.clock import Clock, utc
from enrich.model.indicator import Indicator
from enrich.stores.sql.connection import Database
from enrich.stores.sql.pack import prefixes


@dataclass(frozen=True, slots=True)
class Roll:
    """What a list held ``at`` the end of its last run. One in some 10^13 strangers passes for a member."""

    at: datetime
    members: array[int]
    """Sorted prefixes."""

    def lacks(self, indicators: Sequence[Indicator]) -> set[Indicator]:
        """Those of ``indicators`` that it did not hold."""
        known = set(self.members)
        pairs = zip(indicators, prefixes(indicators), strict=True)
        return {indicator for indicator, number in pairs if number not in known}


class Rolls:
    """What lists held when they were last run, by name: that part of ``Store``."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def remember(self, name: str, indicators: Iterable[Indicator]) -> None:
        members = array("q", sorted(set(prefixes(list(indicators)))))
        row = (name, self._clock.time(), members.tobytes())
        self._database.run("REPLACE INTO rolls VALUES (?, ?, ?)", row)

    def recall(self, name: str) -> Roll | None:
        rows = self._database.rows("SELECT at, members FROM rolls WHERE name = ?", (name,))
        return Roll(utc(rows[0][0]), array("q", rows[0][1])) if rows else None

    def prune(self, older_than: float) -> None:
        self._database.run("DELETE FROM rolls WHERE at < ?", (older_than,))
