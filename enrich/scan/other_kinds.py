"""The values of all types but hashes: found cell by cell, and decided by the same chain.

A type is whatever stands on the indicator wall; nothing here knows one. Most cells hold none, and most columns that
hold some hold nothing else, so that rows are looked at many at a time, column by column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import zip_longest
from typing import NamedTuple

from msgspec import Struct, field, structs

from enrich.indicators import A_FEW_WORDS, SILENT, IndicatorType, Link, Match, Reading, Says
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.chain import Chain
from enrich.scan.collect import Collector
from enrich.scan.login_records import LoginRecords
from enrich.scan.placement import Classification
from enrich.scan.said_in_record import said_in_record
from enrich.scan.text_tables import TextTable, TextTables, placed
from enrich.scan.titles import Sections

REMEMBERED = 10_000
"""Spots, and texts of all spots, that are remembered at most."""
_SHORT = 200
"""Characters of a text that is worth remembering."""
_LINE = "\n"


def notes(lines: str) -> set[str]:
    """Return the lines that may say whose the value beside them is."""
    return set(A_FEW_WORDS.findall(lines))


class Value(NamedTuple):
    """One value of a text and the index of its classification; ``stands_out``: it is meant as a value wherever it
    stands.
    """

    text: str
    classification: int
    stands_out: bool


class _Spot(Struct):
    """A column beside the same types and notes, under the same titles: there a text comes to the same in any row."""

    row: Row
    """The first of its rows: what is said of a value in one of them is said in all."""
    column: int
    table: TextTable | None
    expected: list[tuple[IndicatorType, Reading]]
    texts: dict[str, list[Value]] = field(default_factory=dict)
    """What a text comes to: telemetry names the same hosts again and again."""
    classes: dict[Hashable, int | None] = field(default_factory=dict)
    """By what values have in common, the index of their classification; None for what is not kept."""


class OtherKinds:
    """Passes a sheet's rows. ``asked`` are the kinds that are looked up; of others only indicators are kept, so that
    they can be counted.
    """

    def __init__(
        self,
        kinds: Mapping[str, IndicatorType],
        asked: Collection[str],
        chain: Chain,
        sections: Sections,
        collector: Collector,
    ) -> None:
        recognised = {name for name, kind in kinds.items() if not kind.LOOKED_UP}
        listed = bool(kinds.keys() & set(asked))  # what is never looked up is listed with the kinds that are
        self._asked = frozenset(asked) | (recognised if listed else frozenset())
        self._kinds = [kind for name, kind in kinds.items() if listed or name not in recognised]
        ordinary = "|".join(kind.ORDINARY.pattern for kind in self._kinds if hasattr(kind, "ORDINARY")) or "(?!)"
        self._ordinary = re.compile(ordinary)
        self._all_ordinary = re.compile(rf"(?:{ordinary})(?:{_LINE}(?:{ordinary}))*+", re.MULTILINE)
        self._may_hold = list(dict.fromkeys(kind.may_hold for kind in self._kinds))
        self._chain, self._columns, self._sections, self._collector = chain, chain.columns, sections, collector
        self._spots: dict[Hashable, _Spot] = {}
        self._remembered = 0
        self._tables, self._logins = TextTables(chain.columns), LoginRecords(collector)
        self._table: TextTable | None = None
        """Of a text, the table that the rows stand in which are looked at."""
        self._last = -1
        """The number of the row before."""
        self._found = 0
        """Values so far, in the row of headings those that are none among them."""

    def look(self, rows: Sequence[Row], header: int | None) -> None:
        """Find the values of these rows; what stands under another title is looked at by itself."""
        if not self._kinds:
            return
        first = 0
        for index, row in enumerate(rows):
            # first of all, above a table's headings, or behind blank rows: the title of what follows
            apart = row.number != self._last + 1 or row.number < (header or 0)
            self._last = row.number
            self._logins.see(row)
            if self._tables.see(row) is not self._table:
                self._look(rows[first:index], header=False)
                first, self._table = index, self._tables.table
            title = "" if row.number == header else self._sections.title(row.texts, apart=apart)
            if title or row.number == header:
                self._look(rows[first:index], header=False)
                before, first = self._found, index + 1
                self._look([row], header=not title)
                if title and self._found == before:
                    self._sections.open(row.number, title, of_table=apart and header is not None)
        self._look(rows[first:], header=False)

    def close(self) -> None:
        """No further row follows."""
        if self._columns.chosen is None:
            self._logins.close()

    def pass_by(self, last: int) -> None:
        """Note that the rows up to the one with number ``last`` were looked at elsewhere; none is a title."""
        self._last = last

    def _look(self, rows: Sequence[Row], *, header: bool) -> None:
        """Find the values of rows that stand under the same titles; ``header``: the one row of headings."""
        columns = list(zip_longest(*[row.texts for row in rows], fillvalue=""))
        heard = {index for index, texts in enumerate(columns) if self._hears(index, texts)}
        for column, texts in enumerate(columns):
            if self._columns.scanned(column):
                self._column(rows, column, texts, self._speaking_columns(column, heard), header=header)
        for row in rows:
            for column, text in row.attached:
                if self.may_hold(text):
                    self._cell(row, column, text, self._speaking_columns(column, heard), header=header)

    def _speaking_columns(self, column: int, heard: AbstractSet[int]) -> list[int]:
        """Return which of the columns that are heard speak of the values in ``column``."""
        return sorted(heard & set(self._columns.speaking(column)) - {column}) if heard else []

    def _hears(self, column: int, texts: Sequence[str]) -> bool:
        """Return whether a column says something of values beside it: one of types, or of notes of which one does."""
        if self._columns.named and column not in self._columns.companions:
            return False
        return self._columns.type_at(column) or any(map(self.speaks, notes(_LINE.join(texts))))

    def speaks(self, note: str) -> bool:
        """Return whether a note says what a value beside it is."""
        return any(kind.reads(note, Link.NOTE).says is not Says.NOTHING for kind in self._kinds)

    def _column(
        self, rows: Sequence[Row], column: int, texts: Sequence[str], types: Sequence[int], *, header: bool
    ) -> None:
        """Find the values of one column; it is asked as a whole first whether it may hold any."""
        lines = _LINE.join(texts)
        may_hold = self.looks_at(lines)
        if not may_hold:
            return
        is_alike = not (types or header) and lines.count(_LINE) == len(rows) - 1
        if is_alike and self._all_ordinary.fullmatch(lines) and not any(row.owners for row in rows):
            spot = self._spot(rows[0], column, ())
            for value in self._ordinary_values(spot, texts[0]):
                self._found += len(rows)
                self._collector.others.add_texts(
                    [row.number for row in rows], column, texts, classification=value.classification
                )
            return
        for row, text in zip(rows, texts, strict=True):
            if text and any(one(text) for one in may_hold):
                self._cell(row, column, text, types, header=header)

    @property
    def titles(self) -> Hashable:
        """The same as long as the same titles stand above the rows."""
        return self._sections.state

    def may_hold(self, text: str) -> bool:
        """Return whether a value may stand in a text, or in one of many lines."""
        return any(one(text) for one in self._may_hold)

    def looks_at(self, lines: str) -> list[Callable[[str], bool]]:
        """Return the quick looks of those kinds of which a value may stand in one of the lines."""
        return [one for one in self._may_hold if one(lines)]

    def _cell(self, row: Row, column: int, text: str, types: Sequence[int], *, header: bool) -> None:
        """Find the values in one text of a cell."""
        for value in self.values_of(row, column, text, types):
            self._found += 1
            if not header or self._is_no_heading(column, value):
                self._collector.others.add(row.number, column, value.text, classification=value.classification, file=0)

    def values_of(self, row: Row, column: int, text: str, types: Sequence[int] = ()) -> Sequence[Value]:
        """Return the values in a text of one column, the same in all rows with the same titles and what stands in the
        columns ``types``, of types and of notes.
        """
        spot = self._spot(row, column, types)
        values = spot.texts.get(text)
        if values is None and self._ordinary.fullmatch(text):
            values = [value._replace(text=text) for value in self._ordinary_values(spot, text)]
        elif values is None:
            values = list(self._values(spot, text))
            if self._remembered < REMEMBERED and len(text) <= _SHORT:
                self._remembered += 1
                spot.texts[text] = values
        return values

    def _ordinary_values(self, spot: _Spot, text: str) -> list[Value]:
        """Return what every ordinary text comes to at a spot, told by one of them."""
        if "" not in spot.texts:
            spot.texts[""] = list(self._values(spot, text))
        return spot.texts[""]

    def _is_no_heading(self, column: int, value: Value) -> bool:
        """Return whether a value in the row of headings is one all the same: a list without headings begins with one. A
        key of a table (``host.name``) has a domain's shape.
        """
        if not value.stands_out or self._columns.declared:
            return False
        said = (self._chain.heading(kind, column).reading or SILENT for kind in self._kinds)
        return not (self._columns.is_table and any(reading.says is not Says.NOTHING for reading in said))

    def _spot(self, row: Row, column: int, types: Sequence[int]) -> _Spot:
        said = ((place, row.texts[place]) for place in types if place < len(row.texts))
        types_of_row = tuple([text if self._columns.type_at(at) or self.speaks(text) else "" for at, text in said])
        key = (column, types_of_row, row.owners, self._columns.version, self._sections.state, self._table)
        if (spot := self._spots.get(key)) is None:
            spot = _Spot(
                row, column, self._table, [(kind, self._expectation(kind, row, column)) for kind in self._kinds]
            )
            if len(self._spots) >= REMEMBERED:  # headings that repeat leave spots that nothing stands at any more
                self._spots.clear()
                self._remembered = 0
            self._spots[key] = spot
        return spot

    def _values(self, spot: _Spot, text: str) -> Iterator[Value]:
        """Yield the values of all kinds in a text."""
        text = text if spot.table is None else spot.table.apart(text)
        for kind, expected in spot.expected:
            for match in placed(kind.find(text, expected), spot.table, text):
                trivial, withheld = kind.trivial(match.value), kind.withheld(match.value)
                own = (match.found, match.reason, match.own, match.form, match.weak, match.names, match.sure)
                headings = tuple(heading for heading, _ in match.record) if match.in_table else ()
                around = (match.owners, said_in_record(match.record), headings)
                key = (kind.KIND, trivial, withheld, *own, *around)
                if key not in spot.classes:
                    if len(spot.classes) >= REMEMBERED:  # records in cells have types and notes of their own each
                        spot.classes.clear()
                    classification = self._classification(kind, spot.row, spot.column, match)
                    spot.classes[key] = classification and self._collector.index(classification)
                if (index := spot.classes[key]) is not None:
                    is_meant = self._collector.classes[index].found in (Found.INDICATOR, Found.NOT_ASKED)
                    self._collector.defangs |= match.defanged and is_meant
                    stands_out = match.alone and not match.weak and not withheld
                    yield Value(match.value, index, stands_out or match.own.says is Says.INDICATOR)

    def _classification(self, kind: IndicatorType, row: Row, column: int, match: Match) -> Classification | None:
        """Return what a value is; None where it is not kept."""
        decision = self._chain.decide(kind, row, column, match)
        is_damaged = match.found is Found.DAMAGED
        if kind.KIND not in self._asked:
            if decision.found is not Found.INDICATOR or is_damaged:
                return None
            return Classification(Found.NOT_ASKED, kind=kind.KIND, unsure=match.weak)
        if is_damaged:
            return Classification(match.found, match.reason, kind.KIND)
        classification = decision.classification(kind, match)
        return classification._replace(unsure=match.weak if classification.found is Found.INDICATOR else "")

    def _expectation(self, kind: IndicatorType, row: Row, column: int) -> Reading:
        """Return what the row's type or the column says that stands in the cell; the user's choice says that it
        is one.
        """
        if self._columns.chosen is not None:
            return Reading(Says.INDICATOR, form=kind.KIND)
        heading = self._chain.heading(kind, column).reading or SILENT
        if heading.says is Says.OTHER and not heading.yields:
            return heading
        if heading.names_type:
            heading = structs.replace(heading, says=Says.INDICATOR)
        return next(
            (named.reading for named in self._chain.neighbours(kind, row.texts, column) if named.reading), heading
        )
