"""How a sheet with our columns goes on paper: across, and one page wide as long as that can be read.

What is wider takes several pages side by side, each of which repeats the headings and the column of the indicators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from enrich.model.cell_reference import letters

_SMALLEST = 60
"""Percent of its size to which a sheet may shrink: 11 points become 6.6."""
_PRINTED_INCHES = 9.6
"""Inches across that are printed on, on what A4 and Letter have in common within the usual margins."""
_PIXELS_A_DIGIT, _PIXELS_AN_INCH = 7, 96
"""Column widths count in digits of Calibri 11."""
_MOST = _PRINTED_INCHES * _PIXELS_AN_INCH / _PIXELS_A_DIGIT * 100 / _SMALLEST
"""Digits that are one page wide in the smallest size."""


@dataclass(frozen=True, slots=True)
class Paper:
    """How one sheet is printed."""

    is_wide: bool = False
    """Whether it takes several pages side by side."""
    column: str = ""
    """The column that each page repeats, as ``$B:$B``; "" where none is."""

    @classmethod
    def of(cls, widths: Mapping[int, float], key: int | None = None) -> Paper:
        """Return how columns of these widths, in digits by column from 0, are printed; ``key`` is that of the
        indicators.
        """
        if sum(widths.values()) <= _MOST:
            return cls()
        # a column that takes half of every page leaves too little room for what is to be read beside it
        repeated = key is not None and 0 < widths.get(key, 0) <= _MOST / 2
        return cls(is_wide=True, column=f"${letters(key)}:${letters(key)}" if key is not None and repeated else "")

    def fitting(self, prefix: str = "") -> str:
        """Return the element inside ``sheetPr`` by which a sheet shrinks to the paper's width; "" where it does
        not.
        """
        return "" if self.is_wide else f'<{prefix}pageSetUpPr fitToPage="1"/>'

    def setup(self, prefix: str = "") -> str:
        """Return the element that says how a page is laid out."""
        # a height of 0 pages is as many as it takes
        how = f'scale="{_SMALLEST}" pageOrder="overThenDown"' if self.is_wide else 'fitToHeight="0"'
        return f'<{prefix}pageSetup orientation="landscape" {how}/>'

    def titles(self, sheet: str, row: int | None) -> str:
        """Return the area that each page repeats: the column, and the ``row`` of headings where there is one.
        ``sheet`` is its name as formulas write it, with the sign behind.
        """
        areas = [self.column] * bool(self.column) + ([] if row is None else [f"${row}:${row}"])
        return ",".join(f"{sheet}{area}" for area in areas)


FITTED = Paper()
"""One page wide."""
