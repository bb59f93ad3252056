"""Where what stands in one sheet, kept small: some 20 bytes a value beside its digest; sightings are made on demand."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, count, groupby, islice, pairwise
from operator import ne
from typing import NamedTuple

from msgspec import Struct, structs

from enrich.indicators.hash import digests as hashes
from enrich.model.indicator import Indicator
from enrich.model.sighting import Found, Sighting
from enrich.scan.sheet_values import SheetValues

_INDICATOR = Found.INDICATOR  # a member looked up on its class costs, a million times
_BLOCK = 4096
# beyond that a row is a list, and looked at value by value
MANY = 8
"""Hashes that no row gives of one file."""

_COUNTED = {
    Found.INDICATOR: ("indicators",),
    Found.TRIVIAL: ("trivial",),
    Found.LEFT_OUT: ("left_out",),
    Found.DAMAGED: ("damaged",),
    Found.NOT_ASKED: ("not_asked",),
}


Content = bytes | tuple[Indicator, ...] | tuple[Sighting, ...]
"""What a row holds: the digest of a hash that is asked for and stands alone, the names of one file, or any sightings,
without their places.
"""


class Classification(NamedTuple):
    """What a value is found to be, why, and of which type it is. While the sheet streams by, a ``weak`` one may be
    overruled by another place, and a ``doubtful`` one by its column; nothing says what an ``unnamed`` one is;
    ``unsure`` says why a value is left out where its sheet defangs what it means.
    """

    found: Found
    reason: str = ""
    kind: str = hashes.KIND
    weak: bool = False
    doubtful: bool = False
    unnamed: bool = False
    unsure: str = ""

    @property
    def counted(self) -> tuple[str, ...]:
        """The counts of its column that one value of it adds to, by their names in ``ColumnCount``."""
        return _COUNTED[self.found] + ("unnamed",) * self.unnamed


@dataclass(slots=True)
class ColumnCount:
    """What one column holds. ``why`` says in words why its values were taken, or left."""

    column: int
    heading: str
    why: str = ""
    indicators: int = 0
    trivial: int = 0
    left_out: int = 0
    damaged: int = 0
    unnamed: int = 0
    """Of those left out the ones that the user's word for the column would take."""
    not_asked: int = 0
    """Indicators of kinds that are not looked up; no part of the total."""

    @property
    def total(self) -> int:
        return self.indicators + self.trivial + self.left_out + self.damaged


