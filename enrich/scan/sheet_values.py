"""The values of one sheet, kept small: some 20 bytes a value beside its digest."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, islice, pairwise
from typing import TypeVar

_SHORTEST_PACKED = 32
_HEX = "0123456789abcdef"

Named = TypeVar("Named")


@dataclass(slots=True)
class SheetValues:
    """Parallel columns, one entry a value, in the order of rows.

    A hash is packed (16, 20 or 32 bytes); any other text is kept as UTF-8, told apart by ``packed``. ``classes``
    are indices into a table of the few distinct classes.
    """

    rows: array[int] = field(default_factory=lambda: array("I"))
    columns: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("Q"))
    packed: bytearray = field(default_factory=bytearray)
    classes: array[int] = field(default_factory=lambda: array("H"))
    files: bytearray = field(default_factory=bytearray)
    data: bytearray = field(default_factory=bytearray)

    def add(self, row: int, column: int, value: str, *, classification: int, file: int) -> bytes:
        """Add one value; return what is kept of it: bytes where it is hex in lower case, else UTF-8."""
        packed, raw = _packed(value)
        self.rows.append(row)
        self.columns.append(column)
        self.data += raw
        self.ends.append(len(self.data))
        self.packed.append(packed)
        self.classes.append(classification)
        self.files.append(min(file, 255))
        return raw

    def add_packed(self, found: Sequence[tuple[int, int, bytes]], classes: Sequence[int]) -> None:
        """Digests more by row and column, none of which shares its row with another file's."""
        rows, columns, digests = zip(*found, strict=True)
        self.rows.extend(rows)
        self.columns.extend(columns)
        self.ends.extend(islice(accumulate(map(len, digests), initial=len(self.data)), 1, None))
        self.data += b"".join(digests)
        self.packed += b"\1" * len(found)
        self.classes.extend(classes)
        self.files += bytes(len(found))

    def add_arrays(self, rows: bytes, columns: bytes, ends: bytes, classes: bytes, data: bytes) -> None:
        """Add digests by their arrays' bytes, none of which shares its row with another file's."""
        count = len(self)
        self.rows.frombytes(rows)
        self.columns.frombytes(columns)
        self.ends.frombytes(ends)
        self.data += data
        self.packed += b"\1" * (len(self) - count)
        self.classes.frombytes(classes)
        self.files += bytes(len(self) - count)

    def add_texts(self, rows: Sequence[int], column: int, values: Sequence[str], *, classification: int) -> None:
        """Texts more, none of them hex, in rows of one column; all are of one class and no file's."""
        raws = [value.encode("utf-8", "surrogatepass") for value in values]
        self.rows.extend(rows)
        self.columns.extend([column] * len(raws))
        self.ends.extend(islice(accumulate(map(len, raws), initial=len(self.data)), 1, None))
        self.data += b"".join(raws)
        self.packed += bytes(len(raws))
        self.classes.extend([classification] * len(raws))
        self.files += bytes(len(raws))

    def extend(self, values: SheetValues) -> None:
        """Append all of ``values``."""
        start = len(self.data)
        self.ends.extend([start + end for end in values.ends])
        for name in ("rows", "columns", "packed", "classes", "files", "data"):
            getattr(self, name).extend(getattr(values, name))

    def selected(self, indices: Iterable[int]) -> SheetValues:
        """Return the values at these indices, in this order."""
        order, values = list(indices), SheetValues()
        kept = list(map(self.raw, order))
        values.data += b"".join(kept)
        values.ends.extend(accumulate(map(len, kept)))
        for name in ("rows", "columns", "packed", "classes", "files"):
            ours = getattr(self, name)
            getattr(values, name).extend([ours[index] for index in order])
        return values

    def between(self, first: int, last: int) -> SheetValues:
        """Return the values in the rows from ``first`` up to ``last``."""
        begin = bisect_left(self.rows, first)
        end = bisect_left(self.rows, last, lo=begin)
        start, stop = (self.ends[index - 1] if index else 0 for index in (begin, end))
        values = SheetValues(data=self.data[start:stop], ends=array("Q", [at - start for at in self.ends[begin:end]]))
        for name in ("rows", "columns", "packed", "classes", "files"):
            setattr(values, name, getattr(self, name)[begin:end])
        return values

    def holders(self, objects: Sequence[Named], names: Callable[[Named], Iterable[str]]) -> list[Named]:
        """Return the ``objects`` of whose ``names`` one is a value here."""
        values = set(self.raws()) if objects else ()
        return [one for one in objects if any(_packed(name)[1] in values for name in names(one))]

    def raw(self, index: int) -> bytes:
        return bytes(self.data[self.ends[index - 1] if index else 0 : self.ends[index]])

    def raws(self) -> Iterator[bytes]:
        """Yield all values as they are kept."""
        data = bytes(self.data)
        return (data[start:end] for start, end in pairwise(chain((0,), self.ends)))

    def raws_between(self, first: int, last: int) -> list[bytes]:
        """Return the values from ``first`` up to ``last`` as they are kept."""
        begin = self.ends[first - 1] if first else 0
        data = bytes(self.data[begin : self.ends[last - 1] if last else 0])
        return [data[start - begin : end - begin] for start, end in pairwise(chain((begin,), self.ends[first:last]))]

    def digests(self, first: int, last: int) -> list[str]:
        """Return the values from ``first`` up to ``last``, all of them packed, in hex."""
        return list(map(bytes.hex, self.raws_between(first, last)))

    def value(self, index: int) -> str:
        raw = self.raw(index)
        return raw.hex() if self.packed[index] else raw.decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self.rows)


def _packed(value: str) -> tuple[bool, bytes]:
    """Return whether a value is packed, and what is kept of it."""
    # upper-case hex is kept as text: unpacking would give another text back
    packed = len(value) >= _SHORTEST_PACKED and len(value) % 2 == 0 and not value.strip(_HEX)
    return packed, bytes.fromhex(value) if packed else value.encode("utf-8", "surrogatepass")
