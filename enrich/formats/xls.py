"""Excel 97-2003 workbooks, read whole; the result is written as another format. Knows nothing of newer ones."""

from __future__ import annotations

import subprocess
import sys

from enrich.errors import InputError
from enrich.files.opened import Readable
from enrich.formats.shared import calamine, ole
from enrich.formats.shared.attachments import Attachments
from enrich.formats.shared.document import ReadOnly, ReadOptions

READS = (".xls",)
SUFFIXES: tuple[str, ...] = ()
_BARE = (b"\x09\x08\x08\x00\x00\x05", b"\x09\x08\x10\x00\x00\x06", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00")
"""The first record of a workbook that stands outside a container."""
_TRIAL = """
import sys
from python_calamine import CalamineWorkbook
workbook = CalamineWorkbook.from_filelike(sys.stdin.buffer)
for name in workbook.sheet_names:
    workbook.get_sheet_by_name(name)
"""
_PATIENCE = 120
"""Seconds; the largest of these workbooks takes two."""
SIGNATURES = (ole.OLE, *_BARE)


def recognise(head: bytes, name: str) -> int:  # noqa: ARG001 - the name is no evidence
    return 90 if head.startswith(SIGNATURES) else 0


def read(path: Readable, options: ReadOptions) -> ReadOnly:  # noqa: ARG001 - nothing is packed, encodings are declared
    if ole.is_endless(path) or not _survives(path):  # calamine would read the one until the memory is full
        raise InputError(f"{path.name} is a damaged .xls workbook", hint="open it and save it as .xlsx or .csv")
    return calamine.opened(path, "xls", lambda _, areas: Attachments(merged=areas))


def _survives(path: Readable) -> bool:
    """Whether calamine comes to an end on it: some damage makes it ask for more memory than there is, and then it
    takes the whole process down, which nothing in that process can catch. So another one tries first.
    """
    command = [sys.executable, "-I", "-c", _TRIAL]
    try:
        with path.open("rb") as content:
            done = subprocess.run(command, check=False, stdin=content, capture_output=True, timeout=_PATIENCE)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired:
        return False
    return done.returncode in (0, 1)  # 1 is an exception: it will be told when it happens here
