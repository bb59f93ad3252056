"""The pass over a sheet's rows: what stands in their cells, and what the rows around make of it.

Decisions that only the whole sheet can make are kept open in the collector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import chain as chained
from itertools import islice

from enrich.indicators import SILENT, Link, Match, Reading, Says, types
from enrich.indicators.hash import KIND as HASH
from enrich.indicators.hash.digests import ALGORITHMS
from enrich.indicators.hash.labels import NAMES_ALGORITHM
from enrich.indicators.hash.runs import SHA, SHORTEST
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan import grouped_headings, header_row, same_row, stacked_rows
from enrich.scan.chain import Chain, Decision
from enrich.scan.collect import Collector
from enrich.scan.columns import SheetColumns
from enrich.scan.logins import Logins
from enrich.scan.other_kinds import OtherKinds
from enrich.scan.plain_rows import Alike, PlainRow, plain_rows, width_of
from enrich.scan.same_row import CellMatch, file_numbers, uncalculated, with_slipped_aside, without_ids, without_logins
from enrich.scan.stacked_rows import Blocks
from enrich.scan.text_tables import TextTables, placed
from enrich.scan.titles import Sections, Titles, depth_of
from enrich.scan.torn_rows import LOOK_BACK, TornRows

LOOK_AGAIN = 64
"""Rows between two looks at which columns have turned out to be of hashes."""
# "4.4E+31" has 7 characters; shorter ones are words and numbers
_SHORTEST_DAMAGED = 6


class Scanner:
    """Takes a sheet's rows one after the other; ``collector`` holds what was found."""

    def __init__(
        self, header: int | None, columns: SheetColumns, sheet: str, file: str, kinds: Collection[str] = (HASH,)
    ) -> None:
        self.header = header
        self.columns = columns
        of_list = columns.of_list() if columns.chosen is None else None
        columns.is_list = of_list is not None
        title = (of_list.heading if of_list is not None else "", header or 0)
        self.titles, sections = Titles(*title), Sections(*title)
        if of_list is not None:
            of_list.meaning = replace(of_list.meaning, reason="")
        self.chain = Chain(columns, self.titles, sheet=sheet, file=file)
        self.kinds = types()
        others = {name: kind for name, kind in self.kinds.items() if name != HASH}
        self.collector = Collector()
        chain = Chain(columns, sections, sheet=sheet, file=file)
        self.others = OtherKinds(others, kinds, chain, sections, self.collector)
        self.blocks = Blocks()
        self.logins, self._count_plain = Logins(self.collector, (sheet, title[0], file.rpartition(".")[0])), 0
        self.torn, self.tables = TornRows(columns, self.collector), TextTables(columns)
        self.rows, self.width, self._last, self._titled = 0, 0, -1, -1
        self._alike: dict[Hashable, Alike | None] = {}
        """What rows of one shape come to, as long as nothing around them changes; None where they are not plain."""
        self.opened: int | None = None  # the first row within the sheet that names its columns
        self._names: Sequence[str] = ()  # what the last row calls the columns of the rows behind it
        self._passed: Row | None = None  # the last row of several cells without any value

    def take_all(self, first: Sequence[Row], rows: Iterator[Row], take_plain: Callable[[], None]) -> None:
        """Take the ``first`` rows and those behind, of which ``take_plain`` takes some by itself after each batch."""
        stream = chained(first, rows)
        while batch := list(islice(stream, LOOK_AGAIN - (self.rows + 1) % LOOK_AGAIN)):
            start = 0
            while start < len(batch):
                count = self._take_some(batch[start:])
                self._look_at(batch[start : start + count])
                start += count
            self._look_again()
            if self.rows >= len(first):
                take_plain()
        self._look_again()

    def _look_at(self, rows: Sequence[Row]) -> None:
        """Let the other kinds look at rows that were taken, of which the last may name the columns anew."""
        self.others.look(rows[: len(rows) - bool(self._names)], self.header)
        if self._names:
            self.opened = self.opened or rows[-1].number
            self.titles.headings()
            self.columns.name(self._names, self.columns.headings if rows[-1].number - 1 == self.header else ())
            self._alike.clear()
            self.others.look(rows[-1:], rows[-1].number)
            self._names = ()

    def _look_again(self) -> None:
        """Look at what the columns have turned out to be."""
        self.columns.rows = self.rows
        self.columns.look_again()
        self._alike.clear()

    def pass_looks(self) -> None:
        """Note that looks at the columns have gone by, the last of them at most some rows ago."""
        self.columns.rows = self.rows - (self.rows + 1) % LOOK_AGAIN
        self._alike.clear()

    def _take_some(self, rows: Sequence[Row]) -> int:
        """Take rows up to one that changes what the columns mean; returns how many."""
        run: list[tuple[int, list[tuple[int, bytes]], Alike]] = []
        is_quiet, is_taken = self.titles.is_quiet, True
        for count, (row, plain) in enumerate(zip(rows, plain_rows(rows, self.columns), strict=True), 1):
            alike = self._plain(row, plain) if plain.shape and is_quiet else None
            if alike and not (is_taken and self.torn.awaits(row, [c for c, _ in plain.cells], rows[: count - 1])):
                run.append((row.number, plain.cells, alike))
                is_taken = False
                continue
            self._keep_plain(run)
            run, is_taken = [], True
            self._take(row, rows[max(0, count - 1 - LOOK_BACK) : count - 1])
            if self._names:
                self.width = max(self.width, width_of(rows[:count], self.width))
                self.torn.remember(rows[:count])
                return count
            is_quiet = self.titles.is_quiet
        self._keep_plain(run)
        self.width = max(self.width, width_of(rows, self.width))
        self.torn.remember(rows)
        return len(rows)

    def close(self) -> None:
        """End the sheet: no further row follows."""
        self.blocks.close()
        self.torn.close()
        self.others.close()
        if self.columns.chosen is None:
            self.logins.close(self._count_plain)

    def _plain(self, row: Row, plain: PlainRow) -> Alike | None:
        """Return what rows like this one come to, if they are plain; remembered until something around them changes."""
        shape = (plain.shape, plain.neighbours) if plain.neighbours else plain.shape
        if shape not in self._alike:
            self._alike[shape] = self.learn(row, plain)
        return self._alike[shape]

    def learn(self, row: Row, plain: PlainRow) -> Alike | None:
        """Return the classes on the cells of a row, if they are one file's and indicators by what is around."""
        columns, lengths = [column for column, _ in plain.cells], [len(value) for _, value in plain.cells]
        if len(set(lengths)) < len(lengths) or not self.columns.one_file(columns):
            return None
        kind, classes = self.kinds[HASH], []
        self.titles.see(row.texts)
        for column in columns:
            text = row.texts[column]
            if self.torn.asked(row, column) > len(text):
                return None  # it may be a piece of what is asked for
            match = Match(0, len(text), text.lower(), form=ALGORITHMS[len(text)], alone=True)
            decision = self.chain.decide(kind, row, column, match)
            if decision.found is not Found.INDICATOR:
                return None
            classes.append(self.collector.index(decision.classification(kind, match)))
        is_named = bool(plain.neighbours) and all(
            stacked_rows.is_named(row.texts, c, row.texts[c].lower()) for c in columns
        )
        return Alike(classes, is_named)

    def _keep_plain(self, run: Sequence[tuple[int, list[tuple[int, bytes]], Alike]]) -> None:
        """Keep rows that follow each other and are plain: their numbers and their hashes by column."""
        if not run:
            return
        self.pass_plain(len(run), len(run), run[-1][0])
        found = [(number, column, value) for number, cells, _ in run for column, value in cells]
        self.collector.values.add_packed(found, [index for _, _, alike in run for index in alike.classes])
        for number, cells, alike in run:
            if alike.is_named:
                self.blocks.see(number, dict(cells))
        for column, count in Counter([column for _, column, _ in found]).items():
            self.columns.count(column, count)

    def pass_plain(self, rows: int, with_hashes: int, last: int) -> None:
        """Count ``rows`` of which nothing is left to be seen; ``last`` is the number of the last of them."""
        self.titles.clear()
        self.rows += rows
        self._count_plain += with_hashes
        self._last = last

    def _take(self, row: Row, before: Sequence[Row]) -> None:
        """Take one row that holds something, cell by cell; ``before`` are the rows right above it."""
        texts = row.texts
        after_gap, self._last = row.number != self._last + 1, row.number
        if after_gap:
            self.titles.gap()
        self.rows += 1
        long = [c for c, text in enumerate(texts) if len(text) >= SHORTEST and self.kinds[HASH].may_hold(text)]
        self.titles.see(texts)
        self.tables.see(row)
        found = self._found(row, long)
        if found:
            self._keep(row, found)
            self.titles.clear()
            self.titles.outline.leave(depth_of(texts))
        elif self.tables.is_rule:
            self.titles.undo()  # headings of a table in a text are no title
        elif row.number == self.header or self.tables.table:
            self.titles.headings()
        else:
            self._pass_by(row, after_gap)
        self.torn.see(row, before, {hit.column for hit in found})

    def _found(self, row: Row, long: Sequence[int]) -> list[CellMatch]:
        """Return what stands in the row's cells."""
        texts, columns = row.texts, self.columns
        short = (c for c in columns.expecting if c < len(texts) and len(texts[c]) >= _SHORTEST_DAMAGED)
        places = long if row.number == self.header else sorted({*long, *short})
        found = [hit for c in places if columns.scanned(c) for hit in self._in_cell(row, c, texts[c])]
        for column, text in row.attached:
            if columns.scanned(column) and self.kinds[HASH].may_hold(text):
                known = {hit.match.value for hit in found}
                hits = self._in_cell(row, column, text, is_comment=bool(texts[column]))  # else the cell would show it
                found += [hit for hit in hits if hit.match.value not in known]
        found += uncalculated(row, columns, self.kinds[HASH], found)
        if not found and not long and columns.chosen is None and row.number != self.header:
            found = self._meant(row)
        return with_slipped_aside(columns, without_ids(row, columns, without_logins(found))) if found else found

    def _in_cell(self, row: Row, column: int, text: str, *, is_comment: bool = False) -> list[CellMatch]:
        """Return the hashes in one text of a cell, or of what is attached to it."""
        kind, header, found = self.kinds[HASH], row.number == self.header, list[CellMatch]()
        matches = placed(kind.find(text, self._expected(row, column)), self.tables.table, text)
        for match in map(same_row.of_comment, matches) if is_comment else matches:
            decision = self.chain.decide(kind, row, column, match)
            if match.found is Found.DAMAGED:
                if header or decision.found is not Found.INDICATOR:
                    continue
                decision = Decision(Found.DAMAGED, match.reason)
            found.append(CellMatch(column, kind, match, decision))
        return found

    def _expected(self, row: Row, column: int) -> Reading:
        """Return what the row and the column say that stands in a cell."""
        columns, seen = self.columns, self.columns[column]
        form = seen.meaning.algorithm
        if row.number == self.header:
            return SILENT
        if columns.chosen is not None:
            return Reading(Says.SHAPE, form=form)
        kind = SILENT
        for named in self.chain.neighbours(self.kinds[HASH], row.texts, column):
            if named.reading is None or named.reading.says is Says.OTHER:
                return SILENT
            kind = named.reading if kind is SILENT else kind
        if seen.meaning.reason:
            return SILENT
        if self.titles.meant.hash and not kind.form:
            kind = Reading(Says.SHAPE, form=self.titles.meant.algorithm)
        if seen.is_git and kind is SILENT:
            return Reading(form=SHA)
        expected = column in columns.expecting or kind is not SILENT
        if not expected:  # what stands around may say how long it is all the same
            form = ALGORITHMS.get(self.torn.asked(row, column), "")
        elif columns.is_list:  # a list's title is of its first values alone
            form = kind.form or form
        return Reading(Says.SHAPE if expected else Says.NOTHING, form=form or kind.form)

    def _meant(self, row: Row) -> list[CellMatch]:
        """Return what may be a damaged hash in a row whose type says that one stands beside it, where none does."""
        texts, columns = row.texts, self.columns
        types = [c for c in columns.companions if columns.type_at(c)] if columns.named else [0]
        said = [texts[c] for c in types if c < len(texts) and NAMES_ALGORITHM.match(texts[c])]
        if not any(self.kinds[HASH].reads(text, Link.TYPE).form for text in said):
            return []
        places = (c for c, text in enumerate(texts) if len(text) >= _SHORTEST_DAMAGED and c not in types)
        return [hit for c in islice(places, 1) if columns.scanned(c) for hit in self._in_cell(row, c, texts[c])]

    def _keep(self, row: Row, found: Sequence[CellMatch]) -> None:
        first = len(self.collector.values)
        for hit, file in zip(found, file_numbers(self.columns, found), strict=True):
            classification, everywhere = hit.decision.classification(hit.kind, hit.match), hit.decision.everywhere
            self.collector.add(row.number, hit.column, hit.match.value, classification, file, everywhere)
            if hit.is_hash and hit.match.alone:
                self.columns.count(hit.column)
        self.logins.see(row.texts, first)
        own = [(hit.column, hit.match.value) for hit in found if hit.is_hash]
        named = {c: bytes.fromhex(value) for c, value in own if stacked_rows.is_named(row.texts, c, value)}
        self.blocks.see(row.number, named if len(named) == len(found) else {})

    def _pass_by(self, row: Row, after_gap: bool) -> None:
        """Take a row without any value: a title, a comment, the headings of a further table."""
        cells = [text for text in row.texts if text and not text.isspace()]
        if len(cells) == 1:
            self._titled = self._last
            self._alike.clear()
            self.titles.pass_by(row.number, row.texts, cells[0], after_gap)
            names = self.titles.meant.hash or (after_gap and row.texts[1:] == [cells[0], ""])  # | Domains | of Markdown
            if self.columns.is_table and names and len(cells[0].strip()) <= header_row.SHORT:
                self._names = row.texts
            return
        above, self._passed = self._passed, row
        is_below = after_gap or self._last == self._titled + 1
        is_below = is_below or (self._last - 1 == self.header and grouped_headings.is_grouped(row.texts, self.columns))
        if self.columns.chosen is None:
            self._names = header_row.names_of_table(row, above, self.columns.headings, below_gap=is_below)
