"""From a row back to a finding: its names and answer at once, its fields when somebody looks. Knows no SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from enrich.fields import PackedFields
from enrich.model import Finding, Indicator, Scalar
from enrich.stores._packing import RATIO, STATUSES, Layout, load, ratio

FETCHED_AT, STATUS, MALICIOUS, ENGINES, NAMES, TEXTS = range(2, 8)
"""Places in a row, behind the object's number and its layout's."""

_second = lru_cache(maxsize=1024)(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""Answers come in bursts: many are of one second."""


class StoredFields(PackedFields):
    """The fields of one row."""

    __slots__ = ("_layout", "_row")

    def __init__(self, layout: Layout, row: Sequence[Any]) -> None:
        self._layout = layout
        self._row = row
        self._known = None

    def _unpack(self) -> dict[str, Scalar]:
        layout = self._layout
        names = tuple(name for name in (*layout.fields, *(field for field, *_ in layout.derived)) if name)
        return dict(zip(names, self.pick(names), strict=True))

    def pick(self, names: tuple[str, ...]) -> tuple[Scalar, ...]:
        row = self._row
        derived, taken = plan(self._layout, names)
        values = load(row[TEXTS])
        if derived:
            digits = row[NAMES].hex()
            for before, where, after in derived:
                if isinstance(where, slice):
                    values.append(f"{before}{digits[where]}{after}")
                elif where == RATIO:
                    values.append(ratio(row[MALICIOUS], row[ENGINES]))
                else:
                    values.append(f"{before}{values[where]}{after}")
        values.append(None)
        return taken(values)


Taking = Callable[[list[Scalar]], tuple[Scalar, ...]]
Following = tuple[str, slice | int, str]
"""What stands before and after a name in a field, and where the name is: among the digits, or which of the texts."""


@lru_cache(maxsize=4096)
def plan(layout: Layout, names: tuple[str, ...]) -> tuple[list[Following], Taking]:
    """How the fields ``names`` come out of a row: what is to be put behind its values, and what takes them then.

    The last value is a None for all that the row does not have.
    """
    places = {name: layout.texts + index for index, name in enumerate(layout.fields)}
    derived: list[Following] = []
    for field, number, before, after in layout.derived:
        if field in names:
            places[field] = layout.texts + len(layout.fields) + len(derived)
            where: slice | int | None = RATIO if number == RATIO else layout.slices[number][1]
            if where is None:
                where = sum(other is None for _, other in layout.slices[:number])
            derived.append((before, where, after))
    wanted = [places.get(name, -1) for name in names]
    if len(wanted) > 1:
        return derived, itemgetter(*wanted)
    return derived, lambda values: tuple(values[index] for index in wanted)


def finding_of(layout: Layout, row: Sequence[Any], asked: Mapping[str, Indicator] | None = None) -> Finding:
    """The finding in a row ``(object, layout, fetched_at, status, malicious, engines, names, texts)``.

    ``asked`` are names by their value. Those of them that the object bears are its own names, and the finding is about
    the first of them; else it is about the object's first name.
    """
    asked = asked or {}
    digits = row[NAMES].hex()
    values = iter(load(row[TEXTS]) if layout.texts else ())
    names = []
    indicator = None
    for kind, where in layout.slices:
        value = digits[where] if where is not None else str(next(values))
        name = asked.get(value)
        if name is None or name.kind != kind:
            name = Indicator(kind, value)
        elif indicator is None:
            indicator = name
        names.append(name)
    fields = StoredFields(layout, row)
    return Finding(
        indicator or names[0],
        layout.provider,
        STATUSES[row[STATUS]],
        fields,
        str(fields.pick(("",))[0]) if "" in layout.fields else "",
        _second(row[FETCHED_AT]),
        tuple(names),
        row[MALICIOUS],
        row[ENGINES],
    )
