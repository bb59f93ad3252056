"""Answers, bodies and history found by any name of their object. Only reads, and knows nothing of quotas."""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain, islice
from typing import Any

from enrich.clock import AHEAD, utc, utc_of_answer
from enrich.model.answer_columns import AnswerColumns
from enrich.model.finding import Finding, Past
from enrich.model.indicator import OF_FILES, Indicator
from enrich.model.packed_fields import PackedFields
from enrich.model.packed_names import DECODE, PackedNames, damaged
from enrich.stores.sql.objects import Mark, StoredObject, mark_of, past_of
from enrich.stores.sql.part import Part
from enrich.stores.sql.records import (
    DAMAGE,
    STATUS_OF,
    Row,
    Shape,
    detail_apart,
    prefixes,
    reading_rows,
    starts,
    stored_values,
)

ASKED_AT_ONCE, NAMES_AT_ONCE = 1 << 17, 20_000
"""Names that are looked for at once, and rows that are read: bounds the memory of a large question."""
COLUMNS = "origin, shape, fetched_at, status, malicious, engines, names, fields"
FINDINGS_BY_NUMBER = f"SELECT finding, {COLUMNS} FROM EACH(?) JOIN findings ON finding = value"  # noqa: S608 - constant
FINDINGS_OF_ORIGIN = (
    "SELECT finding, shape, fetched_at, status, malicious, engines, names, fields"
    " FROM EACH(?) JOIN findings ON finding = value WHERE origin = ?"
)
NUMBERS_BY_START = "SELECT finding FROM EACH(?) JOIN names ON start = value"

Wanted = dict[str, dict[bytes | str, Indicator]]
"""Names that are asked for, by their kind and what a row has of them."""
AskedOf = Callable[[Sequence[Any]], Iterable[Indicator | None]]
"""Finds, to each value of a row's names, the name that was asked for, or None."""
KnownShape = tuple[tuple[str, ...], tuple[str, ...], bool, AskedOf]
"""Kinds of the names, names of the fields, whether a detail stands after these, and who of the names was asked for."""
_SHAPE, _NAMES = 1, 6
"""Places in a row of ``FINDINGS_OF_ORIGIN``."""
Found = tuple[Indicator, int, Finding]
"""A name that was asked for, its object's number and the finding about it."""


