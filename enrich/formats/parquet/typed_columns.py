"""Our cells as typed columns of Arrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.row import Added

if TYPE_CHECKING:
    import pyarrow as pa


@runtime_checkable
class CellColumns(Protocol):
    """What ``Addition.cells`` may be able to do besides: the cells of many rows at once, by columns."""

    def between(self, first: int, end: int) -> Callable[[str], pa.Array[Any]]:
        """Return what gives one of our columns of the rows from ``first`` up to ``end``, typed as ``field_of`` says."""
        ...


def field_of(column: Column) -> pa.Field[Any]:
    """Return the field of one of our columns: dates are UTC timestamps."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    kinds = {Type.INTEGER: pa.int64(), Type.DATE: pa.timestamp("ms", tz="UTC"), Type.BOOLEAN: pa.bool_()}
    return pa.field(column.name, kinds.get(column.type, pa.string()))


def arrays_of(rows: Sequence[Added | None], columns: Sequence[Column]) -> Mapping[str, pa.Array[Any]]:
    """Return our cells as typed columns; dates come as Unix seconds."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    distinct = {id(row): row for row in rows}  # one object stands for all rows that hold the same
    places = {key: place for place, key in enumerate(distinct)}
    chosen = pa.array([places[id(row)] for row in rows], pa.int64())
    arrays: dict[str, pa.Array[Any]] = {}
    for place, column in enumerate(columns):
        values = [row.values[place] if row is not None else None for row in distinct.values()]
        arrays[column.name] = array_of(values, column).take(chosen)
    return arrays


def array_of(values: Iterable[Scalar], column: Column) -> pa.Array[Any]:
    """Return cells of one column, typed."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra

    kind, some = field_of(column).type, list(values)
    if column.type is Type.DATE:
        some = [None if value is None or value == "" else int(value) * 1000 for value in some]
    try:
        return pa.array(some, kind)
    except (pa.ArrowException, OverflowError, TypeError, UnicodeEncodeError):
        return pa.array([_storable(value, column.type) for value in some], kind)


def _storable(value: Any, kind: Type) -> Any:
    """Return what a column can hold of a value that is of another type, or comes from a service that is none: no
    number beyond 64 bits, and U+FFFD for half a surrogate pair.
    """
    if value is None or (value == "" and kind in (Type.INTEGER, Type.BOOLEAN)):
        return None
    if kind in (Type.INTEGER, Type.BOOLEAN, Type.DATE):
        return value if -(2**63) <= value < 2**63 else None
    return str(value).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def repeats(values: pa.Array[Any]) -> bool:
    """Return whether half of the values at most differ."""
    import pyarrow.compute as pc  # noqa: PLC0415 - of an extra

    return 2 * int(pc.count_distinct(values).as_py()) <= len(values)
