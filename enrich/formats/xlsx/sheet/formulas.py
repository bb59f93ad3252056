"""Formulas, as far as a reader must know them: what they link to, the texts in those without a result, and which
columns they read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from enrich.formats.shared.formula_text import LINKS, is_literal, literals
from enrich.formats.xlsx.sheet.cells import CELL_ATTRIBUTES, Raw
from enrich.formats.xlsx.sheet.text import COLUMNS, area, unescaped
from enrich.model.cell_reference import cell_name

_SHARED = re.compile(rb"""\ssi\s*=\s*["']\s*(\d{1,9})""")
_CONTENT = re.compile(rb"<[^<>]*[^/<>]>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</[^<>]*>\Z", re.DOTALL)
_MOST_SHARED = 10_000
_SAME_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_SHEETS = re.compile(rb"(?:'[^']*+'|[^!'(),;:=+*/<>&^ -]++)!")
_FILLED = re.compile(rb"""\sref\s*=\s*["']([^"']*)""")
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
# Sheet1!$B$2:C9, 'My sheet'!F:G, B2; not [1]Sheet1!B2 (of another file), Table1[Q1], LOG10(
_REFERENCE = re.compile(
    r"(?<![\w.$!@#\[\]'])(?:('(?:[^']|''){1,62}+'|[\w.]++)!)?"
    r"(?:\$?([A-Z]{1,3})\$?\d{1,7}(?::\$?([A-Z]{1,3})\$?\d{1,7})?|\$?([A-Z]{1,3}):\$?([A-Z]{1,3}))(?![\w.(!\[\]])"
)
ColumnsRead = tuple[str, int, int]
"""The name of a sheet ("" for the formula's own), the first and the last column that a formula reads there, from 0."""


def columns_read(formula: str) -> Iterator[ColumnsRead]:
    """Yield the columns of each reference in a formula."""
    for sheet, *names in _REFERENCE.findall(_QUOTED.sub('""', formula)):
        places = [COLUMNS[name.encode()] for name in names if name]
        yield sheet.strip("'").replace("''", "'"), min(places), max(places)


class Formulas:
    """One sheet's formulas, row by row. ``recalculated`` is whether the workbook asks to be calculated when opened:
    then a result of 0 may be none (XlsxWriter writes one for every formula).
    """

    def __init__(self, *, recalculated: bool) -> None:
        self.uncalculated = 0
        """Formulas without a result so far."""
        self.first = ""
        """The cell of the first formula without a result; "" where there is none."""
        self.read: set[ColumnsRead] = set()
        self._recalculated = recalculated
        self._alike: set[tuple[bytes, ...]] = set()
        """What tells apart formulas that read other columns: those of a filled column differ in the rows' digits."""
        self._shared: dict[bytes, str] = {}
        """Text by number of the formulas that several cells share: only the first cell of each holds it."""

    def attached(
        self, row: int, cells: Sequence[Raw], texts: Sequence[str]
    ) -> tuple[list[tuple[int, str]], tuple[int, ...]]:
        """Return what the row's formulas add to the texts of their cells, and the columns of those that have no
        result.
        """
        found: list[tuple[int, str]] = []
        unread: list[int] = []
        column = -1
        for letters, attributes, element, raw, _ in cells:
            column = COLUMNS[letters] if letters else column + 1
            if not element or column >= len(texts):  # behind the last column that a sheet can have
                continue
            formula = self._text(element)
            if self._has_no_result(CELL_ATTRIBUTES[attributes][1], raw) and not is_literal(formula):
                unread.append(column)
                self.first = self.first or cell_name(row, column)
            elif not LINKS.search(formula):
                continue
            found += ((column, text) for text in literals(formula) if text not in texts[column])
        self.uncalculated += len(unread)
        return found, tuple(unread)

    def _has_no_result(self, kind: bytes, raw: bytes) -> bool:
        """Return whether a formula has a result: an empty text is one; a cell without type that holds nothing
        has none.
        """
        return kind in (b"", b"n") and (not raw.strip() or (self._recalculated and raw == b"0"))

    def _text(self, element: bytes) -> str:
        content = _CONTENT.match(element)
        # Of a formula that was filled down (`t="shared"`) the first cell has the text, the others its number `si`
        # alone.
        text = unescaped(content[1]) if content is not None else ""
        if text:
            self._note_columns(element, text)
        shared = _SHARED.search(element)
        if shared is None:
            return text
        if text and len(self._shared) < _MOST_SHARED:
            self._shared[shared[1]] = text
        return text or self._shared.get(shared[1], "")

    def _note_columns(self, element: bytes, text: str) -> None:
        alike = (element.translate(_SAME_DIGITS), *(_SHEETS.findall(element) if b"!" in element else ()))
        if alike in self._alike or len(self._alike) >= _MOST_SHARED:
            return
        self._alike.add(alike)
        # Cells that share a formula which was filled to the right read columns further right.
        filled = _FILLED.search(element) if _SHARED.search(element) else None
        bounds = area(filled[1].decode("ascii", "replace")) if filled is not None else None
        further = bounds[2] - bounds[0] if bounds is not None else 0
        self.read.update((sheet, first, last + further) for sheet, first, last in columns_read(text))
