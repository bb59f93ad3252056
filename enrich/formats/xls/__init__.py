"""Excel 97-2003 workbooks, read whole by another process; the result is written as another format."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import msgspec

from enrich.errors import InputError
from enrich.files.opened import Readable
from enrich.formats.shared.decrypted import OLE
from enrich.formats.shared.document import ReadOnly, ReadOptions, read_only_warning
from enrich.formats.shared.faults import locked, unreadable
from enrich.formats.shared.formula_text import without_result
from enrich.formats.xls.child import LOCKED_EXIT, RowLine, SheetHead
from enrich.model.row import Row

READS = (".xls",)
SUFFIXES: tuple[str, ...] = ()
_BARE_WORKBOOKS = (b"\x09\x08\x08\x00\x00\x05", b"\x09\x08\x10\x00\x00\x06")
"""The first record of a workbook that stands outside a container."""
SIGNATURES = (OLE, *_BARE_WORKBOOKS)
CHILD_TIMEOUT = 120
"""Seconds; the largest of these workbooks takes ten."""
CHILD_PROGRAM = (
    "import sys; sys.path[:0] = [sys.argv[1]]; from enrich.formats.xls.child import main; raise SystemExit(main())"
)
_SHEET_LINE = b'\n{"sheet":'
"""How the line before a sheet's rows begins, which are arrays."""


def recognise(head: bytes, name: str) -> int:  # noqa: ARG001 - the name is no evidence
    return 90 if head.startswith(SIGNATURES) else 0


def read(path: Readable, options: ReadOptions) -> ReadOnly:
    """Open the file. Raises ``InputError`` for what is damaged, or locked by a password of the analyst's own."""
    sheets = _Sheets(_read_apart(path, options.limit))
    warnings = [read_only_warning("xls"), *sheets.warnings()]
    merged = {name: head.merged for name, head in sheets.heads.items()}
    hidden = [name for name, head in sheets.heads.items() if head.hidden]
    return ReadOnly(path, "xls", list(sheets.heads), sheets.rows, warnings, merged=merged.__getitem__, hidden=hidden)


def _read_apart(path: Readable, limit: int) -> bytes:
    """Return what the child wrote. It gets the file as its standard input, and of the environment what starting
    takes.
    """
    home = str(Path(__file__).parents[3])
    # No key and no proxy with its password: the child reads hostile bytes.
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    with path.open("rb") as content, tempfile.TemporaryFile() as written:
        try:
            done = subprocess.run(  # noqa: S603 - no shell
                # `-I`: no module of the working directory is imported, no PYTHON variable counts.
                [sys.executable, "-I", "-c", CHILD_PROGRAM, home],
                check=False,
                stdin=content,
                stdout=written,
                stderr=subprocess.DEVNULL,
                timeout=CHILD_TIMEOUT,
                env=environment,
            )
        except subprocess.TimeoutExpired:
            raise unreadable(path, "xls") from None
        if done.returncode == LOCKED_EXIT:
            raise locked(path)
        if done.returncode != 0:
            raise unreadable(path, "xls")
        if written.seek(0, os.SEEK_END) > limit:
            raise InputError(f"{path.name} unpacks to more than {limit >> 20} MiB")
        written.seek(0)
        return written.read()


class _Sheets:
    """The child's lines, by sheet."""

    def __init__(self, written: bytes) -> None:
        self.heads: dict[str, SheetHead] = {}
        self._written = written
        self._starts: dict[str, int] = {}
        decoder = msgspec.json.Decoder(SheetHead)
        start = 0 if written else -1
        while start >= 0:
            end = written.index(b"\n", start)
            head = decoder.decode(written[start:end])
            self.heads[head.sheet], self._starts[head.sheet] = head, end + 1
            start = written.find(_SHEET_LINE, end) + 1 or -1

    def rows(self, sheet: str) -> Iterator[Row]:
        """Yield a sheet's rows, decoded anew in each pass."""
        decoder = msgspec.json.Decoder(RowLine)
        lines = BytesIO(self._written)  # shares the bytes
        lines.seek(self._starts[sheet])
        for line in lines:
            if line.startswith(_SHEET_LINE[1:]):
                return
            yield Row(*decoder.decode(line))

    def warnings(self) -> list[str]:
        return [
            f"{name}: {without_result(*head.uncalculated)}" for name, head in self.heads.items() if head.uncalculated[0]
        ]
