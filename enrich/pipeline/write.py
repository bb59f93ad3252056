"""The outputs of a run, written: the analyst's file given back, or a new one in another format; then the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from enrich.config.settings import Settings
from enrich.files.atomic import Staged, commit_all, packed
from enrich.files.paths import path_text
from enrich.files.streams import Streamed
from enrich.files.written import temporary_in_words
from enrich.formats import create_document
from enrich.join.cells import Joiner
from enrich.join.indicator_sheet import list_page
from enrich.model.cell_reference import letters
from enrich.model.event import Event, EventKind, Listener, ignore_events
from enrich.model.page import Page
from enrich.model.result import Output, Result
from enrich.model.row import Added, Addition, Row
from enrich.pipeline.ask import Resolution
from enrich.pipeline.assemble import of_input
from enrich.pipeline.grouping import Grouping
from enrich.pipeline.home_format import gives_back, holds_pages, new_file_warnings, tables_of
from enrich.pipeline.inputs import Input, Intake
from enrich.pipeline.outputs import Planned
from enrich.pipeline.render import report_options, write_combined
from enrich.pipeline.row_context import in_context
from enrich.pipeline.whose_columns import free_headings
from enrich.reports import WORST_FILES, summary_page
from enrich.scan import Content, Placement, names_or_sightings

_BLOCK = 1024
"""Rows whose cells are made at once."""
_MOST_NAMED = 20
"""Columns that a note names; the usual ones are fifteen."""


@dataclass(slots=True)
class Writer:
    """Writes the planned outputs of one run, all of which appear together, each whole.

    Sheets come before reports, which name their digests.
    """

    intake: Intake
    result: Result
    answers: Resolution
    joiner: Joiner
    settings: Settings
    grouping: Grouping
    """By which columns a summary groups what is malicious."""
    listener: Listener = ignore_events
    """Hears of each output that is begun."""
    folder: Path | None = None
    """Where files lie while they are written; None for beside their places."""
    tells_headings: bool = True
    """Whether to tell which columns ours are where no row is free for headings: a thousand parts are alike."""
    cells_of: Callable[[Placement, Joiner], Callable[[int], Added | None]] = field(default_factory=lambda: RowCells)
    """Makes the cells of a sheet's rows."""
    _planned: tuple[Planned, ...] = ()
    _staged: list[Staged | Streamed] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for staged in self._staged:
            staged.discard()

    def write(self, planned: Sequence[Planned]) -> tuple[Result, list[str]]:
        """Make all outputs, which appear with ``commit``; the result document with their digests, and what the user
        should hear.

        Every report gets the same document: the sheets with their digests and the reports by name, since none can hold
        its own. A report made later from the ``result.json`` therefore says the same.
        """
        warnings: list[str] = []
        digests: dict[Path, str] = {}
        self._planned = tuple(planned)
        # Sheets before reports: a report names the digests of the sheets.
        for output in planned:
            if output.input_index is not None:
                staged = self._stage(output)
                with temporary_in_words(output.path), packed(output.path, staged.file) as target:
                    warnings += [f"{output.path}: {text}" for text in self._sheet(output, target)]
                if isinstance(staged, Streamed) and not gives_back(self.intake.inputs[output.input_index], output):
                    staged.skip_mark()
                digests[output.path] = staged.finish()
        result = replace(self.result, outputs=listed(planned, digests))
        for output in planned:
            if output.input_index is None:
                staged = self._stage(output)
                with temporary_in_words(output.path):
                    warnings += write_combined(
                        output, staged.file, result, self.joiner.lines, self.answers.columns, self.settings
                    )
                if isinstance(staged, Streamed):
                    staged.skip_mark()
                digests[output.path] = staged.finish()
        return replace(result, outputs=listed(planned, digests)), warnings

    def _stage(self, output: Planned) -> Staged | Streamed:
        """Return what an output is written into until all of them take their places."""
        self.listener(Event(EventKind.WRITING, text=path_text(output.path)))
        if output.is_stream:
            self._staged.append(Streamed(output.path))
        else:
            inputs = self.intake.inputs if output.input_index is None else [self.intake.inputs[output.input_index]]
            like = [item.path for item in inputs if item.path is not None]
            keep = self.settings.in_place and output.input_index is not None and _is_worth_keeping(inputs[0], output)
            self._staged.append(Staged(output.path, keep=keep, like=like, folder=self.folder))
        return self._staged[-1]

    def commit(self) -> list[str]:
        """Put all outputs in their places, and return what the user should hear of it. In place, the inputs are closed
        first: Windows replaces no open file.
        """
        if self.settings.in_place:
            for item in self.intake.inputs:
                item.document.close()
                item.file.close()
        return commit_all(self._staged)

    def _sheet(self, output: Planned, target: BinaryIO) -> list[str]:
        assert output.input_index is not None
        item = self.intake.inputs[output.input_index]
        pages = self._pages(item) if holds_pages(item, output) else []
        if gives_back(item, output):
            asking = {name: p for name, p in item.placements.items() if p.asks_something}
            additions = {name: self._addition(p, row_above(p) if p.sheet else None) for name, p in asking.items()}
            said = item.document.give_back(target, additions, pages)
            headless = [(name, a.headings) for name, a in additions.items() if a.header_row is None]
            return said + [without_headings(*each) for each in headless if self.tells_headings]
        tables = (self._table(item, name) for name in tables_of(item, output))
        said = create_document(output.suffix, target, tables, pages)
        return said + new_file_warnings(item, output)

    def _table(self, item: Input, sheet: str) -> tuple[str, Iterable[Row], Addition]:
        """Return one sheet for a new file; those that ask nothing, or were not chosen, come along as they are."""
        hidden = sheet in item.document.hidden
        title, rows, placement = sheet or "Indicators", item.document.rows(sheet), item.placements.get(sheet)
        if placement is not None and placement.asks_something:
            return title, *headed(rows, replace(self._addition(placement), hidden=hidden), placement)
        header = placement.header_row if placement is not None else None
        return title, rows, Addition((), (), header, cells=lambda _: None, hidden=hidden)

    def _addition(self, placement: Placement, free_row: int | None = None) -> Addition:
        """Return our cells for a sheet; ``free_row`` takes our headings where the sheet has no row of headings.

        What an earlier run left in columns that this one does not ask for is refreshed too: an old count beside a new
        date would be false.
        """
        present = placement.present
        known = (column for each in self.answers.answers for column in each.source.columns)
        left = tuple(c for c in known if c.name in present and c not in self.answers.columns)
        columns = self.answers.columns + left
        joiner = self.joiner.with_columns(columns) if left else self.joiner
        return Addition(
            columns=columns,
            headings=free_headings(columns, placement),
            header_row=placement.header_row or placement.own_heading or free_row,
            cells=self.cells_of(placement, joiner),
            present={column.name: present[column.name] for column in columns if column.name in present},
            key=_key(placement),
        )

    def _pages(self, item: Input) -> list[Page]:
        """Return the pages on which a workbook tells of its own run.

        They name no other input's workbook, and no digest: its own is not known yet.
        """
        mine = [o for o in self._planned if o.input_index is None or self.intake.inputs[o.input_index] is item]
        result = of_input(self.result, item, self.answers, self.joiner)
        result = replace(result, outputs=listed(mine, {}))
        options = report_options(self.settings)
        changes_only = self.settings.changes_only
        listing = list_page(
            result, self.joiner, self.answers.columns, changes_only=changes_only, language=options.language
        )
        return [listing, summary_page(result, options, partial(self._in_context, item=item))]

    def _in_context(self, result: Result, item: Input) -> Result:
        """Return the same result with the hosts, and the words beside the worst files: read when the page is made."""
        if any(entry.words or entry.groups for entry in result.entries):
            return result  # a report has asked for all of it
        return in_context(result, [item], self.grouping.of(self.intake.inputs.index(item)), most=3 * WORST_FILES)


