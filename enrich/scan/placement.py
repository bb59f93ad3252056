"""Where what stands in one sheet, kept small: some 20 bytes a value beside its digest; sightings are made on demand.

Knows nothing of how values are found.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice

from msgspec import Struct

from enrich.kinds import hash as hashes
from enrich.model import Found, Indicator, Sighting

_INDICATOR, _TRIVIAL = Found.INDICATOR, Found.TRIVIAL  # a member looked up on its class costs, a million times
Verdict = tuple[Found, str]
"""What a value is found to be, and why ("" for an indicator)."""


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

    @property
    def total(self) -> int:
        return self.indicators + self.trivial + self.left_out + self.damaged


@dataclass(slots=True)
class Hits:
    """Parallel columns, one entry a value, in the order of rows.

    A hash is packed (16, 20 or 32 bytes); any other text is kept as UTF-8, told apart by ``packed``. ``verdicts``
    are indices into a table of the few distinct verdicts.
    """

    rows: array[int] = field(default_factory=lambda: array("I"))
    columns: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("Q"))
    packed: bytearray = field(default_factory=bytearray)
    verdicts: array[int] = field(default_factory=lambda: array("H"))
    files: bytearray = field(default_factory=bytearray)
    data: bytearray = field(default_factory=bytearray)

    def add(self, row: int, column: int, value: bytes, *, packed: bool, verdict: int, file: int) -> None:
        """One value more; ``value`` is a digest where ``packed``, else UTF-8 text."""
        self.rows.append(row)
        self.columns.append(column)
        self.data += value
        self.ends.append(len(self.data))
        self.packed.append(packed)
        self.verdicts.append(verdict)
        self.files.append(min(file, 255))

    def add_packed(
        self, rows: Sequence[int], columns: Sequence[int], digests: Sequence[bytes], verdicts: Sequence[int]
    ) -> None:
        """Many digests more, none of which shares its row with another file's."""
        self.rows.extend(rows)
        self.columns.extend(columns)
        self.ends.extend(islice(accumulate(map(len, digests), initial=len(self.data)), 1, None))
        self.data += b"".join(digests)
        self.packed += b"\1" * len(digests)
        self.verdicts.extend(verdicts)
        self.files += bytes(len(digests))

    def raw(self, index: int) -> bytes:
        return bytes(self.data[self.ends[index - 1] if index else 0 : self.ends[index]])

    def value(self, index: int) -> str:
        raw = self.raw(index)
        return raw.hex() if self.packed[index] else raw.decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self.rows)


class Plain(Struct, frozen=True, gc=False):
    """A row that holds one indicator and nothing else."""

    row: int
    column: int
    indicator: Indicator


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
    hits: Hits
    table: tuple[Verdict, ...]
    columns: tuple[ColumnCount, ...]
    """The columns that hold anything of ours, in order, with counts and the reason for each."""
    own_heading: int | None = None
    """The row in which an earlier run put our headings."""
    linked: bytes = b""
    """Digests of files whose hashes stand below each other, three at a time: see ``blocks``."""
    _next: int = field(default=0, repr=False, compare=False)
    """The value behind the last that was looked at: most look at one row after the other."""

    @property
    def count(self) -> int:
        """Cells' values that are indicators or trivial."""
        return sum(column.indicators + column.trivial for column in self.columns)

    @property
    def asks_something(self) -> bool:
        """Whether a row of it gets cells: it has an indicator, a trivial or a damaged value."""
        return any(column.total > column.left_out for column in self.columns)

    def sightings_at(self, row: int) -> tuple[Sighting, ...]:
        """What stands in ``row``, in the order of its cells."""
        first, last = self._span(row)
        return tuple([self._sighting(index) for index in range(first, last)])

    def plain_at(self, row: int) -> Indicator | None:
        """The indicator of a row that holds nothing else; None for every other row."""
        first, last = self._span(row)
        return self._plain(first) if last - first == 1 else None

    def by_row(self) -> Iterator[Plain | tuple[Sighting, ...]]:
        """What stands in each row that holds something, in order."""
        rows, columns = self.hits.rows, self.hits.columns
        first = 0
        for last in range(1, len(rows) + 1):
            if last < len(rows) and rows[last] == rows[first]:
                continue
            indicator = self._plain(first) if last - first == 1 else None
            if indicator is not None:
                yield Plain(rows[first], columns[first], indicator)
            else:
                yield tuple([self._sighting(index) for index in range(first, last)])
            first = last

    def _span(self, row: int) -> tuple[int, int]:
        """Where the values of ``row`` begin and end."""
        rows, first = self.hits.rows, self._next
        if not (first < len(rows) and rows[first] == row and (first == 0 or rows[first - 1] != row)):
            first = bisect_left(rows, row)
        last = first
        while last < len(rows) and rows[last] == row:
            last += 1
        self._next = last
        return first, last

    def _plain(self, index: int) -> Indicator | None:
        hits = self.hits
        if self.table[hits.verdicts[index]][0] is not _INDICATOR:
            return None
        return Indicator(hashes.KIND, hits.value(index))

    def __iter__(self) -> Iterator[Sighting]:
        """All sightings, in the order of rows and cells."""
        return (self._sighting(index) for index in range(len(self.hits)))

    def __len__(self) -> int:
        return len(self.hits)

    def _sighting(self, index: int) -> Sighting:
        hits = self.hits
        found, reason = self.table[hits.verdicts[index]]
        value = hits.value(index)
        if found is _TRIVIAL:
            reason = hashes.trivial(value)
        return Sighting(
            hits.rows[index], hits.columns[index], found, hashes.KIND, value, reason, file=hits.files[index]
        )
