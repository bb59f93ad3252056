"""Files that are written: what the operating system refuses is said in a sentence that names the output."""

from __future__ import annotations

import errno
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from enrich.errors import OutputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_HINTS = {
    errno.ENOSPC: "free some space and run again: no answer is lost",
    errno.EDQUOT: "free some space and run again: no answer is lost",
    errno.EFBIG: "this system or shell (`ulimit -f`) allows no larger file; no answer is lost",
}
_BUFFER = 128 * 1024
"""Bytes that are written at once."""


@contextmanager
def in_words(path: Path | str) -> Iterator[None]:
    """Raise the operating system's refusals to write as ``OutputError``, in sentences."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror or error}", hint=_HINTS.get(error.errno or 0, "")
        ) from error


@contextmanager
def temporary_in_words(path: Path) -> Iterator[None]:
    """Raise as ``OutputError`` that there is no room for the temporary files that ``path`` is made with."""
    try:
        yield
    except OSError as error:
        if error.errno not in _HINTS or error.filename is not None:
            raise
        with in_words(temporary_for(path)):
            raise


def temporary_for(path: Path) -> str:
    """Return what a person is told of a temporary file that an output needs."""
    return f"a temporary file in {tempfile.gettempdir()}, for {path},"


class _RawFile(io.FileIO):
    """Says of itself which output cannot be written: whoever writes may have a dozen open, and inputs as well."""

    def __init__(self, handle: int, name: Path | str, *, closes: bool) -> None:
        super().__init__(handle, "r+b", closefd=closes)
        self._shown = name

    def write(self, data: ReadableBuffer) -> int:
        with in_words(self._shown):
            return super().write(data)


def open_for_writing(handle: int, name: Path | str, *, closes: bool = True) -> BinaryIO:
    """Return the file behind a handle, which errors call ``name``; closing it closes the handle where ``closes``."""
    return cast("BinaryIO", io.BufferedRandom(_RawFile(handle, name, closes=closes), _BUFFER))
