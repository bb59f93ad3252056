"""What hangs on a sheet's cells without standing in them, put to its rows: links, comments, merged cells."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from enrich.model.row import Area, Row

MOST_COVERED = 5_000_000
"""Texts of merged cells that are put to the rows they cover. A small file can merge every column to the last row."""


AttachedText = tuple[int, int, str]
"""Row from 1, column from 0, and what hangs there."""


class Attachments:
    """The texts that one sheet's rows get beside their own. ``left_out`` counts what was too much to be put there."""

    def __init__(
        self,
        texts: Iterable[AttachedText] = (),
        merged: Sequence[Area] = (),
        uncalculated: Iterable[tuple[int, int]] = (),
    ) -> None:
        """Prepare the texts beyond the cells. ``merged`` are the areas whose first cell speaks for all rows of the
        area; ``uncalculated`` (row, column) of formulas without a result, where the reader of the rows does not tell.
        """
        self.merged = merged
        self.left_out = 0
        self._covered = 0
        self._first_end = 0
        """No area that goes over the present row ends before this one."""
        self._texts: dict[int, list[tuple[int, str]]] = {}
        for row, column, text in texts:
            self._texts.setdefault(row, []).append((column, text))
        self._uncalculated: dict[int, list[int]] = {}
        for row, column in uncalculated:
            self._uncalculated.setdefault(row, []).append(column)
        self._merged: dict[int, list[tuple[int, int]]] = {}
        """Top row -> (column, last row) of the areas that begin there and go over more than one row."""
        # An area within one row has nothing to hand down.
        for left, top, _, bottom in sorted(merged):
            if bottom > top:
                self._merged.setdefault(top, []).append((left, bottom))

    def __bool__(self) -> bool:
        return bool(self._texts or self._merged or self._uncalculated)

    def rows(self) -> list[int]:
        """Return the rows with a link, a comment or an empty formula, in order; a sheet may have no cell there."""
        return sorted({*self._texts, *self._uncalculated})

    def last_column(self) -> int:
        """Return the last column on which a link or comment hangs; -1 where there is none."""
        return max((column for texts in self._texts.values() for column, _ in texts), default=-1)

    def put(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows, in order, with what hangs on their cells. A row that has such texts alone comes in
        its place.
        """
        waiting = deque(self.rows())
        open_areas: dict[int, tuple[int, str]] = {}
        """Column -> last row and text of the merged cell that goes over it."""
        for row in rows:
            while waiting and waiting[0] < row.number:
                yield self._attached(Row(waiting.popleft(), []), {})
            # Most rows have nothing of the kind: they go through untouched.
            speaks = bool(waiting) and waiting[0] == row.number
            if speaks:
                waiting.popleft()
            yield self._attached(row, open_areas) if speaks or open_areas or row.number in self._merged else row
        yield from (self._attached(Row(number, []), {}) for number in waiting)

    def _attached(self, row: Row, open_areas: dict[int, tuple[int, str]]) -> Row:
        texts, number = row.texts, row.number
        added = [*row.attached]
        added += (item for item in self._texts.get(number, ()) if not _stands_in(item, texts))
        if number > self._first_end:
            for column in [column for column, (bottom, _) in open_areas.items() if bottom < number]:
                del open_areas[column]
            self._first_end = min((bottom for bottom, _ in open_areas.values()), default=0)
        if self._covered >= MOST_COVERED:  # counted at once: 16,384 areas can go over a million rows
            self.left_out += len(open_areas)
        for column, (_, text) in open_areas.items() if self._covered < MOST_COVERED else ():
            if column >= len(texts) or texts[column] != text:
                self._covered += 1
                added.append((column, text))
        for column, bottom in self._merged.get(number, ()):
            text = texts[column] if column < len(texts) else ""
            if text:
                self._first_end = min(self._first_end, bottom) if open_areas else bottom
                open_areas[column] = bottom, text
        uncalculated = (*row.uncalculated, *self._uncalculated.get(number, ()))
        # a comment can hang right of the last cell, or where no cell is: the scan looks its column up in the texts
        lacking = max([column for column, _ in added] + list(uncalculated), default=-1) + 1 - len(texts)
        return Row(number, [*texts, *[""] * lacking], tuple(added), uncalculated)


def _stands_in(item: tuple[int, str], texts: list[str] | tuple[str, ...]) -> bool:
    """Return whether a cell shows the text itself; programs make a link of each address that is typed, with a slash
    behind.
    """
    column, text = item
    return column < len(texts) and text.rstrip("/") in texts[column]
