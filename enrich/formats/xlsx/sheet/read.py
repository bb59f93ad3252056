"""A worksheet's rows as text, and how far to the right and down its cells reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from enrich.formats.shared.faults import Fault
from enrich.formats.shared.formula_text import without_result
from enrich.formats.xlsx.sheet.cells import CELL_ATTRIBUTES, Raw, odd_cells, plain_cells
from enrich.formats.xlsx.sheet.dates import Shown, iso
from enrich.formats.xlsx.sheet.formulas import ColumnsRead, Formulas
from enrich.formats.xlsx.sheet.shared_strings import SharedStrings
from enrich.formats.xlsx.sheet.stream import SheetStream
from enrich.formats.xlsx.sheet.text import CELL_LIMIT, COLUMNS, MAX_COLUMNS, unescaped
from enrich.model.row import Row

_STRINGS_DECODED = 8192
"""Shared strings that are kept decoded."""
_MOST_OVERLONG_TEXT = 64 << 20
"""Characters in texts that are longer than a cell can hold. A few bytes say "that text, a megabyte, once more"."""


@dataclass(frozen=True, slots=True)
class CellContext:
    """What the cells of all of a workbook's sheets refer to."""

    strings: SharedStrings
    shown: Sequence[Shown]
    """How numbers are shown, by cell style."""
    date1904: bool
    recalculated: bool
    """Whether the workbook asks to be calculated when it is opened."""


class SheetReader:
    """One pass over a worksheet. When ``rows`` came to its end, the rest says what was found out."""

    def __init__(self, stream: SheetStream, context: CellContext, fault: Fault) -> None:
        self.stream = stream
        self.last_row = 0
        """The last row with a value."""
        self._context, self._fault = context, fault
        self._formulas = Formulas(recalculated=context.recalculated)
        self._known: dict[bytes, str] = {}
        """Texts of shared strings by their index as it is written."""
        self._width = self._overlong = self._missing = 0

    @property
    def last_column(self) -> int:
        """The last column with a value, from 0; -1 where there is none."""
        return self._width - 1

    @property
    def columns_read(self) -> set[ColumnsRead]:
        """The columns that the formulas of the rows read."""
        return self._formulas.read

    def warnings(self) -> list[str]:
        found = []
        if self._formulas.uncalculated:
            found.append(without_result(self._formulas.uncalculated, self._formulas.first))
        if self._missing:
            found.append(f"{self._missing} cells point at texts that the workbook does not hold; read as blank")
        return found

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold something."""
        prefix = self.stream.prefix
        value_sign, inline_sign, formula_sign = (b"<" + prefix + tag for tag in (b"v", b"is", b"f"))
        cells_of, texts_of = plain_cells(prefix).findall, self._texts
        for row in self.stream.rows():
            data = row.data
            # Rows of blank styled cells can run to the last row of the sheet: pass them quickly.
            if row.closed < 0 or not (value_sign in data or inline_sign in data or formula_sign in data):
                continue
            cells: list[Raw] = cells_of(data, row.opened, row.closed)
            if cells and cells[-1][4]:
                cells = [raw for _, raw in odd_cells(row, self._fault)]
            # Which columns are used at all is known from values alone: cells that only wear a style do not count.
            texts = texts_of(cells)
            if formula_sign in data:
                attached, uncalculated = self._formulas.attached(row.number, cells, texts)
                if attached or uncalculated:
                    self.last_row = row.number
                    yield Row(row.number, texts, tuple(attached), uncalculated)
                    continue
            if any(texts):
                self.last_row = row.number
                yield Row(row.number, texts)

    def _texts(self, cells: list[Raw]) -> list[str]:
        """Return a row's texts from the first column on.

        The loop is the reader's hottest: it keeps to locals and few calls.
        """
        texts: list[str] = []
        add, known, columns, attributes_of = texts.append, self._known, COLUMNS, CELL_ATTRIBUTES
        width, column = 0, -1
        for letters, attributes, formula, raw, _ in cells:
            column = columns[letters] if letters else column + 1
            if raw:
                style, kind = attributes_of[attributes]
                if kind == b"s":
                    text = known.get(raw)
                    if text is None:
                        text = self._shared(raw)
                elif not kind and not style:
                    text = raw.decode("ascii", "replace")
                else:
                    text = self._typed(kind, style, raw)
            elif formula:
                text = ""
            else:
                continue
            if column != width:
                if column < width or column >= MAX_COLUMNS:
                    # keep both texts where a cell comes out of order or twice; ignore cells beyond the last column
                    if column < width:
                        texts[column] = f"{texts[column]} {text}".strip()
                    continue
                texts.extend([""] * (column - width))
                width = column
            add(text)
            width += 1
        self._width = max(self._width, width)
        return texts

    def _shared(self, raw: bytes) -> str:
        """Return a shared string; the last few thousand are kept as text, since lists repeat themselves."""
        try:
            text = self._context.strings[int(raw)]
        except (ValueError, IndexError):
            self._missing += 1
            return ""
        if len(text) > CELL_LIMIT:
            self._overlong += len(text)
            if self._overlong > _MOST_OVERLONG_TEXT:
                raise self._fault("repeats texts that are longer than a cell can hold, again and again")
            return text
        if len(self._known) > _STRINGS_DECODED:
            self._known.clear()
        self._known[raw] = text
        return text

    def _typed(self, kind: bytes, style: int, raw: bytes) -> str:
        """Return the text of a cell with a type or a style."""
        if kind in (b"", b"n"):
            text = raw.decode("utf-8", "replace").strip()
            shown = self._context.shown
            is_date = style < len(shown) and shown[style] is not Shown.NUMBER
            return iso(text, self._context.date1904) if is_date else text
        # What is left is text (`inlineStr`, `str`), an error's name (`e`) or an ISO date (`d`, of strict workbooks).
        if kind == b"b":
            return {b"1": "TRUE", b"0": "FALSE"}.get(raw.strip(), raw.decode("utf-8", "replace"))
        return unescaped(raw)
