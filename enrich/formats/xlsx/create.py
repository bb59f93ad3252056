"""A new workbook from any document's rows: a plain one of ours first, which then is handed back like any other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from enrich.formats.shared.document import Table
from enrich.formats.xlsx.package.names_of_standard import (
    CONTENT_TYPES,
    DECLARATION,
    MAIN,
    OFFICE,
    PACKAGE,
    RELATIONS_TYPE,
    SHEET_TYPE,
    relationship_entry,
    relationships_part,
)
from enrich.formats.xlsx.package.registrations import filter_names, sheet_name
from enrich.formats.xlsx.package.zip_writer import ZipOut, pack
from enrich.formats.xlsx.pages.list import HEADER_LOOK
from enrich.formats.xlsx.pages.sheet_markup import sheet_head, sheet_tail
from enrich.formats.xlsx.sheet.new_strings import NewStrings
from enrich.formats.xlsx.sheet.paper import Paper
from enrich.formats.xlsx.sheet.styles import BLANK_STYLES, Look, Styles
from enrich.formats.xlsx.sheet.text import MAX_COLUMNS, MAX_ROWS, clipped, cut_words, quoted
from enrich.formats.xlsx.write_back import XlsxDocument
from enrich.model.cell_reference import letters
from enrich.model.page import Page
from enrich.model.row import Addition, Row

_NARROWEST_COLUMN, _WIDEST_COLUMN, _ROWS_SAMPLED = 10, 68, 200
"""Columns of the rows' own are as wide as their first texts, within these many characters: 64 is a SHA-256."""
_NO_LIMIT = 1 << 40


_KINDS = {
    ".xlsx": f"{SHEET_TYPE}.sheet.main+xml",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
}
"""What a workbook says that it is; Excel opens none that says otherwise than its suffix."""


def create(
    target: BinaryIO,
    tables: Iterable[Table],
    pages: Sequence[Page],
    suffix: str = ".xlsx",
) -> list[str]:
    """Write a workbook with a sheet for each table and page; return warnings."""
    handle, name = mkstemp(suffix=".xlsx")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as plain, ExitStack() as kept:
            styles, strings = Styles(BLANK_STYLES), NewStrings()
            kept.callback(strings.close)
            sheets: list[_PlainSheet] = []
            for title, rows, addition in tables:
                free = sheet_name(title or "Sheet1", {s.name for s in sheets})
                sheets.append(_PlainSheet(free, rows, addition, styles, strings))
                kept.callback(sheets[-1].content.close)
            _write(plain, sheets or [_PlainSheet("Sheet1", (), None, styles, strings)], styles, strings, _KINDS[suffix])
        document = XlsxDocument(path, _NO_LIMIT)
        try:
            additions = {s.name: s.addition for s in sheets if s.addition is not None}
            said = document.give_back(target, additions, pages)
        finally:
            document.close()
    finally:
        with suppress(OSError):
            path.unlink()
    return [w for s in sheets for w in s.warnings] + said


