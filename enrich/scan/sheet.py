"""One sheet, row by row: which cells hold which hashes, which only look so, and which are damaged.

Streams the rows once, with the first few held back until the headings are known. Decisions that only the whole sheet
can make (names that hold a hash, damage in a column without heading) are kept open and settled at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from enrich.indicators.hash.labels import about
from enrich.indicators.hash.runs import SHORTEST, Run, digest, may_hold, runs
from enrich.model.column import Column
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan import fast_path, header_row, previous_run
from enrich.scan.collect import Ledger
from enrich.scan.columns import Columns
from enrich.scan.decide import DOUBTFUL, NAME, is_loose, may_be_asked, verdict
from enrich.scan.neighbours import Titles, beside, objection, says_hash, types
from enrich.scan.placement import Placement
from enrich.scan.same_row import Member, group
from enrich.scan.stacked_rows import Blocks

_EXAMPLE = "an example in a comment"
_IN_URL_HERE = "also in a URL of this row: no file's hash"
_FARTHEST_HEADER = 100_000
_LOOK_AGAIN = 64
"""Rows between two looks at which columns have turned out to be of hashes."""
_SHORTEST_DAMAGED = 6

Hit = tuple[int, Run, str]
"""Column, what stands there, and why it is left out: "" where it is not, or an open mark."""


def scan_sheet(
    sheet: str,
    rows: Iterable[Row],
    *,
    declared_header: int | None = None,
    columns: Sequence[str] = (),
    ours: Sequence[Sequence[Column]] = (),
) -> Placement:
    """Scan one sheet's rows, in order. ``declared_header`` is the row that the file itself calls its header;
    ``columns`` (headings' texts or letters) overrule: every hash-shaped value in them is an indicator, and no other
    column is scanned. ``ours`` are the sets of columns that an earlier run may have appended.
    """
    stream, known = iter(rows), previous_run.names(ours)
    first = _first_rows(stream, declared_header)
    header = declared_header or header_row.find(first, known)
    above = _row(first, header)
    present = previous_run.named(above, first, ours)
    if ours and not present:
        first = previous_run.first_rows(stream, first)
        above = previous_run.heading_row(first, known)
        present = previous_run.named(above, first, ours)
    own_heading = above.number if above is not None and present else None
    if ours and not present and declared_header is None:
        present = previous_run.unheaded(previous_run.by_content(first, ours), _row(first, header))
    if present:
        first = previous_run.without(first, present)
        header = declared_header or header_row.find(first, known)
    row = _row(first, header)
    names = tuple(row.texts) if row is not None else ()
    scanner = _Scanner(header, Columns(names, columns, present, sheet=sheet))
    scanner.look_ahead(first)
    scanner.take_all(chain(first, stream))
    scanner.blocks.close()
    hits, table, counts = scanner.ledger.settled(scanner.columns)
    present = scanner.columns.present
    seen = (sheet, header, names, present, scanner.width, scanner.rows)
    return Placement(*seen, hits, table, counts, own_heading, bytes(scanner.blocks.linked))


def _row(rows: Iterable[Row], number: int | None) -> Row | None:
    return next((row for row in rows if row.number == number), None)


def _first_rows(stream: Iterator[Row], declared_header: int | None) -> list[Row]:
    first = list(islice(stream, header_row.LOOK))
    while declared_header and first and first[-1].number < declared_header < _FARTHEST_HEADER:
        following = next(stream, None)
        if following is None:
            break
        first.append(following)
    return first


class _Scanner:
    def __init__(self, header: int | None, columns: Columns) -> None:
        self.header = header
        self.columns = columns
        of_list = columns.of_list() if columns.chosen is None else None
        self.is_list = of_list is not None
        self.titles = Titles(about(of_list.heading, title=True) if of_list is not None else "")
        if of_list is not None:
            of_list.meaning = replace(of_list.meaning, reason="")
        self.ledger = Ledger()
        self.blocks = Blocks()
        self.rows = self.width = 0
        self._last = self._titled = -1

    def look_ahead(self, rows: Sequence[Row]) -> None:
        """Learn from the first rows, so that damage in a column without heading shows from its first row on."""
        for row in rows:
            self.columns.rows += 1
            for column, text in enumerate(row.texts):
                if digest(text.strip()):
                    self.columns.count(column)
        self.columns.look_again()
        self.columns.rows = 0

    def take_all(self, rows: Iterator[Row]) -> None:
        """The rows, between two looks at the columns in one go."""
        while batch := list(islice(rows, _LOOK_AGAIN - (self.rows + 1) % _LOOK_AGAIN)):
            if not self._alike(batch):
                for row in batch:
                    self.take(row)

    def _alike(self, rows: Sequence[Row]) -> bool:
        """The plainest case: rows that are plain alike."""
        columns, width = self.columns, len(rows[0].texts)
        if (self.rows + 1) % _LOOK_AGAIN == 0:
            columns.rows = self.rows + 1
            columns.look_again()
        found = fast_path.hits(rows, columns, self.titles)
        if found is None:
            return False
        self.titles.clear(len(rows))
        for column in found:
            columns.count(column, len(rows))
        self.ledger.add_plain_rows([row.number for row in rows], found)
        self.rows += len(rows)
        self._last = rows[-1].number
        while width > self.width and not any(row.texts[width - 1] for row in rows):
            width -= 1
        self.width = max(self.width, width)
        return True

    def take(self, row: Row) -> None:
        """One row that holds something."""
        texts, columns = row.texts, self.columns
        after_gap, self._last = row.number != self._last + 1, row.number
        if after_gap:
            self.titles.gap()
        self.rows += 1
        if self.rows % _LOOK_AGAIN == 0:
            columns.rows = self.rows
            columns.look_again()
        if len(texts) > self.width:
            filled = [index for index, text in enumerate(texts) if text]
            self.width = max(self.width, filled[-1] + 1 if filled else 0)
        long = [c for c, text in enumerate(texts) if len(text) >= SHORTEST and may_hold(text)]
        if self._quick(row, long):
            return
        found = self._found(row, long)
        if found:
            self._keep(row, found)
            self.titles.clear()
        elif row.number != self.header:
            self._pass_by(texts, after_gap)

    def _quick(self, row: Row, long: Sequence[int]) -> bool:
        """The plain case, which most rows of most sheets are: a cell is a hash, nothing around it speaks against.

        Speed only: what it takes, the long way would take likewise; whatever is not plain is left to that.
        """
        texts, columns = row.texts, self.columns
        hits: dict[int, bytes] = {}
        for column in long:
            packed = digest(texts[column])
            if packed is None:
                return False
            hits[column] = packed
        if not hits or not columns.plain.issuperset(hits) or not self._nothing_said(texts, hits):
            return False
        if len(hits) > 1 and not (len(set(map(len, hits.values()))) == len(hits) and columns.one_file(hits)):
            return False
        self.titles.clear()
        for column, packed in hits.items():
            columns.count(column)
            self.ledger.add_plain(row.number, column, packed)
        return True

    def _nothing_said(self, texts: Sequence[str], hits: Mapping[int, bytes]) -> bool:
        """Whether no title, comment, neighbour or other cell that ought to be a hash asks for the closer look."""
        columns = self.columns
        if self.titles.speaks or self.titles.opens_comment(texts[0] or texts[min(hits)]):
            return False
        for column in columns.expecting:
            if column < len(texts) and texts[column] and column not in hits:
                return False
        width = len(texts)
        return not any(
            objection(texts[place], columns.type_at(place))
            for place in columns.speaking(hits)
            if 0 <= place < width and texts[place] and place not in hits
        )

    def _found(self, row: Row, long: Sequence[int]) -> list[Hit]:
        """What stands in the row's cells."""
        texts, columns = row.texts, self.columns
        places = list(long)
        if row.number != self.header:
            short = (c for c in columns.expecting if c < len(texts) and len(texts[c]) >= _SHORTEST_DAMAGED)
            places = sorted({*long, *short})
        found = [hit for column in places if columns.scanned(column) for hit in self._in_cell(row, column)]
        if not found and not long and columns.chosen is None and row.number != self.header:
            found = self._meant(row)
        if found and all(reason.startswith(NAME) for *_, reason in found) and says_hash(self.columns, texts):
            found = [(column, run, "" if run.alone else reason) for column, run, reason in found]
        return found if len(found) < 2 else _without_url_twins(found)

    def _in_cell(self, row: Row, column: int) -> list[Hit]:
        texts, seen, columns = row.texts, self.columns[column], self.columns
        header = row.number == self.header
        reason, kind = ("", seen.meaning) if columns.chosen is not None else beside(columns, texts, column)
        kind = kind if kind.hash else self.titles.meant
        expects = not (header or reason or seen.meaning.reason) and (column in columns.expecting or kind.hash)
        found: list[Hit] = []
        for run in runs(texts[column], expects=expects, algorithm=seen.meaning.algorithm or kind.algorithm):
            left_out = self._verdict(row, column, run, reason)
            if run.found is not Found.DAMAGED or (left_out in ("", DOUBTFUL) and not header):
                found.append((column, run, left_out))
        return found

    def _meant(self, row: Row) -> list[Hit]:
        """A row whose type, or the line above, says that a hash follows, and none does: its first other text may be
        a damaged one.
        """
        texts, columns = row.texts, self.columns
        by_title = bool(self.titles.meant.algorithm)
        if not (by_title or says_hash(columns, texts)):
            return []
        apart = () if by_title else types(columns)
        places = (c for c, text in enumerate(texts) if len(text) >= _SHORTEST_DAMAGED and c not in apart)
        return [hit for c in islice(places, 1) if columns.scanned(c) for hit in self._in_cell(row, c)]

    def _verdict(self, row: Row, column: int, run: Run, beside_it: str) -> str:
        seen, titles = self.columns[column], self.titles
        if self.columns.chosen is not None:
            return ""
        by_title = self.is_list or not seen.meaning.hash
        title = titles.above(row.texts, labelled=run.context.labelled) if by_title else ""
        example = _EXAMPLE if titles.example(row.texts) else ""
        return verdict(run, seen, beside=beside_it, title=title, example=example)

    def _keep(self, row: Row, found: Sequence[Hit]) -> None:
        members = [
            Member(run.value, column, self.columns[column].meaning.role, is_loose(run, reason), run.joined)
            for column, run, reason in found
            if may_be_asked(run, reason)
        ]
        files = iter(group(members)) if members else iter(())
        for column, run, reason in found:
            asked = may_be_asked(run, reason)
            self.ledger.add(row.number, column, run, reason, next(files) if asked else 0)
            if asked and run.alone:
                self.columns.count(column)
        sure = {column: run.value for column, run, reason in found if may_be_asked(run, reason) and not reason}
        self.blocks.see(row.number, row.texts, sure if len(sure) == len(found) else {})

    def _pass_by(self, texts: Sequence[str], after_gap: bool) -> None:
        """A row without any value: a title, a comment, the headings of a further table."""
        cells = [text for text in texts if text and not text.isspace()]
        below_gap = after_gap or self._last == self._titled + 1
        if len(cells) == 1:
            self._titled = self._last
            self.titles.example(texts)
            self.titles.pass_by(texts, cells[0], after_gap or self._is_aside(texts.index(cells[0])))
        elif self.columns.chosen is None and self._opens_table(texts, cells, below_gap):
            self.columns.name(texts)

    def _is_aside(self, column: int) -> bool:
        """Whether a cell alone in its row stands in a column that names sections: values stand in others."""
        columns = self.columns
        return columns.named and not self.is_list and not (columns[column].whole or columns[column].meaning.hash)

    def _opens_table(self, texts: Sequence[str], cells: Sequence[str], below_gap: bool) -> bool:
        """Whether a row holds the headings of a further table: below a gap or a title, or where it repeats one of the
        sheet's.
        """
        if not header_row.name_columns(cells):
            return False
        return below_gap or any(
            text and text.strip().casefold() == self.columns[column].heading.casefold()
            for column, text in enumerate(texts)
        )


def _without_url_twins(found: list[Hit]) -> list[Hit]:
    """A value in running text that is part of a URL in the same row is that URL's (a commit, a page), not a file's."""
    in_urls = {run.value for _, run, reason in found if reason and not reason.startswith(NAME)}
    return [
        (column, run, _IN_URL_HERE if loose else reason)
        for column, run, reason in found
        for loose in [not reason and run.value in in_urls and not (run.alone or run.context.labelled)]
    ]
