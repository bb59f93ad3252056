"""Objects of S3 and Google Cloud, by pyarrow's file systems (extra ``parquet``): fetched, and put whole.

An object store knows no half-written file that is swept later: a stream that dies may publish what it got so far. So an
object is put under a name of its own first, and takes its place when all of it is there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from enrich.errors import InputError, OutputError, UsageError
from enrich.extras import how_to_install

SCHEMES = ("s3", "gs", "gcs")
_ADDRESS = re.compile(rf"({'|'.join(SCHEMES)}):/+(.+)", re.DOTALL)
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
"""Where a store of one's own that speaks S3 is named: pyarrow reads neither by itself."""
_UNFINISHED = ".enrich-unfinished"
"""Ends the name of an object that is not all there yet."""


def address_of(path: Path) -> str:
    """Return the address that a path was written as: ``s3://bucket/key`` (a path loses a slash); "" for a file's."""
    found = _ADDRESS.fullmatch(path.as_posix())
    return f"{found[1]}://{found[2]}" if found else ""


def check_address(address: str) -> None:
    """Raise ``UsageError`` for an address with a key in it, which it does not repeat."""
    scheme, _, rest = address.partition("://")
    if "@" in rest.partition("/")[0]:
        raise UsageError(
            f"{scheme}://...: an address with a key in it is seen by every user of this machine",
            hint="leave it to AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or the machine's role",
        )


class ObjectStore:
    """The file system that one address leads to. ``UsageError`` for an address that cannot be used."""

    def __init__(self, address: str) -> None:
        check_address(address)
        self._scheme = address.partition("://")[0]
        with _as(InputError, address):
            self._system = file_system(address)

    def check_bucket(self, address: str) -> None:
        """Raise ``OutputError`` where the bucket is not there, or must not be looked at."""
        bucket = address.partition("://")[2].partition("/")[0]
        with _as(OutputError, address):
            (info,) = self._system.get_file_info([bucket])
        if info.type.name != "Directory":
            raise OutputError(f"{address}: there is no bucket {bucket}", hint="make it first, or mend its name")

    def facts(self, address: str) -> tuple[int, float] | None:
        """Return bytes and Unix seconds of one object; None where there is none. ``OutputError``: nobody may look."""
        with _as(OutputError, address):
            (info,) = self._system.get_file_info([address.partition("://")[2]])
        return (info.size, info.mtime_ns / 1e9) if info.is_file else None

    def found(self, address: str) -> list[tuple[str, int, float]]:
        """Return the objects that an address stands for, a folder's or a pattern's in order: address, bytes, Unix
        seconds.

        ``InputError`` where there is none.
        """
        path = address.partition("://")[2].rstrip("/")
        folder, _, name = path.rpartition("/")
        with _as(InputError, address):
            (info,) = self._system.get_file_info([path])
            if info.is_file:
                infos = [info]
            elif any(sign in name for sign in "*?["):
                infos = [info for info in self._in(folder) if fnmatchcase(info.base_name, name)]
            else:
                infos = self._in(path)
        objects = [(f"{self._scheme}://{info.path}", info.size, info.mtime_ns / 1e9) for info in infos]
        if not objects:
            raise InputError(f"{address} matches no object")
        return objects

    def _in(self, folder: str) -> list[Any]:
        infos = self._system.get_file_info(_fs(folder).FileSelector(folder, allow_not_found=True))
        whole = (info for info in infos if info.is_file and not info.path.endswith(_UNFINISHED))
        return sorted((info for info in whole if info.base_name[0] not in ".~"), key=lambda info: info.path)

    def fetch(self, address: str, target: Path, size: int, changed: float) -> None:
        """Bring an object to a file, which gets its time; nothing is done where it lies there already."""
        with suppress(OSError):
            facts = target.stat()
            if facts.st_size == size and facts.st_mtime == changed:
                return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}{_UNFINISHED}")
        with _as(InputError, address):
            _fs(address).copy_files(address.partition("://")[2], str(part), source_filesystem=self._system)
            os.utime(part, (changed, changed))
            part.replace(target)

    def put(self, source: Path, address: str) -> None:
        """Put a file as an object, which appears whole or not at all. ``OutputError`` where it cannot be."""
        path = address.partition("://")[2]
        unfinished = f"{path}.{os.getpid()}{_UNFINISHED}"
        with _as(OutputError, address):
            try:
                _fs(address).copy_files(str(source), unfinished, destination_filesystem=self._system)
                self._system.move(unfinished, path)  # S3 has no rename: a copy on its side, whole or not at all
            except BaseException:
                with suppress(Exception):
                    self._system.delete_file(unfinished)
                raise


def file_system(address: str) -> Any:
    """Return the file system that holds an address, with the rights that the environment gives."""
    fs = _fs(address)
    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), "")
    if endpoint and address.startswith("s3:"):
        parts = urlsplit(endpoint)
        return fs.S3FileSystem(endpoint_override=parts.netloc, scheme=parts.scheme)
    return fs.FileSystem.from_uri("/".join(address.split("/")[:3]))[0]  # a key need not be a URI's path


def _fs(address: str) -> Any:
    try:
        from pyarrow import fs  # noqa: PLC0415 - of an extra
    except ImportError:
        raise UsageError(f"{address}: objects need pyarrow", hint=how_to_install("pyarrow")) from None
    return fs


@contextmanager
def _as(kind: type[InputError | OutputError], address: str) -> Iterator[None]:
    """Raise whatever the file system says as an error of ours."""
    try:
        yield
    except (OSError, ValueError) as error:  # pyarrow's own errors are of these two
        reason = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        raise kind(
            f"{address}: {reason}", hint="is the address right, and may this machine's role read or write it?"
        ) from error
