"""Values of ours as cells: typed, styled, and text that no program turns into a formula, a link or a date."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from enrich.formats.xlsx.sheet.dates import serial
from enrich.formats.xlsx.sheet.new_strings import NewStrings
from enrich.formats.xlsx.sheet.styles import COLOURED_TYPES, Look, Styles, look
from enrich.formats.xlsx.sheet.text import CELL_LIMIT, clipped, markup
from enrich.model.cell_reference import letters
from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.row import Added
from enrich.model.verdict import Tone
from enrich.visible import visible

_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&*+,;=%-]{1,240}")
"""Addresses that may become links: no quote and no bracket can leave the formula's literal (255 characters)."""
_EXACT_BELOW = 10**15
"""Whole numbers below it outlive a program's floating point."""
_ROWS_REMEMBERED = 1 << 10


class CellWriter:
    """Writes the cells of one block of columns, ascending by column.

    ``columns`` says where each stands, from 0, in any order; ``looks`` how it looks. All but the row's number is made
    once for each ``Added``, since rows that hold the same share one.
    """

    def __init__(
        self,
        columns: Sequence[tuple[int, Column]],
        styles: Styles,
        strings: NewStrings,
        prefix: str,
        *,
        date1904: bool,
        looks: Callable[[Type, Tone], Look] = look,
    ) -> None:
        self.styles = styles
        self.clipped = 0
        """Cells that were cut at what a cell holds."""
        self._strings, self._prefix, self._looks = strings, prefix, looks
        self._date1904 = date1904
        self._number, self._end = f"><{prefix}v>", f"</{prefix}v></{prefix}c>"
        self._shared = f' t="s"><{prefix}v>'
        typed = {Type.LINK: self._link, Type.BOOLEAN: self._boolean, Type.DATE: self._date, Type.INTEGER: self._integer}
        self._order = sorted(range(len(columns)), key=lambda i: columns[i][0])
        ascending = [columns[i] for i in self._order]
        self._kinds = [column.type for _, column in ascending]
        self._coloured = [(place, at) for place, at in enumerate(self._order) if self._kinds[place] in COLOURED_TYPES]
        """Where the coloured cells stand: their place among the columns, and that of their value."""
        self._bodies = [typed.get(kind, self._text) for kind in self._kinds]
        self._heads = [f'<{prefix}c r="{letters(at)}' for at, _ in ascending]
        self._opened: dict[tuple[int, Tone], list[str]] = {}
        self._known: dict[tuple[int, int], tuple[Added, list[str]]] = {}
        """Cells and their XML by identity, which no others can bear as long as these are kept, and base."""

    def cells(self, row: int, base: int, added: Added) -> list[str]:
        """Return a row's cells; ``base`` is the format that ours are derived from."""
        return [f"{head}{row}{rest}" for head, rest in zip(self._heads, self._rests(base, added), strict=True)]

    def joined_cells(self, row: int, base: int, added: Added) -> str:
        """Return a row's cells in one piece: quicker than ``cells``, as rows that are alike share it."""
        known = self._known.get((id(added), base))
        if known is None:
            cut = self.clipped
            rests = self._rests(base, added)
            behind = [rest + head for rest, head in zip(rests, [*self._heads[1:], ""], strict=True)]
            known = added, [self._heads[0], *behind]
            if self.clipped == cut:  # cells that are cut are counted each time
                if len(self._known) >= _ROWS_REMEMBERED:
                    self._known.clear()
                self._known[id(added), base] = known
        return str(row).join(known[1])

    def _rests(self, base: int, added: Added) -> list[str]:
        """Return what follows the row's number in each cell."""
        values, openings = added.values, self._openings(base, added.tone)
        if blank := [place for place, at in self._coloured if values[at] is None]:
            plain, openings = self._openings(base, Tone.PLAIN), openings.copy()
            for place in blank:  # a field of colour without a word in it would mean nothing
                openings[place] = plain[place]
        return [
            opening + body(values[at]) for opening, body, at in zip(openings, self._bodies, self._order, strict=True)
        ]

    def _openings(self, base: int, tone: Tone) -> list[str]:
        """Return how the XML of each cell goes on behind its place: with its style."""
        known = self._opened.get((base, tone))
        if known is None:
            derived = (self.styles.derive(base, self._looks(kind, tone)) for kind in self._kinds)
            known = self._opened[base, tone] = [f'" s="{style}"' for style in derived]
        return known

    def headings(self, row: int, style: int | Sequence[int], texts: Sequence[str]) -> list[str]:
        """Plain text in the given formats, one a column."""
        styles = [style] * len(texts) if isinstance(style, int) else style
        return [
            f'{head}{row}" s="{styles[at]}"{self._text(texts[at])}'
            for head, at in zip(self._heads, self._order, strict=True)
        ]

    def text(self, at: str, style: int, text: str) -> str:
        """Return a text cell; hostile characters become visible, and what is too long is cut and counted."""
        return f'<{self._prefix}c r="{at}" s="{style}"{self._text(text)}'

    def _text(self, value: Scalar) -> str:
        """Return what follows a cell's style where it holds text; its sisters below, the other types of columns."""
        if value is None or value == "":
            return "/>"
        if type(value) is not str or value not in self._strings.known:  # what is known is visible, and short enough
            value, cut = clipped(visible(value if isinstance(value, str) else str(value)))
            self.clipped += cut
        # A shared string is text to every program: `=1+1` in it is no formula, `1/2` no date.
        return f"{self._shared}{self._strings.index(value)}{self._end}"

    def _link(self, value: Scalar) -> str:
        # a formula and no hyperlink element: a sheet has room for 65,530 of these, each with a relationship
        # What could end the literal early, or is no address, stays text: a formula of an answer's making would run.
        if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
            return self._text(value)
        p, address = self._prefix, markup(value) if "&" in value or "_x" in value else value
        return f' t="str"><{p}f>HYPERLINK("{address}")</{p}f><{p}v>{address}{self._end}'

    def _boolean(self, value: Scalar) -> str:
        return f' t="b"{self._number}{int(value)}{self._end}' if isinstance(value, bool) else self._text(value)

    def _date(self, value: Scalar) -> str:
        if not isinstance(value, int | float):
            return self._text(value)
        finite = type(value) is int or math.isfinite(value)
        # Dates are numbers that a format shows as dates, so that they sort and filter as such.
        number = serial(int(value), self._date1904) if finite else None
        return self._text(_iso(value)) if number is None else self._number + number + self._end

    def _integer(self, value: Scalar) -> str:
        # Programs count in floating point of 53 bits: an id of 17 digits would lose its last ones as a number.
        if type(value) is int and -_EXACT_BELOW < value < _EXACT_BELOW:
            return f"{self._number}{value}{self._end}"
        if isinstance(value, int | float) and math.isfinite(value) and abs(value) < _EXACT_BELOW:
            return f"{self._number}{int(value) if value == int(value) else repr(value)}{self._end}"
        return self._text(value)


def written(value: Scalar) -> Scalar:
    """Return a value as a cell holds it: a text without what cannot be seen, as far as there is room."""
    if not isinstance(value, str) or (len(value) < CELL_LIMIT // 2 and value.isascii() and value.isprintable()):
        return value
    return clipped(visible(value))[0]


def _iso(seconds: float) -> str:
    """Return a moment that no workbook has a date for."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return str(seconds)
