"""Outputs that are no files: standard output, pipes, devices. They are written through, never replaced."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
import tempfile
from codecs import BOM_UTF8
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TextIO, cast

from enrich.errors import OutputError
from enrich.files.written import in_words, open_for_writing, temporary_for

# By these names a shell's user means standard output; opening them anew would begin at the file's start where it is
# redirected to one.
_ALIASES = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}
_HANDLES = ("/dev/fd", "/proc/self/fd")
"""The folders in which the shell's ``<(...)`` and ``>(...)`` stand."""


def is_standard_output(path: Path) -> bool:
    return str(path) in _ALIASES


def is_stream(path: Path) -> bool:
    """Return whether what is written to ``path`` goes through it: standard output, a pipe, a device."""
    if is_standard_output(path) or str(path.parent) in _HANDLES:
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def is_read_once(path: Path) -> bool:
    """Return whether an input can be read but once: standard input by another name, or the shell's ``<(...)``."""
    if str(path) == "/dev/stdin":
        return True
    try:
        return str(path.parent) in _HANDLES and not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


class Streamed:
    """What goes to a stream, kept until ``commit``: nothing of it is seen before all of it is there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_cut = False
        """Whether the reader left before all of it was sent."""
        self._first = 0
        name = temporary_for(path)
        with in_words(name):
            self._kept = tempfile.TemporaryFile(prefix="ioc-enrich-", buffering=0)  # noqa: SIM115 - closed by discard
        self.file = open_for_writing(self._kept.fileno(), name, closes=False)

    def skip_mark(self) -> None:
        """Leave out a new file's byte order mark: who reads a stream takes it for a part of the first heading."""
        self.file.seek(0)
        self._first = len(BOM_UTF8) if self.file.read(len(BOM_UTF8)) == BOM_UTF8 else 0

    def finish(self) -> str:
        self.file.seek(self._first)
        return hashlib.file_digest(cast("BytesIO", self.file), "sha256").hexdigest()

    def commit(self) -> None:
        """Send it. A reader that has seen enough and leaves is no failure; ``is_cut`` says that one did."""
        self.file.seek(self._first)
        is_standard = is_standard_output(self.path)
        with in_words("standard output" if is_standard else self.path):
            try:
                if is_standard:
                    shutil.copyfileobj(self.file, sys.stdout.buffer)
                    sys.stdout.buffer.flush()
                    return
                # as it is named: a device is not resolved
                with open(os.fspath(self.path), "wb") as target:  # noqa: PTH123
                    shutil.copyfileobj(self.file, target)
            except BrokenPipeError:
                self.is_cut = True
                if is_standard:
                    discard_rest(sys.stdout)

    def discard(self) -> None:
        with suppress(OSError, OutputError):
            self.file.close()
        self._kept.close()


def discard_rest(stream: TextIO) -> None:
    """Let what ``stream`` brings from now on go nowhere, what is buffered included: nobody takes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
