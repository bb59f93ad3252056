"""A worksheet's rows as text, and by the way how far to the right it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from enrich.formats.shared.formula_text import without_result
from enrich.formats.xlsx.package.faults import Fault
from enrich.formats.xlsx.sheet.cells import Raw, odd_cells, plain_cells
from enrich.formats.xlsx.sheet.dates import Shown, iso
from enrich.formats.xlsx.sheet.formulas import Formulas
from enrich.formats.xlsx.sheet.shared_strings import SharedStrings
from enrich.formats.xlsx.sheet.stream import SheetStream
from enrich.formats.xlsx.sheet.text import CELL_LIMIT, COLUMNS, MAX_COLUMNS, unescaped
from enrich.model.row import Row

_STRINGS_DECODED = 8192
"""Shared strings that are kept decoded."""
_MOST_OVERLONG_TEXT = 64 << 20
"""Characters in texts that are longer than a cell can hold. A few bytes say "that text, a megabyte, once more"."""


@dataclass(slots=True)
class Reading:
    """What cells refer to, and what a pass finds out."""

    strings: SharedStrings
    shown: list[Shown]
    """By cell style."""
    date1904: bool
    recalculated: bool = False
    """Whether the workbook asks to be calculated when it is opened."""
    last_column: int = -1
    """The last column with a value, from 0."""
    last_row: int = 0
    """The last row with a value."""
    warnings: list[str] = field(default_factory=list)


def rows(stream: SheetStream, reading: Reading, fault: Fault) -> Iterator[Row]:
    """Yield the rows that hold something."""
    prefix = stream.prefix
    signs = tuple(b"<" + prefix + tag for tag in (b"v", b"is", b"f"))
    value_sign, inline_sign, formula_sign = signs
    decode = _Decoder(reading, fault)
    formulas = Formulas(recalculated=reading.recalculated)
    cells_of = plain_cells(prefix).findall
    last_row = 0
    for row in stream.rows():
        data = row.data
        # Rows of blank styled cells can run to the last row of the sheet: pass them quickly.
        if row.closed < 0 or not (value_sign in data or inline_sign in data or formula_sign in data):
            continue
        cells: list[Raw] = cells_of(data, row.opened, row.closed)
        if cells and cells[-1][5]:
            cells = [raw for _, raw in odd_cells(row, fault)]
        texts = decode.texts(cells)
        if formula_sign in data:
            attached, uncalculated = formulas.attached(row.number, cells, texts)
            if attached or uncalculated:
                last_row = row.number
                yield Row(last_row, texts, tuple(attached), uncalculated)
                continue
        if any(texts):
            last_row = row.number
            yield Row(last_row, texts)
    if formulas.uncalculated:
        reading.warnings.append(without_result(formulas.uncalculated, formulas.first))
    if decode.missing:
        reading.warnings.append(f"{decode.missing} cells point at texts that the workbook does not hold; read as blank")
    reading.last_column = max(reading.last_column, decode.last_column)
    reading.last_row = last_row


class _Decoder:
    """Raw cells -> texts."""

    def __init__(self, reading: Reading, fault: Fault) -> None:
        self._blob, self._offsets = reading.strings.blob, reading.strings.offsets
        self._known: dict[bytes, str] = {}
        self._shown, self._date1904 = reading.shown, reading.date1904
        self._width = 0
        self._fault = fault
        self._overlong = 0
        self.missing = 0

    @property
    def last_column(self) -> int:
        return self._width - 1

    def texts(self, cells: list[Raw]) -> list[str]:
        """Dense from the first column. The loop is the reader's hottest: it keeps to locals and few calls."""
        texts: list[str] = []
        add, known, columns = texts.append, self._known, COLUMNS
        width, column = 0, -1
        for letters, style, kind, formula, raw, _ in cells:
            column = columns[letters] if letters else column + 1
            if raw:
                if kind == b"s":
                    text = known.get(raw)
                    if text is None:
                        text = self._shared(raw)
                elif not kind and not style:
                    text = raw.decode("ascii", "replace")
                else:
                    text = self._text(kind, style, raw)
            elif formula:
                text = ""
            else:
                continue
            if column != width:
                if column < width or column >= MAX_COLUMNS:
                    self._misplaced(texts, column, text)
                    continue
                texts.extend([""] * (column - width))
                width = column
            add(text)
            width += 1
        self._width = max(self._width, width)
        return texts

    @staticmethod
    def _misplaced(texts: list[str], column: int, text: str) -> None:
        """Keep both texts where a cell comes out of order or twice; ignore cells beyond the last column."""
        if column < len(texts):
            texts[column] = f"{texts[column]} {text}".strip()

    def _shared(self, raw: bytes) -> str:
        """Return a shared string; the last few thousand are kept as text, since lists repeat themselves."""
        try:
            index = int(raw)
            text = self._blob[self._offsets[index] : self._offsets[index + 1]].decode()
        except (ValueError, IndexError):
            self.missing += 1
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

    def _text(self, kind: bytes, style: bytes, raw: bytes) -> str:
        if kind in (b"", b"n"):
            text = raw.decode("utf-8", "replace").strip()
            number = int(style or 0)
            shown = self._shown[number] if number < len(self._shown) else Shown.NUMBER
            return text if shown is Shown.NUMBER else iso(text, self._date1904)
        if kind == b"b":
            return {b"1": "TRUE", b"0": "FALSE"}.get(raw.strip(), raw.decode("utf-8", "replace"))
        return unescaped(raw)
