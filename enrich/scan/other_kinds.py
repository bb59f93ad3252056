"""The values of all types but hashes: found cell by cell, decided by the same chain, kept until the sheet has ended.

A type is whatever stands on the indicator wall; nothing here knows one. Most cells hold none, so they are looked at
many at a time, and only those that may hold one by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from enrich.indicators import IndicatorType, Match, Reading, Says
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.chain import Chain
from enrich.scan.placement import Classification
from enrich.scan.titles import Sections

_REMEMBERED = 10_000
_SHORT = 200
"""Characters of a text that is worth remembering."""


class Value(NamedTuple):
    """What one value is. ``weak``: why it is left out if others of its sort are surer."""

    value: str
    classification: Classification
    weak: str = ""
    stands_out: bool = False
    """Whether it is meant as a value wherever it stands."""


class OtherKinds:
    """Passes a sheet's rows. ``asked`` are the kinds that are looked up; of others only indicators are kept, so that
    they can be counted.
    """

    def __init__(
        self, kinds: Mapping[str, IndicatorType], asked: Collection[str], chain: Chain, sections: Sections
    ) -> None:
        recognised = {name for name, kind in kinds.items() if not kind.LOOKED_UP}
        listed = bool(kinds.keys() & set(asked))  # what is never looked up is listed with the kinds that are
        self._asked = frozenset(asked) | (recognised if listed else frozenset())
        self._kinds = [kind for name, kind in kinds.items() if listed or name not in recognised]
        ordinary = [kind.ORDINARY.pattern for kind in self._kinds if hasattr(kind, "ORDINARY")]
        self._ordinary = re.compile("|".join(ordinary) or "(?!)")
        self._may_hold = list(dict.fromkeys(kind.may_hold for kind in self._kinds))
        self._chain, self._columns, self._sections = chain, chain.columns, sections
        self._known: dict[Hashable, list[Value]] = {}
        """What a text comes to in a column, beside types: telemetry names the same hosts again and again."""
        self._expected: dict[Hashable, list[tuple[IndicatorType, Reading]]] = {}
        self.seen: list[tuple[int, int, Value]] = []
        """Values by row and column."""

    def look(self, rows: Sequence[Row], header: int | None) -> None:
        """Find the values of these rows, in their order."""
        if not self._kinds:
            return
        types = tuple(place for place in self._columns.companions if self._columns.type_at(place))
        wanted = self._wanted(rows)
        for index, row in enumerate(rows):
            before = len(self.seen)
            for column in wanted.get(index, ()):
                self._cell(row, column, row.texts[column], types)
            for column, text in row.attached:
                if any(may_hold(text) for may_hold in self._may_hold):
                    self._cell(row, column, text, types)
            if row.number == header:
                self.seen[before:] = [one for one in self.seen[before:] if self._is_no_heading(*one[1:])]
            elif len(self.seen) == before and sum(map(bool, row.texts)) == 1:
                self._sections.see(row.number, "".join(row.texts))

    def _is_no_heading(self, column: int, value: Value) -> bool:
        """Whether a value in the row of headings is one all the same: a list without headings begins with one. A key of
        a table (``host.name``) has a domain's shape.
        """
        if not value.stands_out or self._columns.declared:
            return False
        said = (self._chain.heading(kind, column).reading or Reading() for kind in self._kinds)
        return not (self._columns.is_table and any(reading.says is not Says.NOTHING for reading in said))

    def _wanted(self, rows: Sequence[Row]) -> dict[int, list[int]]:
        """The cells of each row that may hold something, by the row's place; a column is asked as a whole first."""
        wanted: dict[int, list[int]] = {}
        width = max(len(row.texts) for row in rows)
        for column in range(width):
            if not self._columns.scanned(column):
                continue
            texts = [row.texts[column] if column < len(row.texts) else "" for row in rows]
            for may_hold in self._may_hold:
                if may_hold("\n".join(texts)):
                    for index, text in enumerate(texts):
                        places = wanted.setdefault(index, [])
                        if text and column not in places[-1:] and may_hold(text):
                            places.append(column)
        return wanted

    def _cell(self, row: Row, column: int, text: str, types: Sequence[int]) -> None:
        neighbours = tuple([row.texts[place] for place in types if place != column and place < len(row.texts)])
        ordinary = self._ordinary.fullmatch(text)
        key = (None if ordinary else text, column, neighbours, row.owners, self._columns.version, self._sections.state)
        if (values := self._known.get(key)) is None:
            values = list(self._values(row, column, text, neighbours))
            if len(self._known) < _REMEMBERED and len(text) <= _SHORT:
                self._known[key] = values
        if ordinary:
            values = [Value(text, *value[1:]) for value in values]
        self.seen += [(row.number, column, value) for value in values]

    def _values(self, row: Row, column: int, text: str, neighbours: Hashable) -> Iterator[Value]:
        """The values of all kinds in the text of a cell."""
        for kind, expected in self._expectations(row, column, neighbours):
            for match in kind.find(text, expected):
                damaged = match.found is Found.DAMAGED
                decision = self._chain.decide(kind, row, column, match)
                classification = (
                    Classification(match.found, match.reason, kind.KIND)
                    if damaged
                    else decision.classification(kind, match)
                )
                if kind.KIND not in self._asked:
                    if decision.found is not Found.INDICATOR or damaged:
                        continue
                    classification = Classification(Found.NOT_ASKED, kind=kind.KIND)
                weak = match.weak if classification.found in (Found.INDICATOR, Found.NOT_ASKED) else ""
                yield Value(match.value, classification, weak, _stands_out(kind, match))

    def _expectations(self, row: Row, column: int, neighbours: Hashable) -> list[tuple[IndicatorType, Reading]]:
        """The kinds, each with what is expected in a cell; the same beside the same types."""
        key = (column, neighbours, self._columns.version)
        if (known := self._expected.get(key)) is None:
            known = [(kind, self._expectation(kind, row, column)) for kind in self._kinds]
            if len(self._expected) < _REMEMBERED:
                self._expected[key] = known
        return known

    def _expectation(self, kind: IndicatorType, row: Row, column: int) -> Reading:
        """What the row's type or the column says that stands in the cell; the user's choice says that it is one."""
        if self._columns.chosen is not None:
            return Reading(Says.INDICATOR, form=kind.KIND)
        heading = self._chain.heading(kind, column).reading or Reading()
        if heading.says is Says.OTHER:
            return heading
        if heading.names_type:
            heading = structs.replace(heading, says=Says.INDICATOR)
        return next(
            (named.reading for named in self._chain.neighbours(kind, row.texts, column) if named.reading), heading
        )

    def settled(self) -> list[tuple[int, int, Value]]:
        """All values, now that the sheet has ended: a weak one is none where some of its document are surer."""
        asked = (Found.INDICATOR, Found.NOT_ASKED)
        if not any(one.classification.found in asked and not one.weak for _, _, one in self.seen):
            return self.seen
        kept = [seen for seen in self.seen if not (seen[2].weak and seen[2].classification.found is Found.NOT_ASKED)]
        return [(row, column, _settled(value)) for row, column, value in kept]


def _stands_out(kind: IndicatorType, match: Match) -> bool:
    """Whether a value is one even where headings stand."""
    if match.own.says is Says.INDICATOR:
        return True
    return match.alone and not match.weak and not kind.withheld(match.value)


def _settled(value: Value) -> Value:
    return (
        Value(value.value, Classification(Found.LEFT_OUT, value.weak, value.classification.kind))
        if value.weak
        else value
    )
