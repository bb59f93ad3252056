"""A new CSV from any document's rows, our fields behind them."""

from __future__ import annotations

import csv
import io
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TextIO

from enrich.files.encoding import Encoding
from enrich.formats.delimited.records import Dialect
from enrich.formats.delimited.table import DelimitedDocument
from enrich.formats.shared.document import Table
from enrich.model.cell_reference import letters
from enrich.model.page import Page
from enrich.model.row import Addition, Row

_BYTE_ORDER_MARK = "\ufeff".encode()
"""Without it Excel reads a CSV in the local code page."""
_LINE_END = "\r\n"


def create(
    target: BinaryIO,
    tables: Iterable[Table],
    pages: Sequence[Page],  # noqa: ARG001 - a CSV has no sheets to add
    suffix: str = ".csv",
) -> list[str]:
    """Write UTF-8 with a mark: a header line (made of column letters where there is none) and the rows in order.

    Several tables stand below one another, each under its name. Returns warnings.
    """
    target.write(_BYTE_ORDER_MARK)
    dialect = Dialect("," if suffix == ".csv" else "\t")
    warnings: list[str] = []
    names: list[str] = []
    for name, rows, addition in tables:
        if names:
            target.write(_LINE_END.encode())
        if name:
            names.append(name)
        warnings += _one(target, rows, addition, dialect, title=name if len(names) > 1 else "")
    if len(names) > 1:
        warnings.append("the sheets stand below one another: a CSV has room for one table only")
    return warnings


def _one(target: BinaryIO, rows: Iterable[Row], addition: Addition, dialect: Dialect, *, title: str) -> list[str]:
    """Write one table: its rows are spooled as a CSV of their own, then given back with our fields like any other.

    Spooling finds the width that our fields must stand behind, without holding the rows.
    """
    numbers = array("q")
    with tempfile.TemporaryDirectory(prefix="ioc-enrich-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "rows.csv"
        # `newline=""`: csv writes line ends itself, and Windows would double the CR.
        with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
            width = _spool(file, rows, dialect, numbers)
        if title:
            target.write(_line([title], dialect).encode())
        header = _position(numbers, addition.header_row)
        if header is None and addition.columns:
            named = [letters(index) for index in range(width)]
            target.write(_line([*named, *addition.headings], dialect).encode("utf-8", "replace"))
        table = DelimitedDocument(path, Encoding("utf-8"), dialect)
        shifted = replace(addition, header_row=header, cells=lambda position: addition.cells(numbers[position - 1]))
        return table.give_back(target, {"": shifted}, ())


def _spool(file: TextIO, rows: Iterable[Row], dialect: Dialect, numbers: array[int]) -> int:
    """Write the rows, note their numbers, return the widest one's number of cells."""
    width = 0

    def texts() -> Iterator[Sequence[str]]:
        nonlocal width
        for row in rows:
            numbers.append(row.number)
            width = max(width, len(row.texts))
            yield row.texts

    csv.writer(file, delimiter=dialect.delimiter, lineterminator=_LINE_END).writerows(texts())
    return width


def _line(fields: Sequence[str], dialect: Dialect) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=dialect.delimiter, lineterminator=_LINE_END).writerow(fields)
    return text.getvalue()


def _position(numbers: array[int], row: int | None) -> int | None:
    """Return the record that holds a row; None where it was blank or there is none."""
    if row is None:
        return None
    try:
        return numbers.index(row) + 1
    except ValueError:
        return None
