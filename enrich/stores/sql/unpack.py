"""From rows back to findings: answers at once, names and fields when somebody looks. Knows no SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import compress, repeat
from typing import Any, Self, cast

from msgspec import structs

from enrich.model.finding import Finding, Scalar
from enrich.model.indicator import Indicator
from enrich.model.lazy_fields import PackedFields, PackedNames, picked_many
from enrich.stores.sql.pack import RATIO, STATUSES, Layout, damaged, load_many, ratio

Row = Sequence[Any]
"""``(object, layout, fetched_at, status, malicious, engines, names, texts)``"""
OBJECT, LAYOUT, FETCHED_AT, STATUS, MALICIOUS, ENGINES, NAMES, TEXTS = range(8)
"""Places in a row."""

_second = lru_cache(maxsize=1024)(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""Answers come in bursts: many are of one second."""


_STATUSES = dict(enumerate(STATUSES))
"""No number counts from the end here."""


Source = int | tuple[int, str, str] | None
"""Where a field comes from: a place among a row's values; a name's place, with what stands around it; nowhere."""


@lru_cache(maxsize=4096)
def sources(layout: Layout, names: tuple[str, ...]) -> list[Source]:
    """Where the fields ``names`` come from in rows of ``layout``."""
    known: dict[str, Source] = {field: layout.texts + index for index, field in enumerate(layout.fields)}
    known.update((field, (place, before, after)) for field, place, before, after in layout.derived)
    return [known.get(name) for name in names]


class Alike:
    """Rows of one layout, taken apart column by column: each step is taken for all of them at once."""

    __slots__ = ("_digits", "_layout", "_rows", "_values")

    def __init__(self, layout: Layout, rows: Sequence[Row]) -> None:
        self._layout = layout
        self._rows = rows
        self._digits: list[str] | None = None
        self._values: list[tuple[Scalar, ...]] | None = None

    def names(self, place: int) -> Sequence[str]:
        """The objects' names that stand at one place among them."""
        slices = self._layout.slices
        where = slices[place][1]
        if where is None:
            return list(map(str, self._column(sum(other is None for _, other in slices[:place]))))
        if self._digits is None:
            self._digits = _digits(self._rows)
        return [one[where] for one in self._digits]

    def fields(self, names: tuple[str, ...]) -> list[tuple[Scalar, ...]]:
        """For each row the fields called ``names``, None for one that it does not have."""
        if not names:
            return [()] * len(self._rows)
        return list(zip(*map(self._field, sources(self._layout, names)), strict=True))

    def _field(self, source: Source) -> Iterable[Scalar]:
        if source is None:
            return repeat(None, len(self._rows))
        if isinstance(source, int):
            return self._column(source)
        place, before, after = source
        if place == RATIO:
            return [ratio(row[MALICIOUS], row[ENGINES]) for row in self._rows]
        values = self.names(place)
        return [f"{before}{value}{after}" for value in values] if before or after else values

    def _column(self, index: int) -> tuple[Scalar, ...]:
        """The names that are texts come first, then the fields that follow from nothing."""
        if self._values is None:
            size = self._layout.texts + len(self._layout.fields)
            self._values = list(zip(*load_many([row[TEXTS] for row in self._rows], size), strict=True))
        return self._values[index]


def _digits(rows: Sequence[Row]) -> list[str]:
    """The hashes of each row's object, one behind the other, in hex."""
    try:
        return [bytes.hex(row[NAMES]) for row in rows]
    except TypeError as error:  # no bytes
        raise damaged() from error


class StoredFields(PackedFields):
    """The fields of one row."""

    __slots__ = ("layout", "row")

    def __init__(self, layout: Layout, row: Row) -> None:
        self.layout = layout
        self.row = row
        self._known = None

    def _unpack(self) -> dict[str, Scalar]:
        layout = self.layout
        names = tuple(name for name in (*layout.fields, *(field for field, *_ in layout.derived)) if name)
        return dict(zip(names, Alike(layout, [self.row]).fields(names)[0], strict=True))

    @classmethod
    def pick(cls, several: Sequence[Self], names: tuple[str, ...]) -> list[tuple[Scalar, ...]]:
        groups: dict[Layout, list[Row]] = defaultdict(list)
        for one in several:
            groups[one.layout].append(one.row)
        parts = {layout: iter(Alike(layout, rows).fields(names)) for layout, rows in groups.items()}
        if len(parts) == 1:
            return list(*parts.values())
        return [next(parts[one.layout]) for one in several]


