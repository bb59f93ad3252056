"""The cells of every hash as they stand in a row that holds nothing else: made once, for all parts that hold it.

An Arrow file that all workers of a machine map into their memory; extra ``parquet``. Cells are typed columns for parts
that lie by columns, and for text one text in each dialect that the parts have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs

from enrich.formats import CellForm, cell_texts
from enrich.formats.parquet.typed_columns import array_of, field_of
from enrich.indicators.hash.digests import KIND as HASH
from enrich.model.answer_columns import AnswerColumns
from enrich.model.column import Column
from enrich.model.finding import Finding, Scalar
from enrich.model.indicator import Indicator, Target
from enrich.model.status import Status
from enrich.pipeline.ask import Resolution
from enrich.pipeline.assemble import make_joiner
from enrich.scan.contents import LONGEST, Bytes, Codes

if TYPE_CHECKING:
    import pyarrow as pa

_STATUSES = tuple(Status)
_AT_ONCE = 16
"""Batches of the file that are in memory at once; each has the cells of a block of files."""
_NUMBERS = {status: number for number, status in enumerate(_STATUSES)}


class CellFile:
    """The file while it is written, block by block. Used as a context."""

    def __init__(self, path: Path, columns: Sequence[Column], language: str, forms: Iterable[CellForm]) -> None:
        """``forms`` say how the cells are written in the parts."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        self._columns = columns
        self._language = language
        self._files = 0
        """Files so far, by which those with several hashes are numbered."""
        self._forms = [(form, cell_texts(form, columns) if form.dialect else None) for form in forms]
        # the hash with zeros behind it, its bytes, how it ended, and a number that all hashes of a file share where
        # they have one answer; else 0
        key = (pa.binary(LONGEST), pa.uint8(), pa.uint8(), pa.uint32())
        fields = map(pa.field, ("digest", "size", "status", "file"), key)
        cells = (_fields_of(form, columns) for form, _ in self._forms)
        self._schema = pa.schema([*fields, *chain.from_iterable(cells)])
        path.unlink(missing_ok=True)  # a worker of an earlier run may have it mapped
        self._file = pa.ipc.new_file(str(path), self._schema)

    def add(self, block: Sequence[Target], said: Resolution) -> None:
        """Keep the cells of every hash of a block."""
        # other kinds' values stand in few rows alone, and their cells are made row by row
        hashes = [tuple(n for n in target.names if n.kind == HASH) for target in block]
        joiner = make_joiner(said, language=self._language)
        names, files = list[Indicator](), list[int]()
        for of_target, answering in zip(hashes, joiner.answering_names(hashes), strict=True):
            self._files += 1
            names += of_target
            files += [self._files if answering is not None and len(of_target) > 1 else 0] * len(of_target)
        lines = joiner.lines([structs.replace(joiner.answer(name), indicator=name) for name in names])
        columns = list(zip(*(line.values for line in lines), strict=True)) or [()] * len(self._columns)
        self._write([bytes.fromhex(name.value) for name in names], [line.status for line in lines], files, columns)

    def add_columns(self, said: Resolution, answers: AnswerColumns, findings: Sequence[Finding]) -> None:
        """Keep the cells of stored answers, which are the ``findings``; ``said`` tells whose they are."""
        columns = make_joiner(said, language=self._language).columns_of(findings, answers)
        self._write(answers.asked, answers.statuses, [0] * len(findings), columns)

    def _write(
        self,
        digests: Sequence[bytes],
        statuses: Sequence[Status],
        files: Sequence[int],
        columns: Sequence[Sequence[Scalar]],
    ) -> None:
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        padded = pa.py_buffer(b"".join([digest.ljust(LONGEST, b"\0") for digest in digests]))
        key = [
            pa.FixedSizeBinaryArray.from_buffers(pa.binary(LONGEST), len(digests), [None, padded]),
            pa.array(list(map(len, digests)), pa.uint8()),
            pa.array(list(map(_NUMBERS.__getitem__, statuses)), pa.uint8()),
            pa.array(files, pa.uint32()),
        ]
        cells: list[pa.Array[Any]] = []
        for _, texts in self._forms if digests else ():
            cells += [pa.array(texts(columns), pa.binary())] if texts else map(array_of, columns, self._columns)
        if cells:
            self._file.write_batch(pa.record_batch([*key, *cells], schema=self._schema))

    def close(self) -> None:
        self._file.close()


def column_of(form: CellForm) -> str:
    """Return the name of the column that holds the cells as text in one dialect."""
    return f"{form.format} {form.dialect.hex()}"


def has_cells(path: Path, form: CellForm, columns: Sequence[Column]) -> bool:
    """Return whether there is a file that holds cells in this form."""
    if not path.is_file() or find_spec("pyarrow") is None:
        return False
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    with closing(pa.memory_map(str(path))) as mapped:
        schema = pa.ipc.open_file(mapped).schema
    return all(schema.get_field_index(field.name) >= 0 for field in _fields_of(form, columns))


