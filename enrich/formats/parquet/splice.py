"""A Parquet file with columns of ours beside its own: the bytes of its own are copied as they lie, and never decoded.

So they stay what they were in encoding, compression and statistics, and cost next to nothing. What lies outside of them
is left behind, as the format allows: Bloom filters and page indexes. The numbers are those of the fields in
github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import BinaryIO

from enrich.files.opened import Readable
from enrich.formats.parquet.row_groups import in_words
from enrich.formats.parquet.thrift import BINARY, INT32, INT64, LIST, STRUCT, Struct, read_struct, struct_bytes

_MAGIC = b"PAR1"
_TAIL = 8
"""Bytes behind the metadata: their length, and the magic."""
_FILE_SCHEMA, _FILE_GROUPS, _FILE_KEYS, _FILE_ORDERS = 2, 4, 5, 7
_GROUP_COLUMNS, _GROUP_SIZE, _GROUP_OFFSET, _GROUP_PACKED = 1, 2, 5, 6
_CHUNK_OFFSET, _CHUNK_DATA = 2, 3
_DATA_SIZE, _DATA_PACKED, _DATA_PAGES = 6, 7, (9, 10, 11)
_DATA_BLOOM = (14, 15)
_ELEMENT_CHILDREN = 5
_OLD_HEADER = 100
"""Bytes at most by which an old writer (parquet-mr before 1.2.9) said a column to be shorter than it is."""
_PIECE = 1 << 20


class SplicedFile:
    """The file while it is written: row group by row group, then its end."""

    def __init__(
        self, target: BinaryIO, source: BinaryIO, path: Readable, order: Sequence[int | None], empty: BinaryIO
    ) -> None:
        """``order`` tells of each column of the new file which of the ``source`` at ``path`` it is, None for the next
        one of ours; ``empty`` is a file of all of ours, without rows.
        """
        self._target, self._source, self._path, self._order = target, source, path, order
        with in_words(path):
            self._theirs = _metadata(source)
        self._fields, (_, *ours) = _fields(self._theirs), _fields(_metadata(empty))
        self._ours = ours
        self._leaves = [0, *accumulate(map(_leaves, self._fields[1:]))]
        self._groups: list[Struct] = []
        self._at = target.write(_MAGIC)

    def add(self, ours: Iterator[BinaryIO]) -> None:
        """Write the next row group; ``ours`` yields a file for each of our columns, whose only row group has the same
        rows.
        """
        group: Struct = dict(self._theirs[_FILE_GROUPS][1][1][len(self._groups)])
        theirs = group[_GROUP_COLUMNS][1][1]
        start, chunks = self._at, list[Struct]()
        for place in self._order:
            if place is None:
                column = next(ours)
                (alone,) = _metadata(column)[_FILE_GROUPS][1][1]
                chunks += [self._copied(chunk, column) for chunk in alone[_GROUP_COLUMNS][1][1]]
                del column  # the next one is made beside it else
            else:
                chunks += [
                    self._copied(chunk, self._source) for chunk in theirs[slice(*self._leaves[place : place + 2])]
                ]
        size, packed = (sum(c[_CHUNK_DATA][1][key][1] for c in chunks) for key in (_DATA_SIZE, _DATA_PACKED))
        group |= {
            _GROUP_COLUMNS: (LIST, (STRUCT, chunks)),
            _GROUP_SIZE: (INT64, size),
            _GROUP_OFFSET: (INT64, start),
            _GROUP_PACKED: (INT64, packed),
        }
        self._groups.append(group)

    def _copied(self, chunk: Struct, source: BinaryIO) -> Struct:
        """Copy the pages of one column; returns what is told of them where they lie now."""
        data: Struct = {key: value for key, value in chunk[_CHUNK_DATA][1].items() if key not in _DATA_BLOOM}
        pages = {key: data[key][1] for key in _DATA_PAGES if key in data and data[key][1] > 0}
        start, spare = min(pages.values()), self._spare(source)
        left = data[_DATA_PACKED][1] + spare
        data |= {key: (INT64, place - start + self._at) for key, place in pages.items()}
        source.seek(start)
        while left:
            with in_words(self._path):
                piece = source.read(min(left, _PIECE))
                if not piece and left > spare:
                    raise ValueError("it ends within a column")
            self._at += self._target.write(piece)
            left = left - len(piece) if piece else 0
        return {_CHUNK_OFFSET: (INT64, 0), _CHUNK_DATA: (STRUCT, data)}

    def _spare(self, source: BinaryIO) -> int:
        created_by = self._theirs.get(6, (BINARY, b""))[1]
        return _OLD_HEADER if source is self._source and created_by.startswith(b"parquet-mr version 1.") else 0

    def finish(self, key: bytes, value: bytes) -> None:
        """Write the end of the file, with ``value`` in the place of what stands under ``key``, if something does."""
        metadata: Struct = dict(self._theirs)
        root: Struct = self._fields[0][0] | {_ELEMENT_CHILDREN: (INT32, len(self._order))}
        ours = iter(self._ours)
        elements = [
            element for place in self._order for element in (next(ours) if place is None else self._fields[1 + place])
        ]
        metadata |= {
            _FILE_SCHEMA: (LIST, (STRUCT, [root, *elements])),
            _FILE_GROUPS: (LIST, (STRUCT, self._groups)),
        }
        if _FILE_ORDERS in metadata:
            metadata[_FILE_ORDERS] = (LIST, (STRUCT, list(self._orders(metadata[_FILE_ORDERS][1][1]))))
        if _FILE_KEYS in metadata:
            kept = [
                pair | {2: (BINARY, value)} if pair[1] == (BINARY, key) else pair for pair in metadata[_FILE_KEYS][1][1]
            ]
            metadata[_FILE_KEYS] = (LIST, (STRUCT, kept))
        end = struct_bytes(metadata)
        self._target.write(end + len(end).to_bytes(4, "little") + _MAGIC)

    def _orders(self, theirs: Sequence[Struct]) -> Iterator[Struct]:
        """Yield by which order the least and greatest value of each column is told: ours by that of the type."""
        for place in self._order:
            if place is None:
                yield {1: (STRUCT, {})}
            else:
                yield from theirs[slice(*self._leaves[place : place + 2])]


def _metadata(file: BinaryIO) -> Struct:
    end = file.seek(-_TAIL, 2)
    size = int.from_bytes(file.read(4), "little")
    file.seek(end - size)
    return read_struct(file.read(size))


def _fields(metadata: Struct) -> list[list[Struct]]:
    """Return the root of the schema, and each of its fields with all that is inside of it."""
    elements = metadata[_FILE_SCHEMA][1][1]
    starts, at = [0, 1], 1
    while at < len(elements):
        open_ = 1
        while open_:
            open_ += elements[at].get(_ELEMENT_CHILDREN, (INT32, 0))[1] - 1
            at += 1
        starts.append(at)
    return [elements[start:stop] for start, stop in pairwise(starts)]


def _leaves(field: Sequence[Struct]) -> int:
    """Return how many columns of values a field has."""
    return sum(1 for element in field if not element.get(_ELEMENT_CHILDREN, (INT32, 0))[1])
