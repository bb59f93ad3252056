"""Sheets read whole by python-calamine, as the text a spreadsheet program shows or stores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from enrich.files.opened import Readable
from enrich.formats.shared.attachments import Attachments
from enrich.formats.shared.document import ReadOnly, read_only_warning
from enrich.formats.shared.faults import locked, unreadable
from enrich.formats.shared.page_content import is_page, unlike_page
from enrich.model.row import Area, Row

CellValue = int | float | str | bool | time | date | datetime | timedelta
STDERR_HANDLE = 2
SIGNIFICANT_DIGITS = 15
"""Significant digits that a spreadsheet program keeps."""


def opened(
    path: Readable,
    kind: str,
    attachments: Callable[[str, list[Area]], Attachments],
    content: BytesIO | None = None,
    pages: AbstractSet[str] = frozenset(),
    warnings: Sequence[str] = (),
) -> ReadOnly:
    """Yield a workbook's sheets, of the file or of ``content`` in its place. ``InputError`` where it is damaged or
    locked by a password.

    ``attachments`` says what hangs on a sheet's cells, of its name and the merged areas that the reader knows of;
    ``pages`` are the sheets with our mark; ``warnings`` what else to say of the file.
    """
    with _in_words(path, kind):
        with content or path.open("rb") as stream:  # it is read whole, and not opened again
            workbook = CalamineWorkbook.from_filelike(stream)
        every = workbook.sheet_names
        ours = {name for name in pages if name in every and is_page(rows_of(workbook.get_sheet_by_name(name)))}
        sheets = [name for name in every if name not in ours]

    def rows(sheet: str) -> Iterator[Row]:
        with _in_words(path, kind):
            found = rows_of(workbook.get_sheet_by_name(sheet))
        yield from attached(sheet).put(found)

    @cache
    def attached(sheet: str) -> Attachments:
        with _in_words(path, kind):
            return attachments(sheet, merged_areas(workbook.get_sheet_by_name(sheet)))

    return ReadOnly(
        path,
        kind,
        sheets,
        rows,
        [read_only_warning(kind), *warnings, *map(unlike_page, sorted(pages - ours))],
        merged=lambda sheet: list(attached(sheet).merged),
        hidden=hidden_in(workbook),
    )


def hidden_in(workbook: CalamineWorkbook) -> frozenset[str]:
    """Return the sheets that a program does not show."""
    return frozenset(one.name for one in workbook.sheets_metadata if one.visible != SheetVisibleEnum.Visible)


def rows_of(sheet: CalamineSheet) -> Iterator[Row]:
    """Return the rows that hold something. The sheet is laid out at once, and fails at once where it does."""
    # With the blank rows and columns before the first value, so that row and column numbers are the file's own.
    values = sheet.to_python(skip_empty_area=False)
    return _rows(values)


def merged_areas(sheet: CalamineSheet) -> list[Area]:
    """Return the merged areas that the reader knows of."""
    ranges = sheet.merged_cell_ranges or []
    return [(left, top + 1, right, bottom + 1) for (top, left), (bottom, right) in ranges]


def _rows(values: Sequence[Sequence[CellValue]]) -> Iterator[Row]:
    for number, line in enumerate(values, 1):
        texts = [text_of(value) for value in line]
        if any(texts):
            yield Row(number, texts)


@contextmanager
def _in_words(path: Readable, kind: str) -> Iterator[None]:
    try:
        with _muted():
            yield
    except PasswordError:
        raise locked(path) from None
    except (CalamineError, OSError) as error:  # a file that ends too early is an OSError to it
        raise unreadable(path, kind, error) from None
    except BaseException as error:
        # a panic of the Rust reader on damaged input arrives as a BaseException of its own
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(path, kind) from None


@contextmanager
def _muted() -> Iterator[None]:
    """Shut standard error: before a panic of the Rust reader is an exception, it has printed a backtrace there."""
    try:
        kept = os.dup(STDERR_HANDLE)
    except OSError:  # there is none
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), STDERR_HANDLE)
        yield
    finally:
        os.dup2(kept, STDERR_HANDLE)
        os.close(kept)


def text_of(value: CellValue) -> str:
    """Return a cell's value as text: 12 and not 12.0, dates in ISO form, 1.23E+31 as Excel shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    # Old and OpenDocument workbooks keep whole numbers as floating point: 12 is 12.0 there.
    if value.is_integer() and abs(value) < 10**SIGNIFICANT_DIGITS:
        return str(int(value))
    return f"{value:.{SIGNIFICANT_DIGITS}G}"
