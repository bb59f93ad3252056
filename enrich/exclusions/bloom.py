"""A Bloom filter of hashes, as CIRCL publishes hashlookup: the file format of DCSO's ``bloom`` and ``flor``.

The file is mapped, not read: a filter of 1 GB costs the few pages that are looked at.

The format (https://github.com/DCSO/bloom): little-endian 64-bit words for version, capacity, chance of a false match
(a double), hash functions, bits, members; then the bits. The bit positions of a member follow from its FNV-1 hash.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from enrich.errors import InputError

_HEADER: Final = struct.Struct("<QQdQQQ")
_VERSION: Final = 1
_MOST_FUNCTIONS: Final = 256
_FNV_OFFSET: Final = 14695981039346656037
_FNV_PRIME: Final = 1099511628211
# of DCSO's code: any other numbers give other bits
_MODULUS: Final = 18446744073709551557
_FACTOR: Final = 18446744073709550147
_WORD: Final = 0xFFFFFFFFFFFFFFFF


class BloomFilter:
    """An open filter; ``chance`` is how probable it is that it claims a value which it does not hold."""

    def __init__(self, path: Path) -> None:
        """Map the file. Raises ``InputError`` where it is no whole filter."""
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is empty"
            raise InputError(f"{path} cannot be read: {reason}") from error
        version, self.capacity, self.chance, self._functions, self._bits, self.members = _header(self._map)
        length = _HEADER.size + (self._bits + 63) // 64 * 8
        # a download that broke off: its missing end would read as zeros, and known files be asked for
        if version & 0xFF != _VERSION or not 0 < self._functions <= _MOST_FUNCTIONS or len(self._map) < length:
            self._map.close()
            raise InputError(f"{path} is no whole Bloom filter", hint="fetch it again")

    def __contains__(self, value: bytes) -> bool:
        number = _fnv_1(value) % _MODULUS
        for _ in range(self._functions):
            number = (number * _FACTOR & _WORD) % _MODULUS
            place = number % self._bits
            if not self._map[_HEADER.size + place // 8] & 1 << place % 8:
                return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._map.close()


def is_filter(path: Path) -> bool:
    """Return whether a file opens as such a filter does; no text or spreadsheet does."""
    try:
        with path.open("rb") as file:
            start = file.read(_HEADER.size)
    except OSError:
        return False
    version, _, chance, functions, bits, _ = _header(start)
    return version & 0xFF == _VERSION and 0 < chance < 1 and 0 < functions <= _MOST_FUNCTIONS and bits > 0


def _header(start: bytes | mmap.mmap) -> tuple[int, int, float, int, int, int]:
    if len(start) < _HEADER.size:
        return 0, 0, 0.0, 0, 0, 0
    version, capacity, chance, functions, bits, members = _HEADER.unpack_from(start)
    return version, capacity, chance, functions, bits, members


def _fnv_1(value: bytes) -> int:
    number = _FNV_OFFSET
    for byte in value:
        number = (number * _FNV_PRIME & _WORD) ^ byte
    return number
