"""Answers, bodies and history found by any name of their object. Only reads, and knows nothing of quotas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from enrich.clock import AHEAD
from enrich.model.finding import Finding, Past
from enrich.model.indicator import Indicator
from enrich.model.packed_fields import DECODE
from enrich.stores.sql.objects import Mark, StoredObject, mark_of, past_of
from enrich.stores.sql.part import Part
from enrich.stores.sql.records import (
    DAMAGE,
    ENGINES,
    FETCHED_AT,
    FIELDS,
    FINDING,
    MALICIOUS,
    NAMES,
    ORIGIN,
    SHAPE,
    STATUS,
    STATUS_OF,
    Row,
    damaged,
    names_of_row,
    prefixes,
    second,
    unpack_detail,
)

NAMES_AT_ONCE = 20_000
"""Rows read at once: bounds the memory of a large question."""
COLUMNS = "origin, shape, fetched_at, status, malicious, engines, names, fields"
FINDINGS_BY_NUMBER = f"SELECT finding, {COLUMNS} FROM EACH(?) JOIN findings ON finding = value"  # noqa: S608 - constant
NUMBERS_BY_PREFIX = "SELECT finding FROM EACH(?) JOIN names ON prefix = value"

Found = tuple[Indicator, Row, Finding]
"""A name that was asked for, its object's row and the finding about it."""


class Reading(Part):
    """The reading part of ``Store``; what has no ``origin`` runs inside the caller's transaction."""

    def get_many(self, origin: str, indicators: Iterable[Indicator]) -> dict[Indicator, Finding]:
        with self.database.reading():
            return {asked: finding for asked, _, finding in self._found(origin, indicators)}

    def bodies(self, origin: str, indicators: Iterable[Indicator]) -> dict[Indicator, bytes]:
        with self.database.reading():
            askers: dict[int, list[Indicator]] = {}
            for asked, row, _ in self._found(origin, indicators):
                askers.setdefault(row[FINDING], []).append(asked)
            sql = "SELECT finding, body FROM EACH(?) JOIN bodies ON finding = value"
            rows = self.database.rows(sql, (sorted(askers),))
        return {asked: bytes(body) for number, body in rows for asked in askers[number]}

    def history(self, origin: str, indicators: Iterable[Indicator]) -> dict[Indicator, list[Past]]:
        with self.database.reading():
            found = list(self._found(origin, indicators))
            marks = self.marks({row[FINDING] for _, row, _ in found})
        return {
            asked: [past_of(mark) for mark in (*sorted({*marks.get(row[FINDING], ())} - {last}), last)]
            for asked, row, finding in found
            for last in [mark_of(finding)]
        }

    def answered(self, origin: str, names: Iterable[Indicator], since: float) -> set[Indicator]:
        """Which of ``names`` have an answer of ``since`` (Unix seconds) or later. Inside a transaction."""
        latest = self.clock.time() + AHEAD
        return {name for name, row, _ in self._found(origin, names) if int(since) <= row[FETCHED_AT] <= latest}

    def marks(self, numbers: Iterable[int]) -> dict[int, list[Mark]]:
        """The replaced answers of findings."""
        sql = "SELECT history.* FROM EACH(?) JOIN history ON finding = value"
        marks: dict[int, list[Mark]] = {}
        for number, at, status, malicious, engines in self.database.rows(sql, (sorted(numbers),)):
            marks.setdefault(number, []).append((at, status, malicious, engines))
        return marks

    def after(self, number: int, limit: int) -> list[StoredObject]:
        """The next objects above ``number``, in their order."""
        sql = f"SELECT finding, {COLUMNS} FROM findings WHERE finding > ? ORDER BY finding LIMIT ?"  # noqa: S608 - constant
        return [self._stored(row) for row in self.database.rows(sql, (number, limit))]

    def older(self, than: int, limit: int) -> list[StoredObject]:
        """Objects whose answer was given before ``than``."""
        sql = f"SELECT finding, {COLUMNS} FROM findings WHERE fetched_at < ? LIMIT ?"  # noqa: S608 - constant
        return [self._stored(row) for row in self.database.rows(sql, (than, limit))]

    def bearers(self, names: Iterable[Indicator]) -> Iterator[StoredObject]:
        """The objects that bear one of ``names`` (and perhaps some whose prefix only looks alike)."""
        for rows in self._candidates(names):
            for row in rows:
                yield self._stored(row)

    def _found(self, origin: str, indicators: Iterable[Indicator]) -> Iterator[Found]:
        """Those of ``indicators`` that have an answer, with their objects. The full names decide, not the prefixes.

        All findings about one object share its names and fields. ``StoreError`` where a row is damaged.
        """
        asked = list(indicators)
        wanted = {name.value: name for name in asked}
        if len(wanted) < len(asked):  # one value as two kinds, or twice: seldom
            for kind in {name.kind for name in asked}:
                yield from self._of_kind(origin, {name.value: name for name in asked if name.kind == kind})
        else:
            yield from self._of_kind(origin, wanted)

    def _of_kind(self, origin: str, wanted: Mapping[str, Indicator]) -> Iterator[Found]:
        """``wanted`` by value. One loop and few calls: it runs a hundred thousand times for one question."""
        decode, shape_of = DECODE, self.shapes.shape
        for rows in self._candidates(wanted.values()):
            try:
                for row in rows:
                    if row[ORIGIN] != origin:
                        continue
                    shape = shape_of(row[SHAPE])
                    values = [value.hex() if type(value) is bytes else value for value in decode(row[NAMES])]
                    if len(values) != len(shape.kinds) or not "".join(values):
                        raise damaged()
                    aliases = tuple(map(Indicator, shape.kinds, values))
                    # whoever asked has these names already, and a run may ask a million
                    aliases = tuple([own if (own := wanted.get(name.value)) == name else name for name in aliases])
                    fields, detail = unpack_detail(shape, row[FIELDS])
                    status, at, counts = STATUS_OF[row[STATUS]], second(row[FETCHED_AT]), row[MALICIOUS : ENGINES + 1]
                    for name in aliases:
                        if wanted.get(name.value) is name:
                            yield name, row, Finding(name, origin, status, fields, detail, at, aliases, *counts)
            except DAMAGE as error:
                raise damaged() from error

    def _candidates(self, names: Iterable[Indicator]) -> Iterator[Sequence[Row]]:
        """First the sorted prefixes to numbers, then the sorted numbers to rows: each B-tree is walked one way."""
        wanted = sorted(set(prefixes(list(names))))
        numbers = sorted({number for (number,) in self.database.rows(NUMBERS_BY_PREFIX, (wanted,))}) if wanted else []
        for start in range(0, len(numbers), NAMES_AT_ONCE):
            yield self.database.rows(FINDINGS_BY_NUMBER, (numbers[start : start + NAMES_AT_ONCE],))

    def _stored(self, row: Row) -> StoredObject:
        shape = self.shapes.shape(row[SHAPE])
        aliases = tuple(map(Indicator, shape.kinds, names_of_row(shape, row[NAMES])))
        fields, detail = unpack_detail(shape, row[FIELDS])
        try:
            status, at = STATUS_OF[row[STATUS]], second(row[FETCHED_AT])
        except DAMAGE as error:
            raise damaged() from error
        counts = row[MALICIOUS], row[ENGINES]
        finding = Finding(aliases[0], row[ORIGIN], status, fields, detail, at, aliases, *counts)
        return StoredObject(row[FINDING], finding, list(aliases), stored=frozenset(aliases))
