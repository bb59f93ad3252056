"""Broken copies of good files: raw bytes, and the insides of zip and gzip packages, so that the damage gets past the wrapping.

The same ``Random`` makes the same damage.
"""

from __future__ import annotations

import gzip
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from random import Random

MOST = 6
"""Damages to one file."""
SLICE = 4096
INTERESTING = (
    b"\x00", b"\xff", b"\x80", b"\r", b"\n", b"\r\n", b'"', b"'", b",", b";", b"\t", b"|", b"<", b">", b"&", b"]]>", b"<!--",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"-1", b"0", b"99999999999999999999", b"1e400", b"NaN", b"null", b"[]", b"{}", b'"\\ud800"', b"XFE1048577",
    b"A0", b"A1048577", b"d41d8cd98f00b204e9800998ecf8427e", b"44d88612fea8a8f36de82e1278abb02f" * 2,
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&#0;", b"&#xD800;", b"&#x110000;", b"xmlns:x='y'", b"<c r='A1' t='s'><v>9999999</v></c>",
    b"[" * 3000, b'{"a":' * 3000, b"<a>" * 3000, b"\xe2\x80\xae", b"\x1b[2J",
)  # fmt: skip
NUMBER = re.compile(rb"\d+")


def _flip(data: bytearray, chance: Random) -> None:
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _set(data: bytearray, chance: Random) -> None:
    for _ in range(chance.choice((1, 2, 4, 16))):
        data[chance.randrange(len(data))] = chance.choice((0, 0xFF, 0x7F, 0x80, chance.randrange(256)))


def _cut_out(data: bytearray, chance: Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, chance.choice((1, 8, SLICE)))]


def _break_off(data: bytearray, chance: Random) -> None:
    del data[chance.randrange(len(data)) :]


def _repeat(data: bytearray, chance: Random) -> None:
    start = chance.randrange(len(data))
    piece = bytes(data[start : start + chance.randint(1, SLICE)])
    data[start:start] = piece * chance.choice((1, 1, 2, 50))


def _move(data: bytearray, chance: Random) -> None:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, SLICE)]
    del data[start : start + len(piece)]
    place = chance.randint(0, len(data))
    data[place:place] = piece


def _insert(data: bytearray, chance: Random) -> None:
    place = chance.randint(0, len(data))
    data[place:place] = chance.choice(INTERESTING)


def _overwrite(data: bytearray, chance: Random) -> None:
    token = chance.choice(INTERESTING)
    place = chance.randrange(len(data))
    data[place : place + len(token)] = token


def _renumber(data: bytearray, chance: Random) -> None:
    """Another number where one stands: indexes, counts and sizes are what readers trust."""
    place = chance.randrange(len(data))
    found = NUMBER.search(data, place) or NUMBER.search(data)
    if found:
        data[found.start() : found.end()] = chance.choice(
            (b"0", b"-1", b"1", b"255", b"65536", b"4294967295", b"9" * 30)
        )


DAMAGES: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip, _set, _cut_out, _break_off, _repeat, _move, _insert, _overwrite, _renumber,
)  # fmt: skip


def damaged(data: bytes, chance: Random) -> bytes:
    """A few damages, one upon the other."""
    work = bytearray(data)
    for _ in range(chance.randint(1, MOST)):
        if not work:
            break
        chance.choice(DAMAGES)(work, chance)
    return bytes(work)


def mutated(data: bytes, chance: Random) -> bytes:
    """A broken copy; two times of three a package is broken inside and packed again."""
    if chance.random() < 1 / 3:
        return damaged(data, chance)
    if data.startswith(b"PK\x03\x04"):
        with suppress(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):  # broken or locked as it is
            return _package(data, chance)
    if data.startswith(b"\x1f\x8b"):
        return gzip.compress(damaged(gzip.decompress(data), chance), 1, mtime=0)
    return damaged(data, chance)


def _package(data: bytes, chance: Random) -> bytes:
    """One or two parts of a zip damaged, left out, doubled or called something else."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [(name, package.read(name)) for name in package.namelist() if not name.endswith("/")]
    for _ in range(chance.choice((1, 1, 2))):
        index = chance.randrange(len(parts))
        name, content = parts[index]
        match chance.randrange(8):
            case 0:
                del parts[index]
            case 1:
                parts.append((name, damaged(content, chance)))
            case 2:
                parts[index] = (
                    damaged(name.encode(), chance).decode("latin-1")[:200].replace("\0", "_") or "x",
                    content,
                )
            case _:
                parts[index] = (name, damaged(content, chance))
        if not parts:
            break
    target = io.BytesIO()
    packing = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", packing) as package:
        warnings.simplefilter("ignore")  # a part that is there twice is what is wanted
        for name, content in parts:
            package.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()
