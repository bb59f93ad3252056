"""Parquet (extra ``parquet``): read as text, and given back row group by row group, with its schema and our columns.

A lake's tables are larger than the memory: one row group is held at a time, while it is read and while it is written.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from enrich.errors import InputError, OutputError
from enrich.files.opened import Readable
from enrich.formats.parquet.row_groups import HEADER, GroupRows, in_words
from enrich.formats.parquet.splice import SplicedFile
from enrich.formats.parquet.typed_columns import CellColumns, arrays_of, field_of, repeats
from enrich.formats.shared.document import CellForm, Document, ReadOptions, Table
from enrich.model.cell_reference import letters
from enrich.model.column import Column
from enrich.model.page import Page
from enrich.model.row import Added, Addition

if TYPE_CHECKING:
    import pyarrow as pa

READS = (".parquet",)
SUFFIXES = (".parquet",)
ONE_TABLE = True
"""A new file has room for one table alone."""
SIGNATURES = (b"PAR1",)
_SAMPLE = 10_000
"""Rows by which a column is known that repeats its values."""
_MOST_CODED = 64 << 20
"""Bytes of the distinct values of one of our columns before a row group holds each value where it stands."""
_SCHEMA = b"ARROW:schema"
"""Where readers that use Arrow look for the types of the columns."""
EXTRA = "install pyarrow: pip install 'ioc-enrich[parquet]'"


def recognise(head: bytes, name: str) -> int:  # noqa: ARG001 - the first bytes say it all
    return 100 if head.startswith(SIGNATURES) else 0


def read(path: Readable, options: ReadOptions) -> ParquetDocument:
    """Return the file opened. Raises ``InputError`` where it is damaged, or pyarrow is not installed."""
    return ParquetDocument(path, options.limit)


class ParquetDocument(Document):
    """One Parquet file. Row 1 holds the names of its columns."""

    format = "parquet"
    can_give_back = True

    def __init__(self, path: Readable, limit: int) -> None:
        """``limit`` is the most bytes that a row group may unpack to."""
        try:
            import pyarrow.parquet as pq  # noqa: PLC0415 - of an extra
        except ImportError:
            raise InputError(f"{path.name} is a Parquet file, which needs a library", hint=EXTRA) from None
        super().__init__(path)
        self._stream = path.open("rb")
        try:
            with in_words(path):
                self._file = pq.ParquetFile(self._stream)
                self._schema = self._file.schema_arrow
                self._check_size(limit)
        except BaseException:
            self._stream.close()
            raise

    def _check_size(self, limit: int) -> None:
        groups = range(self._file.num_row_groups)
        if any(self._file.metadata.row_group(group).total_byte_size > limit for group in groups):
            raise InputError(f"{self.path.name} unpacks to more than {limit >> 20} MB at once", hint="split it")

    def rows(self, sheet: str) -> GroupRows:  # noqa: ARG002 - there is one table
        """Return the names, then each row."""
        return GroupRows(self._file, self.path)

    def header_row(self, sheet: str) -> int | None:  # noqa: ARG002 - there is one table
        return HEADER

    def cell_form(self) -> CellForm:
        return CellForm(self.format)

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:  # noqa: ARG002 - a table has no pages
        """Return the same rows, row groups and metadata; our columns are typed, dates as UTC timestamps. Theirs are the
        same bytes, and so of the same types and compression.
        """
        addition = additions.get("")
        columns = addition.columns if addition is not None else ()
        cells = addition.cells if addition is not None else _nothing
        schema, order = self._extended(columns)
        ours = {field.name: field.type for field, place in zip(schema, order, strict=True) if place is None}
        number = HEADER + 1
        spliced = SplicedFile(target, self._stream, self.path, order, self._alone(ours))
        for group in range(self._file.num_row_groups):
            end = number + self._file.metadata.row_group(group).num_rows
            if isinstance(cells, CellColumns):
                column_of = cells.between(number, end)
            else:
                column_of = arrays_of([cells(n) for n in range(number, end)], columns).__getitem__
            spliced.add(self._alone({name: column_of(name)}) for name in ours)
            number = end
        spliced.finish(_SCHEMA, base64.b64encode(schema.serialize().to_pybytes()))
        return []

    def _alone(self, columns: Mapping[str, pa.Array[Any] | pa.DataType]) -> BinaryIO:
        """Return a file in memory of one row group with these columns alone, or of these types without rows."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra
        import pyarrow.parquet as pq  # noqa: PLC0415

        arrays = {
            name: pa.array([], values) if isinstance(values, pa.DataType) else values
            for name, values in columns.items()
        }
        stream = pa.BufferOutputStream()
        table = pa.Table.from_pydict(arrays)
        # where most values differ, a writer makes a dictionary of them only to give it up: at a half of all its cost
        repeated = [n for n, a in arrays.items() if pa.types.is_dictionary(a.type) or repeats(a.slice(0, _SAMPLE))]
        with pq.ParquetWriter(
            stream,
            table.schema,
            compression=self._compression(),
            use_dictionary=repeated,
            dictionary_pagesize_limit=_MOST_CODED,
            store_schema=False,
        ) as writer:
            writer.write_table(table, row_group_size=max(table.num_rows, 1))
        return cast("BinaryIO", pa.BufferReader(stream.getvalue()))

    def _extended(self, columns: Iterable[Column]) -> tuple[pa.Schema, list[int | None]]:
        """Return the file's schema with ``columns``, those of an earlier run where they stand; and which column of the
        file each of the new one is, None for one of ours.
        """
        schema, order = self._schema, list[int | None](range(len(self._schema)))
        for column in columns:
            place = schema.get_field_index(column.name)
            field = field_of(column)
            if place < 0:
                schema, order = schema.append(field), [*order, None]
            else:
                schema, order[place] = schema.set(place, field), None
        return schema.with_metadata(self._schema.metadata), order

    def _compression(self) -> str:
        """Return the compression of the first column; writers use one for all."""
        metadata = self._file.metadata
        if not metadata.num_row_groups or not metadata.num_columns:
            return "snappy"
        name = str(metadata.row_group(0).column(0).compression).lower()
        return {"uncompressed": "none"}.get(name, name)

    def close(self) -> None:
        self._file.close()
        self._stream.close()
        super().close()


