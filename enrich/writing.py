"""The outputs of a run: the analyst's file given back, a new one in another format, and the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from enrich.errors import UsageError
from enrich.formats import creator_for, writes
from enrich.intake import Input, Intake, digest
from enrich.join import Joiner
from enrich.model import Added, Addition, Column, Output, Page, Result, Row
from enrich.outputs import Planned, atomic
from enrich.pages import list_page, summary_page
from enrich.reports import Options, form_for
from enrich.scan import Placement
from enrich.settings import Settings

FALLBACK = ".xlsx"
"""What an input is given back as where its own format cannot hold further columns."""


def home_suffix(item: Input) -> str:
    """The suffix that an input is given back with."""
    if not item.document.can_give_back:
        return FALLBACK
    suffix = item.path.suffix.lower() if item.path is not None else ""
    return (
        suffix
        if writes().get(suffix) == item.document.format
        else next(known for known, name in writes().items() if name == item.document.format)
    )


class Writer:
    """Writes each planned output of one run, atomically, sheets before the reports that name their digests."""

    def __init__(
        self, intake: Intake, result: Result, joiner: Joiner, columns: Sequence[Column], settings: Settings
    ) -> None:
        self._intake = intake
        self._result = result
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
                    form_for(output.form).render(self._result, target, self._options())
                self._note(output.path)
        return self._result, warnings

    def _note(self, path: Path) -> None:
        self._result = replace(self._result, outputs=(*self._result.outputs, Output(str(path), digest(path))))

    def _sheet(self, output: Planned, target: BinaryIO) -> list[str]:
        assert output.source is not None
        item = self._intake.inputs[output.source]
        if item.document.can_give_back and item.document.format == output.form:
            additions = {name: self._addition(p) for name, p in item.placements.items() if p.asks_something}
            return item.document.give_back(target, additions, self._pages())
        tables = (
            (name or "Indicators", self._rows(item, name), self._addition(placement))
            for name, placement in item.placements.items()
        )
        return creator_for(output.form)(target, tables, self._pages())

    def _rows(self, item: Input, sheet: str) -> Iterator[Row]:
        return item.document.rows(sheet)

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

    def _pages(self) -> list[Page]:
        changes_only = self._settings.changes_only
        return [
            list_page(self._result, self._joiner, self._columns, changes_only=changes_only),
            summary_page(self._result),
        ]

    def _options(self) -> Options:
        try:
            zone = ZoneInfo(self._settings.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise UsageError(
                f"{self._settings.timezone!r} is no time zone", hint="write it as in Europe/Berlin"
            ) from error
        return Options(language=self._settings.lang, timezone=zone)
