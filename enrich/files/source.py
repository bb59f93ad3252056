"""A file on its way in: opened with errors in words, unpacked where it is gzip."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from enrich.errors import InputError
from enrich.files.opened import OpenedFile, Readable, in_words

HEAD_BYTES = 64 << 10
GZIP_MAGIC = b"\x1f\x8b"
_BLOCK_BYTES = 1 << 20
RATIO, RATIO_FROM = 500, 64 << 20
"""A gzip that unpacks to more than 64 MiB and so many times its size is a bomb: real lists stay under 50."""


class NotThis(Exception):
    """A format's ``read`` looked closer and steps back: another one shall try."""


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """``data`` is what is read; ``name`` tells what it is called once unpacked; ``folder`` goes when it is closed."""

    data: Readable
    name: str
    head: bytes
    folder: Path | None = None

    def close(self) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


_NOTHING = (b"", BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)
"""What a file without content holds: nothing, or the mark that an editor begins one with."""


def fetched(path: Readable, limit: int) -> FetchedFile:
    """Return a file ready to be read. Raises ``InputError`` where there is nothing to read."""
    with in_words(path):
        if isinstance(path, Path):
            with closing(OpenedFile(path)):  # says in words what it is, where it is no ordinary file
                pass
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if head in _NOTHING:
            raise InputError(f"{path} is empty", hint="was it saved, or still being downloaded?")
        if not head.startswith(GZIP_MAGIC):
            return FetchedFile(path, path.name, head)
        return _unpacked(path, limit)


def _unpacked(path: Readable, limit: int) -> FetchedFile:
    folder = Path(tempfile.mkdtemp(prefix="ioc-enrich-"))
    name = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    data = folder / (name or "unpacked")
    try:
        with path.open("rb") as packed, data.open("wb") as plain:
            for piece in _inflated(packed, path, limit):
                plain.write(piece)
        with data.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    source = FetchedFile(data, name, head, folder)
    if head in _NOTHING:
        source.close()
        raise InputError(f"{path} holds an empty file")
    return source


def _inflated(packed: BinaryIO, path: Readable, limit: int) -> Iterator[bytes]:
    """Yield a gzip file's content, all its members, never more than ``limit`` bytes."""
    inflater, total, complete = zlib.decompressobj(31), 0, False
    try:
        while raw := packed.read(_BLOCK_BYTES):
            piece = b""
            while raw or len(piece) == _BLOCK_BYTES:  # a full piece: more may wait inside
                piece = inflater.decompress(raw, _BLOCK_BYTES)
                total += len(piece)
                if total > limit:
                    raise InputError(f"{path} unpacks to more than {limit >> 20} MB", hint="unpack and split it")
                if total > RATIO_FROM and total > RATIO * packed.tell():
                    raise InputError(
                        f"{path} unpacks to more than {RATIO} times its size",
                        hint="no list does: treat it as hostile, or unpack it yourself",
                    )
                yield piece
                raw, complete = inflater.unconsumed_tail, inflater.eof
                if complete:
                    raw = inflater.unused_data.lstrip(b"\0")
                    inflater, piece = zlib.decompressobj(31), b""
    except zlib.error:
        raise InputError(f"{path} is a damaged gzip file", hint="download or pack it again") from None
    if not complete:
        raise InputError(f"{path} is a gzip file that breaks off", hint="download or pack it again")
