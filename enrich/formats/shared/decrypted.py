"""Newer workbooks under Excel's default password, which opens them without asking: they are opened likewise."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from enrich.files.source import HEAD_BYTES, FetchedFile

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of old Office files, and of encrypted new ones: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb"""
DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - what Excel tries before it asks
"""A workbook that is protected against changes alone is encrypted with it: [MS-OFFCRYPTO] 2.3.6.3."""
_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def decrypted(source: FetchedFile, limit: int) -> FetchedFile:
    """Return the workbook without that encryption, in a folder of its own; ``source`` itself where it is something
    else.
    """
    path = source.data
    if not source.head.startswith(OLE) or path.stat().st_size > limit or _PACKAGE not in path.read_bytes():
        return source
    import msoffcrypto  # type: ignore[import-untyped] # noqa: PLC0415 - seldom needed, and slow to load

    # To a file and not to memory: the workbook is read in pieces, and opened twice.
    folder = Path(tempfile.mkdtemp(prefix="ioc-enrich-"))
    plain = folder / "workbook"
    try:
        with path.open("rb") as content, plain.open("w+b") as target:
            file = msoffcrypto.OfficeFile(content)
            file.load_key(password=DEFAULT_PASSWORD, verify_password=True)
            file.decrypt(target)
            target.seek(0)
            head = target.read(HEAD_BYTES)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if not isinstance(error, Exception):
            raise
        return source  # it has a password of its own, or is damaged: its format will tell
    return FetchedFile(plain, source.name, head, folder)