class ReadPart(Part):
    """The reading part of ``Store``; what has no ``origin`` runs inside the caller's transaction."""

    def get_many(self, origin: str, indicators: Iterable[Indicator]) -> dict[Indicator, Finding]:
        with self.database.reading():
            return {asked: finding for asked, _, finding in self._found(origin, indicators)}

    def columns_of(self, origin: str, digests: Collection[bytes]) -> list[AnswerColumns]:
        with self.database.reading():
            begins = sorted(set(struct.unpack(f">{len(digests)}i", b"".join([digest[:4] for digest in digests]))))
            rows = list(chain.from_iterable(self.candidates(begins, FINDINGS_OF_ORIGIN, origin)))
        with reading_rows():
            hashes = [DECODE(row[_NAMES]) for row in rows]
            asked = [list(filter(digests.__contains__, names)) for names in hashes]
        met = Counter(chain.from_iterable(asked))
        by_shape: dict[int, list[tuple[Row, bytes, list[bytes]]]] = {}
        for row, own, names in zip(rows, asked, hashes, strict=True):
            if len(own) == 1 and met[own[0]] == 1:
                by_shape.setdefault(row[_SHAPE], []).append((row, own[0], names))
        shapes = {number: self.shapes.shape(number) for number in by_shape}
        return [
            _columns(shape, by_shape[number])
            for number, shape in shapes.items()
            if set(shape.kinds) == {OF_FILES} and not shape.has_detail
        ]

    def names_of_objects(self, indicators: Iterable[Indicator]) -> list[Sequence[Indicator]]:
        asked = set(indicators)
        with self.database.reading():
            bearers = self.bearers(set(starts(prefixes(list(asked)))))
            return [one.names for one in bearers if not asked.isdisjoint(one.names)]

    def bodies(self, origin: str, indicators: Iterable[Indicator]) -> dict[Indicator, bytes]:
        with self.database.reading():
            askers: dict[int, list[Indicator]] = {}
            for asked, number, _ in self._found(origin, indicators):
                askers.setdefault(number, []).append(asked)
            bodies = self.bodies_by_number(askers)
        return {asked: body for number, body in bodies.items() for asked in askers[number]}

    def history(self, origin: str, indicators: Iterable[Indicator]) -> dict[Indicator, list[Past]]:
        with self.database.reading():
            found = list(self._found(origin, indicators))
            marks = self.marks({number for _, number, _ in found})
        return {
            asked: [past_of(mark) for mark in (*sorted({*marks.get(number, ())} - {last}), last)]
            for asked, number, finding in found
            for last in [mark_of(finding)]
        }

    def answered(self, origin: str, since: Mapping[Indicator, float]) -> set[Indicator]:
        """Return which names have an answer of ``since`` (Unix seconds by name) or later. Inside a transaction."""
        latest = utc(self.clock.time() + AHEAD)
        return {
            name
            for name, _, finding in self._found(origin, since)
            if utc(math.floor(since[name])) <= (finding.fetched_at or latest) <= latest
        }

    def bodies_by_number(self, numbers: Iterable[int]) -> dict[int, bytes]:
        sql = "SELECT finding, body FROM EACH(?) JOIN bodies ON finding = value"
        with reading_rows():
            return {number: bytes(body) for number, body in self.database.rows(sql, (sorted(numbers),))}

    def marks(self, numbers: Iterable[int]) -> dict[int, list[Mark]]:
        """Return the replaced answers of findings."""
        sql = "SELECT history.* FROM EACH(?) JOIN history ON finding = value"
        marks: dict[int, list[Mark]] = {}
        for number, at, status, malicious, engines in self.database.rows(sql, (sorted(numbers),)):
            marks.setdefault(number, []).append((at, status, malicious, engines))
        return marks

    def after(self, number: int, limit: int) -> list[StoredObject]:
        """Return the next objects above ``number``, in their order."""
        sql = f"SELECT finding, {COLUMNS} FROM findings WHERE finding > ? ORDER BY finding LIMIT ?"  # noqa: S608 - constant
        return [self._stored(row) for row in self.database.rows(sql, (number, limit))]

    def older(self, than: int, limit: int) -> list[StoredObject]:
        """Objects whose answer was given before ``than``."""
        sql = f"SELECT finding, {COLUMNS} FROM findings WHERE fetched_at < ? LIMIT ?"  # noqa: S608 - constant
        return [self._stored(row) for row in self.database.rows(sql, (than, limit))]

    def bearers(self, begins: Iterable[int]) -> Iterator[StoredObject]:
        """Yield the objects of which a name ``begins`` as one of these ``starts``."""
        for rows in self.candidates(begins, FINDINGS_BY_NUMBER):
            for row in rows:
                yield self._stored(row)

    def _found(self, origin: str, indicators: Iterable[Indicator]) -> Iterator[Found]:
        """Yield the members of ``indicators`` that have an answer, with their objects."""
        rest = iter(indicators)
        while asked := list(dict.fromkeys(islice(rest, ASKED_AT_ONCE))):
            yield from self._found_of(origin, asked)

    def _found_of(self, origin: str, asked: Sequence[Indicator]) -> Iterator[Found]:
        """Yield the same for so many at once. The full names decide, not their starts.

        All findings about one object share its names and fields, which stay packed. ``StoreError`` where a row is
        damaged. One loop, for it runs a hundred thousand times for one question.
        """
        wanted: Wanted = {name.kind: {} for name in asked}
        for name, value in zip(asked, stored_values(asked), strict=True):
            wanted[name.kind][value] = name
        decode, known = DECODE, cache(partial(self._known, wanted))
        for rows in self.candidates(starts(prefixes(asked)), FINDINGS_OF_ORIGIN, origin):
            try:
                for number, shape_number, at, status, malicious, engines, packed, fields in rows:
                    kinds, field_names, has_detail, asked_of = known(shape_number)
                    values = decode(packed)
                    if len(values) != len(kinds):
                        raise damaged()
                    # packed names are a tuple to all who look
                    names, owned = PackedNames(kinds, packed), list(filter(None, asked_of(values)))
                    if not owned:  # it is damaged, or one of its names only begins like one that was asked for
                        names.texts()
                        continue
                    kept = PackedFields(field_names, fields, names)
                    said, detail = detail_apart(kept) if has_detail else (kept, "")
                    facts = STATUS_OF[status], said, detail, utc_of_answer(at), names, malicious, engines
                    for own in owned:
                        yield own, number, Finding(own, origin, *facts)  # type: ignore[arg-type]
            except DAMAGE as error:
                raise damaged() from error

    def _known(self, wanted: Wanted, number: int) -> KnownShape:
        """Return what reading each row of a shape needs of it."""
        shape = self.shapes.shape(number)
        getters = [wanted.get(kind, {}).get for kind in shape.kinds]
        if len(set(shape.kinds)) == 1:  # in C: a file's hashes
            return shape.kinds, shape.fields, shape.has_detail, partial(map, getters[0])
        each: AskedOf = lambda values: [get(value) for get, value in zip(getters, values, strict=True)]  # noqa: E731
        return shape.kinds, shape.fields, shape.has_detail, each

    def candidates(self, begins: Iterable[int], sql: str, *values: str) -> Iterator[Sequence[Row]]:
        """Yield the rows that ``sql`` finds by the numbers of findings of which a name ``begins`` so, page by page.

        First the sorted starts to numbers, then the sorted numbers to rows: each B-tree is walked one way.
        """
        # two questions and not one join: sorted in between, the rows are read in the order in which they lie
        wanted = sorted(begins)
        numbers = sorted({number for (number,) in self.database.rows(NUMBERS_BY_START, (wanted,))}) if wanted else []
        for start in range(0, len(numbers), NAMES_AT_ONCE):
            yield self.database.rows(sql, (numbers[start : start + NAMES_AT_ONCE], *values))

    def _stored(self, row: Row) -> StoredObject:
        number, origin, shape_number, at, status, malicious, engines, packed, fields = row
        shape = self.shapes.shape(shape_number)
        names = PackedNames(shape.kinds, packed)
        aliases = names.plain()
        kept = PackedFields(shape.fields, fields, names)
        with reading_rows():
            said, detail = detail_apart(kept) if shape.has_detail else (kept, "")
            facts = STATUS_OF[status], said, detail, utc_of_answer(at), aliases, malicious, engines
        finding = Finding(aliases[0], origin, *facts)
        return StoredObject(number, finding, list(aliases), stored=frozenset(aliases))


def _columns(shape: Shape, found: Sequence[tuple[Row, bytes, list[bytes]]]) -> AnswerColumns:
    """Return rows of one shape, each with the hash that it was found by, and all of its object's."""
    rows, asked, hashes = zip(*found, strict=True)
    _, _, at, statuses, malicious, engines, names, values = zip(*rows, strict=True)
    with reading_rows():
        own = [STATUS_OF[status] for status in statuses]
    if set(map(len, hashes)) != {len(shape.kinds)}:
        raise damaged()
    return AnswerColumns(shape.kinds, shape.fields, asked, at, own, malicious, engines, names, hashes, values)
