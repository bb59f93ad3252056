"""Whether a compound file (the container of old Office files) can be read to an end. Knows nothing of what lies in it.

Its streams are chains of sectors; one that bites its own tail keeps a reader busy, and its memory growing, for ever.
The format: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
"""

from __future__ import annotations

import mmap
import struct
from typing import Final

from enrich.files.opened import Readable

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR: Final = 0xFFFFFFFA
"""Numbers from here on are marks: end of chain, free, part of the tables."""
_IN_HEADER: Final = 109
_ENTRY: Final = 128
_SMALL: Final = 4096
"""A stream of fewer bytes is kept in mini sectors."""


def is_endless(path: Readable) -> bool:
    """Whether some chain has no end, or a stream claims to be larger than the whole file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if len(data) < 512 or data[: len(OLE)] != OLE:
            return False
        return _Container(data).is_endless()


class _Container:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        # a shift that no file has is made one that does no harm: the reader refuses it anyway
        self._sector = 1 << min(struct.unpack_from("<H", data, 30)[0], 20)
        self._directory, self._mini, self._more = (struct.unpack_from("<I", data, place)[0] for place in (48, 60, 68))

    def is_endless(self) -> bool:
        listed = self._tables()
        if listed is None:
            return True
        chains = _Chains([number for sector in listed for number in self._numbers(sector)])
        if chains.loops(self._directory) or chains.loops(self._mini):
            return True
        mini = _Chains([number for sector in chains.followed(self._mini) for number in self._numbers(sector)])
        for kind, start, size in self._streams(chains):
            small = size < _SMALL and kind == 2
            if size > len(self._data) or (mini if small else chains).loops(start):
                return True
        return False

    def _tables(self) -> list[int] | None:
        """The sectors that hold the table of chains; None where their own list has no end."""
        listed = list(struct.unpack_from(f"<{_IN_HEADER}I", self._data, 76))
        met: set[int] = set()
        sector = self._more
        while sector < _LAST_SECTOR and (numbers := self._numbers(sector)):
            if sector in met:
                return None
            met.add(sector)
            *numbers, sector = numbers
            listed += numbers
        return [sector for sector in dict.fromkeys(listed) if sector < _LAST_SECTOR]

    def _streams(self, chains: _Chains) -> list[tuple[int, int, int]]:
        """Type, first sector and size of each entry of the directory."""
        content = b"".join(self._content(sector) for sector in chains.followed(self._directory))
        entries = (content[place : place + _ENTRY] for place in range(0, len(content) - _ENTRY + 1, _ENTRY))
        return [(entry[66], *struct.unpack_from("<II", entry, 116)) for entry in entries if entry[66]]

    def _content(self, sector: int) -> bytes:
        place = (sector + 1) * self._sector
        return self._data[place : place + self._sector]

    def _numbers(self, sector: int) -> list[int]:
        content = self._content(sector)
        return list(struct.unpack_from(f"<{len(content) // 4}I", content))


class _Chains:
    """A table that says of each sector which one comes next."""

    def __init__(self, following: list[int]) -> None:
        self._next = following
        self._ends = bytearray(len(following))
        """Sectors from which the end is known to be reached."""

    def loops(self, start: int) -> bool:
        path: dict[int, None] = {}
        while start < len(self._next) and not self._ends[start]:
            if start in path:
                return True
            path[start] = None
            start = self._next[start]
        for sector in path:
            self._ends[sector] = True
        return False

    def followed(self, start: int) -> list[int]:
        """The sectors of a chain that does not loop."""
        path = []
        while start < len(self._next):
            path.append(start)
            start = self._next[start]
        return path
