"""The outputs of a run: the analyst's file given back, a new one in another format, and the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from enrich.errors import UsageError
from enrich.formats import creator_for
from enrich.intake import Input, Intake, digest
from enrich.join import Joiner
from enrich.model import Added, Addition, Column, Row
from enrich.outputs import Planned, atomic
from enrich.page import Page
from enrich.pages import list_page, summary_page
from enrich.registry import entries
from enrich.reports import Options, form_named, forms
from enrich.result import Output, Result
from enrich.scan import Placement
from enrich.settings import Settings
from enrich.tally import letter

FALLBACK = ".xlsx"
"""What an input is given back as where its own format cannot hold further columns."""


def home_suffix(item: Input) -> str:
    """The suffix that an input is given back with: its own, unless that belongs to another format than it is in."""
    if not item.document.can_give_back:
        return FALLBACK
    own = item.path.suffix.lower() if item.path is not None else ""
    modules = entries("enrich.formats")
    natural = modules[item.document.format].SUFFIXES
    foreign = any(own in module.SUFFIXES or own == f".{name}" for name, module in modules.items())
    return own if own in natural or (own and not foreign) else str(natural[0])


def table_suffixes() -> list[str]:
    """The suffixes of the tables that can be made anew."""
    return [
        suffix
        for module in entries("enrich.formats").values()
        if hasattr(module, "create")
        for suffix in module.SUFFIXES
    ]


class Writer:
    """Writes each planned output of one run, atomically, sheets before the reports that name their digests."""

    def __init__(
        self,
        intake: Intake,
        result: Result,
        part: Callable[[Input], Result],
        joiner: Joiner,
        columns: Sequence[Column],
        settings: Settings,
    ) -> None:
        self._intake = intake
        self._result = result
        self._part = part
        self._joiner = joiner
        self._columns = tuple(columns)
        self._settings = settings

    def write(self, planned: Sequence[Planned]) -> tuple[Result, list[str]]:
        """All outputs; returns the result document with their digests, and what the user should hear."""
        warnings: list[str] = []
        for output in planned:
            if output.source is not None:
                with atomic(output.path, keep=self._settings.in_place) as target:
                    warnings += [f"{output.path}: {text}" for text in self._sheet(output, target)]
                self._note(output.path)
        for output in planned:
            if output.source is None:
                with atomic(output.path) as target:
                    form_named(output.form).render(self._result, target, report_options(self._settings))
                self._note(output.path)
        return self._result, warnings

    def _note(self, path: Path) -> None:
        self._result = replace(self._result, outputs=(*self._result.outputs, Output(str(path), digest(path))))

    def _sheet(self, output: Planned, target: BinaryIO) -> list[str]:
        assert output.source is not None
        item = self._intake.inputs[output.source]
        suffix = output.path.suffix.lower()
        if item.document.can_give_back and suffix == home_suffix(item):
            additions = {name: self._addition(p) for name, p in item.placements.items() if p.asks_something}
            return item.document.give_back(target, additions, self._pages(item))
        tables = (
            (name or "Indicators", *headed(item.document.rows(name), self._addition(placement), placement))
            for name, placement in item.placements.items()
        )
        return creator_for(suffix)(target, tables, self._pages(item))

    def _addition(self, placement: Placement) -> Addition:
        def cells(row: int) -> Added | None:
            sightings = placement.sightings_at(row)
            return self._joiner.row(sightings) if sightings else None

        return Addition(
            columns=self._columns,
            headings=tuple(column.name for column in self._columns),
            header_row=placement.header_row,
            cells=cells,
            present={
                column.name: placement.present[column.name]
                for column in self._columns
                if column.name in placement.present
            },
        )

    def _pages(self, item: Input) -> list[Page]:
        result = self._part(item)
        changes_only = self._settings.changes_only
        return [list_page(result, self._joiner, self._columns, changes_only=changes_only), summary_page(result)]


def headed(rows: Iterable[Row], addition: Addition, placement: Placement) -> tuple[Iterable[Row], Addition]:
    """A new table's rows and addition, with a row of headings on top where the source has none.

    The source's own words for its columns are lacking then; its letters stand in, and every row moves down by one.
    """
    if addition.header_row is not None:
        return rows, addition
    names = ["Text"] if placement.width == 1 else [letter(column) for column in range(placement.width)]
    moved = (Row(row.number + 1, row.texts) for row in rows)
    cells = addition.cells
    return chain([Row(1, names)], moved), replace(addition, header_row=1, cells=lambda row: cells(row - 1))


def write_reports(result: Result, settings: Settings) -> list[Path]:
    """Render ``result`` to each ``-o``; every suffix must be a report's."""
    known = forms()
    for path in settings.output:
        form = settings.format or known.get(path.suffix.lower())
        if form is None or form not in known.values():
            raise UsageError(
                f"{path}: no report is called {form or path.suffix}", hint=f"known: {' '.join(sorted(known))}"
            )
        with atomic(path) as target:
            form_named(form).render(result, target, report_options(settings))
    return list(settings.output)


def report_options(settings: Settings) -> Options:
    """How the reader wants it."""
    try:
        zone = ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(f"{settings.timezone!r} is no time zone", hint="write it as in Europe/Berlin") from error
    return Options(language=settings.lang, timezone=zone)