class PlainRows(Struct, frozen=True, gc=False):
    """Rows that follow each other and hold the hashes of one file each, equally many, and nothing else.

    ``columns`` and ``names`` are in the order of the cells.
    """

    rows: Sequence[int]
    columns: Sequence[tuple[int, ...]]
    names: Sequence[tuple[Indicator, ...]]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that hold something: ``numbers``, where the values of each begin, and how many plain ones it has."""

    numbers: Sequence[int]
    starts: Sequence[int]
    """One more than there are rows: the last is the end."""
    plain: bytes
    """0 for a row that is not plain."""


@dataclass(slots=True)
class Placement:
    """One sheet: its headings, the columns of ours that it has already, and what stands in which cell."""

    sheet: str
    header_row: int | None
    headings: tuple[str, ...]
    present: Mapping[str, int]
    """Columns of ours from an earlier run, by heading; never scanned."""
    width: int
    """Columns that hold something."""
    rows: int
    """Rows that hold something, the header among them."""
    values: SheetValues
    table: tuple[Classification, ...]
    columns: tuple[ColumnCount, ...]
    """The columns that hold anything of ours, in order, with counts and the reason for each."""
    own_heading: int | None = None
    """The row in which an earlier run put our headings."""
    linked: bytes = b""
    """Digests of files whose hashes stand below each other, three at a time: see ``blocks``."""
    placed: Mapping[bytes, str] = field(default_factory=dict)
    """Values that some place says to be something else, and what; whatever other places leave open."""
    weak: frozenset[int] = frozenset()
    """The classes that such a place overrules, by their index."""
    _rows: _Rows | None = field(default=None, repr=False, compare=False)
    """Made when somebody looks."""

    @property
    def count(self) -> int:
        """Cells' values that are indicators or trivial."""
        return sum(column.indicators + column.trivial for column in self.columns)

    @property
    def asks_something(self) -> bool:
        """Whether a row of it gets cells: it has an indicator, a trivial or a damaged value, or one left out, whose
        row says why.
        """
        return any(column.total for column in self.columns)

    def add_classification(self, classification: Classification) -> int:
        """Return the place of a classification that the table gains."""
        self.table = (*self.table, classification)
        return len(self.table) - 1

    def overrule(self, index: int, place: int, *, file: int) -> None:
        """Put the classification at ``place`` of the table in the stead of what is said of the ``index``-th value."""
        self.values.classes[index], self.values.files[index] = place, file
        self._rows = None

    def sightings_at(self, row: int) -> tuple[Sighting, ...]:
        """Return what stands in ``row``, in the order of its cells."""
        rows = self.values.rows
        first = bisect_left(rows, row)
        return tuple([self._sighting(index) for index in range(first, bisect_right(rows, row, lo=first))])

    def by_row(self) -> Iterator[PlainRows | tuple[Sighting, ...]]:
        """Return what stands in each row that holds something, in order; rows that are plain by the block."""
        return self._parted(0, len(self._by_rows().numbers))

    def between(self, first: int, last: int) -> list[tuple[Indicator, ...] | tuple[Sighting, ...]]:
        """Return what stands in each row from ``first`` up to ``last``: names where they are one file's and all there
        is.
        """
        numbers = self._by_rows().numbers
        content: list[tuple[Indicator, ...] | tuple[Sighting, ...]] = [()] * (last - first)
        begin = bisect_left(numbers, first)
        for part in self._parted(begin, bisect_left(numbers, last, lo=begin)):
            if not isinstance(part, PlainRows):
                content[part[0].row - first] = part
            elif len(part.rows) == len(content):
                return list(part.names)
            else:
                for row, names in zip(part.rows, part.names, strict=True):
                    content[row - first] = names
        return content

    def contents(self, first: int, last: int) -> Sequence[Content | None]:
        """Return what each row from ``first`` up to ``last`` holds, the same for rows that hold the same, wherever it
        stands; None for a row that holds nothing.
        """
        rows = self._by_rows()
        begin = bisect_left(rows.numbers, first)
        end = bisect_left(rows.numbers, last, lo=begin)
        if rows.plain.count(1, begin, end) < end - begin:
            return [
                row if row and isinstance(row[0], Indicator) else _placeless(row) for row in self.between(first, last)
            ]
        digests = self.values.raws_between(rows.starts[begin], rows.starts[end])
        if len(digests) == last - first:
            return digests
        content: list[Content | None] = [None] * (last - first)
        for number, digest in zip(rows.numbers[begin:end], digests, strict=True):
            content[number - first] = digest
        return content

    def _parted(self, begin: int, end: int) -> Iterator[PlainRows | tuple[Sighting, ...]]:
        """Yield the rows from the ``begin``-th up to the ``end``-th of those that hold something."""
        rows = self._by_rows()
        for size, run in groupby(range(begin, end), rows.plain.__getitem__):
            if not size:
                for row in run:
                    yield tuple([self._sighting(index) for index in range(rows.starts[row], rows.starts[row + 1])])
            while size and (block := list(islice(run, _BLOCK))):
                first, last = block[0], block[-1] + 1
                yield self._block(rows.numbers[first:last], rows.starts[first], rows.starts[last], size)

    def _block(self, numbers: Sequence[int], first: int, last: int, size: int) -> PlainRows:
        values = iter([Indicator(hashes.KIND, value) for value in self.values.digests(first, last)])
        columns = iter(self.values.columns[first:last])
        return PlainRows(numbers, list(zip(*[columns] * size, strict=True)), list(zip(*[values] * size, strict=True)))

    def _by_rows(self) -> _Rows:
        if self._rows is None or self._rows.starts[-1] != len(self.values):
            rows = self.values.rows
            opens = map(ne, rows, chain((0,), rows))  # the first of its row
            starts = array("I", chain(compress(count(), opens), (len(rows),)))
            asked = [
                classification.found is _INDICATOR and classification.kind == hashes.KIND
                for classification in self.table
            ]
            if len(starts) > len(rows):  # one value in each row, as in most large tables
                plain = bytes(map(asked.__getitem__, self.values.classes))
            else:
                plain = bytes([self._plain_size(start, end, asked) for start, end in pairwise(starts)])
            self._rows = _Rows(array("I", [rows[start] for start in islice(starts, len(starts) - 1)]), starts, plain)
        return self._rows

    def _plain_size(self, start: int, end: int, asked: Sequence[bool]) -> int:
        """Return how many values a row has, if they are hashes of one file; else 0."""
        values, size = self.values, end - start
        if size == 1:
            return int(asked[values.classes[start]])
        one_file = size < MANY and len(set(values.files[start:end])) == 1
        return size if one_file and all(asked[classification] for classification in values.classes[start:end]) else 0

    def trivial(self) -> Iterator[Sighting]:
        """Yield what is not worth a call, in the order of rows; at no cost where there is none."""
        if any(column.trivial for column in self.columns):
            yield from (sighting for sighting in self if sighting.found is Found.TRIVIAL)

    def __iter__(self) -> Iterator[Sighting]:
        """Return all sightings, in the order of rows and cells."""
        return (self._sighting(index) for index in range(len(self.values)))

    def __len__(self) -> int:
        return len(self.values)

    def _sighting(self, index: int) -> Sighting:
        values = self.values
        found, reason, kind, *_ = self.table[values.classes[index]]
        row, column, file = values.rows[index], values.columns[index], values.files[index]
        return Sighting(row, column, found, kind, values.value(index), reason, file=file)


def names_or_sightings(content: Content) -> tuple[Indicator, ...] | tuple[Sighting, ...]:
    """Return what a row holds as ``between`` has it."""
    return (Indicator(hashes.KIND, content.hex()),) if isinstance(content, bytes) else content


def _placeless(row: Sequence[Indicator] | Sequence[Sighting]) -> tuple[Sighting, ...] | None:
    """Return sightings without their places; None where there are none."""
    return tuple([structs.replace(one, row=0, column=0) for one in row if isinstance(one, Sighting)]) or None
