"""Whole files: written so that nobody ever sees half of one (temporary file, fsync, rename), and told by their digest.

Knows of a file's name only whether it is packed; what stands in it is the business of whoever writes.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from enrich.errors import InputError, OutputError

PACKED = ".gz"


def suffix_of(path: Path) -> str:
    """The suffix that names a file's format, in lower case; ``.gz`` behind it says only how the file is packed."""
    return unpacked(path).suffix.lower()


def unpacked(path: Path) -> Path:
    """The path without what says how the file is packed."""
    return path.with_suffix("") if is_packed(path) else path


def is_packed(path: Path) -> bool:
    return path.suffix.lower() == PACKED


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes in hex, for custody. ``InputError`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


@contextmanager
def atomic(path: Path, *, keep: bool = False, suffix: str = "") -> Iterator[BinaryIO]:
    """A file to write that appears at ``path`` whole or not at all. ``keep`` leaves the former file as ``.bak``.

    ``suffix`` is that of the temporary file beside it, where others read all files of the real one.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".enrich-", suffix=suffix or path.suffix)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(path))
        if keep and path.exists():
            path.replace(path.with_name(path.name + ".bak"))
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}", hint=_hint(error)) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def packed(path: Path, target: BinaryIO) -> Iterator[BinaryIO]:
    """What is written arrives gzipped in ``target`` where ``path`` says so; equal content gives equal bytes."""
    if not is_packed(path):
        yield target
        return
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=target, mtime=0) as file:
        yield cast("BinaryIO", file)


def _mode(path: Path) -> int:
    """The former file's mode, else what the umask leaves of 0666: a temporary file is 0600 for nobody else's reason."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hint(error: OSError) -> str:
    return "free some space and run again: no answer is lost" if error.errno == errno.ENOSPC else ""
