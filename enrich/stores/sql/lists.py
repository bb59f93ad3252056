"""Which indicators a list held when it was last run, kept small: eight bytes each. Knows nothing of answers."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Protocol, runtime_checkable

from enrich.clock import utc
from enrich.model.indicator import Indicator
from enrich.stores.sql.part import Part
from enrich.stores.sql.records import prefixes, reading_rows


@runtime_checkable
class PackedList(Protocol):
    """What ``Store.remember`` and ``Roll.lacks`` take as well: names of which no object is made where a prefix does."""

    def __iter__(self) -> Iterator[Indicator]: ...
    def prefixes(self) -> array[int]:
        """Return the ``records.prefixes`` of all names, sorted, each once."""
        ...

    def lacking(self, members: array[int]) -> Iterable[Indicator]:
        """Return the names that have none of these prefixes, which are sorted."""
        ...


@dataclass(frozen=True, slots=True)
class Roll:
    """What a list held ``at`` the end of its last run. One in some 10^13 strangers passes for a member."""

    at: datetime
    members: array[int]
    """Sorted prefixes."""

    def lacks(self, indicators: Iterable[Indicator]) -> set[Indicator]:
        """Return the members of ``indicators`` that the list did not hold."""
        members, lacking = self.members, set[Indicator]()
        if isinstance(indicators, PackedList):
            return set(indicators.lacking(members))
        for some in _by_the_thousand(indicators):
            for indicator, number in zip(some, prefixes(some), strict=True):
                place = bisect_left(members, number)
                if place == len(members) or members[place] != number:
                    lacking.add(indicator)
        return lacking


def _by_the_thousand(indicators: Iterable[Indicator]) -> Iterator[list[Indicator]]:
    """Yield a list may be too long to be held as objects."""
    rest = iter(indicators)
    while some := list(islice(rest, 10_000)):
        yield some


class Lists(Part):
    """What lists held when they were last run, by name: that part of ``Store``."""

    def remember(self, name: str, indicators: Iterable[Indicator]) -> None:
        if isinstance(indicators, PackedList):
            members = indicators.prefixes()
        else:
            numbers = array("q")
            for some in _by_the_thousand(indicators):
                numbers.extend(prefixes(some))
            # each once without a set, which takes six times as much for a moment: the run's answers are still there
            members = array("q", (number for number, _ in groupby(sorted(numbers))))
        sql = (
            "INSERT INTO lists (name, at, members) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at, members = excluded.members"
        )
        self.database.run(sql, (name, self.clock.time(), members.tobytes()))

    def recall(self, name: str) -> Roll | None:
        rows = self.database.rows("SELECT at, members FROM lists WHERE name = ?", (name,))
        with reading_rows():
            return Roll(utc(rows[0][0]), array("q", rows[0][1])) if rows else None
