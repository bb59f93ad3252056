"""Reads one old workbook in a process of its own, under limits, and writes its rows to standard output.

Damaged workbooks make their reader ask for more memory than there is, or never end; both take down the process that
they happen in, which nothing in it can catch. So it is not ours: this one has no key, and little memory and time.

What it writes: for each sheet a line of JSON of ``SheetHead``, then a line a row (``RowLine``). The exit code says how
it ended.
"""

from __future__ import annotations

import contextlib
import struct
import sys
from io import BytesIO
from typing import BinaryIO

import msgspec

from enrich.formats.shared.decrypted import DEFAULT_PASSWORD
from enrich.model.row import Area

MEMORY_LIMIT = 2 << 30
"""Bytes of address space: the largest workbook of the format, 65,536 rows of 256 texts, takes half."""
CPU_LIMIT = 100
"""Seconds of computing; the largest workbook takes some five."""
DAMAGED_EXIT, LOCKED_EXIT = 3, 4


RowLine = tuple[int, list[str], tuple[tuple[int, str], ...], tuple[int, ...]]
"""The fields of ``Row``."""


class SheetHead(msgspec.Struct):
    """What stands before a sheet's rows."""

    sheet: str
    merged: list[Area] = []
    uncalculated: tuple[int, str] = (0, "")
    """How many formulas have no result, and where the first of them stands."""
    hidden: bool = False


def main() -> int:
    """Read standard input, which must be a file."""
    _limit()
    sys.stdin.buffer.seek(0)  # whoever read the same open file before left its place at the end
    content = sys.stdin.buffer.read()
    try:
        plain = _decrypted(content)
    except PermissionError:
        return LOCKED_EXIT
    with contextlib.suppress(BrokenPipeError):
        return _write_rows(plain, sys.stdout.buffer)
    return 0


def _limit() -> None:
    """Windows has no such limits; there the time that the parent waits is the only one."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not everywhere

        for what, most in (
            (resource.RLIMIT_AS, MEMORY_LIMIT),
            (resource.RLIMIT_CPU, CPU_LIMIT),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):  # a harder limit is there already
                resource.setrlimit(what, (most, most))


def _decrypted(content: bytes) -> bytes:
    """Return the workbook without its encryption. ``PermissionError`` where that takes a password which we do
    not have.
    """
    import msoffcrypto  # type: ignore[import-untyped] # noqa: PLC0415 - takes a while
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError  # type: ignore[import-untyped] # noqa: PLC0415

    try:
        file = msoffcrypto.OfficeFile(BytesIO(content))
        if not file.is_encrypted():
            return content
        plain = BytesIO()
        # Excel tries this one itself on opening: a workbook under it is read without anybody typing a password.
        file.load_key(password=DEFAULT_PASSWORD)
        file.decrypt(plain)
        return plain.getvalue()
    except (InvalidKeyError, DecryptionError) as error:
        raise PermissionError from error
    except Exception:  # noqa: BLE001 - no container, or an odd one: the reader will tell
        return content


def _write_rows(content: bytes, out: BinaryIO) -> int:
    """Write all sheets; returns the exit code."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

    from enrich.formats.shared.attachments import Attachments  # noqa: PLC0415
    from enrich.formats.shared.calamine import hidden_in, merged_areas, rows_of  # noqa: PLC0415
    from enrich.formats.xls.records import SheetRecords, is_locked, sheets_of  # noqa: PLC0415
    from enrich.model.cell_reference import cell_name  # noqa: PLC0415

    encoder = msgspec.json.Encoder()
    stream = _stream(content)
    try:
        found = sheets_of(stream)
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        hidden = hidden_in(workbook)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            records = found.get(name, SheetRecords())
            merged, empty = merged_areas(sheet), records.uncalculated
            first = cell_name(*min(empty)) if empty else ""
            out.write(encoder.encode(SheetHead(name, merged, (len(empty), first), name in hidden)) + b"\n")
            attachments = Attachments(records.texts, merged, empty)
            rows = ((r.number, r.texts, r.attached, r.uncalculated) for r in attachments.put(rows_of(sheet)))
            out.writelines(encoder.encode(row) + b"\n" for row in rows)
    except (CalamineError, OSError):
        # the reader tries one format after the other, and then says no more why the likeliest failed
        return LOCKED_EXIT if is_locked(stream) else DAMAGED_EXIT
    return 0


def _stream(content: bytes) -> bytes:
    """Return the workbook's own stream; nothing where it cannot be found."""
    import olefile  # noqa: PLC0415

    if not content.startswith(olefile.MAGIC):  # its own question takes short bytes for a file's name
        return content
    try:
        with olefile.OleFileIO(BytesIO(content)) as container:
            # `Workbook` since Excel 97, `Book` in Excel 5 and 95; other programs write either in capitals.
            names = ["/".join(path) for path in container.listdir(streams=True)]
            name = next((name for name in names if name.casefold() in ("workbook", "book")), None)
            return bytes(container.openstream(name).read()) if name is not None else b""
    except (OSError, ValueError, IndexError, struct.error):
        return b""


if __name__ == "__main__":
    raise SystemExit(main())
