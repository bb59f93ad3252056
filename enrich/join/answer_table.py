"""The table of answers alone, one unique indicator a row: what a warehouse joins with its own rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from enrich.model.column import Column, Type
from enrich.model.finding import Finding
from enrich.model.result import Entry
from enrich.model.row import Added, Addition, Row

TITLE = "Answers"
_HEADINGS = ("indicator", "kind")
_CELLS = Column("cells", "Cells", "in how many cells it stands", Type.INTEGER, width=7)
_BLOCK = 1024
"""Rows that are made at once."""

Lines = Callable[[Sequence[Finding]], list[Added]]
"""Makes the cells of indicators, each on a line of its own."""


def answer_table(
    entries: Iterable[Entry], lines: Lines, columns: Sequence[Column]
) -> tuple[str, Iterator[Row], Addition]:
    """Return the table's title, its rows under a row of headings, and the cells that stand behind them."""
    addition = Addition(
        columns=(_CELLS, *columns),
        headings=tuple(column.name for column in (_CELLS, *columns)),
        header_row=1,
        key=0,
        cells=_Cells(entries, lines),
    )
    return TITLE, _rows(entries), addition


def _rows(entries: Iterable[Entry]) -> Iterator[Row]:
    yield Row(1, _HEADINGS)
    for number, entry in enumerate(entries, 2):
        yield Row(number, (entry.finding.indicator.value, entry.finding.indicator.kind))


class _Cells:
    """The cells of a row by its number, made by the block: writers ask in order."""

    def __init__(self, entries: Iterable[Entry], lines: Lines) -> None:
        self._entries = iter(entries)
        self._lines = lines
        self._start = 2
        self._block: list[Added] = []

    def __call__(self, row: int) -> Added | None:
        while row >= self._start + len(self._block):
            block = list(islice(self._entries, _BLOCK))
            if not block:
                return None
            self._start += len(self._block)
            pairs = zip(block, self._lines([entry.finding for entry in block]), strict=True)
            self._block = [Added((entry.cells, *line.values), line.tone, line.status) for entry, line in pairs]
        return self._block[row - self._start] if row >= self._start else None
