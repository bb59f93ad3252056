"""A sheet's placement as plain values, so that it can lie in a file until its rows are written. Nothing is scanned."""

from __future__ import annotations

from array import array

from msgspec import Struct

from enrich.scan.hits import Hits
from enrich.scan.placement import Classification, ColumnCount, Placement

_ARRAYS = {"rows": "I", "columns": "I", "ends": "Q", "classes": "H"}
_BYTES = ("packed", "files", "data")


class StoredPlacement(Struct, frozen=True):
    """Everything that ``Placement`` holds; ``hits`` by the name of their field."""

    sheet: str
    header_row: int | None
    headings: tuple[str, ...]
    present: dict[str, int]
    width: int
    rows: int
    hits: dict[str, bytes]
    table: list[Classification]
    columns: list[ColumnCount]
    own_heading: int | None
    linked: bytes
    placed: list[tuple[bytes, str]]
    weak: list[int]


def stored(placement: Placement) -> StoredPlacement:
    """The placement as plain values."""
    hits = {name: getattr(placement.hits, name).tobytes() for name in _ARRAYS}
    hits |= {name: bytes(getattr(placement.hits, name)) for name in _BYTES}
    return StoredPlacement(
        sheet=placement.sheet,
        header_row=placement.header_row,
        headings=placement.headings,
        present=dict(placement.present),
        width=placement.width,
        rows=placement.rows,
        hits=hits,
        table=list(placement.table),
        columns=list(placement.columns),
        own_heading=placement.own_heading,
        linked=placement.linked,
        placed=list(placement.placed.items()),
        weak=sorted(placement.weak),
    )


def restored(kept: StoredPlacement) -> Placement:
    """The placement that was stored."""
    arrays = {name: array(code) for name, code in _ARRAYS.items()}
    for name, values in arrays.items():
        values.frombytes(kept.hits[name])
    packed, files, data = (bytearray(kept.hits[name]) for name in _BYTES)
    rows, columns, ends, classes = arrays.values()
    hits = Hits(rows, columns, ends, packed, classes, files, data)
    return Placement(
        sheet=kept.sheet,
        header_row=kept.header_row,
        headings=kept.headings,
        present=kept.present,
        width=kept.width,
        rows=kept.rows,
        hits=hits,
        table=tuple(kept.table),
        columns=tuple(kept.columns),
        own_heading=kept.own_heading,
        linked=kept.linked,
        placed=dict(kept.placed),
        weak=frozenset(kept.weak),
    )
