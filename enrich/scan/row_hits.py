"""The values of one row, and what they make of each other: twins in URLs, a hash that slipped aside.

Knows decisions on single values, and nothing of other rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from enrich.indicators import SILENT, IndicatorType, Match, Says
from enrich.indicators.hash import KIND as HASH
from enrich.indicators.hash.context import PART_OF_NAME
from enrich.model.sighting import Found
from enrich.scan.chain import Decision
from enrich.scan.columns import Columns
from enrich.scan.same_row import Member, group

_IN_URL_HERE = "also in a URL of this row: no file's hash"
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


def settle(columns: Columns, found: list[Hit]) -> list[Hit]:
    """The hashes of a row, each with what the others make of it."""
    if not any(hit.is_asked for hit in found):
        _slipped_aside(columns, found)
    if len(found) > 1:
        _twins_in_urls(found)
    return found


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


def _slipped_aside(columns: Columns, found: Sequence[Hit]) -> None:
    """A row torn or slipped aside: a hash alone in its cell under a heading of names, in a table of hashes of which
    this row has none.
    """
    if not columns.has_hashes or any(columns[hit.column].meaning.hash for hit in found):
        return
    for hit in found:
        if columns[hit.column].meaning.name and hit.match.alone and hit.match.own is SILENT:
            hit.decision = Decision(Found.INDICATOR, _ALONE_IN_ROW)


def _twins_in_urls(found: Sequence[Hit]) -> None:
    """A value in running text that is part of a URL in the same row is that URL's (a commit, a page), not a file's."""
    in_urls = {
        hit.match.value for hit in found if hit.match.own.says is Says.OTHER and hit.match.own.what != PART_OF_NAME
    }
    for hit in found:
        if hit.is_asked and hit.is_loose and hit.match.value in in_urls:
            hit.decision = Decision(Found.LEFT_OUT, _IN_URL_HERE)