def _is_worth_keeping(item: Input, output: Planned) -> bool:
    """Return whether what is written over in place is kept: the analyst's own file, or one that was never kept."""
    is_ours = any(placement.present for placement in item.placements.values())
    return not is_ours or not output.path.with_name(f"{output.path.name}.bak").exists()


class RowCells:
    """The cells of a sheet's rows, by number or content; made by the block for who asks for one after the other."""

    def __init__(self, placement: Placement, joiner: Joiner) -> None:
        self._placement = placement
        self._joiner = joiner
        self._first = 0
        self._block: list[Added | None] = []
        """The cells of the rows from ``_first`` on."""

    def contents(self, first: int, end: int) -> Sequence[Content | None]:
        """Return what each row from ``first`` up to ``end`` holds; None for one that gets no cells."""
        return self._placement.contents(first, end)

    def of(self, contents: Sequence[Content]) -> list[Added]:
        """Return the cells of rows that hold these."""
        return [added for added in self._joiner.rows(list(map(names_or_sightings, contents))) if added is not None]

    def __call__(self, row: int) -> Added | None:
        at = row - self._first
        if not 0 <= at < len(self._block):
            ahead = at - len(self._block)  # whoever leaps about gets one row at a time
            # Doubled while rows come in order: one who needs ten rows pays for ten, one of a million pays little each.
            size = min(2 * len(self._block), _BLOCK) if self._block and 0 <= ahead < _BLOCK else 1
            self._first, at = row, 0
            self._block = self._joiner.rows(self._placement.between(row, row + size))
        return self._block[at]


def listed(planned: Iterable[Planned], digests: Mapping[Path, str]) -> tuple[Output, ...]:
    """Return the outputs, sheets first, each with its digest where that is known."""
    ordered = sorted(planned, key=lambda output: output.input_index is None)
    return tuple(Output(path_text(output.path), digests.get(output.path, "")) for output in ordered)


def _key(placement: Placement) -> int | None:
    return max(placement.columns, key=lambda column: column.indicators).column if placement.columns else None


def row_above(placement: Placement) -> int | None:
    """Return the row above the first that gets cells, for our headings; None where that is the sheet's first."""
    first = next((sighting.row for sighting in placement), 1)
    return first - 1 or None


def without_headings(sheet: str, names: Sequence[str]) -> str:
    """Return what is said of a sheet whose very first row is a line of its list: there is no row for our headings."""
    listed_names = ", ".join([*names[:_MOST_NAMED], *(["..."] if len(names) > _MOST_NAMED else [])])
    where = f"{sheet}: " if sheet else ""
    return f"{where}no row is free for headings; the new columns are, in this order: {listed_names}"


def headed(rows: Iterable[Row], addition: Addition, placement: Placement) -> tuple[Iterable[Row], Addition]:
    """Return a new table's rows and addition, with a row of headings on top where the source has none.

    The source's own words for its columns are lacking then; its letters stand in, and every row moves down by one.
    """
    if addition.header_row is not None:
        return rows, addition
    names = ["Text"] if placement.width == 1 else [letters(column) for column in range(placement.width)]
    moved = (Row(row.number + 1, row.texts) for row in rows)
    cells = addition.cells
    return chain([Row(1, names)], moved), replace(addition, header_row=1, cells=lambda row: cells(row - 1))
