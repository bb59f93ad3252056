"""One pass over an OpenDocument sheet's XML, before it is laid out in memory.

It reckons how large the sheet would be, and finds what the reader does not tell: merged cells, links, comments,
formulas without a result, and the sheets that an earlier run added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from enrich.errors import InputError
from enrich.formats.shared.child import SheetFindings
from enrich.formats.shared.document import PAGE_MARK
from enrich.formats.shared.formula_text import LINKS, literals

_SHEET = re.compile(r"^\$?(?:'((?:[^']|'')+)'|([^.']+))\.")
"""The sheet that an address begins with."""
_MOST_REPEATED = 10_000
"""Rows that one link or comment is put to, where a row is said to be repeated."""
_CELLS = ("table:table-cell", "table:covered-table-cell")


@dataclass(slots=True)
class _Cell:
    """The cell that is being read."""

    column: int
    formula: str
    calculated: bool
    texts: list[str] = field(default_factory=list)


class ContentSurvey:
    """Raises ``InputError`` where the content declares entities, ``expat.ExpatError`` where it is no XML."""

    def __init__(self, name: str, content: IO[bytes]) -> None:
        self.cells = 0
        """How many cells the sheets span, each laid out up to its last row and column that hold something."""
        self.pages: set[str] = set()
        self._name = name
        self.sheets: dict[str, SheetFindings] = {}
        self._sheet = SheetFindings()
        self._cell: _Cell | None = None
        self._comment: list[str] | None = None
        """A comment's text so far, inside of one."""
        self._row = self._last_row = self._width = 0
        self._repeated = 1
        self._column = self._last_column = 0
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.ParseFile(content)

    def _refuse(self, *_: object) -> None:
        raise InputError(f"{self._name} declares XML entities", hint="a spreadsheet needs none: treat it as hostile")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self._row = self._last_row = self._width = 0
            self._sheet = self.sheets.setdefault(attributes.get("table:name", ""), SheetFindings())
        elif tag == "table:table-row":
            # Equal rows stand once with a number; equal cells of a row likewise.
            self._repeated = int(attributes.get("table:number-rows-repeated", 1))
            self._column = self._last_column = 0
        elif tag in _CELLS:
            self._start_cell(attributes)
        elif tag == "text:p":
            self._last_column = self._column
            if self._cell is not None and self._comment is None:
                self._cell.calculated = True
            elif self._comment:
                self._comment.append("\n")
        elif tag == "text:a" and self._cell is not None:
            self._cell.texts.append(attributes.get("xlink:href", ""))
        elif tag == "office:annotation":
            self._comment = []
        elif tag == "table:named-range" and attributes.get("table:name", "").startswith(PAGE_MARK):
            sheets = _SHEET.findall(attributes.get("table:cell-range-address", ""))
            self.pages.update((quoted or plain).replace("''", "'") for quoted, plain in sheets[:1])

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if (rows := int(attributes.get("table:number-rows-spanned", 1))) > 1:
            right = self._column + int(attributes.get("table:number-columns-spanned", 1)) - 1
            self._sheet.merged.append((self._column, self._row + 1, right, self._row + rows))
        # A cell's value stands in an attribute by its type; its text, as shown, in a paragraph.
        formula, valued = attributes.get("table:formula", ""), "office:value-type" in attributes
        self._cell = _Cell(self._column, formula, valued)
        self._column += int(attributes.get("table:number-columns-repeated", 1))
        if valued or formula:
            self._last_column = self._column

    def _characters(self, text: str) -> None:
        if self._comment is not None:
            self._comment.append(text)

    def _end(self, tag: str) -> None:
        if tag in _CELLS:
            self._end_cell()
        elif tag == "office:annotation":
            if self._cell is not None:
                self._cell.texts.append("".join(self._comment or ()))
            self._comment = None
        elif tag == "table:table-row":
            self._row += self._repeated
            if self._last_column:
                self._last_row = self._row
                self._width = max(self._width, self._last_column)
        elif tag == "table:table":
            self.cells += self._last_row * self._width

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None or not (cell.texts or cell.formula):
            return
        rows = range(self._row + 1, self._row + 1 + min(self._repeated, _MOST_REPEATED))
        if cell.formula and not cell.calculated:
            self._sheet.uncalculated += ((row, cell.column) for row in rows)
        if cell.formula and (not cell.calculated or LINKS.search(cell.formula)):
            cell.texts += literals(cell.formula)
        self._sheet.texts += ((row, cell.column, text) for row in rows for text in cell.texts if text.strip())
