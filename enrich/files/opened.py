"""A file opened once: whatever becomes of its name, every pass over it reads the same bytes.

A run reads an input twice, perhaps hours apart, and joins by row numbers. So the second pass must see what the first
one saw, and it must be known whether that is still what stands at the path.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from enrich.errors import InputError

if TYPE_CHECKING:
    from typing_extensions import Buffer

_BUFFER_BYTES = 1 << 17
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
# Opening a pipe for reading waits for its writer otherwise, for ever.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""A named pipe is told by its kind instead of being waited for."""


class Readable(Protocol):
    """What a format reads: a path, or a file that stays open."""

    @property
    def name(self) -> str: ...
    def open(self, mode: Literal["rb"], /) -> io.BufferedReader: ...
    def stat(self) -> os.stat_result: ...
    def read_bytes(self) -> bytes: ...


@contextmanager
def in_words(path: Readable) -> Iterator[None]:
    """Raise the operating system's refusals as ``InputError``, in sentences."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"there is no file {path}", hint="check the path; quote names that hold spaces") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder", hint=f"name its files: {path}/*.csv") from None
    except PermissionError:
        raise InputError(
            f"{path} may not be read", hint="ask for read permission, or close the program that locks it"
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None


class OpenedFile:
    """One ordinary file, open from now on until ``close``. ``InputError`` where it cannot be opened or is no file.

    With a ``window``, readers see the bytes from its first up to its second offset alone, as if they were a file.
    """

    def __init__(self, path: Path, window: tuple[int, int | None] = (0, None)) -> None:
        self.path = path
        self._window = window
        with in_words(path):
            if path.is_dir():
                raise IsADirectoryError
            self._handle = os.open(path, os.O_RDONLY | _BINARY | _AT_ONCE)
        if not stat.S_ISREG(self.stat().st_mode):
            self.close()
            raise InputError(f"{path} is no ordinary file", hint="give a pipe to standard input: ... | enrich run -")

    @property
    def name(self) -> str:
        return self.path.name

    def __str__(self) -> str:
        return str(self.path)

    def open(self, mode: Literal["rb"] = "rb", /) -> io.BufferedReader:  # noqa: ARG002 - as a path is opened
        """Return a reader with a place of its own in the file."""
        # A duplicate of the handle would share one place with it: two readers of a document would move each other.
        return io.BufferedReader(_Reader(self._handle, *self._window), _BUFFER_BYTES)

    def stat(self) -> os.stat_result:
        return os.fstat(self._handle)

    def read_bytes(self) -> bytes:
        with self.open() as stream:
            return stream.read()

    def sha256(self) -> str:
        """Return the digest of the bytes as they are now. ``InputError`` where they cannot be read."""
        with in_words(self.path), self.open() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def is_at(self, path: Path) -> bool:
        try:
            return os.path.samestat(path.stat(), self.stat())
        except OSError:
            return False

    def close(self) -> None:
        """Close the file; the second time it does nothing."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)


# Windows has no read at an offset: there seeking and reading are one step under a lock.
_seeking = threading.Lock()


class _Reader(io.RawIOBase):
    """Reads from a handle that others read from as well: each keeps its own place."""

    def __init__(self, handle: int, first: int, end: int | None) -> None:
        self._handle = handle
        self._first, self._end = first, end
        self._at = 0

    def fileno(self) -> int:
        return self._handle

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}.get(whence)
        place = offset + (self._size() if start is None else start)
        if place < 0:
            raise OSError(22, "a place before the file's beginning")
        self._at = place
        return place

    def _size(self) -> int:
        return (os.fstat(self._handle).st_size if self._end is None else self._end) - self._first

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        most = len(view) if self._end is None else max(0, min(len(view), self._size() - self._at))
        piece = _read_at(self._handle, most, self._first + self._at)
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


if hasattr(os, "pread"):
    _read_at = os.pread
else:  # Windows

    def _read_at(handle: int, size: int, offset: int, /) -> bytes:
        with _seeking:
            os.lseek(handle, offset, os.SEEK_SET)
            return os.read(handle, size)
