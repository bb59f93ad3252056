"""Answers, bodies and history found by any name of their object. Only reads, and knows nothing of quotas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter

from enrich.model.finding import Finding, Past
from enrich.model.indicator import Indicator
from enrich.stores.sql.connection import Database
from enrich.stores.sql.identities import Identities, listed
from enrich.stores.sql.layouts import Layouts
from enrich.stores.sql.objects import Held, Mark, mark_of, past_of
from enrich.stores.sql.pack import prefixes
from enrich.stores.sql.unpack import FETCHED_AT, LAYOUT, OBJECT, Asked, Found, Row, finding_of, findings_of

CHUNK = 20_000
"""Rows read at once: bounds the memory of a large question."""
COLUMNS = "layout, fetched_at, status, malicious, engines, names, texts"
BY_OBJECT = f"SELECT object, {COLUMNS} FROM json_each(?) CROSS JOIN objects ON object = value"  # noqa: S608 - constant


_layout = itemgetter(LAYOUT)


class Reading:
    """The reading part of ``Store``; ``marks`` and what gives ``Held`` objects run inside the caller's transaction."""

    def __init__(self, database: Database, layouts: Layouts, identities: Identities) -> None:
        self._database = database
        self._layouts = layouts
        self._identities = identities

    def get_many(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, Finding]:
        with self._database.reading():
            known: dict[Indicator, Finding] = {}
            for names, _, findings in self._found(provider, indicators):
                known.update(zip(names, findings, strict=True))
            return known

    def has_answer(self, provider: str, names: Iterable[Indicator], since: float) -> bool:
        """Whether one of ``names`` has an answer of ``since`` (Unix seconds) or later. Inside a transaction."""
        return any(row[FETCHED_AT] >= int(since) for _, rows, _ in self._found(provider, names) for row in rows)

    def bodies(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, bytes]:
        sql = "SELECT object, body FROM json_each(?) CROSS JOIN bodies ON object = value"
        with self._database.reading():
            askers = self._askers(provider, indicators)
            rows = self._database.rows(sql, (listed(sorted(askers)),))
        return {asked: body for number, body in rows for asked in askers[number]}

    def history(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, list[Past]]:
        with self._database.reading():
            found = [each for part in self._found(provider, indicators) for each in zip(*part, strict=True)]
            marks = self.marks({row[OBJECT] for _, row, _ in found})
        return {
            asked: [
                past_of(mark)
                for mark in (*sorted({*marks.get(row[OBJECT], ())} - {mark_of(finding)}), mark_of(finding))
            ]
            for asked, row, finding in found
        }

    def marks(self, numbers: Iterable[int]) -> dict[int, list[Mark]]:
        """The replaced answers of objects."""
        sql = (
            "SELECT object, fetched_at, status, malicious, engines"
            " FROM json_each(?) CROSS JOIN history ON object = value"
        )
        marks: dict[int, list[Mark]] = {}
        for number, *mark in self._database.rows(sql, (listed(sorted(numbers)),)):
            at, status, malicious, engines = mark
            marks.setdefault(number, []).append((at, status, malicious, engines))
        return marks

    def after(self, number: int, limit: int) -> list[Held]:
        """The next objects above ``number``, in their order."""
        sql = f"SELECT object, {COLUMNS} FROM objects WHERE object > ? ORDER BY object LIMIT ?"  # noqa: S608 - constant
        return [self._held(row) for row in self._database.rows(sql, (number, limit))]

    def _askers(self, provider: str, indicators: Iterable[Indicator]) -> dict[int, list[Indicator]]:
        askers: dict[int, list[Indicator]] = {}
        for names, rows, _ in self._found(provider, indicators):
            for asked, row in zip(names, rows, strict=True):
                askers.setdefault(row[OBJECT], []).append(asked)
        return askers

    def _found(self, provider: str, indicators: Iterable[Indicator]) -> Iterator[Found]:
        """Those of ``indicators`` that have an answer, with their objects. The full names decide, not the prefixes.

        First the sorted prefixes to object numbers, then the sorted numbers to rows: each B-tree is walked one way.
        """
        by_kind: dict[str, dict[str, Indicator]] = {}
        for name in indicators:
            by_kind.setdefault(name.kind, {})[name.value] = name
        for kind, wanted in by_kind.items():
            asked = Asked(kind, wanted)
            for rows in self._candidates(wanted.values()):
                for number, alike in _by_layout(rows).items():
                    layout = self._layouts.layout(number)
                    if layout.provider == provider:
                        yield from findings_of(layout, alike, asked)

    def _candidates(self, names: Iterable[Indicator]) -> Iterator[list[Row]]:
        wanted = prefixes(list(names))
        numbers = self._identities.objects(wanted) if wanted else []
        for start in range(0, len(numbers), CHUNK):
            yield self._database.rows(BY_OBJECT, (listed(numbers[start : start + CHUNK]),))

    def claimants(self, names: Iterable[Indicator]) -> Iterator[Held]:
        """The objects that bear one of ``names`` (and perhaps some whose prefix only looks alike)."""
        for rows in self._candidates(names):
            for row in rows:
                yield self._held(row)

    def older(self, than: int, limit: int) -> list[Held]:
        """Objects whose answer was given before ``than``."""
        sql = f"SELECT object, {COLUMNS} FROM objects WHERE fetched_at < ? LIMIT ?"  # noqa: S608 - constant
        return [self._held(row) for row in self._database.rows(sql, (than, limit))]

    def _held(self, row: Row) -> Held:
        finding = finding_of(self._layouts.layout(row[LAYOUT]), row)
        return Held(row[OBJECT], finding, list(finding.aliases), stored=frozenset(finding.aliases))


def _by_layout(rows: list[Row]) -> dict[int, list[Row]]:
    if len(numbers := set(map(_layout, rows))) == 1:
        return {numbers.pop(): rows}
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[LAYOUT], []).append(row)
    return groups
