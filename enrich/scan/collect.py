"""The values found while a sheet streams by, and the settling of what only the whole sheet can decide.

Knows decisions, and nothing of rows' texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from operator import gt

from enrich.indicators.hash import KIND as HASH
from enrich.model.sighting import Found
from enrich.scan.columns import Columns
from enrich.scan.hits import Hits
from enrich.scan.other_kinds import Value
from enrich.scan.placement import ColumnCount, Verdict

_ENOUGH = 3
_LONGEST = 400
_MOST_VERDICTS = 60_000


class Ledger:
    """Hits in the making. Verdicts are kept by index; an open one is settled by rewriting its entry in the table."""

    def __init__(self) -> None:
        self.hits = Hits()
        self.table: dict[Verdict, int] = {}
        self.verdicts: list[Verdict] = []
        """Those of the table, by their index."""
        self.placed: dict[bytes, str] = {}
        """Values that some place says to be something else, whatever other places leave open."""

    def add(self, row: int, column: int, value: str, verdict: Verdict, file: int = 0, everywhere: str = "") -> None:
        """One value; ``everywhere`` is what it is said to be wherever it stands, "" where nothing is."""
        if verdict.found is Found.DAMAGED:
            value = value[:_LONGEST]
        raw = self.hits.add(row, column, value, verdict=self.index(verdict), file=file)
        if everywhere:
            self.placed.setdefault(raw, everywhere)

    def add_packed(self, found: Sequence[tuple[int, int, bytes]], verdicts: Sequence[int]) -> None:
        """Digests by row and column, each of its row's own file, whose verdicts have their index already."""
        self.hits.add_packed(found, verdicts)

    def add_others(self, found: Sequence[tuple[int, int, Value]]) -> None:
        """The values of other types than hashes, once the sheet has ended."""
        for row, column, seen in found:
            self.hits.add(row, column, seen.value, verdict=self.index(seen.verdict), file=0)

    def index(self, verdict: Verdict) -> int:
        """The place of a verdict in the table."""
        if len(self.table) > _MOST_VERDICTS:
            verdict = verdict._replace(reason=verdict.reason.split(", by ")[0].split(" (")[0])
        index = self.table.setdefault(verdict, len(self.table))
        if index == len(self.verdicts):
            self.verdicts.append(verdict)
        return index

    @property
    def weak(self) -> frozenset[int]:
        """The verdicts that another place may overrule."""
        return frozenset(index for verdict, index in self.table.items() if verdict.weak)

    def settled(
        self, columns: Columns, *, hashes_asked: bool = True
    ) -> tuple[Hits, tuple[Verdict, ...], tuple[ColumnCount, ...]]:
        """The hits with every verdict final, the table of verdicts, and the counts by column."""
        if any(map(gt, self.hits.rows, islice(self.hits.rows, 1, None))):  # a sheet whose rows stand in disorder
            places = list(zip(self.hits.rows, self.hits.columns, strict=True))
            self.hits = self.hits.taken(sorted(range(len(self.hits)), key=places.__getitem__))
        table = list(self.table) if hashes_asked else self._without_hashes()
        seen = Counter(zip(self.hits.columns, self.hits.verdicts, strict=True))
        doubtful = {index for index, verdict in enumerate(table) if verdict.doubtful}
        if doubtful:
            own = Counter[int]()
            for (column, verdict), count in seen.items():
                own[column] += count if table[verdict].found in (Found.INDICATOR, Found.TRIVIAL) else 0
            firm = {column for column, count in own.items() if count >= _ENOUGH}
            self._drop(doubtful, firm)
            seen = Counter(zip(self.hits.columns, self.hits.verdicts, strict=True))
        final = tuple(verdict._replace(weak=False, doubtful=False) for verdict in table)
        return self.hits, final, _counts(seen, final, columns)

    def _without_hashes(self) -> list[Verdict]:
        """The table where hashes are not looked up: each is kept to be counted, what only looks like one is nothing."""
        table = list(self.table)
        is_hash = [verdict.kind == HASH for verdict in table]
        asked = [verdict.found is Found.INDICATOR for verdict in table]
        hits = self.hits
        self.hits = hits.taken(i for i, index in enumerate(hits.verdicts) if asked[index] or not is_hash[index])
        return [Verdict(Found.NOT_ASKED) if own else verdict for own, verdict in zip(is_hash, table, strict=True)]

    def _drop(self, doubtful: set[int], firm: set[int]) -> None:
        """Leave away the doubtful values that stand in columns that are not of hashes."""
        hits = self.hits
        self.hits = hits.taken(
            i for i in range(len(hits)) if hits.verdicts[i] not in doubtful or hits.columns[i] in firm
        )


def _counts(seen: Mapping[tuple[int, int], int], table: Sequence[Verdict], columns: Columns) -> tuple[ColumnCount, ...]:
    counts: dict[int, ColumnCount] = {}
    for (column, verdict), count in sorted(seen.items()):
        known = columns[column]
        entry = counts.setdefault(column, ColumnCount(column, known.heading, columns.why(column)))
        for name in table[verdict].counted:
            setattr(entry, name, getattr(entry, name) + count)
    return tuple(counts.values())
