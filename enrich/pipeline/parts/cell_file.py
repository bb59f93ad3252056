"""The cells of every hash as they stand in a row that holds nothing else: made once, for workers that write by columns.

An Arrow file that all workers of a machine map into their memory; extra ``parquet``, and for such parts alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs

from enrich.formats.parquet.typed_columns import array_of, field_of
from enrich.indicators.hash.digests import KIND as HASH
from enrich.model.answer_columns import AnswerColumns
from enrich.model.column import Column
from enrich.model.finding import Finding, Scalar
from enrich.model.indicator import Target
from enrich.model.status import Status
from enrich.pipeline.ask import Resolution
from enrich.pipeline.assemble import make_joiner
from enrich.scan.contents import LONGEST, Bytes, Codes

if TYPE_CHECKING:
    import pyarrow as pa

_KEY = ("digest", "size", "status")
"""Our own columns before those of the cells: the hash with zeros behind it, its bytes, and how it ended."""
_STATUSES = tuple(Status)
_NUMBERS = {status: number for number, status in enumerate(_STATUSES)}


class CellFile:
    """The file while it is written, block by block. Used as a context."""

    def __init__(self, path: Path, columns: Sequence[Column], language: str) -> None:
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        self._columns = columns
        self._language = language
        key = (pa.field("digest", pa.binary(LONGEST)), pa.field("size", pa.uint8()), pa.field("status", pa.uint8()))
        self._schema = pa.schema([*key, *map(field_of, columns)])
        path.unlink(missing_ok=True)  # a worker of an earlier run may have it mapped
        self._file = pa.ipc.new_file(str(path), self._schema)

    def add(self, block: Sequence[Target], said: Resolution) -> None:
        """Keep the cells of every hash of a block."""
        # other kinds' values stand in few rows alone, and their cells are made row by row
        names = [name for target in block for name in (target.ask, *target.others) if name.kind == HASH]
        joiner = make_joiner(said, language=self._language)
        lines = joiner.lines([structs.replace(joiner.answer(name), indicator=name) for name in names])
        columns = list(zip(*(line.values for line in lines), strict=True)) or [()] * len(self._columns)
        self._write([bytes.fromhex(name.value) for name in names], [line.status for line in lines], columns)

    def add_columns(self, said: Resolution, answers: AnswerColumns, findings: Sequence[Finding]) -> None:
        """Keep the cells of stored answers, which are the ``findings``; ``said`` tells whose they are."""
        columns = make_joiner(said, language=self._language).columns_of(findings, answers)
        self._write(answers.asked, answers.statuses, columns)

    def _write(self, digests: Sequence[bytes], statuses: Sequence[Status], columns: Sequence[Sequence[Scalar]]) -> None:
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        padded = pa.py_buffer(b"".join([digest.ljust(LONGEST, b"\0") for digest in digests]))
        key = [
            pa.FixedSizeBinaryArray.from_buffers(pa.binary(LONGEST), len(digests), [None, padded]),
            pa.array(list(map(len, digests)), pa.uint8()),
            pa.array(list(map(_NUMBERS.__getitem__, statuses)), pa.uint8()),
        ]
        cells = map(array_of, columns, self._columns)
        self._file.write_batch(pa.record_batch([*key, *cells], schema=self._schema))

    def close(self) -> None:
        """Nothing follows."""
        self._file.close()


class WrittenCells:
    """The file as it is read."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        self._path = path
        self._more: pa.RecordBatch | None = None
        with closing(pa.memory_map(str(path))) as mapped:
            reader = pa.ipc.open_file(mapped)
            self._schema = reader.schema
            batches = [reader.get_batch(number) for number in range(reader.num_record_batches)]
            digests = [_of(batch, 0, f"V{LONGEST}") for batch in batches]
            self._digests = np.concatenate(digests).view(np.uint64).reshape(-1, LONGEST // 8)
            self._sizes = np.concatenate([_of(batch, 1, "u1") for batch in batches])
            self._statuses = np.concatenate([_of(batch, 2, "u1") for batch in batches])
            del batches, digests  # they keep the file mapped
        # 8 bytes of a digest tell nearly all files apart, and are found at the cost of one number
        self._order = np.argsort(self._digests[:, 0], kind="stable")
        self._keys = self._digests[self._order, 0]

    def places(self, digests: Bytes, sizes: Codes) -> Codes:
        """Return where each hash stands in the file; -1 where it does not."""
        words = digests.view(np.uint64)
        places = np.full(len(words), -1, np.int64)
        left = np.arange(len(words))
        at, order = np.empty(len(words), np.int64), np.argsort(words[:, 0])
        at[order] = np.searchsorted(self._keys, words[order, 0])  # in order: else memory is leapt about in
        while len(left):  # mostly once: few digests begin with the same 8 bytes
            inside = at < len(self._keys)
            left, at = left[inside], at[inside]
            inside = self._keys[at] == words[left, 0]
            left, at = left[inside], at[inside]
            found = self._order[at]
            same = (self._digests[found] == words[left]).all(axis=1) & (self._sizes[found] == sizes[left])
            places[left[same]] = found[same]
            left, at = left[~same], at[~same] + 1
        return places

    def statuses(self, places: Codes, counts: Codes) -> dict[Status, int]:
        """Return how many rows ended how, where so many hold what stands at each of the ``places``."""
        sums = np.bincount(self._statuses[places], weights=counts, minlength=len(_STATUSES))
        return {status: int(count) for status, count in zip(_STATUSES, sums, strict=True) if count}

    def add(self, cells: Mapping[str, pa.Array[Any]]) -> int:
        """Put further cells behind those of the file; returns the place of the first."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        arrays = {name: cells[name].cast(self._schema.field(name).type) for name in self._schema.names[len(_KEY) :]}
        self._more = pa.RecordBatch.from_pydict(arrays)
        return len(self._sizes)

    def column(self, name: str, places: Codes) -> pa.Array[Any]:
        """Return the cells of one column at ``places``, which are in order: the file is read from its beginning to its
        end, and no longer in memory then.
        """
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        index = self._schema.get_field_index(name)
        with closing(pa.memory_map(str(self._path))) as mapped:
            # with the names of fields Arrow would copy all that is read
            reader = pa.ipc.open_file(mapped)
            batches = [reader.get_batch(number) for number in range(reader.num_record_batches)]
            columns = [batch.column(index) for batch in batches] + ([self._more.column(name)] if self._more else [])
            # batch by batch: what is taken over the borders of batches is looked for in all of them, value by value
            starts = np.cumsum([0, *map(len, columns)])
            ends = np.searchsorted(places, starts)
            parts = [
                values.take(pa.array(places[first:last] - start))
                for values, start, first, last in zip(columns, starts, ends, ends[1:], strict=False)
            ]
            del reader, batches, columns  # they keep the file mapped
        return pa.concat_arrays(parts)


def _of(batch: pa.RecordBatch, column: int, kind: str) -> np.ndarray[Any, Any]:
    """Return one of our own columns, which have no gaps, as NumPy has it."""
    values = batch.column(column)
    buffer = values.buffers()[1]
    return (
        np.frombuffer(buffer, kind)[values.offset : values.offset + len(values)] if len(values) else np.empty(0, kind)
    )
