"""Outputs that are no files: standard output, pipes, devices. They are written through, never replaced."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from enrich.errors import OutputError

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
        self.file = cast("BinaryIO", tempfile.TemporaryFile(prefix="ioc-enrich-"))  # noqa: SIM115 - closed by discard

    def finish(self) -> str:
        """Return the SHA-256 of what was written, in hex."""
        self.file.seek(0)
        return hashlib.file_digest(cast("BytesIO", self.file), "sha256").hexdigest()

    def commit(self) -> None:
        """Send it."""
        self.file.seek(0)
        if is_standard_output(self.path):
            shutil.copyfileobj(self.file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        try:
            with open(os.fspath(self.path), "wb") as target:  # noqa: PTH123 - as it is named: a device is not resolved
                shutil.copyfileobj(self.file, target)
        except BrokenPipeError:  # whoever reads has seen enough
            raise
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror or error}") from error

    def discard(self) -> None:
        self.file.close()
