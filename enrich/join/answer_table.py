"""The table of answers alone, one unique indicator a row: what a warehouse joins with its own rows. Knows no file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from enrich.join.cells import Joiner
from enrich.model.column import Column, Type
from enrich.model.result import Entry
from enrich.model.row import Added, Addition, Row

TITLE = "Answers"
_HEADINGS = ("indicator", "kind")
_CELLS = Column("cells", "Cells", "in how many cells it stands", Type.INTEGER, width=7)
_BLOCK = 1024
"""Rows that are made at once."""


def answer_table(
    entries: Sequence[Entry], joiner: Joiner, columns: Sequence[Column]
) -> tuple[str, Iterator[Row], Addition]:
    """Return the table's title, its rows under a row of headings, and the cells that stand behind them."""
    addition = Addition(
        columns=(_CELLS, *columns),
        headings=tuple(column.name for column in (_CELLS, *columns)),
        header_row=1,
        cells=_Lines(entries, joiner),
    )
    return TITLE, _rows(entries), addition


def _rows(entries: Sequence[Entry]) -> Iterator[Row]:
    yield Row(1, _HEADINGS)
    for number, entry in enumerate(entries, 2):
        yield Row(number, (entry.finding.indicator.value, entry.finding.indicator.kind))


class _Lines:
    """The cells of a row by its number, made by the block: writers ask in order."""

    def __init__(self, entries: Sequence[Entry], joiner: Joiner) -> None:
        self._entries = entries
        self._joiner = joiner
        self._start = 0
        self._lines: list[Added] = []

    def __call__(self, row: int) -> Added | None:
        index = row - 2
        if not 0 <= index < len(self._entries):
            return None
        if not self._start <= index < self._start + len(self._lines):
            self._start = index
            block = self._entries[index : index + _BLOCK]
            lines = self._joiner.lines([entry.finding for entry in block])
            pairs = zip(block, lines, strict=True)
            self._lines = [Added((entry.cells, *line.values), line.tone, line.status) for entry, line in pairs]
        return self._lines[index - self._start]
