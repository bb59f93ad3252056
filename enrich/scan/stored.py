"""A sheet's placement as plain values, so that it can lie in a file until its rows are written. Nothing is scanned."""

from __future__ import annotations

from array import array

from msgspec import Struct, structs

from enrich.scan.placement import Classification, ColumnCount, Placement
from enrich.scan.sheet_values import SheetValues

_ARRAYS = {"rows": "I", "columns": "I", "ends": "Q", "classes": "H"}
_BYTES = ("packed", "files", "data")


class StoredPlacement(Struct, frozen=True):
    """The fields of ``Placement``, by their names; ``values`` by the name of their own."""

    sheet: str
    header_row: int | None
    headings: tuple[str, ...]
    present: dict[str, int]
    width: int
    rows: int
    values: dict[str, bytes]
    table: tuple[Classification, ...]
    columns: tuple[ColumnCount, ...]
    own_heading: int | None
    linked: bytes
    placed: list[tuple[bytes, str]]
    weak: list[int]


def stored(placement: Placement) -> StoredPlacement:
    """Return the placement as plain values."""
    fields = {name: getattr(placement, name) for name in StoredPlacement.__struct_fields__}
    fields["values"] = {name: bytes(getattr(placement.values, name)) for name in (*_ARRAYS, *_BYTES)}
    fields |= {
        "present": dict(placement.present),
        "placed": [*placement.placed.items()],
        "weak": sorted(placement.weak),
    }
    return StoredPlacement(**fields)


def restored(kept: StoredPlacement) -> Placement:
    """Return the placement that was stored."""
    rows, columns, ends, classes = (array(code, kept.values[name]) for name, code in _ARRAYS.items())
    packed, files, data = (bytearray(kept.values[name]) for name in _BYTES)
    values = SheetValues(rows, columns, ends, packed, classes, files, data)
    fields = structs.asdict(kept) | {"values": values, "placed": dict(kept.placed), "weak": frozenset(kept.weak)}
    return Placement(**fields)
