"""Answers, bodies and history found by any name of their object. Only reads, and knows nothing of quotas."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from msgspec import structs

from enrich.model import Finding, Indicator, Past
from enrich.stores._database import Database
from enrich.stores._layouts import Layouts
from enrich.stores._objects import Held, Mark, mark_of, past_of
from enrich.stores._packing import prefixes
from enrich.stores._unpacking import finding_of

CHUNK = 20_000
"""Rows read at once: bounds the memory of a large question."""
COLUMNS = "layout, fetched_at, status, malicious, engines, names, texts"
MATCHES = "SELECT DISTINCT object FROM json_each(?) CROSS JOIN identities ON prefix = value"
BY_OBJECT = f"SELECT object, {COLUMNS} FROM json_each(?) CROSS JOIN objects ON object = value"  # noqa: S608 - constant


class Reading:
    def __init__(self, database: Database, layouts: Layouts) -> None:
        self._database = database
        self._layouts = layouts

    def get_many(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, Finding]:
        with self._database.reading(), _uncollected():
            return {asked: finding for asked, _, finding in self._found(provider, indicators)}

    def bodies(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, bytes]:
        sql = "SELECT object, body FROM json_each(?) CROSS JOIN bodies ON object = value"
        with self._database.reading():
            askers = self._askers(provider, indicators)
            rows = self._database.rows(sql, (json.dumps(sorted(askers)),))
        return {asked: body for number, body in rows for asked in askers[number]}

    def history(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, list[Past]]:
        with self._database.reading():
            found = list(self._found(provider, indicators))
            marks = self.marks({number for _, number, _ in found})
        return {
            asked: [past_of(mark) for mark in sorted({*marks.get(number, ()), mark_of(finding)})]
            for asked, number, finding in found
        }

    def marks(self, numbers: Iterable[int]) -> dict[int, list[Mark]]:
        """The replaced answers of objects."""
        sql = (
            "SELECT object, fetched_at, status, malicious, engines"
            " FROM json_each(?) CROSS JOIN history ON object = value"
        )
        marks: dict[int, list[Mark]] = {}
        for number, *mark in self._database.rows(sql, (json.dumps(sorted(numbers)),)):
            at, status, malicious, engines = mark
            marks.setdefault(number, []).append((at, status, malicious, engines))
        return marks

    def after(self, number: int, limit: int) -> list[Held]:
        """The next objects above ``number``, in their order."""
        sql = f"SELECT object, {COLUMNS} FROM objects WHERE object > ? ORDER BY object LIMIT ?"  # noqa: S608 - constant
        return [self._held(row) for row in self._database.rows(sql, (number, limit))]

    def _askers(self, provider: str, indicators: Iterable[Indicator]) -> dict[int, list[Indicator]]:
        askers: dict[int, list[Indicator]] = {}
        for asked, number, _ in self._found(provider, indicators):
            askers.setdefault(number, []).append(asked)
        return askers

    def _found(self, provider: str, indicators: Iterable[Indicator]) -> Iterator[tuple[Indicator, int, Finding]]:
        """Each of ``indicators`` that has an answer, with its object. The full names decide, not the prefixes.

        First the sorted prefixes to object numbers, then the sorted numbers to rows: each B-tree is walked one way.
        """
        by_kind: dict[str, dict[str, Indicator]] = {}
        for name in indicators:
            by_kind.setdefault(name.kind, {})[name.value] = name
        layout_of = self._layouts.layout
        for wanted in by_kind.values():
            for row in chain.from_iterable(self._candidates(wanted.values())):
                layout = layout_of(row[1])
                if layout.provider == provider:
                    finding = finding_of(layout, row, wanted)
                    for name in finding.aliases:
                        if wanted.get(name.value) is name:
                            about = finding if name is finding.indicator else structs.replace(finding, indicator=name)
                            yield name, row[0], about

    def _candidates(self, names: Iterable[Indicator]) -> Iterator[list[tuple[Any, ...]]]:
        wanted = sorted(set(prefixes(list(names))))
        if not wanted:
            return
        numbers = [number for (number,) in self._database.rows(MATCHES, (json.dumps(wanted),))]
        numbers.sort()
        for start in range(0, len(numbers), CHUNK):
            yield self._database.rows(BY_OBJECT, (json.dumps(numbers[start : start + CHUNK]),))

    def claimants(self, names: Iterable[Indicator]) -> Iterator[Held]:
        """The objects that bear one of ``names`` (and perhaps some whose prefix only looks alike)."""
        for rows in self._candidates(names):
            for row in rows:
                yield self._held(row)

    def older(self, than: int, limit: int) -> list[Held]:
        """Objects whose answer was given before ``than``."""
        sql = f"SELECT object, {COLUMNS} FROM objects WHERE fetched_at < ? LIMIT ?"  # noqa: S608 - constant
        return [self._held(row) for row in self._database.rows(sql, (than, limit))]

    def _held(self, row: tuple[Any, ...]) -> Held:
        finding = finding_of(self._layouts.layout(row[1]), row)
        return Held(row[0], finding, list(finding.aliases), stored=frozenset(finding.aliases))


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection while many answers are made: it would walk them again and again, and find nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
