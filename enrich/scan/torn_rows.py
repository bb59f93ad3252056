"""A hash torn over neighbouring cells, below each other or side by side, whose pieces may pass for weaker hashes.

``enrich.indicators.hash.torn`` tells a torn hash from several. Nothing is put together: all pieces are called damaged.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from enrich.indicators.hash import torn
from enrich.indicators.hash.damage import EDGES
from enrich.indicators.hash.torn import Piece
from enrich.model.cell_reference import cell_name
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.collect import Collector
from enrich.scan.columns import SheetColumns
from enrich.scan.placement import Classification

# a SHA-512 in lines of 16 digits
LOOK_BACK = 8
"""Rows before one that may hold the first pieces."""
_OUTER = re.escape(EDGES + "|+#")
_HEX = rf"[0-9A-Fa-f]{{{torn.SHORTEST},{torn.LONGEST}}}"
_FIRST = re.compile(rf"[{_OUTER}]{{0,40}}({_HEX})(?![0-9A-Za-z])")
_LAST = re.compile(rf"(?<![0-9A-Za-z])({_HEX})([{re.escape(torn.MARKS)}]?)([{_OUTER}]{{0,12}}\\?)$")
_LONGEST_END = 20
_ENDS_SO = re.compile(rf"[0-9A-Fa-f]{{{torn.SHORTEST}}}[{re.escape(torn.MARKS)}]?[{_OUTER}]{{0,12}}\\?$")
"""The quick look before the closer one."""
_WITHIN = re.compile(rf"{_HEX}(?=\s{{2}})")
"""A piece in a line whose fields stand apart as on a page."""
_TAIL = torn.LONGEST + 60
LONGEST_WORDS = 40
"""Characters of words beside a hash that may name its algorithm."""
# a page's break leaves one
_FARTHEST = 2
"""Rows from one piece to the next: a blank line may stand between them."""


class _Place(Struct):
    """A piece and where it stands; ``hit`` is its value's place in the collector, None where it has none there."""

    row: int
    column: int
    piece: Piece
    hit: int | None
    is_bare: bool
    """Nothing stands before it in its cell."""
    is_open: bool
    """Nothing stands behind it: the next line may go on with it."""

    @property
    def is_settled(self) -> bool:
        """Whether it is a hash and no shorter than what its place asks for: nothing of it can be missing."""
        piece = self.piece
        fits = piece.is_digest and len(piece.text) >= piece.asked
        return not self.is_open or (fits and not piece.marked)


