"""One sheet: its headings, the columns of an earlier run, and which cells hold which indicators.

Streams the rows once, with the first few held back until the headings are known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from enrich.indicators.hash import KIND as HASH
from enrich.indicators.hash.damage import fault
from enrich.indicators.hash.digests import hold
from enrich.indicators.hash.runs import digest
from enrich.indicators.hash.torn import length_asked
from enrich.model.column import Column
from enrich.model.row import Row
from enrich.model.row_blocks import RowBlocks
from enrich.scan import grouped_headings, header_row, known_layouts, previous_run
from enrich.scan.agreement import leave_out
from enrich.scan.columns import SheetColumns
from enrich.scan.placement import Placement
from enrich.scan.scanner import Scanner

# a file that declares its header in row 500,000 is broken: its rows are not held for that
_FARTHEST_HEADER = 100_000
_LONGEST_TYPE = 40
"""Characters of what says of which type a value is."""


def scan_sheet(
    sheet: str,
    rows: Iterable[Row],
    *,
    declared_header: int | None = None,
    columns: Sequence[str] = (),
    ours: Sequence[Sequence[Column]] = (),
    file: str = "",
    kinds: Collection[str] = (HASH,),
    foreign: set[int] | None = None,
) -> Placement:
    """Scan one sheet's rows, in order. ``declared_header`` is the row that the file itself calls its header;
    ``columns`` (headings' texts or letters) overrule: every hash-shaped value in them is an indicator, and no other
    column is scanned. ``ours`` are the sets of columns that an earlier run may have appended. ``file`` is the name of
    the file, the farthest owner of what it holds. ``kinds`` are those that are looked up: indicators of others are kept
    as not asked. ``foreign`` are columns that are not ours whatever they are called; those are put into it in which
    that shows only below the first rows: the sheet is to be scanned again then.
    """
    foreign = set() if foreign is None else foreign
    stream, known = iter(rows), previous_run.names(ours)
    first = _first_rows(stream, declared_header)
    header = declared_header or header_row.find(first, known)
    above = _row(first, header)
    present = previous_run.named(above, first, ours, foreign)
    # no heading of ours: an earlier run may have put them into a blank row, or the sheet has none at all
    if ours and not present:
        first = previous_run.first_rows(stream, first)
        above = previous_run.heading_row(first, known)
        present = previous_run.named(above, first, ours, foreign)
    own_heading = above.number if above is not None and present else None
    if ours and not present and declared_header is None:
        present = previous_run.unheaded(previous_run.by_content(first, ours), _row(first, header))
        present = {} if foreign.intersection(present.values()) else present
    if present:
        columns_of_ours = {present[c.name]: c for one in ours for c in one if c.name in present}
        stream = previous_run.watched(stream, columns_of_ours, foreign)
        first = previous_run.without(first, present)
        header = declared_header or header_row.find(first, known)
    row = _row(first, header)
    names = header_row.names_in(row)
    groups = () if declared_header else grouped_headings.groups_above(first, header)
    called = names or known_layouts.names([row.texts for row in first if any(row.texts[1:])])
    of_columns = SheetColumns(called, columns, present, declared=declared_header is not None, groups=groups)
    scanner = Scanner(header, of_columns, sheet, file, kinds)
    _look_ahead(of_columns, first)
    scanner.take_all(first, stream, _by_columns(scanner, stream))
    scanner.close()
    whose = known_layouts.whose([row.texts for row in first])
    values, table, counts = scanner.collector.settled(scanner.columns, hashes_asked=HASH in kinds, whose=whose)
    present = scanner.columns.present
    # a sentence above the headings that names a file is data to the scan, and no reason to put ours beside it
    if header is None and (opened := _row(first, scanner.opened)) and _is_preface(first, opened.number):
        header, names = opened.number, header_row.names_in(opened)
    seen = (sheet, header, names, present, scanner.width, scanner.rows)
    linked, placed, weak = bytes(scanner.blocks.linked), scanner.collector.placed, scanner.collector.weak
    placement = Placement(*seen, values, table, counts, own_heading, linked, placed, weak)
    leave_out(placement, placed)
    return placement


def _look_ahead(columns: SheetColumns, rows: Sequence[Row]) -> None:
    """Learn from the first rows, so that damage in a column without heading shows from its first row on."""
    for row in rows:
        columns.rows += 1
        for column, text in enumerate(row.texts):
            if digest(text.strip()):
                columns.count(column)
    if len(rows) < header_row.LOOK:
        columns.short_lists = frozenset(_short_lists(columns, rows))
    if columns.chosen is None:
        columns.hear(_types(columns, rows))
    columns.look_again()
    columns.rows = 0


def _types(columns: SheetColumns, rows: Sequence[Row]) -> Iterator[int]:
    """Yield the columns that say of which algorithm the hash beside is, and are called anything: types stand there."""
    for index, column in enumerate(columns.seen):
        if not column.heading or column.meaning.hash or column.meaning.generic or column.meaning.reason:
            continue
        cells = [(row, row.texts[index].strip()) for row in rows if index < len(row.texts)]
        said = [(row, text) for row, text in cells if text and text != column.heading]
        # a name of a file may be "md5", and none of types is a hash or has a dot
        if all(len(text) <= _LONGEST_TYPE and "." not in text and not digest(text) for _, text in said) and any(
            _has_digest_of(row, length_asked(text)) for row, text in said
        ):
            yield index


def _has_digest_of(row: Row, digits: int) -> bool:
    """Return whether a row has a hash of so many digits."""
    return digits > 0 and any(len(text.strip()) == digits and digest(text.strip()) for text in row.texts)


def _short_lists(columns: SheetColumns, rows: Sequence[Row]) -> Iterator[int]:
    """Yield the columns without a heading that hold hashes and damaged ones alone, in a sheet of no more rows than
    these: too few for what ``by_content`` goes by.
    """
    for index, column in enumerate(columns.seen):
        texts = [row.texts[index].strip() for row in rows if index < len(row.texts)]
        if column.hash_cells and not column.heading and all(digest(text) or fault(text) for text in texts if text):
            yield index


def _by_columns(scanner: Scanner, rows: Iterator[Row]) -> Callable[[], None]:
    """Return what takes the next ``rows`` that are plain, where they can be looked at column by column."""
    if not isinstance(rows, RowBlocks):
        return lambda: None
    from enrich.scan.block_taker import BlockTaker  # noqa: PLC0415 - loads NumPy, for such rows alone

    return partial(BlockTaker(scanner).take, rows)


def _is_preface(rows: Sequence[Row], end: int) -> bool:
    """Return whether above row ``end`` stand sentences and titles alone, of which one names a file: one cell a row,
    none of them a bare hash.
    """
    above = [[text.strip() for text in row.texts if text.strip()] for row in rows if row.number < end]
    is_text = all(len(cells) == 1 and not digest(cells[0]) for cells in above if cells)
    return is_text and any(hold(cell) for cells in above for cell in cells)


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
