"""Hashes of one file that stand below each other, each with its name: ``MD5: ...``, ``SHA-1: ...``, ``SHA-256: ...``.

Only what is certain counts: all three algorithms, one a row, and nothing else that the rows between could be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

from enrich.indicators.hash.digests import ALGORITHMS
from enrich.indicators.hash.labels import heading

SIZE = sum(ALGORITHMS) // 2
"""Bytes of one file's three digests."""
_LENGTHS = {digits // 2 for digits in ALGORITHMS}
_COUNT = len(ALGORITHMS)
_LONGEST = 40
_QUICK = re.compile("md|sha", re.IGNORECASE)


class Blocks:
    """The files that rows one below the other come to; ``linked`` holds their digests, three at a time."""

    def __init__(self) -> None:
        self.linked = bytearray()
        self._last = -1
        self._rows: list[Mapping[int, bytes]] = []

    def see(self, number: int, named: Mapping[int, bytes]) -> None:
        """Take a row's hashes by column, each named by its row, in the order of rows. A row without any ends a
        block.
        """
        if number != self._last + 1:
            self.close()
        self._last = number
        if named:
            self._rows.append(named)
        else:
            self.close()

    def close(self) -> None:
        """End the blocks: the rows so far are all of them."""
        if not self._rows:
            return
        rows, self._rows = self._rows, []
        starts = range(0, len(rows), _COUNT)
        lengths = [{len(value) for value in row.values()} for row in rows]
        # all or nothing: one line too many shifts every file after it
        if len(rows) % _COUNT or any(len(one) > 1 for one in lengths):
            return
        # each three lines must be one md5, one sha1, one sha256, in any order
        if any(set.union(*lengths[start : start + _COUNT]) != _LENGTHS for start in starts):
            return
        for start in starts:
            self._link(rows[start : start + _COUNT])

    def _link(self, rows: Sequence[Mapping[int, bytes]]) -> None:
        for column in rows[0]:
            if all(column in row for row in rows):
                digests = sorted((len(row[column]), row[column]) for row in rows)
                self.linked += b"".join(digest for _, digest in digests)


def files(linked: bytes) -> Iterator[tuple[bytes, ...]]:
    """Yield the digests of one file after the other."""
    for start in range(0, len(linked), SIZE):
        ends = [*accumulate((digits // 2 for digits in sorted(ALGORITHMS)), initial=start)]
        yield tuple(linked[first:last] for first, last in pairwise(ends))


def is_named(texts: Sequence[str], column: int, value: str) -> bool:
    """Return whether the cell, or the row's first, says nothing but which algorithm a hash is of."""
    if len(texts[column]) > _LONGEST + len(value):  # a line of thousands of hashes is not copied for each of them
        return False
    around = texts[column].lower().replace(value, "", 1)
    text = around if any(map(str.isalpha, around)) else texts[0]
    if len(text) > _LONGEST or not _QUICK.search(text):
        return False
    name = heading(text.strip(" \t-*#>"))
    return name.bare and name.algorithm == ALGORITHMS[len(value)]
