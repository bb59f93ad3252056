"""The rows of a Parquet file as text, row group by row group: made one by one, or looked at column by column.

One row group is held at a time, and of it the columns that somebody asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from enrich.errors import InputError
from enrich.files.opened import Readable
from enrich.formats.shared.arrow_block import ArrowBlock
from enrich.model.row import Row

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

HEADER = 1
"""The row of the column names; the table's own rows follow."""
_MOST_BYTES = 32 << 20
"""Bytes of a block at most, as the file holds them: each text that differs becomes one of ours, of several times that
size.
"""
_FIRST_BATCH, _LAST_BATCH = 1 << 6, 1 << 12
"""Rows that become text at once where each is made: few behind those that were skipped, as more may be; then more."""


class GroupRows:
    """The names, then each row: an iterator that can skip, see ``RowBlocks``."""

    def __init__(self, file: pq.ParquetFile, path: Readable) -> None:
        self._file = file
        self._path = path
        self._names = tuple(file.schema_arrow.names)
        self._next_group = 0
        self._group: _Group | None = None
        self._at = 0
        """The place in the group of the row that comes next."""
        self._number = HEADER
        """Its number."""
        self._batch = _FIRST_BATCH
        self._made: Iterator[Row] = iter((Row(HEADER, self._names),))

    def __iter__(self) -> GroupRows:
        return self

    def __next__(self) -> Row:
        row = next(self._made, None)
        if row is None:
            block = self.ahead(self._batch)
            self._batch = min(2 * self._batch, _LAST_BATCH)
            if block is None:
                raise StopIteration
            with in_words(self._path):
                self._made = block.rows(0, block.size)
            row = next(self._made)
        self._at += self._number > HEADER
        self._number += 1
        return row

    def ahead(self, most: int) -> ColumnBlock | None:
        """See ``RowBlocks``."""
        while self._group is None or self._at >= self._group.size:
            if self._next_group >= self._file.num_row_groups or not self._names:
                return None
            self._group, self._at = _Group(self._file, self._next_group), 0
            self._next_group += 1
        most = min(most, max(1, _MOST_BYTES // self._group.row_bytes))
        stop = min(self._at + most, self._group.size)
        return ColumnBlock(self._group, self._at, stop, max(self._number, HEADER + 1), self._path)

    def skip(self, count: int) -> None:
        """See ``RowBlocks``."""
        self._made, self._batch = iter(()), _FIRST_BATCH
        self._at += count
        self._number += count


class _Group:
    """The columns of one row group, each read when it is asked for."""

    def __init__(self, file: pq.ParquetFile, number: int) -> None:
        self._file = file
        self._number = number
        names = file.schema_arrow.names
        is_flat = len(set(names)) == len(names) == len(file.schema.names)
        around = {name[:at] for name in names for at, sign in enumerate(name) if sign == "."}
        self._by_name = is_flat and around.isdisjoint(names)  # "a" would bring "a.b" as well
        self._columns: dict[int, pa.ChunkedArray[Any]] = {}
        self._head: pa.Table | None = None
        """The first rows of all columns, once somebody asked for some of them."""
        self.width = len(names)
        metadata = file.metadata.row_group(number)
        self.size = metadata.num_rows
        self.row_bytes = max(1, metadata.total_byte_size // max(1, self.size))
        """Of a row on the average: a text that repeats is held once."""

    def type_of(self, index: int) -> pa.DataType:
        """Return the type of one column."""
        return self._file.schema_arrow.field(index).type

    def is_filled(self, index: int) -> bool | None:
        """Return whether by the file's statistics no cell of a column is ""; None where they do not say."""
        if not self._by_name:
            return None
        said = self._file.metadata.row_group(self._number).column(index).statistics
        if said is None or not said.has_null_count or said.null_count:
            return None
        is_text = said.physical_type == "BYTE_ARRAY"
        return (not is_text or (said.has_min_max and bool(said.min))) or None

    def column(self, index: int) -> pa.ChunkedArray[Any]:
        """Return all values of one column."""
        if index not in self._columns:
            wanted = [self._file.schema_arrow.names[index]] if self._by_name else None
            # without threads: a worker has one core, and Arrow would take all
            table = self._file.read_row_group(self._number, columns=wanted, use_threads=False)
            self._columns |= {index: table.column(0)} if self._by_name else dict(enumerate(table.columns))
        return self._columns[index]

    def values(self, index: int, start: int, size: int) -> pa.ChunkedArray[Any]:
        """Return ``size`` values of one column from the ``start``-th on. Of a few at the beginning no more is read: who
        looks at single rows looks at all of their columns.
        """
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        if index in self._columns or start + size > _LAST_BATCH:
            return self.column(index).slice(start, size)
        if self._head is None:
            batches = self._file.iter_batches(_LAST_BATCH, row_groups=[self._number], use_threads=False)
            self._head = pa.Table.from_batches([next(batches)])
        values = self._head.column(index).slice(start, size)
        return values if len(values) == size else self.column(index).slice(start, size)


class ColumnBlock(ArrowBlock):
    """Some rows of a row group."""

    def __init__(self, group: _Group, start: int, stop: int, first: int, path: Readable) -> None:
        """Take the rows of ``group`` from ``start`` up to ``stop``; ``first`` is the first one's number."""
        super().__init__(first, stop - start, group.width)
        self._group = group
        self._start = start
        self._path = path

    def holds_numbers(self, column: int) -> bool:
        """See ``Block``."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        kind = self._group.type_of(column)
        return bool(pa.types.is_integer(kind) or pa.types.is_timestamp(kind) or pa.types.is_date(kind))

    def filled(self, column: int) -> bool:
        """See ``Block``. Mostly the file itself says so, and nothing is read."""
        known = self._group.is_filled(column)
        return super().filled(column) if known is None else known

    def array(self, column: int, start: int = 0, size: int | None = None) -> pa.Array[Any]:
        """See ``ArrowBlock``."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        with in_words(self._path):
            values = self._group.values(column, self._start + start, self.size if size is None else size)
            if values.num_chunks == 1:
                return values.chunk(0)  # to combine one would copy it
            one = values.combine_chunks()
        return pa.concat_arrays(one.chunks) if isinstance(one, pa.ChunkedArray) else one


@contextmanager
def in_words(path: Readable) -> Iterator[None]:
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        text = " ".join(str(error).split())[:200]
        raise InputError(f"{path.name} is a damaged Parquet file ({text})", hint="write or download it again") from None
