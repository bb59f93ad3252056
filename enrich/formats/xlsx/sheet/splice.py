"""Cells of ours among the analyst's: a worksheet's stream copied byte by byte, with our cells put in.

Knows rows and cells alone; what stands around the rows is the frame's business.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from enrich.formats.shared.faults import Fault
from enrich.formats.xlsx.sheet.cells import Span, spans
from enrich.formats.xlsx.sheet.stream import RawRow, SheetStream
from enrich.formats.xlsx.sheet.styles import Look
from enrich.formats.xlsx.sheet.text import COLUMNS
from enrich.formats.xlsx.sheet.values import CellWriter
from enrich.model.column import Column, Type
from enrich.model.own_cells import STATUS_WORDS
from enrich.model.row import Added, Addition

HEADING_LOOK = Look(number_format=0, bold=True)
_ROWS_LOOKED_AT = 50
"""Rows below the headings that tell how wide our columns must be."""
_TEXT_CELL = re.compile(rb"""<[^>]*\st=["'](?:s|str|inlineStr)["']""")
_INLINE_TEXT = re.compile(rb">([^<>]+)</(?:\w+:)?t>")
_BLANK_CELL = re.compile(rb"\A<[^>]*(?:/>|></(?:\w+:)?c>)\Z|<(?:\w+:)?t(?:\s[^>]*)?(?:/>|></)")
"""A cell without content, or with an inline string that is empty."""
_SPANS = re.compile(rb"""(\sspans\s*=\s*["'])(\d+):(\d+)(["'])""")


@dataclass(frozen=True, slots=True)
class PlacedAddition:
    """What one sheet gets, and where it goes. ``refreshed`` are the columns that an earlier run wrote."""

    addition: Addition
    at: tuple[int, ...]
    """The column of the sheet, from 0, for each column of the addition."""
    heads: Mapping[int, Sequence[str]]
    """Row -> the headings that it gets, one a column: each table that grows has a row of its own."""
    rows_left_alone: frozenset[int] = frozenset()
    """Rows that get nothing: totals of the tables that our columns belong to, and what is merged to the very end."""
    without_cells: frozenset[int] = frozenset()
    """Rows that get cells of ours and may have none yet: a comment can hang on a place where no cell is."""

    def places(self) -> list[tuple[int, Column]]:
        return list(zip(self.at, self.addition.columns, strict=True))

    @property
    def refreshed(self) -> frozenset[int]:
        return frozenset(p for p, c in self.places() if c.name in self.addition.present)


class Splicer:
    """Puts one sheet's cells in. ``left`` is the first column of ours: the cell beside it lends its looks."""

    def __init__(self, placed: PlacedAddition, writer: CellWriter, prefix: bytes, fault: Fault) -> None:
        self.placed = placed
        self.writer = writer
        self.prefix = prefix
        self.fault = fault
        self.ours = frozenset(placed.at)
        self.refreshed = placed.refreshed
        self.left, self.right = min(placed.at), max(placed.at)
        self.places = sorted(placed.at)
        self.kinds = {place: column.type for place, column in placed.places()}
        p = re.escape(prefix)
        other = rb'(?: (?!s=)[\w:]+="[^"<>]*")*+'
        self._last = re.compile(
            b"<" + p + rb'c r="([A-Z]{1,3})\d{1,7}"' + other + rb'(?: s="(\d{1,9})")?+' + other + b" ?/?>"
        )
        self._cell_sign = b"<" + prefix + b"c "
        self._ends = (b"</" + prefix + b"c>", b"/>")

    def enlargements(self, stream: SheetStream) -> tuple[float, float]:
        """Return how large the letters beside our headings and beside our first cells are, of the usual ones."""
        headings, cells = 1.0, 1.0
        last = min(self.placed.heads, default=0) + _ROWS_LOOKED_AT
        for row in takewhile(lambda row: row.number <= last, stream.rows()):
            beside = self._lender(spans(row, self.prefix, self.fault)) if row.closed >= 0 else None
            larger = self.writer.styles.enlargement(beside or 0)
            if row.number in self.placed.heads:
                headings = max(headings, larger)
            elif self.placed.addition.cells(row.number) is not None:
                cells = max(cells, larger)
        return headings, cells

    def _lender(self, cells: Sequence[Span]) -> int | None:
        """Return the format of the last cell left of ours, if there is one."""
        return next((c.style for c in reversed(cells) if c.column < self.left and c.column not in self.ours), None)

    def rows(self, stream: SheetStream) -> Iterator[bytes]:
        """Yield the rows' bytes with ours among them, and what stands between the rows."""
        # Rows must ascend, each once: a row of ours that the sheet lacks is put where its number belongs.
        waiting = deque(sorted({*self.placed.heads, *self.placed.without_cells}))
        for row in stream.rows():
            while waiting and row.number >= waiting[0]:
                number = waiting.popleft()
                if row.number > number:
                    yield self._new_row(number)
            if row.gap:
                yield row.gap
            yield self._row(row)
        if not stream.empty:
            yield from map(self._new_row, waiting)

    def _new_row(self, number: int) -> bytes:
        """Return a row of headings, or below a comment's place, where the sheet has no such row."""
        name = self.prefix.decode() + "row"
        cells = self._cells(number, None if number in self.placed.heads else self.placed.addition.cells(number), None)
        return f'<{name} r="{number}">{"".join(cells)}</{name}>'.encode()

    def _row(self, row: RawRow) -> bytes:
        addition, number = self.placed.addition, row.number
        heading = number in self.placed.heads
        added = None if heading or number in self.placed.rows_left_alone else addition.cells(number)
        if added is None and not heading and (not self.refreshed or number < (addition.header_row or 0)):
            return row.data
        # most rows end left of our columns: what they hold need not be looked at, cell by cell
        plain = None if self.refreshed else self._plain_end(row)
        if plain is not None:
            base, end = plain
            if added is not None:
                cells = self.writer.joined_cells(number, base or 0, added)
            else:
                cells = "".join(self._cells(number, added, base))
            return b"".join((self._widened(row), row.data[row.opened : end], cells.encode(), row.data[end:]))
        return self._merged(row, added)

    def _cells(self, number: int, added: Added | None, base: int | None) -> list[str]:
        """Our cells of a row, ascending by column; ``base`` is the format of the cell beside, if there is one."""
        headings = self.placed.heads.get(number)
        if headings is not None:
            # the heading beside lends its own format: it is the analyst's table that ours continue
            styles = self.writer.styles
            style = styles.derive(0, HEADING_LOOK) if base is None else styles.lying(base)
            return self.writer.headings(number, style, headings)
        return [] if added is None else self.writer.cells(number, base or 0, added)

    def _plain_end(self, row: RawRow) -> tuple[int | None, int] | None:
        """Return the last cell's format and where it ends, if it stands left of ours and ends the row; else None."""
        data, closed = row.data, row.closed
        # a comment or CDATA may hold what looks like a cell; an extension list may follow the last one
        if closed < 0 or b"<!" in data or not data.endswith(self._ends, row.opened, closed):
            return None
        start = data.rfind(self._cell_sign, row.opened, closed)
        match = self._last.match(data, start)
        if match is None or COLUMNS[match[1]] >= self.left:
            return None
        if data.endswith(b"/>", start, closed) and data.find(b">", start) != closed - 1:
            return None  # something else stands behind the last cell
        return int(match[2] or 0), closed

    def _widened(self, row: RawRow) -> bytes:
        """Return the row's start tag, its ``spans`` hint reaching over our cells."""
        tag = row.data[: row.opened]
        if row.closed < 0:
            tag = tag[:-2].rstrip() + b">"
        # readers that trust the hint allot room for so many cells and drop those beyond
        match = _SPANS.search(tag) if b"spans" in tag else None
        if match is None or int(match[3]) > self.right:
            return tag
        return b"%b%b%b:%d%b" % (tag[: match.start()], match[1], match[2], self.right + 1, tag[match.start(4) :])

    def _merged(self, row: RawRow, added: Added | None) -> bytes:
        """Return the row with our cells merged in by column: blank or earlier cells in their places go."""
        data = row.data
        found = spans(row, self.prefix, self.fault) if row.closed >= 0 else []
        cells = self._cells(row.number, added, self._lender(found))
        # cells of a row must stand in the order of their columns, each once, or Excel calls the file damaged
        gone = self.ours if cells else self.refreshed
        if not cells and not self._earlier([c for c in found if c.column in gone], data):
            return data
        waiting = [(place, cell.encode()) for place, cell in zip(self.places, cells, strict=False)]
        # Between the cells stands what is copied too: blanks, comments, an extension list behind the last one.
        out, at = [self._widened(row) if cells else data[: row.opened]], row.opened
        for cell in found:
            out.append(data[at : cell.start])
            while waiting and waiting[0][0] <= cell.column:
                out.append(waiting.pop(0)[1])
            at = cell.end if cell.column in gone else cell.start
            out.append(data[at : cell.end])
            at = cell.end
        out += [text for _, text in waiting]
        out.append(data[at:] if row.closed >= 0 else b"</" + self.prefix + b"row>")
        return b"".join(out)

    def _earlier(self, cells: Sequence[Span], data: bytes) -> bool:
        """Return whether an earlier run can have left these: where numbers of ours stand there are some, and no text.

        Text alone can be the analyst's, who writes below a list what he likes.
        """
        said = False
        for cell in cells:
            raw, kind = data[cell.start : cell.end], self.kinds[cell.column]
            if kind not in (Type.INTEGER, Type.DATE, Type.STATUS) or _BLANK_CELL.search(raw):
                continue
            text = _TEXT_CELL.match(raw)
            if (text is not None) != (kind is Type.STATUS):
                return False
            word = _INLINE_TEXT.search(raw) if text is not None else None
            if word is not None and word[1].decode() not in STATUS_WORDS:
                return False
            said = True
        return said
