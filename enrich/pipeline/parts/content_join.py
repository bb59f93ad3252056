"""A part joined by what its rows hold: each content once, and the cells of each content once.

The cells of a content that is one hash, or several of one file, are in the file of cells already; any other content
gets its own as any row does. What is written is the same as row by row; of a part for which that is not certain nothing
is made here. A part that lies by columns gets typed columns, a text the fields of each row, which were rendered before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from enrich.formats import CellForm, cell_texts
from enrich.formats.parquet.typed_columns import arrays_of, repeats
from enrich.join.cells import Joiner
from enrich.join.totals import Tally
from enrich.model.indicator import Indicator, Target
from enrich.model.row import Added
from enrich.model.sighting import Found, Sighting, as_sighting
from enrich.model.status import Status
from enrich.pipeline.kept_answers import OPEN
from enrich.pipeline.parts.answer_file import read_changed
from enrich.pipeline.parts.cell_file import WrittenCells, column_of
from enrich.scan import Placement
from enrich.scan.contents import Codes, Contents, Flags, padded_digests, places_of

if TYPE_CHECKING:
    import pyarrow as pa

_ENOUGH = 4
"""Rows to a content from which on it costs less to write codes of texts that differ in each."""
_FEW = 1000
"""Contents whose cells are made at once in any part."""
_ROWS_AT_ONCE = 1 << 17
_SAMPLE = 10_000
"""Contents by which a column of texts is known that are the same in many."""


class PartContents:
    """What one part holds, and where the cells of each content are."""

    def __init__(self, placement: Placement, form: CellForm, answers: Path, cells: Path, *, with_changes: bool) -> None:
        """Read what the part holds. ``with_changes``: a column says what changed, which the file of cells does not."""
        self._placement = placement
        self._form = form
        self._contents = contents = Contents.of(placement)
        chosen = np.flatnonzero(contents.of_file)
        spans = contents.spans[chosen]
        digests, sizes = padded_digests(placement.values, places_of(contents.hits[chosen], spans))
        self._cells = WrittenCells(cells, digests, sizes)
        fits = self._cells.places >= 0
        if with_changes and (changed := read_changed(answers)):
            fits &= np.array([bytes(d[:n]) not in changed for d, n in zip(digests, sizes, strict=True)], bool)
        starts = np.cumsum(spans) - spans
        answered = _all_answer(self._cells.files, fits, starts, spans)
        self._placed = chosen[answered]
        """The contents whose cells are in the file of cells: those of their first hash."""
        self._statuses = self._cells.statuses[starts[answered]]
        self._places = np.full(len(contents.firsts), -1, np.int64)
        """Of each content its place in the file of cells; -1 where it has none."""
        self._places[self._placed] = self._cells.places[starts[answered]]
        self._others = np.flatnonzero(self._places < 0)

    @cached_property
    def _rows(self) -> list[tuple[Indicator, ...] | tuple[Sighting, ...]]:
        """What stands in a row of each of the other contents."""
        firsts = self._contents.firsts[self._others].tolist()
        return [self._placement.between(row, row + 1)[0] for row in firsts]

    @property
    def targets(self) -> list[Target]:
        """The names whose answers the other contents need."""
        sightings = (as_sighting(one) for row in self._rows for one in row)
        return [Target(n) for n in {Indicator(s.kind, s.value): None for s in sightings if s.found is Found.INDICATOR}]

    @property
    def lacks_many(self) -> bool:
        """Return whether many contents of a text lack cells in the file: row by row, few are made at once."""
        return bool(self._form.dialect) and len(self._others) > max(_FEW, len(self._places) // 4)

    @property
    def has_open(self) -> bool:
        """Whether a hash that stands alone has no answer."""
        return not {list(Status).index(status) for status in OPEN}.isdisjoint(self._statuses.tolist())

    def tally(self, joiner: Joiner) -> Tally:
        tally, counts = Tally(placed=False), self._contents.counts[self._placed]
        rows = np.bincount(self._statuses, weights=counts, minlength=len(Status)).tolist()
        tally.statuses.update({status: int(count) for status, count in zip(Status, rows, strict=True) if count})
        tally.cells = int((counts * self._contents.spans[self._placed]).sum())
        singly = list[int]()
        for content, row in zip(self._others.tolist(), self._rows, strict=True):
            sightings = [as_sighting(one) for one in row]
            if not tally.add_alike(sightings, int(self._contents.counts[content]), joiner):
                singly.append(content)
        # what is damaged or left out, and hashes that contradict each other, is told with its place: row by row
        for number in self._contents.rows[np.isin(self._contents.codes, singly)].tolist() if singly else ():
            tally.add_row(0, self._placement.sheet, self._placement.sightings_at(number), joiner)
        return tally

    def cells(self, joiner: Joiner) -> Callable[[int], Added | None]:
        own = joiner.rows(self._rows)
        name, places, rows = column_of(self._form), self._places.copy(), self._contents.rows
        others = {name: _texts_of(own, self._form, joiner)} if self._form.dialect else arrays_of(own, joiner.columns)
        places[self._others] = self._cells.add(others) + np.arange(len(self._others))
        of_row = places[self._contents.codes]
        if self._form.dialect:
            return CellsAsText(self._cells, name, rows, of_row)
        return CellsByColumn(self._cells, rows, of_row, repeat=_ENOUGH * len(places) <= len(rows))


def _all_answer(files: np.ndarray[Any, np.dtype[np.uint32]], fits: Flags, starts: Codes, spans: Codes) -> Flags:
    """Return of which contents the first hash's cells are those of the row: it stands alone, or all of its hashes are
    of the one file that the answer is about. ``files`` and ``fits`` are of hashes, which begin at ``starts``.
    """
    if not len(starts):
        return np.zeros(0, bool)
    one_file: Flags = np.minimum.reduceat(files, starts) == np.maximum.reduceat(files, starts)
    one_file &= files[starts] > 0
    answered: Flags = np.logical_and.reduceat(fits, starts)
    answered &= one_file | (spans == 1)
    return answered


def _texts_of(rows: Sequence[Added | None], form: CellForm, joiner: Joiner) -> pa.Array[Any]:
    """Return the cells of rows as texts; none for a row that gets none."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    values = list(zip(*(row.values for row in rows if row is not None), strict=True))
    texts = iter(cell_texts(form, joiner.columns)(values) if values else ())
    return pa.array([None if row is None else next(texts) for row in rows], pa.binary())


