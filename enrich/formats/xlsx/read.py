"""A worksheet's rows as text, and by the way how far to the right it is used. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from enrich.errors import InputError
from enrich.model import Row

from .cells import Raw, odd_values, plain_cells
from .dates import Shown, iso
from .sheetscan import Row as RowBytes
from .sheetscan import SheetStream
from .strings import SharedStrings
from .text import COLUMNS, MAX_COLUMNS, unescaped

Fault = Callable[[str], InputError]


@dataclass(slots=True)
class Reading:
    """What cells refer to, and what a pass finds out."""

    strings: SharedStrings
    shown: list[Shown]
    """By cell style."""
    date1904: bool
    last_column: int = -1
    """The last column with a value, from 0."""
    warnings: list[str] = field(default_factory=list)


def rows(stream: SheetStream, reading: Reading, fault: Fault) -> Iterator[Row]:
    """The rows that hold something."""
    prefix = stream.prefix
    signs = tuple(b"<" + prefix + tag for tag in (b"v", b"is", b"f"))
    value_sign, inline_sign, formula_sign = signs
    decode = _Decoder(reading)
    cells_of = plain_cells(prefix).findall
    for row in stream.rows():
        data = row.data
        # Rows of blank styled cells can run to the last row of the sheet: pass them quickly.
        if row.closed < 0 or not (value_sign in data or inline_sign in data or formula_sign in data):
            continue
        cells: list[Raw] = cells_of(data, row.opened, row.closed)
        if cells and cells[-1][5]:
            cells = _odd(row, fault)
        texts = decode.texts(cells)
        if any(texts):
            yield Row(row.number, texts)
    if decode.missing:
        reading.warnings.append(
            f"{decode.missing} cells point at texts that the workbook does not hold; read as blank."
        )
    reading.last_column = max(reading.last_column, decode.last_column)


def _odd(row: RowBytes, fault: Fault) -> list[Raw]:
    try:
        return odd_values(row.data)
    except expat.ExpatError as error:
        raise fault(f"is not well-formed XML in row {row.number} ({error})") from error


class _Decoder:
    """Raw cells -> texts."""

    def __init__(self, reading: Reading) -> None:
        self.blob, self.offsets = reading.strings.blob, reading.strings.offsets
        self.shown = reading.shown
        self.date1904 = reading.date1904
        self.last_column = -1
        self.missing = 0

    def texts(self, cells: list[Raw]) -> list[str]:
        texts: list[str] = []
        blob, offsets = self.blob, self.offsets
        column = -1
        for letters, style, kind, formula, raw, _ in cells:
            column = COLUMNS[letters] if letters else column + 1
            if not raw:
                if formula:
                    self._used(column)
                continue
            if kind == b"s":
                try:
                    index = int(raw)
                    text = blob[offsets[index] : offsets[index + 1]].decode()
                except (ValueError, IndexError):
                    self.missing += 1
                    continue
            else:
                text = self._text(kind, style, raw)
            while len(texts) < column:
                texts.append("")
            if column == len(texts):
                texts.append(text)
            elif column < MAX_COLUMNS:
                texts[column] = text
        self._used(len(texts) - 1)
        return texts

    def _used(self, column: int) -> None:
        self.last_column = max(self.last_column, column)

    def _text(self, kind: bytes, style: bytes, raw: bytes) -> str:
        if kind in (b"", b"n"):
            text = raw.decode("utf-8", "replace").strip()
            number = int(style or 0)
            shown = self.shown[number] if number < len(self.shown) else Shown.NUMBER
            return text if shown is Shown.NUMBER else iso(text, self.date1904)
        if kind == b"b":
            return {b"1": "TRUE", b"0": "FALSE"}.get(raw.strip(), raw.decode("utf-8", "replace"))
        return unescaped(raw)
