"""Excel 97-2003 workbooks, read whole by another process; the result is written as another format."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from enrich.errors import InputError
from enrich.files.opened import Readable
from enrich.formats.shared.document import ReadOnly, ReadOptions
from enrich.formats.shared.formula_text import without_result
from enrich.formats.shared.signatures import OLE
from enrich.formats.xls.child import LOCKED, RowLine, SheetHead
from enrich.model.row import Row

READS = (".xls",)
SUFFIXES: tuple[str, ...] = ()
_BARE = (b"\x09\x08\x08\x00\x00\x05", b"\x09\x08\x10\x00\x00\x06", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00")
"""The first record of a workbook that stands outside a container."""
SIGNATURES = (OLE, *_BARE)
PATIENCE = 120
"""Seconds; the largest of these workbooks takes ten."""
CHILD = "import sys; sys.path[:0] = [sys.argv[1]]; from enrich.formats.xls.child import main; raise SystemExit(main())"
_WARNING = "a .xls workbook is read only: the result is a new .xlsx"


def recognise(head: bytes, name: str) -> int:  # noqa: ARG001 - the name is no evidence
    return 90 if head.startswith(SIGNATURES) else 0


def read(path: Readable, options: ReadOptions) -> ReadOnly:  # noqa: ARG001 - nothing is packed, encodings are declared
    """Raises ``InputError`` for what is damaged or locked by a password of the analyst's own."""
    rows = _read_apart(path)
    try:
        sheets = _Sheets(rows)
    except BaseException:
        rows.close()
        raise
    return ReadOnly(
        path,
        "xls",
        list(sheets.heads),
        sheets.rows,
        [_WARNING, *sheets.warnings()],
        merged=lambda sheet: sheets.heads[sheet].merged,
        close=rows.close,
    )


def _read_apart(path: Readable) -> IO[bytes]:
    """What the child wrote. It gets the file as its standard input, and of the environment what starting takes."""
    home = str(Path(__file__).parents[3])
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    rows = tempfile.TemporaryFile()  # noqa: SIM115 - it is the document's
    try:
        with path.open("rb") as content:
            done = subprocess.run(  # noqa: S603 - no shell
                [sys.executable, "-I", "-c", CHILD, home],
                check=False,
                stdin=content,
                stdout=rows,
                stderr=subprocess.PIPE,
                timeout=PATIENCE,
                env=environment,
            )
    except subprocess.TimeoutExpired:
        rows.close()
        raise _damaged(path) from None
    if done.returncode == 0:
        return rows
    rows.close()
    if done.returncode == LOCKED:
        raise InputError(
            f"{path.name} is protected by a password", hint="open it with the password and save a copy without one"
        )
    raise _damaged(path)


def _damaged(path: Readable) -> InputError:
    return InputError(f"{path.name} is a damaged .xls workbook", hint="open it and save it as .xlsx or .csv")


class _Sheets:
    """The child's lines, by sheet."""

    def __init__(self, lines: IO[bytes]) -> None:
        self.heads: dict[str, SheetHead] = {}
        self._lines = lines
        self._starts: dict[str, int] = {}
        decoder = msgspec.json.Decoder(SheetHead)
        lines.seek(0)
        at = 0
        for line in lines:
            at += len(line)
            if line.startswith(b'{"sheet":'):
                head = decoder.decode(line)
                self.heads[head.sheet] = head
                self._starts[head.sheet] = at

    def rows(self, sheet: str) -> Iterator[Row]:
        """A sheet's rows; two passes may go at once."""
        decoder = msgspec.json.Decoder(RowLine)
        at = self._starts[sheet]
        while True:
            self._lines.seek(at)
            line = self._lines.readline()
            at += len(line)
            if not line or line.startswith(b'{"sheet":'):
                return
            yield Row(*decoder.decode(line))

    def warnings(self) -> list[str]:
        return [
            f"{name}: {without_result(*head.uncalculated)}" for name, head in self.heads.items() if head.uncalculated[0]
        ]
