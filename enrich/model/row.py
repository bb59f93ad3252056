"""Rows as they are read, and what is appended to them.

Rows are numbered from 1 as a spreadsheet program shows them; columns from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from enrich.model.column import Column
from enrich.model.finding import Scalar, Status
from enrich.model.verdict import Tone


class Row(Struct, frozen=True):
    """One row of a sheet as text. ``texts`` is dense from column 0; an empty or missing cell is ``""``.

    ``attached`` is what hangs on a cell without standing in it, as (column, text): targets of hyperlinks, comments,
    what a merged cell above it holds, and the texts written in formulas that link or have no result. A row may have
    such texts and no other; ``texts`` reaches to their columns all the same. ``uncalculated`` are the columns of
    formulas for which the file holds no result.
    ``owners`` are the names of the records that the row stands in, nearest first, where its format nests records.
    """

    number: int
    texts: tuple[str, ...] | list[str]
    attached: tuple[tuple[int, str], ...] = ()
    uncalculated: tuple[int, ...] = ()
    owners: tuple[str, ...] = ()


Area = tuple[int, int, int, int]
"""Merged cells: left, top, right, bottom; rows from 1, columns from 0."""


class Added(Struct, frozen=True):
    """The cells to append to one row: one value a column, in the columns' order. Dates are integer Unix seconds."""

    values: tuple[Scalar, ...]
    tone: Tone = Tone.PLAIN
    status: Status = Status.PENDING


@dataclass(frozen=True, slots=True)
class Addition:
    """What one sheet gets: its columns, and the cells of each row that has any.

    ``header_row`` is the row of the sheet's headings, where ours go beside them; None: the sheet has no header.
    ``present`` says where columns of ours stand from an earlier run (name -> 0-based column): they are refreshed in
    place and none is appended twice. ``cells`` gives a row's values by row number; None leaves the row as it is, and
    an earlier run's cells in it are emptied. ``headings`` are the texts to write, one a column.
    """

    columns: tuple[Column, ...]
    headings: tuple[str, ...]
    header_row: int | None
    cells: Callable[[int], Added | None]
    present: Mapping[str, int] = field(default_factory=dict)
    key: int | None = None
    """The column of most of the indicators, from 0: what is printed beside ours wherever they stand."""
    hidden: bool = False
    """Whether the sheet is hidden where it comes from, and is to be in a new file."""
