"""What the words and numbers of a page of ours come to, so that a later run sees whether somebody wrote on it since.

Programs that save a workbook anew may write dates, fractions and truth values another way: of these only how many there
are counts, and addresses do not count at all, as some programs leave out what a formula came to. The order does not
count, as lists are sorted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from zlib import crc32

from enrich.formats.xlsx.sheet.values import written
from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.row import Added, Row

_NUMBER = re.compile(r"[-+]?[\d.,:/ TZ+-]*(?:E[+-]?\d+)?")
"""A number or a date, as cells are read."""
_WHOLE = re.compile(r"\d+(?:/\d+)?")
"""A whole number or a ratio, which all programs write alike."""
_FILLED = crc32(b"filled")
"""What a value adds to the sum that programs may write another way."""
_MOST_KNOWN = 1 << 12
"""Texts that are remembered: columns of a list repeat theirs, but for the values themselves."""


class Words:
    """The sum over all words and numbers of a page."""

    def __init__(self) -> None:
        self._total = 0
        self._known: dict[str, int] = {}

    def add(self, cells: Iterable[str]) -> None:
        """Count what some cells hold."""
        known = self._known
        for cell in cells:
            number = known.get(cell)
            if number is None:
                number = _number(cell)
                if len(known) < _MOST_KNOWN:
                    known[cell] = number
            self._total += number

    def add_row(self, columns: Iterable[Column], added: Added) -> None:
        """Count a row of a table that is written."""
        known, total = self._known, 0
        for column, value in zip(columns, added.values, strict=True):
            if type(value) is str:
                text = value
            elif value is None:
                continue
            elif column.type is Type.DATE:
                total += _FILLED
                continue
            else:
                text = _as_read(column.type, value)
            number = known.get(text)
            if number is None:
                number = _number(text)
                if len(known) < _MOST_KNOWN:
                    known[text] = number
            total += number
        self._total += total

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of a page that is read, each counted."""
        for row in rows:
            self.add(row.texts)
            yield row

    def __str__(self) -> str:
        return f"{self._total:x}"


def _as_read(kind: Type, value: Scalar) -> str:
    """Return the text that a value which is none becomes when its cell is read."""
    if type(value) is int:
        return str(value)
    if isinstance(value, float) and kind is Type.INTEGER and value.is_integer():
        return str(int(value))
    return str(value).upper() if kind is Type.BOOLEAN else str(value)


def _number(cell: str) -> int:
    """Return what a cell adds to the sum: nothing where it is blank."""
    if not cell or (cell.startswith(("https://", "http://")) and " " not in cell):
        return 0
    if cell in ("TRUE", "FALSE") or (not cell[:1].isalpha() and _NUMBER.fullmatch(cell) and not _WHOLE.fullmatch(cell)):
        return _FILLED
    return crc32(str(written(cell)).encode("utf-8", "surrogatepass"))