def _fields_of(form: CellForm, columns: Sequence[Column]) -> list[pa.Field[Any]]:
    """Return the fields that hold cells in one form."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    return [pa.field(column_of(form), pa.binary())] if form.dialect else list(map(field_of, columns))


class WrittenCells:
    """The file as it is read for one part: a few batches are in memory at once, however many files the run has."""

    def __init__(self, path: Path, digests: Bytes, sizes: Codes) -> None:
        """Look for the hashes of a part: ``digests`` of so many bytes, zeros behind each."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        self._path = path
        self._more: pa.RecordBatch | None = None
        with closing(pa.memory_map(str(path))) as mapped:
            reader = pa.ipc.open_file(mapped)
            self._schema, count = reader.schema, reader.num_record_batches
        self.places = np.full(len(digests), -1, np.int64)
        """Where each hash stands in the file; -1 where it does not."""
        self.files = np.zeros(len(digests), np.uint32)
        """The number that it shares with the other hashes of its file; 0 where there is none."""
        self.statuses = np.zeros(len(digests), np.uint8)
        """How each ended: an index into ``Status``."""
        self._starts = [0]
        """Where each batch begins, and where the last one ends."""
        words = digests.view(np.uint64)
        # 8 bytes of a digest tell nearly all files apart, and are found at the cost of one number: as numbers in the
        # order of digests, in which the batches mostly come, else memory is leapt about in
        begins = words[:, 0].byteswap()
        order = np.argsort(begins)
        keys = begins[order]
        for batch in self._batches(range(count)):
            theirs = _of(batch, 0, f"V{LONGEST}").view(np.uint64).reshape(-1, LONGEST // 8)
            own_sizes, statuses, files = _of(batch, 1, "u1"), _of(batch, 2, "u1"), _of(batch, 3, "u4")
            begins = theirs[:, 0].byteswap()
            rows, at = np.arange(len(theirs)), np.searchsorted(keys, begins)
            while len(rows):  # mostly twice: few digests begin with the same 8 bytes
                inside = at < len(keys)
                rows, at = rows[inside], at[inside]
                inside = keys[at] == begins[rows]
                rows, at = rows[inside], at[inside]
                own = order[at]
                same = (words[own] == theirs[rows]).all(axis=1) & (sizes[own] == own_sizes[rows])
                self.places[own[same]] = self._starts[-1] + rows[same]
                self.statuses[own[same]] = statuses[rows[same]]
                self.files[own[same]] = files[rows[same]]
                at = at + 1
            self._starts.append(self._starts[-1] + len(theirs))

    def _batches(self, numbers: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Yield the batches with these numbers, each to be let go of before the next one: what was mapped into memory
        counts as the process's own until the file is closed.
        """
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        for start in range(0, len(numbers), _AT_ONCE):
            with closing(pa.memory_map(str(self._path))) as mapped:
                # with the names of fields Arrow would copy all that is read
                reader = pa.ipc.open_file(mapped)
                for number in numbers[start : start + _AT_ONCE]:
                    yield reader.get_batch(number)
                del reader

    def add(self, cells: Mapping[str, pa.Array[Any]]) -> int:
        """Put further cells behind those of the file; returns the place of the first."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        arrays = {name: array.cast(self._schema.field(name).type) for name, array in cells.items()}
        self._more = pa.RecordBatch.from_pydict(arrays)
        return self._starts[-1]

    def column(self, name: str, places: Codes) -> pa.Array[Any]:
        """Return the cells of one column at ``places``, which are in order."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra

        index, starts = self._schema.get_field_index(name), self._starts
        ends = np.searchsorted(places, starts)
        wanted = np.flatnonzero(np.diff(ends)).tolist()
        # batch by batch: what is taken over the borders of batches is looked for in all of them, value by value
        parts = [
            batch.column(index).take(pa.array(places[ends[number] : ends[number + 1]] - starts[number]))
            for number, batch in zip(wanted, self._batches(wanted), strict=True)
        ]
        if self._more is not None:
            parts.append(self._more.column(name).take(pa.array(places[ends[-1] :] - starts[-1])))
        return pa.concat_arrays(parts) if parts else pa.array([], self._schema.field(index).type)


def _of(batch: pa.RecordBatch, column: int, kind: str) -> np.ndarray[Any, Any]:
    """Return one of our own columns, which have no gaps, as NumPy has it."""
    values = batch.column(column)
    buffer = values.buffers()[1]
    return (
        np.frombuffer(buffer, kind)[values.offset : values.offset + len(values)] if len(values) else np.empty(0, kind)
    )
