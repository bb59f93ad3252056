"""Formulas, as far as a reader must know them: what they link to, and the texts in those without a result."""

from __future__ import annotations

import re
from collections.abc import Sequence

from enrich.formats.shared.formula_text import LINKS, is_literal, literals
from enrich.formats.xlsx.sheet.cells import CELL_ATTRIBUTES, Raw
from enrich.formats.xlsx.sheet.text import COLUMNS, unescaped
from enrich.model.cell_reference import cell_name

_SHARED = re.compile(rb"""\ssi\s*=\s*["']\s*(\d{1,9})""")
_CONTENT = re.compile(rb"<[^<>]*[^/<>]>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</[^<>]*>\Z", re.DOTALL)
_MOST_SHARED = 10_000


class Formulas:
    """One sheet's formulas, row by row. ``recalculated`` is whether the workbook asks to be calculated when opened:
    then a result of 0 may be none (XlsxWriter writes one for every formula).
    """

    def __init__(self, *, recalculated: bool) -> None:
        self.uncalculated = 0
        """Formulas without a result so far."""
        self.first = ""
        """The cell of the first formula without a result; "" where there is none."""
        self._recalculated = recalculated
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
        shared = _SHARED.search(element)
        if shared is None:
            return text
        if text and len(self._shared) < _MOST_SHARED:
            self._shared[shared[1]] = text
        return text or self._shared.get(shared[1], "")
