"""Reads one workbook whole in a process of its own, under limits, and writes its rows to standard output.

Damaged workbooks make their reader panic, ask for more memory than there is, or never end; each takes down the process
that it happens in, which nothing in it can catch. So it is not ours: this one has no key, and little memory and time.

What it writes: for each sheet a line of JSON of ``SheetHead``, then a line a row (``RowLine``); behind them a
``Refusal``, where the exit code says so.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import msgspec
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from enrich.errors import InputError
from enrich.formats.shared.attachments import AttachedText, Attachments
from enrich.formats.shared.faults import locked, unreadable
from enrich.formats.shared.page_content import is_page
from enrich.model.cell_reference import cell_name
from enrich.model.row import Area, Row

REFUSED_EXIT = 3
CellValue = int | float | str | bool | time | date | datetime | timedelta
SIGNIFICANT_DIGITS = 15
"""Significant digits that a spreadsheet program keeps."""
RowLine = tuple[int, list[str], tuple[tuple[int, str], ...], tuple[int, ...]]
"""The fields of ``Row``."""


class SheetHead(msgspec.Struct):
    """What stands before a sheet's rows."""

    sheet: str
    merged: list[Area] = []
    uncalculated: tuple[int, str] = (0, "")
    """How many formulas have no result, and where the first of them stands."""
    hidden: bool = False
    unlike_page: bool = False
    """Whether it bears our mark and holds something else."""


class Refusal(msgspec.Struct):
    """Why the workbook is not read."""

    error: str
    hint: str


@dataclass(slots=True)
class SheetFindings:
    """What the reader passes over in a sheet: rows from 1, columns from 0. ``merged`` is empty where it tells them."""

    merged: list[Area] = field(default_factory=list)
    texts: list[AttachedText] = field(default_factory=list)
    uncalculated: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LoadedWorkbook:
    """A workbook that was read. ``findings`` are by the sheet's name, ``pages`` the sheets with our mark."""

    workbook: CalamineWorkbook
    findings: Mapping[str, SheetFindings]
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading may take: bytes of address space, seconds of computing and of waiting; None for what it needs."""

    memory: int | None = None
    computing: int | None = None
    waiting: float | None = None

    def set(self) -> None:
        """Set them for this process. Windows has none; there the time that the parent waits is the only one."""
        if sys.platform != "win32":
            import resource  # noqa: PLC0415 - not everywhere

            limits = (
                (resource.RLIMIT_AS, self.memory),
                (resource.RLIMIT_CPU, self.computing),
                (resource.RLIMIT_CORE, 0),
            )
            for what, most in limits:
                with contextlib.suppress(ValueError, OSError):  # a harder limit is there already
                    if most is not None:
                        resource.setrlimit(what, (most, most))


def main() -> int:
    """Read standard input, which must be a file; its format, its name and the bytes that it may unpack to are given."""
    kind, path, limit = sys.argv[-3], Path(sys.argv[-2]), int(sys.argv[-1])
    module, out = import_module(f"enrich.formats.{kind}"), sys.stdout.buffer
    module.LIMITS.set()
    sys.stdin.buffer.seek(0)  # whoever read the same open file before left its place at the end
    try:
        _write(module.opened(sys.stdin.buffer, path, limit), out)
    except BrokenPipeError:
        return 0
    except InputError as error:
        refusal = error
    except PasswordError:
        refusal = locked(path)
    except (CalamineError, OSError) as error:  # a file that ends too early is an OSError to it
        refusal = unreadable(path, kind, error)
    else:
        return 0
    out.write(b"\n" + msgspec.json.encode(Refusal(str(refusal), refusal.hint)))
    return REFUSED_EXIT


def _write(whole: LoadedWorkbook, out: BinaryIO) -> None:
    """Write all sheets but pages of ours."""
    encoder = msgspec.json.Encoder()
    shown = {one.name: one.visible == SheetVisibleEnum.Visible for one in whole.workbook.sheets_metadata}
    for name in whole.workbook.sheet_names:
        sheet = whole.workbook.get_sheet_by_name(name)
        if name in whole.pages and is_page(rows_of(sheet)):
            continue
        found = whole.findings.get(name, SheetFindings())
        merged, empty = found.merged or merged_areas(sheet), found.uncalculated
        uncalculated = len(empty), cell_name(*min(empty)) if empty else ""
        head = SheetHead(name, merged, uncalculated, not shown[name], name in whole.pages)
        out.write(encoder.encode(head) + b"\n")
        attachments = Attachments(found.texts, merged, empty)
        rows = ((r.number, r.texts, r.attached, r.uncalculated) for r in attachments.put(rows_of(sheet)))
        out.writelines(encoder.encode(row) + b"\n" for row in rows)


def rows_of(sheet: CalamineSheet) -> Iterator[Row]:
    """Yield the rows that hold something, as the text that a spreadsheet program shows or stores."""
    # With the blank rows and columns before the first value, so that row and column numbers are the file's own.
    values: Sequence[Sequence[CellValue]] = sheet.to_python(skip_empty_area=False)
    for number, line in enumerate(values, 1):
        texts = [text_of(value) for value in line]
        if any(texts):
            yield Row(number, texts)


def merged_areas(sheet: CalamineSheet) -> list[Area]:
    """Return the merged areas that the reader knows of."""
    ranges = sheet.merged_cell_ranges or []
    return [(left, top + 1, right, bottom + 1) for (top, left), (bottom, right) in ranges]


def text_of(value: CellValue) -> str:
    """Return a cell's value as text: 12 and not 12.0, dates in ISO form, 1.23E+31 as Excel shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # Old and OpenDocument workbooks keep whole numbers as floating point: 12 is 12.0 there.
        is_whole = value.is_integer() and abs(value) < 10**SIGNIFICANT_DIGITS
        return str(int(value)) if is_whole else f"{value:.{SIGNIFICANT_DIGITS}G}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    raise SystemExit(main())
