"""Excel 97-2003 workbooks, read whole by another process; the result is written as another format."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from enrich.files.opened import Readable
from enrich.formats.shared.child import Limits, LoadedWorkbook
from enrich.formats.shared.decrypted import DEFAULT_PASSWORD, OLE
from enrich.formats.shared.document import ReadOnly, ReadOptions
from enrich.formats.shared.faults import locked, unreadable
from enrich.formats.shared.loaded_workbook import load_workbook
from enrich.formats.xls.records import is_locked, sheets_of

READS = (".xls",)
SUFFIXES: tuple[str, ...] = ()
_BARE_WORKBOOKS = (b"\x09\x08\x08\x00\x00\x05", b"\x09\x08\x10\x00\x00\x06")
"""The first record of a workbook that stands outside a container."""
SIGNATURES = (OLE, *_BARE_WORKBOOKS)
LIMITS = Limits(memory=2 << 30, computing=100, waiting=120)
"""The largest workbook of the format, 65,536 rows of 256 texts, takes half of the bytes and ten seconds."""


def recognise(head: bytes, name: str) -> int:  # noqa: ARG001 - the name is no evidence
    return 90 if head.startswith(SIGNATURES) else 0


def read(path: Readable, options: ReadOptions) -> ReadOnly:
    """Open the file. Raises ``InputError`` for what is damaged, or locked by a password of the analyst's own."""
    return load_workbook(path, "xls", LIMITS, options.limit)


def opened(content: BinaryIO, path: Path, most: int) -> LoadedWorkbook:  # noqa: ARG001 - what is written is measured
    """Return what the child reads. ``InputError`` for what ``read`` refuses."""
    plain = _decrypted(content.read(), path)
    stream = _stream(plain)
    found = sheets_of(stream)
    try:
        return LoadedWorkbook(CalamineWorkbook.from_filelike(BytesIO(plain)), found)
    except (CalamineError, OSError):
        # the reader tries one format after the other, and then says no more why the likeliest failed
        raise locked(path) if is_locked(stream) else unreadable(path, "xls") from None


def _decrypted(content: bytes, path: Path) -> bytes:
    """Return the workbook without its encryption. ``InputError`` where that takes a password which we do not have."""
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
    except (InvalidKeyError, DecryptionError):
        raise locked(path) from None
    except Exception:  # noqa: BLE001 - no container, or an odd one: the reader will tell
        return content


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
