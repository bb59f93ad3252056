"""The values of one row, and what they make of each other: which are one file's, a hash that slipped aside.

Knows decisions on single values, and nothing of other rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from enrich.indicators import SILENT, IndicatorType, Match, Says
from enrich.indicators.hash import KIND as HASH
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.chain import Decision
from enrich.scan.columns import Columns
from enrich.scan.same_row import Member, group

_UNCALCULATED = "a formula that was never calculated: the file holds no result to read"
_ALONE_IN_ROW = "by its cell: a hash alone, and none under a heading of hashes in this row"


class Hit(Struct):
    """One value of a row: where it stands, what it is, and why."""

    column: int
    kind: IndicatorType
    match: Match
    decision: Decision

    @property
    def is_asked(self) -> bool:
        return self.decision.found is Found.INDICATOR

    @property
    def is_hash(self) -> bool:
        """Whether it is a file's hash that is asked for."""
        return self.is_asked and self.kind.KIND == HASH

    @property
    def is_loose(self) -> bool:
        """Whether it may be another file's than the row's: it stands in running text."""
        return not (self.match.alone or self.match.own.says in (Says.SHAPE, Says.INDICATOR))


def file_numbers(columns: Columns, found: Sequence[Hit]) -> list[int]:
    """For each value the number of the file that it is of; 0 for what is no file's hash."""
    members = [
        Member(
            hit.match.value, hit.column, columns[hit.column].meaning.role, loose=hit.is_loose, joined=hit.match.joined
        )
        for hit in found
        if hit.is_hash
    ]
    numbers = iter(group(members)) if members else iter(())
    return [next(numbers) if hit.is_hash else 0 for hit in found]


def with_slipped_aside(columns: Columns, found: list[Hit]) -> list[Hit]:
    """Return the values of a row, where it was torn or slipped aside with a hash that stands under a heading of names
    asked for: alone in its cell, in a table of hashes of which this row has none.
    """
    if columns.has_hashes and not any(hit.is_asked or columns[hit.column].meaning.hash for hit in found):
        for hit in found:
            if columns[hit.column].meaning.name and hit.match.alone and hit.match.own is SILENT:
                hit.decision = Decision(Found.INDICATOR, _ALONE_IN_ROW)
    return found


def uncalculated(row: Row, columns: Columns, kind: IndicatorType, found: Sequence[Hit]) -> list[Hit]:
    """Return the cells of a row where a hash is expected and a formula stands that has no result."""
    known = {hit.column for hit in found}
    places = [c for c in row.uncalculated if c in columns.expecting and c not in known]
    match = Match(0, 0, "(formula)", Found.DAMAGED, _UNCALCULATED)
    return [Hit(column, kind, match, Decision(Found.DAMAGED, _UNCALCULATED)) for column in places]
