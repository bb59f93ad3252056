"""Who owns a value: the chain of what names it, from near to far. The nearest link that says something decides.

Knows what each link of a sheet is, and nothing of what its words mean: that is the type's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from enrich.indicators import SILENT, IndicatorType, Link, Match, Reading, Says
from enrich.model.cell_reference import cell_name
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.beside import speaking
from enrich.scan.columns import Columns, Seen
from enrich.scan.titles import Titles, depth_of

EXAMPLE = "an example in a comment"
UNNAMED = "nothing says what the column {heading!r} holds"
_FARTHEST = 12
"""Links of one kind that are asked."""
_STEM = re.compile(r"\.[A-Za-z0-9]{1,9}$")
_SEPARATORS = re.compile(r"[_\W]+")


class Owner(Struct, frozen=True):
    """One link that said something: what, and where it stands."""

    reading: Reading
    where: str
    is_around: bool = False
    """Whether it is of what the value stands in, which may hold other things than files."""


class Decision(Struct, frozen=True):
    """What a value is, why, and whether that is weak: nothing but its place in a list speaks for it."""

    found: Found
    reason: str
    weak: bool = False
    everywhere: str = ""
    """What it is said to be wherever else it stands."""
    unnamed: bool = False
    """Whether it is left out for want of a word for it."""


_Known = tuple[Link, str, str, Reading]
"""A link, its words, where it stands, and what it says."""
_Asked = tuple[Link, str, str, Reading | None]
"""The same where its words may be still to be read."""


class Chain:
    """Asks the links of one sheet."""

    def __init__(self, columns: Columns, titles: Titles, *, sheet: str, file: str, is_list: bool) -> None:
        self.columns = columns
        self.is_list = is_list
        self.titles = titles
        self._sheet = [part for part in reversed(sheet.split(".")) if part] if "." in sheet else [sheet] * bool(sheet)
        self._file = _SEPARATORS.sub(" ", _STEM.sub("", file)).strip()

    def decide(self, kind: IndicatorType, row: Row, column: int, match: Match) -> Decision:
        """What a value is that has its type's shape."""
        shape: Owner | None = None
        unnamed = self.columns.is_table and bool(self.columns[column].heading)
        for owner in self._owners(kind, row, column, match):
            says = owner.reading.says
            if says is Says.OTHER:
                what = owner.reading.what
                why = f"{what}, by {owner.where}" if owner.where else what
                return Decision(Found.LEFT_OUT, why, everywhere=what if owner.reading.everywhere else "")
            if shape is None and owner.is_around and unnamed:
                continue  # what holds a value does not make one of what its own heading leaves unsaid
            if says is Says.INDICATOR:
                weak = owner.is_around and _is_weak(shape or owner, match)
                return Decision(Found.INDICATOR, f"by {owner.where}" if owner.where else "", weak)
            shape = shape or owner
        if shape is None and unnamed:
            return Decision(Found.LEFT_OUT, UNNAMED.format(heading=self.columns[column].heading), unnamed=True)
        weak = shape is None or _is_weak(shape, match)
        return Decision(Found.INDICATOR, f"by {shape.where}" if shape and shape.where else "", weak)

    def _owners(self, kind: IndicatorType, row: Row, column: int, match: Match) -> Iterator[Owner]:
        """The links that say something, from near to far."""
        is_shape = False
        for link, words, where, known in self._links(kind, row, column, match):
            reading = known or _read(kind, words, link, match.form if is_shape else "")
            is_shape = is_shape or reading.says is Says.SHAPE
            if reading.says is not Says.NOTHING:
                yield Owner(reading, where, link in (Link.RECORD, Link.SHEET))

    def _links(self, kind: IndicatorType, row: Row, column: int, match: Match) -> Iterator[_Asked]:
        seen = self.columns[column]
        heading = self._heading(kind, seen)
        if match.names and seen.meaning.names_files and heading[3].form in ("", match.form):
            yield *heading[:3], Reading(Says.INDICATOR)
        if match.names and not self.columns.is_table and self.titles.names_files:
            yield Link.TITLE, "", self.titles.names_files, Reading(Says.INDICATOR)
        yield Link.OWN, "", "", match.own
        for name in match.owners[:_FARTHEST]:
            yield Link.RECORD, name, f"{name!r} around it", None
        yield from self._in_row(row, column, heading)
        for part in seen.path:
            yield Link.RECORD, part, f"the heading {seen.heading!r}", None
        for name in row.owners:
            yield Link.RECORD, name, f"the record's {name!r}", None
        yield from self._above(row, seen, match)
        if not self.columns.others:
            for part in self._sheet[:_FARTHEST]:
                yield Link.SHEET, part, f"the sheet's name {part!r}", None
            if self._file:
                yield Link.FILE, self._file, f"the file's name {self._file!r}", None

    def _heading(self, kind: IndicatorType, seen: Seen) -> _Known:
        reading = kind.reads(seen.last, Link.HEADING) if seen.heading else SILENT
        if seen.meaning.reason and not seen.path:
            reading = Reading(Says.OTHER, seen.meaning.reason, everywhere=True)
        if self.is_list and reading.says is Says.OTHER:
            reading = SILENT  # the title of a list, which further titles may overrule
        return Link.HEADING, seen.last, f"the heading {seen.heading!r}", reading

    def _in_row(self, row: Row, column: int, heading: _Known) -> Iterator[_Known]:
        """Types and notes, and the heading. An id or a name by its heading is a hash where the row's type says so."""
        types = [
            (Link.TYPE, "", f"{row.texts[place][:40]!r} in {cell_name(row.number, place)}", reading)
            for place, reading in speaking(self.columns, row.texts, column)
        ]
        weak = heading[3].says is Says.OTHER and not heading[3].everywhere
        yield from (link for link in types if link[3].says is Says.OTHER)
        if not weak:
            yield heading
        yield from types
        if weak and not types:
            yield heading

    def _above(self, row: Row, seen: Seen, match: Match) -> Iterator[_Asked]:
        """The titles: what the row stands deeper in than, then the last one."""
        texts, titles = row.texts, self.titles
        if titles.outline:
            for words, number in titles.outline.above(depth_of(texts)):
                yield Link.RECORD, words, f"the title {words!r} in row {number}", None
        if titles.example(texts):
            yield Link.TITLE, "", "", Reading(Says.OTHER, EXAMPLE)
        if seen.meaning.hash and not self.is_list:
            return
        reason, where = titles.above(texts, labelled=match.own.says is Says.SHAPE)
        if reason:
            yield Link.TITLE, "", where, Reading(Says.OTHER, reason, everywhere=True)


def _read(kind: IndicatorType, words: str, link: Link, shape: str) -> Reading:
    """What a link's words say, alone or together with those that left open whose value it is: "sections md5"."""
    reading = kind.reads(words, link)
    if shape and link in (Link.RECORD, Link.SHEET) and reading.says in (Says.NOTHING, Says.SHAPE):
        both = kind.reads(f"{words} {shape}", link)
        return both if both.says is Says.OTHER else reading
    return reading


def _is_weak(owner: Owner, match: Match) -> bool:
    """Whether no algorithm is named, neither by the owner nor in the value's own text."""
    return not owner.reading.form and match.own.says is not Says.SHAPE
