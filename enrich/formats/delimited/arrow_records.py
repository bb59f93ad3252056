"""The records of a large delimited file as Arrow's columns: no Python text is made of a field.

Extra ``parquet``; where it is missing, or Arrow does not come to the same, the fields are made in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from enrich.formats.delimited.even_lines import EvenCut
from enrich.formats.delimited.records import Cut
from enrich.formats.shared.arrow_block import ArrowBlock

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 1 << 16
"""Records of a block at most: texts that repeat are looked at once a block."""
NUMBER = r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z?|-?[0-9]{1,19}|)"
"""What a column of numbers and moments in ISO form holds, or nothing."""
_READ_AT_ONCE = 1 << 20
"""Bytes that Arrow cuts at once; a longer record is none for it."""


class ArrowRecords(ArrowBlock):
    """Some records, see ``Block``."""

    def __init__(self, table: pa.Table, first: int) -> None:
        super().__init__(first, table.num_rows, table.num_columns)
        self.table = table
        self._columns = [column.chunk(0) for column in table.columns]
        self._numbers: dict[int, bool] = {}

    def array(self, column: int, start: int = 0, size: int | None = None) -> pa.Array[Any]:
        """See ``ArrowBlock``."""
        return self._columns[column].slice(start, size)

    def holds_numbers(self, column: int) -> bool:
        """See ``Block``: there are no types, but a column that holds nothing else."""
        import pyarrow.compute as pc  # noqa: PLC0415 - of an extra

        if column not in self._numbers:
            found = (
                pc.all(pc.match_substring_regex(self.array(column, 0, size), f"^{NUMBER}$")).as_py()
                for size in (1, self.size)  # mostly the first one tells
            )
            self._numbers[column] = all(found)
        return self._numbers[column]

    def blank(self) -> int | None:
        """Return the place of the first record without any text; None where each has some."""
        import numpy as np  # noqa: PLC0415 - small files are read without
        import pyarrow.compute as pc  # noqa: PLC0415 - of an extra

        if any(map(self.filled, range(self.width))):
            return None
        sizes = sum(pc.binary_length(column).to_numpy() for column in self._columns)
        places = np.flatnonzero(sizes == 0)
        return int(places[0]) if len(places) else None


def block_of(cuts: Sequence[Cut | EvenCut], start: int, size: int, first: int) -> ArrowRecords | None:
    """Return at most ``size`` records from the ``start``-th on, which the first of ``cuts`` holds.

    ``first`` is the number of that record. The block ends before an uneven text, and before a record without any text.
    None where it would begin with one, or Arrow reads other records.
    """
    even, held = list[EvenCut](), 0
    for cut in cuts:
        if held >= start + size or not isinstance(cut, EvenCut) or (even and cut.width != even[0].width):
            break
        even.append(cut)
        held += cut.size
    table = _read(even) if even else None
    if table is None:
        return None
    block = ArrowRecords(table.slice(start, size), first)
    blank = block.blank()
    if blank is None:
        return block
    return ArrowRecords(block.table.slice(0, blank), first) if blank else None


def _read(cuts: Sequence[EvenCut]) -> pa.Table | None:
    """Return the records of even texts of one width; None where Arrow does not take them for as many."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra
    import pyarrow.csv as pc  # noqa: PLC0415

    names = list(map(str, range(cuts[0].width)))
    try:
        table = pc.read_csv(
            pa.BufferReader(b"".join([cut.data for cut in cuts])),
            pc.ReadOptions(use_threads=False, column_names=names, block_size=_READ_AT_ONCE),  # a worker has one core
            pc.ParseOptions(delimiter=cuts[0].delimiter),
            pc.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        ).combine_chunks()
    except pa.ArrowInvalid:  # a record longer than a block, half a surrogate pair
        return None
    return table if table.num_rows == sum(cut.size for cut in cuts) else None


def with_fields(lines: bytes, fields: pa.Array[Any]) -> bytes | None:
    """Return ``lines`` with each one's ``fields`` before its end; None where some get none, or their ends differ.

    No line is empty, and each ends with LF or CRLF.
    """
    import numpy as np  # noqa: PLC0415 - small files are read without
    import pyarrow as pa  # noqa: PLC0415 - of an extra
    import pyarrow.compute as pc  # noqa: PLC0415

    returns = lines.count(b"\r")
    if fields.null_count or returns not in (0, len(fields)):
        return None
    end = b"\r\n" if returns else b"\n"
    ends = np.flatnonzero(np.frombuffer(lines, np.uint8) == end[-1]) - (len(end) - 1)
    # each piece begins with the end of the line before: so the pieces lie in memory as Arrow has texts
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    pieces = pa.BinaryArray.from_buffers(pa.binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(lines)])
    joined = pc.binary_join_element_wise(pieces, fields, b"")
    _, places, data = joined.buffers()
    size = int(np.frombuffer(places, np.int32)[len(ends)])
    return bytes(data.slice(0, size)) + end
