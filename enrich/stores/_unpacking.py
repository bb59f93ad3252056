"""From rows back to findings: names and answers at once, fields when somebody looks. Knows no SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import compress, repeat
from operator import itemgetter
from typing import Any

from msgspec import structs

from enrich.fields import PackedFields, picked
from enrich.model import Finding, Indicator, Scalar
from enrich.stores._packing import RATIO, STATUSES, Layout, load, ratio

Row = Sequence[Any]
"""``(object, layout, fetched_at, status, malicious, engines, names, texts)``"""
FETCHED_AT, STATUS, MALICIOUS, ENGINES, NAMES, TEXTS = range(2, 8)
"""Places in a row."""

_second = lru_cache(maxsize=1024)(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""Answers come in bursts: many are of one second."""


class StoredFields(PackedFields):
    """The fields of one row."""

    __slots__ = ("_layout", "_row")

    def __init__(self, layout: Layout, row: Row) -> None:
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


_number = itemgetter(0)


def finding_of(layout: Layout, row: Row) -> Finding:
    """The finding in one row, about its object's first name."""
    (names,) = zip(*map(_indicators, layout.slices, _values(layout, [row])), strict=True)
    return _findings(layout, [row], [names[0]], [names])[0]


class Asked:
    """Names of one kind that somebody asked for."""

    def __init__(self, kind: str, names: Mapping[str, Indicator]) -> None:
        """``names`` are by their value."""
        self._kind = kind
        self._names = names
        self._lengths = frozenset(map(len, names))

    def among(self, place: tuple[str, slice | None], values: Sequence[str]) -> list[Indicator | None] | None:
        """Of one column of values each that was asked for; None where none can be."""
        kind, where = place
        if kind != self._kind or (where is not None and where.stop - where.start not in self._lengths):
            return None
        return list(map(self._names.get, values))


Found = tuple[Iterable[Indicator], Iterable[int], Iterable[Finding]]
"""Names that were asked for, and for each its object's number and the finding about it."""


def findings_of(layout: Layout, rows: Sequence[Row], asked: Asked) -> Iterator[Found]:
    """What was ``asked`` for and an object in ``rows`` bears, by the place of the name among the object's names.

    The rows are of one layout: each step is taken for all of them at once. Of the names in ``aliases`` those that were
    asked for are the asker's own.
    """
    columns = _values(layout, rows)
    known = [asked.among(place, values) for place, values in zip(layout.slices, columns, strict=True)]
    names = [
        _indicators(place, values, hits or repeat(None))
        for place, values, hits in zip(layout.slices, columns, known, strict=True)
    ]
    asked_for = [hits for hits in known if hits is not None]
    aliases = list(zip(*names, strict=True))
    findings = _findings(layout, rows, list(map(_first, aliases, *asked_for)), aliases)
    for hits in asked_for:
        mine: Iterable[Finding] = compress(findings, hits)
        if len(asked_for) > 1:
            mine = [
                finding if finding.indicator is name else structs.replace(finding, indicator=name)
                for name, finding in zip(filter(None, hits), mine, strict=True)
            ]
        yield filter(None, hits), compress(map(_number, rows), hits), mine


def _first(names: tuple[Indicator, ...], *hits: Indicator | None) -> Indicator:
    """The first that was asked for, else the object's first name."""
    return next(filter(None, hits), names[0])


def _values(layout: Layout, rows: Sequence[Row]) -> list[list[str]]:
    """The values of the objects' names: for each place among them one column."""
    digits = [row[NAMES].hex() for row in rows]
    texts = iter(zip(*[load(row[TEXTS])[: layout.texts] for row in rows], strict=True)) if layout.texts else iter(())
    return [
        [one[where] for one in digits] if where is not None else list(map(str, next(texts)))
        for _, where in layout.slices
    ]


def _indicators(
    name: tuple[str, slice | None], values: Sequence[str], hits: Iterable[Indicator | None] = repeat(None)
) -> list[Indicator]:
    """One column of names; those that ``hits`` has already are not made again."""
    kind, _ = name
    return [hit or Indicator(kind, value) for value, hit in zip(values, hits, strict=False)]


def _findings(
    layout: Layout, rows: Sequence[Row], about: Sequence[Indicator], aliases: Sequence[tuple[Indicator, ...]]
) -> list[Finding]:
    provider = layout.provider
    findings = [
        Finding(
            indicator,
            provider,
            STATUSES[row[STATUS]],
            StoredFields(layout, row),
            "",
            _second(row[FETCHED_AT]),
            names,
            row[MALICIOUS],
            row[ENGINES],
        )
        for indicator, names, row in zip(about, aliases, rows, strict=True)
    ]
    if "" not in layout.fields:
        return findings
    return [structs.replace(finding, detail=str(picked(finding.fields, ("",))[0])) for finding in findings]
