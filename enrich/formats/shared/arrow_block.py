"""Rows that lie in memory as Arrow's columns, looked at without a Python object a cell: extra ``parquet``."""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from enrich.formats.shared.bytes_as_text import bytes_as_text
from enrich.model.row import Row
from enrich.model.row_blocks import ColumnTexts, EvenTexts

if TYPE_CHECKING:
    import pyarrow as pa


class ArrowBlock(ABC):
    """Some rows, see ``Block``. Who reads them says where their columns are, and which hold nothing but numbers."""

    def __init__(self, first: int, size: int, width: int) -> None:
        self.first = first
        self.size = size
        self.width = width

    @abstractmethod
    def array(self, column: int, start: int = 0, size: int | None = None) -> pa.Array[Any]:
        """Return ``size`` values of a column from the ``start``-th on; without a size all that follow."""

    @abstractmethod
    def holds_numbers(self, column: int) -> bool:
        """See ``Block``."""

    def texts(self, column: int, *, longest: int | None = None) -> ColumnTexts:
        """See ``Block``."""
        import pyarrow as pa  # noqa: PLC0415 - of an extra
        import pyarrow.compute as pc  # noqa: PLC0415

        values = self.array(column)
        if longest is not None and _is_text(values.type):
            short = pc.less_equal(pc.utf8_length(values), pa.scalar(longest, pa.int32()))
            values = pc.if_else(short, values, pa.scalar(None, values.type))
        if not pa.types.is_dictionary(values.type):
            values = _encoded(values)
        distinct = texts(values.dictionary)
        codes = values.indices.fill_null(len(distinct)) if values.null_count else values.indices
        return ColumnTexts([*distinct, ""] if values.null_count else distinct, codes.to_numpy().astype("int64"))

    def even(self, column: int) -> EvenTexts | None:
        """See ``Block``. No object is made of a text."""
        import numpy as np  # noqa: PLC0415 - small files are read without
        import pyarrow as pa  # noqa: PLC0415 - of an extra
        import pyarrow.compute as pc  # noqa: PLC0415

        values = self.array(column)
        if not pa.types.is_string(values.type) or values.null_count or not len(values):
            return None
        length, longest = pc.min_max(pc.binary_length(values)).as_py().values()
        if length != longest or not length:
            return None
        coded = values.dictionary_encode()
        (_, _, data), first = coded.dictionary.buffers(), coded.dictionary.offset
        letters = np.frombuffer(data, np.uint8)[first * length : (first + len(coded.dictionary)) * length]
        letters = letters.reshape(-1, length)
        return EvenTexts(letters, coded.indices.to_numpy().astype("int64")) if letters.max() < 1 << 7 else None

    def filled(self, column: int) -> bool:
        """See ``Block``."""
        import pyarrow.compute as pc  # noqa: PLC0415 - of an extra

        values = self.array(column)
        if values.null_count or not len(values):
            return False
        if _is_text(values.type):
            return bool(pc.min(pc.binary_length(values)).as_py())
        return self.holds_numbers(column)

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """See ``Block``."""
        columns = [texts(self.array(column, start, stop - start)) for column in range(self.width)]
        numbers = range(self.first + start, self.first + stop)
        return iter([Row(number, cells) for number, cells in zip(numbers, zip(*columns, strict=True), strict=True)])


def release_memory() -> None:
    """Give the memory back in which Arrow read what nobody looks at any more: it would keep it for the next time."""
    arrow = sys.modules.get("pyarrow")  # to load it would cost more than there is to give back
    if arrow is not None:
        arrow.default_memory_pool().release_unused()


def _is_text(kind: Any) -> bool:
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _encoded(values: pa.Array[Any]) -> pa.DictionaryArray[Any, Any]:
    """Return the values with each distinct one held once; as text, where Arrow cannot compare values of their type."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    try:
        return values.dictionary_encode()
    except pa.ArrowNotImplementedError:  # UUIDs, JSON, lists: which types they are grows with Arrow's versions
        return pa.array(texts(values), pa.string()).dictionary_encode()


def texts(column: pa.Array[Any]) -> list[str]:
    """Return one column's values as text: bytes in hex or as their text, dates in ISO form, nested values as JSON."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz in (None, "UTC"):
        column = _moments(column, kind)
    elif pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_floating(kind):
        column = column.cast(pa.string())
    if _is_text(column.type):
        try:
            return [value or "" for value in column.to_pylist()]
        except UnicodeDecodeError:  # writers may call any bytes text; what cannot be read is kept as in other files
            packed = column.cast(pa.large_binary()).to_pylist()
            return [(value or b"").decode("utf-8", "surrogateescape") for value in packed]
    return ["" if value is None else _text(value) for value in column.to_pylist()]


def _moments(column: pa.Array[Any], kind: Any) -> pa.Array[Any]:
    """Return times in ISO form, made by the column: as Python objects they cost as much as all else that is done to a
    row.
    """
    import pyarrow as pa  # noqa: PLC0415 - of an extra
    import pyarrow.compute as pc  # noqa: PLC0415

    naive = column.view(pa.timestamp(kind.unit))
    with suppress(pa.ArrowInvalid):  # where there are fractions of seconds
        naive = naive.cast(pa.timestamp("s"))
    texts: Any = pc.strftime(naive, format="%Y-%m-%dT%H:%M:%S")
    return pc.binary_join_element_wise(texts, "+00:00", "") if kind.tz else texts


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return bytes_as_text(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_text)
    return str(value.total_seconds()) if isinstance(value, timedelta) else str(value)