class CellsAsText:
    """The cells of a part's rows, see ``RenderedCells``: the row ``rows[n]`` has those at ``places[n]``."""

    def __init__(self, cells: WrittenCells, column: str, rows: Codes, places: Codes) -> None:
        self._cells, self._column = cells, column
        self._rows, self._places = rows, places
        self._first = 0
        self._codes = np.empty(0, np.int64)
        """Of the rows from ``_first`` on the place of their cells among ``_texts``: there may be millions of rows, and
        some are read at once.
        """
        self._texts: pa.Array[Any] | None = None

    def rendered(self, first: int, end: int) -> Sequence[bytes | None]:
        texts: list[bytes | None] = self.column(first, end).to_pylist()
        return texts

    def column(self, first: int, end: int) -> pa.Array[Any]:
        if self._texts is None or not self._first <= first <= end <= self._first + len(self._codes):
            self._first, (self._codes, self._texts) = first, self._read(first, max(end, first + _ROWS_AT_ONCE))
        return self._texts.take(self._codes[first - self._first : end - self._first])

    def _read(self, first: int, end: int) -> tuple[Codes, pa.Array[Any]]:
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        begin, stop = np.searchsorted(self._rows, (first, end))
        places, codes = np.unique(self._places[begin:stop], return_inverse=True)
        of_row = np.full(end - first, len(places))
        of_row[self._rows[begin:stop] - first] = codes
        return of_row, pa.concat_arrays([self._cells.column(self._column, places), pa.array([None], pa.binary())])

    def __call__(self, row: int) -> Added | None:
        """Nobody asks for single rows of a text in which no quote is left open."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class CellsByColumn:
    """The cells of a part's rows, see ``CellColumns``: the row ``rows[n]`` has those at ``places[n]``."""

    cells: WrittenCells
    rows: Codes
    places: Codes
    repeat: bool
    """Whether all texts are given as codes, which are written for less than the texts of all rows."""

    def between(self, first: int, end: int) -> Callable[[str], pa.Array[Any]]:
        """Return what gives one of our columns of the rows from ``first`` up to ``end``."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        begin, stop = np.searchsorted(self.rows, (first, end))
        places, at = self.places[begin:stop], self.rows[begin:stop] - first
        flags = np.zeros(places.max(initial=-1) + 1, bool)
        flags[places] = True
        codes, lacks = np.zeros(end - first, np.int32), np.ones(end - first, bool)
        codes[at], lacks[at] = (np.cumsum(flags, dtype=np.int32) - 1)[places], False
        return partial(self._column, np.flatnonzero(flags), pa.array(codes, mask=lacks))

    def _column(self, contents: Codes, chosen: pa.Array[Any], name: str) -> pa.Array[Any]:
        """Return one column of rows, each of which has the cells of one of the ``contents``."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        values = self.cells.column(name, contents)
        if pa.types.is_string(values.type) and (self.repeat or repeats(values.slice(0, _SAMPLE))):
            values = values.dictionary_encode()
        return values.take(chosen)

    def __call__(self, row: int) -> Added | None:
        """Nobody asks for single rows of a table that lies by columns."""
        raise NotImplementedError
