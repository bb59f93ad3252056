"""The values found while a sheet streams by, and the settling of what only the whole sheet can decide.

Knows runs and verdicts, and nothing of rows' texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from operator import gt

from enrich.indicators.hash import digests as hashes
from enrich.indicators.hash.runs import Run
from enrich.model.sighting import Found
from enrich.scan.columns import Columns
from enrich.scan.decide import DOUBTFUL, NAME
from enrich.scan.placement import ColumnCount, Hits, Verdict

_ENOUGH = 3
_LONGEST = 400
_INDICATOR: Verdict = (Found.INDICATOR, "")
_TRIVIAL: Verdict = (Found.TRIVIAL, "")
_TRIVIAL_DIGESTS = frozenset(map(bytes.fromhex, hashes.TRIVIAL))


_MOST_VERDICTS = 60_000


class Ledger:
    """Hits in the making. Verdicts are kept by index; an open one is settled by rewriting its entry in the table."""

    def __init__(self) -> None:
        self.hits = Hits()
        self.table: dict[tuple[Found, str], int] = {_INDICATOR: 0, _TRIVIAL: 1}

    def add_plain(self, row: int, column: int, digest: bytes) -> None:
        """A file's hash, packed, alone in its row."""
        self.hits.add(row, column, digest, packed=True, verdict=int(digest in _TRIVIAL_DIGESTS), file=0)

    def add_plain_rows(self, rows: Sequence[int], found: Mapping[int, Sequence[bytes]]) -> None:
        """In each of ``rows`` one file's hashes, packed and whole: by column, one a row."""
        digests = list(chain.from_iterable(zip(*found.values(), strict=True)))
        verdicts = [int(digest in _TRIVIAL_DIGESTS) for digest in digests]
        self.hits.add_packed([row for row in rows for _ in found], list(found) * len(rows), digests, verdicts)

    def add(self, row: int, column: int, run: Run, reason: str, file: int) -> None:
        """One run; ``reason`` is why it is left out, "" where it is not, or one of the open marks."""
        if run.found is Found.INDICATOR:
            trivial = hashes.trivial(run.value) and not (reason and not reason.startswith(NAME))
            verdict = _TRIVIAL if trivial else (Found.LEFT_OUT, reason) if reason else _INDICATOR
            digest = bytes.fromhex(run.value)
            self.hits.add(row, column, digest, packed=True, verdict=self._index(verdict), file=file)
            return
        doubt = DOUBTFUL if reason == DOUBTFUL else ""
        text = run.value[:_LONGEST].encode("utf-8", "surrogatepass")
        verdict = (run.found, (doubt + run.reason) if run.found is Found.DAMAGED else reason)
        self.hits.add(row, column, text, packed=False, verdict=self._index(verdict), file=0)

    def _index(self, verdict: Verdict) -> int:
        if len(self.table) > _MOST_VERDICTS:
            verdict = (verdict[0], verdict[1].split(" (")[0])
        return self.table.setdefault(verdict, len(self.table))

    def settled(self, columns: Columns) -> tuple[Hits, tuple[Verdict, ...], tuple[ColumnCount, ...]]:
        """The hits with every verdict final, the table of verdicts, and the counts by column."""
        table = list(self.table)
        if any(map(gt, self.hits.rows, islice(self.hits.rows, 1, None))):  # a sheet whose rows stand in disorder
            self._take(sorted(range(len(self.hits)), key=self.hits.rows.__getitem__))
        seen = Counter(zip(self.hits.columns, self.hits.verdicts, strict=True))
        own = Counter[int]()
        weak = 0
        for (column, verdict), count in seen.items():
            if table[verdict][0] in (Found.INDICATOR, Found.TRIVIAL):
                own[column] += count
            weak += count if table[verdict][1].startswith(NAME) else 0
        doubtful = {i for i, (_, reason) in enumerate(table) if reason.startswith(DOUBTFUL)}
        if doubtful:
            firm = {column for column, count in own.items() if count >= _ENOUGH}
            self._drop(doubtful, firm)
            seen = Counter(zip(self.hits.columns, self.hits.verdicts, strict=True))
        final = tuple(_final(verdict, names_count=own.total() < weak) for verdict in table)
        return self.hits, final, _counts(seen, final, columns)

    def _drop(self, doubtful: set[int], firm: set[int]) -> None:
        """Leave away the doubtful values that stand in columns that are not of hashes."""
        hits = self.hits
        self._take(i for i in range(len(hits)) if hits.verdicts[i] not in doubtful or hits.columns[i] in firm)

    def _take(self, indices: Iterable[int]) -> None:
        """Keep the values of these indices, in this order."""
        old, self.hits = self.hits, Hits()
        for index in indices:
            self.hits.add(
                old.rows[index],
                old.columns[index],
                old.raw(index),
                packed=bool(old.packed[index]),
                verdict=old.verdicts[index],
                file=old.files[index],
            )


def _final(verdict: Verdict, *, names_count: bool) -> Verdict:
    found, reason = verdict
    if reason.startswith(NAME):
        return _INDICATOR if names_count else (found, f"{reason[len(NAME) :]}; the sheet has hashes of its own")
    return found, reason.removeprefix(DOUBTFUL)


def _counts(seen: Mapping[tuple[int, int], int], table: Sequence[Verdict], columns: Columns) -> tuple[ColumnCount, ...]:
    counts: dict[int, ColumnCount] = {}
    for (column, verdict), count in sorted(seen.items()):
        known = columns[column]
        entry = counts.setdefault(column, ColumnCount(column, known.heading, columns.why(column)))
        match table[verdict][0]:
            case Found.INDICATOR:
                entry.indicators += count
            case Found.TRIVIAL:
                entry.trivial += count
            case Found.LEFT_OUT:
                entry.left_out += count
            case Found.DAMAGED:
                entry.damaged += count
    return tuple(counts.values())
