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
        names = tuple(name for name in keys(self._layout) if name)
        return dict(zip(names, self.pick(names), strict=True))

    def pick(self, names: tuple[str, ...]) -> tuple[Scalar, ...]:
        layout, row = self._layout, self._row
        values = load(row[TEXTS])
        if layout.derived:
            digits = row[NAMES].hex()
            for _, number, before, after in layout.derived:
                if number == RATIO:
                    values.append(ratio(row[MALICIOUS], row[ENGINES]))
                else:
                    place = layout.slices[number][1]
                    name = values[text_number(layout, number)] if place is None else digits[place]
                    values.append(f"{before}{name}{after}")
        values.append(None)
        return picker(layout, names)(values)


@lru_cache(maxsize=4096)
def text_number(layout: Layout, number: int) -> int:
    """The how-manieth of a layout's names that are texts a name is."""
    return sum(where is None for _, where in layout.slices[:number])


def keys(layout: Layout) -> tuple[str, ...]:
    """The fields of a layout's rows as they stand behind the names; the detail is called ``""``."""
    return (*layout.fields, *(field for field, *_ in layout.derived))


@lru_cache(maxsize=4096)
def picker(layout: Layout, names: tuple[str, ...]) -> Callable[[list[Scalar]], tuple[Scalar, ...]]:
    """What takes the fields ``names`` out of a row's values, whose last is None."""
    texts = layout.texts
    places = {name: texts + index for index, name in enumerate(keys(layout))}
    wanted = [places.get(name, -1) for name in names]
    if len(wanted) > 1:
        return itemgetter(*wanted)
    return lambda values: tuple(values[index] for index in wanted)


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