class _PlainSheet:
    """One sheet of rows as text. Numbers stay text: a leading zero or an id of 20 digits would not outlive more."""

    def __init__(
        self, name: str, rows: Iterable[Row], addition: Addition | None, styles: Styles, strings: NewStrings
    ) -> None:
        self.name, self.addition = name, addition
        self.hidden = addition is not None and addition.hidden
        self._strings = strings
        self.header = addition.header_row if addition is not None else None
        self.warnings: list[str] = []
        self.paper: Paper | None = None
        self._heading, self._text = styles.derive(0, HEADER_LOOK), styles.derive(0, Look(number_format=49))
        self._right, self._last = 0, 0
        self._cut = self._lost = 0
        self.content = pack(self._parts(iter(rows)))
        if self._cut:
            self.warnings.append(f"{name}: {cut_words(self._cut)}")
        if self._lost:
            self.warnings.append(f"{name}: {self._lost} rows or cells lie outside of what a sheet holds; left out")

    @property
    def filtered(self) -> str:
        """The area of the header's filter, absolute; empty without a header."""
        if self.header is None or not self._right:
            return ""
        return f"$A${self.header}:${letters(self._right - 1)}${max(self._last, self.header)}"

    def _parts(self, rows: Iterator[Row]) -> Iterator[bytes]:
        sample = list(islice(rows, _ROWS_SAMPLED))
        widths: dict[int, float] = {}
        for row in sample:
            for at, text in enumerate(row.texts[:MAX_COLUMNS]):
                widths[at] = min(max(widths.get(at, 0), _NARROWEST_COLUMN, len(text) + 2), _WIDEST_COLUMN)
        # Widths stand before the rows: the first ones are read ahead for them. Where our columns come beside, what is
        # printed is settled with them.
        self.paper = None if self.addition is not None and self.addition.columns else Paper.of(widths)
        yield sheet_head(widths, frozen=self.header or 0, gridlines=True, paper=self.paper)
        yield from map(self._row, sample)
        yield from map(self._row, rows)
        text_area = f"A1:{letters(max(self._right, 1) - 1)}{max(self._last, 1)}"
        yield sheet_tail(filtered=self.filtered.replace("$", ""), text_area=text_area, paper=self.paper)

    def _row(self, row: Row) -> bytes:
        if row.number > MAX_ROWS:
            self._lost += 1
            return b""
        self._lost += max(len(row.texts) - MAX_COLUMNS, 0)
        style = self._heading if row.number == self.header else self._text
        cells = [
            self._cell(f"{letters(at)}{row.number}", style, t) for at, t in enumerate(row.texts[:MAX_COLUMNS]) if t
        ]
        self._right, self._last = max(self._right, min(len(row.texts), MAX_COLUMNS)), row.number
        return f'<row r="{row.number}">{"".join(cells)}</row>'.encode()

    def _cell(self, at: str, style: int, text: str) -> str:
        text, cut = clipped(text)
        self._cut += cut
        return f'<c r="{at}" s="{style}" t="s"><v>{self._strings.index(text)}</v></c>'


def _write(target: BinaryIO, sheets: Sequence[_PlainSheet], styles: Styles, strings: NewStrings, kind: str) -> None:
    out = ZipOut(target)
    for name, data in _fixed_parts(sheets, kind):
        out.add(name, pack([data.encode()]))
    for number, sheet in enumerate(sheets, 1):
        out.add(f"xl/worksheets/sheet{number}.xml", sheet.content)
    out.add("xl/styles.xml", pack([styles.result()]))
    out.add("xl/sharedStrings.xml", pack(strings.parts(None)))
    out.close()


def _fixed_parts(sheets: Sequence[_PlainSheet], kind: str) -> Iterator[tuple[str, str]]:
    """Yield the parts that hold the package together: name and text."""
    parts = [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
    parts += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    overrides = [f'<Override PartName="/xl/{part}" ContentType="{SHEET_TYPE}.{each}+xml"/>' for each, part in parts]
    # The fewest parts that Excel opens: types, two lists of relationships, workbook, sheets, styles, strings.
    package = f'<Default Extension="rels" ContentType="{RELATIONS_TYPE}"/>'
    package += '<Default Extension="xml" ContentType="application/xml"/>'
    package += f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/>'
    types = f'<Types xmlns="{PACKAGE}/content-types">{package}{"".join(overrides)}</Types>'
    yield CONTENT_TYPES, DECLARATION + types
    yield "_rels/.rels", relationships_part(relationship_entry(1, "officeDocument", "xl/workbook.xml"))
    first = next((index for index, sheet in enumerate(sheets) if not sheet.hidden), None)  # one must be shown
    hiding = {True: ' state="hidden"', False: ""}
    listed = "".join(
        f'<sheet name="{quoted(sheet.name)}" sheetId="{i}"{hiding[sheet.hidden and first is not None]} r:id="rId{i}"/>'
        for i, sheet in enumerate(sheets, 1)
    )
    view = f'<workbookView activeTab="{first}"/>' if first else "<workbookView/>"
    named = (filter_names(sheet.name, sheet.filtered, i, paper=sheet.paper) for i, sheet in enumerate(sheets))
    names = "".join(name for of_sheet in named for name in of_sheet)
    book = f"<bookViews>{view}</bookViews><sheets>{listed}</sheets>"
    book += f"<definedNames>{names}</definedNames>" if names else ""
    yield "xl/workbook.xml", f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}</workbook>'
    entries = (relationship_entry(i, kind, part) for i, (kind, part) in enumerate(parts, 1))
    yield "xl/_rels/workbook.xml.rels", relationships_part("".join(entries))