class StoredNames(PackedNames):
    """The names of one row's object."""

    __slots__ = ("_layout", "_row")

    def __init__(self, layout: Layout, row: Row) -> None:
        self._layout = layout
        self._row = row
        self._known = None

    def _unpack(self) -> tuple[Indicator, ...]:
        layout, row = self._layout, self._row
        if not layout.texts:
            (digits,) = _digits([row])
            return tuple([Indicator(kind, digits[where]) for kind, where in layout.slices if where is not None])
        alike = Alike(layout, [row])
        return tuple([Indicator(kind, alike.names(place)[0]) for place, (kind, _) in enumerate(layout.slices)])

    def longest(self) -> str:
        where = self._layout.longest
        return _digits([self._row])[0][2 * where.start : 2 * where.stop] if where.stop else super().longest()

    def __len__(self) -> int:
        return len(self._layout.slices)


class Asked:
    """Names of one kind that somebody asked for."""

    def __init__(self, kind: str, names: Mapping[str, Indicator]) -> None:
        """``names`` are by their value."""
        self._kind = kind
        self._names = names
        self._lengths = frozenset(map(len, names))

    def places(self, layout: Layout) -> Iterator[int]:
        """Where among an object's names one of these can stand."""
        for place, (kind, where) in enumerate(layout.slices):
            if kind == self._kind and (where is None or where.stop - where.start in self._lengths):
                yield place

    def among(self, values: Sequence[str]) -> list[Indicator | None]:
        """For each of ``values`` its name, where that was asked for."""
        return list(map(self._names.get, values))


Found = tuple[Sequence[Indicator], Sequence[Row], Sequence[Finding]]
"""Names that were asked for, and for each its object's row and the finding about it."""


def findings_of(layout: Layout, rows: Sequence[Row], asked: Asked) -> Iterator[Found]:
    """What was ``asked`` for and an object in ``rows`` bears, by the place of the name among the object's names."""
    alike = Alike(layout, rows)
    # all findings about an object share these
    fields = [StoredFields(layout, row) for row in rows]
    aliases = _names(layout, rows)
    for place in asked.places(layout):
        hits = asked.among(alike.names(place))
        about, bearers = list(filter(None, hits)), list(compress(rows, hits))
        yield about, bearers, _findings(layout, about, bearers, compress(fields, hits), compress(aliases, hits))


def finding_of(layout: Layout, row: Row) -> Finding:
    """The finding in one row, about its object's first name."""
    names = _names(layout, [row])
    return _findings(layout, [names[0][0]], [row], [StoredFields(layout, row)], names)[0]


def _names(layout: Layout, rows: Sequence[Row]) -> list[tuple[Indicator, ...]]:
    """The names of each row's object: no tuples in truth, but they serve as such."""
    return cast("list[tuple[Indicator, ...]]", [StoredNames(layout, row) for row in rows])


def _findings(
    layout: Layout,
    about: Iterable[Indicator],
    rows: Iterable[Row],
    fields: Iterable[StoredFields],
    aliases: Iterable[tuple[Indicator, ...]],
) -> list[Finding]:
    provider = layout.provider
    try:
        findings = [
            Finding(
                indicator,
                provider,
                _STATUSES[row[STATUS]],
                packed,
                "",
                _second(row[FETCHED_AT]),
                names,
                row[MALICIOUS],
                row[ENGINES],
            )
            for indicator, row, packed, names in zip(about, rows, fields, aliases, strict=True)
        ]
    except (LookupError, TypeError, ValueError, OverflowError, OSError) as error:  # no such status, no such date
        raise damaged() from error
    if "" not in layout.fields:
        return findings
    details = picked_many([finding.fields for finding in findings], ("",))
    return [structs.replace(finding, detail=str(detail)) for finding, (detail,) in zip(findings, details, strict=True)]
