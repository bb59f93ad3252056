"""One sheet, row by row: which cells hold which hashes, which only look so, and which are damaged.

Streams the rows once, with the first few held back until the headings are known. Decisions that only the whole sheet
can make (names that hold a hash, damage in a column without heading) are kept open and settled at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from enrich.kinds import hash as hashes
from enrich.model import Found, Row
from enrich.scan import headings
from enrich.scan.cells import SHORTEST, Run, runs
from enrich.scan.columns import Columns
from enrich.scan.files import Member, group
from enrich.scan.ledger import DOUBTFUL, NAME, Ledger
from enrich.scan.placement import Placement
from enrich.scan.surroundings import Titles, beside

_EXAMPLE = "an example in a comment"
_IN_IDS = "in a column of ids"
_IN_NAMES = "in a column of names"
_FARTHEST_HEADER = 100_000
_RELEARN = 64
"""Rows between two looks at which columns have turned out to be of hashes."""


def scan_sheet(
    sheet: str, rows: Iterable[Row], *, declared_header: int | None = None, columns: Sequence[str] = ()
) -> Placement:
    """Scan one sheet's rows, in order. ``declared_header`` is the row that the file itself calls its header;
    ``columns`` (headings' texts or letters) overrule: every hash-shaped value in them is an indicator, and no other
    column is scanned.
    """
    stream = iter(rows)
    first = _first_rows(stream, declared_header)
    header = declared_header or headings.find(first)
    names = next((tuple(row.texts) for row in first if row.number == header), ())
    scanner = _Scanner(header, names, columns)
    scanner.learn(first)
    for row in chain(first, stream):
        scanner.take(row)
    return scanner.placement(sheet)


def _first_rows(stream: Iterator[Row], declared_header: int | None) -> list[Row]:
    first = list(islice(stream, headings.LOOK))
    while declared_header and first and first[-1].number < declared_header < _FARTHEST_HEADER:
        following = next(stream, None)
        if following is None:
            break
        first.append(following)
    return first


class _Scanner:
    def __init__(self, header: int | None, names: tuple[str, ...], wanted: Sequence[str]) -> None:
        self.header, self.names = header, names
        self.columns = Columns(names, wanted)
        self.titles = Titles()
        self.ledger = Ledger()
        self.rows = self.width = 0
        self.last = 0
        self.expecting: list[int] = self.columns.expecting

    def learn(self, rows: Sequence[Row]) -> None:
        """Look ahead over the first rows, so that damage in a column without heading shows from its first row on."""
        for row in rows:
            for column, text in enumerate(row.texts):
                if text and row.number != self.header:
                    self._note(column, text.strip())
        self.expecting = self.columns.expecting

    def _note(self, column: int, text: str) -> None:
        seen = self.columns[column]
        seen.filled += 1
        seen.whole += len(text) in hashes.ALGORITHMS and bool(hashes.find(text))

    def take(self, row: Row) -> None:
        """One row that holds something."""
        texts = row.texts
        after_gap, self.last = row.number != self.last + 1, row.number
        self.rows += 1
        if len(texts) > self.width:
            self._widen(texts)
        if self.rows % _RELEARN == 0:
            self.expecting = self.columns.expecting
        long = [column for column, text in enumerate(texts) if len(text) >= SHORTEST]
        found = self._found(row, long)
        if not found:
            if row.number != self.header:
                self._pass_by(texts, after_gap)
            return
        members = [
            Member(run.value, column, self._role(column), not (run.alone or run.context.labelled))
            for column, run, _ in found
            if run.found is Found.INDICATOR
        ]
        files = iter(group(members)) if members else iter(())
        for column, run, reason in found:
            self.ledger.add(row.number, column, run, reason, next(files) if run.found is Found.INDICATOR else 0)

    def _widen(self, texts: Sequence[str]) -> None:
        filled = [index for index, text in enumerate(texts) if text]
        self.width = max(self.width, filled[-1] + 1 if filled else 0)

    def _role(self, column: int) -> str:
        return self.columns[column].meaning.role

    def _found(self, row: Row, long: Sequence[int]) -> list[tuple[int, Run, str]]:
        """The runs of a row with their columns, each with the reason for leaving it out, or how it is open."""
        texts, columns = row.texts, self.columns
        places = long
        short = [c for c in self.expecting if c < len(texts) and 6 <= len(texts[c]) < SHORTEST]
        if short and row.number != self.header:
            places = sorted({*long, *short})
        found: list[tuple[int, Run, str]] = []
        for column in places:
            if not columns.scanned(column):
                continue
            found += self._in_cell(row, column)
        if not found and columns.companions and not long and columns.chosen is None:
            found = self._meant(row)
        return found

    def _in_cell(self, row: Row, column: int) -> list[tuple[int, Run, str]]:
        texts, seen = row.texts, self.columns[column]
        reason, kind = ("", seen.meaning) if self.columns.chosen is not None else beside(self.columns, texts, column)
        header = row.number == self.header
        expects = not header and not reason and not seen.meaning.reason and (column in self.expecting or kind.hash)
        algorithm = seen.meaning.algorithm or kind.algorithm
        found: list[tuple[int, Run, str]] = []
        for run in runs(texts[column], expects, algorithm):
            if run.found is Found.DAMAGED and header:
                continue
            verdict = self._verdict(row, column, run, reason)
            if run.found is not Found.DAMAGED or verdict in ("", DOUBTFUL):
                found.append((column, run, verdict))
        return found

    def _meant(self, row: Row) -> list[tuple[int, Run, str]]:
        """A row whose type says that a hash follows, and none does: a damaged one may stand in it."""
        if row.number == self.header:
            return []
        named = any(
            beside(self.columns, row.texts, column)[1].algorithm
            for column in range(min(2, len(row.texts)))
            if row.texts[column]
        )
        if not named:
            return []
        places = [c for c, text in enumerate(row.texts) if len(text) >= 6 and c not in self.columns.companions]
        return [hit for column in places[:1] for hit in self._in_cell(row, column)]

    def _verdict(self, row: Row, column: int, run: Run, beside_it: str) -> str:
        """Why a run is left out ("" where it is not), or how the whole sheet shall decide."""
        seen, context = self.columns[column], run.context
        if self.columns.chosen is not None:
            return ""
        if run.found is Found.LEFT_OUT:
            return run.reason
        if context.reason and not context.part:
            return context.reason
        if seen.meaning.reason:
            return f"{seen.meaning.reason} (column {seen.heading!r})"
        if beside_it:
            return beside_it
        if self.titles.reason and not (seen.meaning.hash or context.labelled):
            return self.titles.reason
        if self.titles.example(row.texts):
            return _EXAMPLE
        if run.found is Found.DAMAGED:
            return "" if run.sure else DOUBTFUL
        return self._weak(column, run)

    def _weak(self, column: int, run: Run) -> str:
        meaning, context = self.columns[column].meaning, run.context
        if context.part:
            return NAME + context.reason
        if meaning.name and not context.labelled:
            return NAME + _IN_NAMES
        if meaning.id and run.alone:
            return NAME + _IN_IDS
        return ""

    def _pass_by(self, texts: Sequence[str], after_gap: bool) -> None:
        """A row without any value: a title, a comment, the headings of a further table."""
        cells = [text for text in texts if text.strip()]
        if len(cells) == 1:
            self.titles.example(texts)
            self.titles.pass_by(cells[0], after_gap)
        elif after_gap and self.columns.chosen is None and headings.name_columns(cells):
            self.columns.name(texts)
            self.expecting = self.columns.expecting

    def placement(self, sheet: str) -> Placement:
        """What was found, with the open questions settled."""
        hits, table, counts = self.ledger.settled(self.columns)
        return Placement(
            sheet,
            self.header,
            self.names,
            self.columns.present,
            self.width,
            self.rows,
            hits,
            table,
            counts,
        )
