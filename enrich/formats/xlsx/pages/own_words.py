"""What the words of a page of ours come to, so that a later run sees whether somebody wrote on it since.

Numbers, dates and addresses are left out: programs that save a workbook anew may write them another way. The order does
not count, as lists are sorted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from zlib import crc32

from enrich.formats.xlsx.sheet.values import written
from enrich.model.row import Row

_NUMBER = re.compile(r"[-+]?[\d.,:/ TZ+-]*(?:E[+-]?\d+)?")
"""A number or a date, as cells are read."""
_MOST_KNOWN = 1 << 12
"""Texts that are remembered: columns of a list repeat theirs, but for the values themselves."""


class Words:
    """The sum over all words of a page."""

    def __init__(self) -> None:
        self._total = 0
        self._known: dict[object, int] = {}

    def add(self, cells: Iterable[object]) -> None:
        """Count the words among the values of some cells."""
        known = self._known
        for cell in cells:
            number = known.get(cell)
            if number is None:
                number = _number(cell)
                if len(known) < _MOST_KNOWN:
                    known[cell] = number
            self._total += number

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of a page that is read, each counted."""
        for row in rows:
            self.add(row.texts)
            yield row

    def __str__(self) -> str:
        return f"{self._total:x}"


def _number(cell: object) -> int:
    """Return what a cell adds to the sum: nothing where it holds no words."""
    if not isinstance(cell, str):
        return 0
    if cell.isalnum():
        is_value = cell.isdecimal() or cell in ("TRUE", "FALSE")
    elif cell.startswith(("https://", "http://")):
        is_value = " " not in cell
    elif cell[:1].isalpha():  # no number begins so, and no pattern is as quick
        is_value = False
    else:
        is_value = _NUMBER.fullmatch(cell) is not None
    return 0 if is_value else crc32(str(written(cell)).encode("utf-8", "surrogatepass"))