def create(
    target: BinaryIO,
    tables: Iterable[Table],
    pages: Sequence[Page],  # noqa: ARG001 - a table has no pages
    suffix: str = ".parquet",  # noqa: ARG001 - there is one
) -> list[str]:
    """Write one table of text columns and our typed ones. ``OutputError`` for several: a Parquet file holds one."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - of an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise OutputError("Parquet is written by a library that is not here", hint=EXTRA) from None
    given = iter(tables)
    _, rows, addition = next(given)
    heading: Sequence[str] = ()
    lines: list[Sequence[str]] = []
    added: list[Added | None] = []
    for row in rows:
        if row.number == addition.header_row:
            heading = row.texts
        else:
            lines.append(row.texts)
            added.append(addition.cells(row.number))
    if next(given, None) is not None:
        raise OutputError("a Parquet file holds one table, and the input has several", hint="choose one with --sheet")
    width = max([len(heading), *map(len, lines)])
    ours = {column.name for column in addition.columns}
    names = _distinct([*heading, *[""] * (width - len(heading))])
    places = [place for place, name in enumerate(names) if name not in ours]
    arrays = [pa.array([line[p] if p < len(line) else "" for line in lines], pa.string()) for p in places]
    fields = [pa.field(names[place], pa.string()) for place in places]
    typed = arrays_of(added, addition.columns)
    schema = pa.schema([*fields, *map(field_of, addition.columns)])
    table = pa.Table.from_arrays([*arrays, *(typed[column.name] for column in addition.columns)], schema=schema)
    pq.write_table(table, target, row_group_size=1 << 20)
    return []


def _distinct(names: Sequence[str]) -> list[str]:
    """Return the names, a column's letters where it has none, numbered where one stands twice."""
    taken: dict[str, None] = {}
    for place, name in enumerate(names):
        wished = name or letters(place)
        number, free = 1, wished
        while free in taken:
            number += 1
            free = f"{wished}_{number}"
        taken[free] = None
    return list(taken)


def _nothing(_: int) -> None:
    """No cells for any row."""
