"""Which indicators a list held when it was last run, kept small: eight bytes each. Knows nothing of answers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from enrich.clock import utc
from enrich.model.indicator import Indicator
from enrich.stores.sql.part import Part
from enrich.stores.sql.records import prefixes


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


class Lists(Part):
    """What lists held when they were last run, by name: that part of ``Store``."""

    def remember(self, name: str, indicators: Iterable[Indicator]) -> None:
        members = array("q", sorted(set(prefixes(list(indicators)))))
        sql = (
            "INSERT INTO lists (name, at, members) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at, members = excluded.members"
        )
        self.database.run(sql, (name, self.clock.time(), members.tobytes()))

    def recall(self, name: str) -> Roll | None:
        rows = self.database.rows("SELECT at, members FROM lists WHERE name = ?", (name,))
        return Roll(utc(rows[0][0]), array("q", rows[0][1])) if rows else None

    def forget_lists(self, older_than: float) -> None:
        self.database.run("DELETE FROM lists WHERE at < ?", (older_than,))
