"""Workbooks of older and other programs, read whole by another process; the result is written as another format."""

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
from enrich.files.paths import path_text
from enrich.formats.shared.child import REFUSED_EXIT, Limits, Refusal, RowLine, SheetHead
from enrich.formats.shared.document import ReadOnly
from enrich.formats.shared.faults import unreadable
from enrich.formats.shared.formula_text import without_result
from enrich.formats.shared.page_content import unlike_page
from enrich.model.row import Row

CHILD_PROGRAM = (
    "import sys; sys.path[:0] = [sys.argv[1]]; from enrich.formats.shared.child import main; raise SystemExit(main())"
)
READ_ONLY = (
    "a .{kind} workbook is read only: the result is a new .xlsx of its texts; formats, formulas, merged cells, "
    "comments and pictures stay in the original"
)
_SHEET_LINE = b'\n{"sheet":'
"""How the line before a sheet's rows begins, which are arrays."""


def load_workbook(path: Readable, kind: str, limits: Limits, most: int) -> ReadOnly:
    """Return the workbook. ``InputError`` where it is damaged, locked, or unpacks to more than ``most`` bytes.

    The format's module says how its own content is opened: ``opened(content, path, most) -> LoadedWorkbook``.
    """
    sheets = _Sheets(_read_apart(path, kind, limits, most))
    heads = sheets.heads
    warnings = [
        READ_ONLY.format(kind=kind),
        *(f"{name}: {without_result(*head.uncalculated)}" for name, head in heads.items() if head.uncalculated[0]),
        *(unlike_page(name) for name, head in heads.items() if head.unlike_page),
    ]
    hidden = [name for name, head in heads.items() if head.hidden]
    merged = {name: head.merged for name, head in heads.items()}
    return ReadOnly(path, kind, list(heads), sheets.rows, warnings, merged=merged.__getitem__, hidden=hidden)


def _read_apart(path: Readable, kind: str, limits: Limits, most: int) -> bytes:
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
                [sys.executable, "-I", "-c", CHILD_PROGRAM, home, kind, path_text(Path(path.name)), str(most)],
                check=False,
                stdin=content,
                stdout=written,
                stderr=subprocess.DEVNULL,
                timeout=limits.waiting,
                env=environment,
            )
        except subprocess.TimeoutExpired:
            raise unreadable(path, kind) from None
        if done.returncode == REFUSED_EXIT:
            written.seek(0)
            refusal = msgspec.json.decode(written.read().rpartition(b"\n")[2], type=Refusal)
            raise InputError(refusal.error, hint=refusal.hint)
        if done.returncode != 0:
            raise unreadable(path, kind)
        if written.seek(0, os.SEEK_END) > most:
            raise InputError(f"{path.name} unpacks to more than {most >> 20} MiB")
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