class TornRows:
    """Sees the rows of a sheet that need a closer look, in order, and calls the pieces of torn hashes damaged."""

    def __init__(self, columns: SheetColumns, collector: Collector) -> None:
        self._columns = columns
        self._collector = collector
        self._made: list[Row] = []
        self._unmade: Callable[[], list[Row]] | None = None
        self._last_hits: tuple[int, frozenset[int]] = (-1, frozenset())
        self._runs: dict[int, list[_Place]] = {}
        """By column the pieces that stand below each other, while more may follow."""
        self._section: int | None = None
        """Digits that the last title asks for; None as long as there is none."""
        self._told: list[tuple[_Place, int]] = []
        """Pieces that nobody found, to be added last: what was found is looked up by its row, so it stays in order."""

    def remember(self, rows: Sequence[Row]) -> None:
        """Remember the last rows before the next ones to come, plain ones among them."""
        self._made = [*self._before, *rows[-LOOK_BACK:]][-LOOK_BACK:]

    def remember_unmade(self, make: Callable[[], list[Row]]) -> None:
        """Remember as the last rows those that ``make`` returns, which is asked where somebody looks."""
        self._unmade = make

    @property
    def _before(self) -> list[Row]:
        """The last rows before the next ones to come."""
        if self._unmade is not None:
            self._made, self._unmade = self._unmade(), None
        return self._made

    def awaits(self, row: Row, columns: Iterable[int], before: Sequence[Row]) -> bool:
        """Return whether a row that seems to be plain may hold the next piece of what the row before ends in."""
        if self._runs:
            return True
        last = before[-1] if before else self._before[-1] if self._before else None
        if last is None or row.number - last.number > _FARTHEST:
            return False
        places = (self._last(last, column) for column in columns if column < len(last.texts))
        return any(place and torn.is_piece(place.piece.text) and not place.is_settled for place in places)

    def asked(self, row: Row, column: int) -> int:
        """Return how many digits what stands beside and above a cell asks for; 0 where it does not say."""
        texts = row.texts
        # the cell to the left, then the row's first: "SHA256 | <40 digits>"
        for place in dict.fromkeys((column - 1, 0)):
            words = texts[place] if 0 <= place < len(texts) and place != column else ""
            if words and len(words) <= LONGEST_WORDS and (length := torn.length_asked(words)):
                return length
        return self.asked_above(column)

    def asked_above(self, column: int) -> int:
        """Return how many digits the heading of a column, or the last title, asks for; 0 where none says it."""
        heading = self._columns[column].heading
        # the only heading of a list is its title, and gives way to a later one
        if heading and not (self._columns.is_list and self._section is not None):
            return torn.length_asked(heading)
        return self._section or 0

    @property
    def is_open(self) -> bool:
        """Whether further pieces may follow what stands in the rows so far."""
        return bool(self._runs)

    def see(self, row: Row, before: Sequence[Row], found: Collection[int]) -> None:
        """Take a row in whose columns ``found`` something was found; ``before`` are the rows since the last
        ``remember``.
        """
        last, hits = self._last_hits
        self._last_hits = row.number, frozenset(found)
        looked = {*found, *self._runs, *(hits if row.number - last <= _FARTHEST else ())}
        above = before[-1] if before else self._before[-1] if self._before else None
        for column in sorted(looked):
            if self._columns.scanned(column) and not (column in found and self._is_complete(row, column, above)):
                self._look(row, column, before)
        if found:
            self._sideways(row, found)
        elif not self._runs:
            self._title(row.texts)

    def close(self) -> None:
        """No further row follows."""
        for column in list(self._runs):
            self._end(column)
        for place, index in self._told:
            self._collector.values.add(place.row, place.column, place.piece.text, classification=index, file=0)

    def _title(self, texts: Sequence[str]) -> None:
        """Take a row without values for a title; the name of a file, a word without a gap, is none."""
        filled = [text.strip() for text in texts if text and not text.isspace()]
        # "invoice.exe" between hashes is a name; "SHA256 hashes:" asks for 64 digits
        if len(filled) == 1 and (" " in filled[0] or filled[0].endswith(":") or torn.length_asked(filled[0][:_TAIL])):
            self._section = torn.length_asked(filled[0]) if len(filled[0]) <= _TAIL else 0

    def _is_complete(self, row: Row, column: int, above: Row | None) -> bool:
        """Return whether a cell is a hash no shorter than what its place asks for, and nothing above it is a piece: the
        quick look.
        """
        size = len(row.texts[column])
        if column in self._runs or size not in torn.NAMES or self.asked(row, column) > size:
            return False
        text = above.texts[column] if above is not None and column < len(above.texts) else ""
        return len(text) in torn.NAMES or not _ENDS_SO.search(text[-_LONGEST_END:])

    def _look(self, row: Row, column: int, before: Sequence[Row]) -> None:
        """Follow the pieces of one column into this row."""
        first = self._first(row, column)
        if first is not None:
            run = self._runs.setdefault(column, self._look_back(row, column, before))
            if run and row.number - run[-1].row > _FARTHEST:
                self._end(column)
                run = self._runs.setdefault(column, [])
            first.piece.far = bool(run) and row.number - run[-1].row > 1
            run.append(first)
            if first.is_settled:
                self._end(column)
            return
        self._end(column)
        last = self._last(row, column)
        if last is not None and not last.is_settled:
            self._runs[column] = [last]

    def _look_back(self, row: Row, column: int, before: Sequence[Row]) -> list[_Place]:
        """Return the pieces that stand right above a cell, the topmost first."""
        found: list[_Place] = []
        number = row.number
        margin = len(row.texts[column]) - len(row.texts[column].lstrip())
        for above in reversed([*self._before, *before][-LOOK_BACK:]):
            if number - above.number > _FARTHEST or column >= len(above.texts):
                break
            place = self._last(above, column) or self._at(above, column, margin)
            if place is None:
                break
            if found:
                found[-1].piece.far = number - above.number > 1
            found.append(place)
            number = above.number
            if not place.is_bare:
                break
        return found[::-1]

    def _first(self, row: Row, column: int) -> _Place | None:
        """Return the piece that a cell begins with."""
        text = row.texts[column] if column < len(row.texts) else ""
        match = _FIRST.match(text)
        if match is None:
            return None
        last = self._last(row, column)
        if last is not None and last.is_bare:
            return last
        return self._place(row, column, match[1], is_open=False)

    def _last(self, row: Row, column: int) -> _Place | None:
        """Return the piece that a cell ends in."""
        text = row.texts[column] if column < len(row.texts) else ""
        if not _ENDS_SO.search(text[-_LONGEST_END:]) or (match := _LAST.search(text[-_TAIL:])) is None:
            return None
        start = max(0, len(text) - _TAIL) + match.start()
        label = text[max(0, start - LONGEST_WORDS) : start]
        place = self._place(row, column, match[1], torn.length_asked(label))
        place.is_bare = not text[:start].strip(EDGES + "|+#")
        place.piece.marked, place.piece.apart = bool(match[2]), "," in match[3] or ";" in match[3]
        return place

    def _at(self, row: Row, column: int, margin: int) -> _Place | None:
        """Return the piece in the midst of a line that begins at ``margin``, right above one that stands alone."""
        text = row.texts[column]
        match = _WITHIN.match(text, margin) if margin > 1 and text[margin - 1 : margin].isspace() else None
        return self._place(row, column, match[0], is_bare=False) if match else None

    def _place(
        self, row: Row, column: int, text: str, label: int = 0, *, is_open: bool = True, is_bare: bool = True
    ) -> _Place:
        filled = (cell for cell in row.texts if cell and not cell.isspace())
        piece = Piece(text, label or self.asked(row, column), alone=len(list(islice(filled, 2))) == 1)
        return _Place(row.number, column, piece, self._hit(row.number, column, text), is_bare, is_open)

    def _hit(self, row: int, column: int, text: str) -> int | None:
        """Return the place in the collector of what a cell holds and is the piece or has it in it."""
        values, low = self._collector.values, text.lower()
        start = bisect_left(values.rows, row)
        end = bisect_right(values.rows, row, lo=start)
        first, last = (side(values.columns, column, lo=start, hi=end) for side in (bisect_left, bisect_right))
        return next((index for index in reversed(range(first, last)) if low in values.value(index).lower()), None)

    def _end(self, column: int) -> None:
        """End the pieces of a column, which nothing goes on with: tell the torn hashes among them."""
        run = self._runs.pop(column, [])
        for first, last in torn.groups([place.piece for place in run]):
            self._tell(run[first:last])

    def _sideways(self, row: Row, found: Collection[int]) -> None:
        """Tell pieces in cells side by side, of which only the first has a heading of its own."""
        last = -1
        for column in sorted({*found, *(place - 1 for place in found if place)}):
            if column <= last or column + 1 >= len(row.texts) or not self._is_aside(column, column + 1):
                continue
            run = list(self._pieces_in_row(row, column))
            for first, end in torn.groups([place.piece for place in run]):
                self._tell(run[first:end])
            last = column + len(run) - 1

    def _is_aside(self, column: int, other: int) -> bool:
        """Return whether a column has no heading of its own: none, the other's, or one that asks for the same."""
        headings = [self._columns[place].heading for place in (column, other)]
        asked = torn.length_asked(headings[0])
        return headings[1] in ("", headings[0]) or bool(asked and torn.length_asked(headings[1]) == asked)

    def _pieces_in_row(self, row: Row, column: int) -> Iterator[_Place]:
        """Yield the piece in a cell and those in the next ones that have no heading, or the same."""
        for place in range(column, min(column + LOOK_BACK, len(row.texts))):
            if place > column and not self._is_aside(column, place):
                return
            piece = self._last(row, place) if self._columns.scanned(place) else None
            if piece is None or not piece.is_bare:
                return
            if place > column:
                piece.piece.asked = 0
            piece.piece.alone = True
            yield piece

    def _tell(self, places: Sequence[_Place]) -> None:
        collector = self._collector
        *names, last = [cell_name(place.row, place.column) for place in places]
        title = torn.NAMES[sum(len(place.piece.text) for place in places)]
        reason = f"a piece of a {title} torn over {len(places)} cells ({', '.join(names)} and {last})"
        known = [collector.classes[collector.values.classes[place.hit]] for place in places if place.hit is not None]
        left_out = next((one for one in known if one.found is Found.LEFT_OUT), None)
        index = collector.index(left_out or Classification(Found.DAMAGED, reason))
        for place in places:
            if place.hit is not None:
                collector.values.classes[place.hit], collector.values.files[place.hit] = index, 0
            elif left_out is None:
                self._told.append((place, index))
