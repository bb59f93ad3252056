"""Excel 97-2003 workbooks, read whole; the result is written as another format. Knows nothing of newer ones."""

from __future__ import annotations

from pathlib import Path

from enrich.formats import _calamine
from enrich.formats._options import ReadOptions
from enrich.formats._whole import ReadOnly

SUFFIXES: tuple[str, ...] = ()
_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE = (b"\x09\x08\x08\x00\x00\x05", b"\x09\x08\x10\x00\x00\x06", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00")
"""The first record of a workbook that stands outside a container."""


def recognise(head: bytes, name: str) -> int:  # noqa: ARG001 - the name is no evidence
    return 90 if head.startswith((_CONTAINER, *_BARE)) else 0


def read(path: Path, options: ReadOptions) -> ReadOnly:  # noqa: ARG001 - nothing is packed, encodings are declared
    return _calamine.opened(path, "xls")
