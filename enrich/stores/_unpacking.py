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

# A frozen dataclass sets its fields one by one through ``object.__setattr__``; a look-up of a million answers feels
# that. The slots' own descriptors do the same in a third of the time.
_INDICATOR, _PROVIDER, _STATUS, _FIELDS, _DETAIL, _FETCHED_AT, _ALIASES, _MALICIOUS, _ENGINES = (
    Finding.__dict__[name].__set__
    for name in (
        "indicator",
        "provider",
        "status",
        "fields",
        "detail",
        "fetched_at",
        "aliases",
        "malicious",
        "engines",
    )
)
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


def names_in(layout: Layout, row: Sequence[Any], asked: Mapping[str, Indicator]) -> tuple[Indicator, ...]:
    """All names of a row's object: those of ``asked`` (by value) themselves, the others made anew."""
    digits = row[NAMES].hex()
    values = iter(load(row[TEXTS]) if layout.texts else ())
    names = []
    for kind, where in layout.slices:
        value = digits[where] if where is not None else str(next(values))
        name = asked.get(value)
        names.append(name if name is not None and name.kind == kind else Indicator(kind, value))
    return tuple(names)


def finding_of(layout: Layout, row: Sequence[Any], asked: Mapping[str, Indicator] | None = None) -> Finding:
    """The finding in a row ``(object, layout, fetched_at, status, malicious, engines, names, texts)``.

    It is about the first of its names that is one of ``asked`` (by value), else about the first.
    """
    asked = asked or {}
    names = names_in(layout, row, asked)
    indicator = next((name for name in names if asked.get(name.value) is name), names[0])
    fields = StoredFields(layout, row)
    finding = Finding.__new__(Finding)
    _INDICATOR(finding, indicator)
    _PROVIDER(finding, layout.provider)
    _STATUS(finding, STATUSES[row[STATUS]])
    _FIELDS(finding, fields)
    _DETAIL(finding, str(fields.pick(("",))[0]) if "" in layout.fields else "")
    _FETCHED_AT(finding, _second(row[FETCHED_AT]))
    _ALIASES(finding, names)
    _MALICIOUS(finding, row[MALICIOUS])
    _ENGINES(finding, row[ENGINES])
    return finding
