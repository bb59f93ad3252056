"""An opened workbook: its rows as text, and the same workbook again with our cells and pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from enrich.errors import InputError, OutputError
from enrich.model import Addition, Area, Row
from enrich.page import Page

from .dates import Shown
from .faults import damaged
from .giveback import GiveBack
from .layout import Layout, surroundings
from .package import Package
from .read import Fault, Reading, rows
from .sheetscan import SheetStream
from .strings import SharedStrings, shared_strings
from .styles import BLANK, Styles
from .survey import Survey
from .workbook import Sheet, Workbook, tree


class XlsxDocument:
    """Fulfils ``enrich.formats.Document``. The file stays open until ``close``."""

    format = "xlsx"
    can_give_back = True

    def __init__(self, path: Path, limit: int) -> None:
        self.path = path
        self.warnings: list[str] = []
        self.package = Package(path, limit)
        try:
            self.workbook = Workbook(self.package)
            if self.workbook.signed:
                self.warnings.append(f"{path.name} is digitally signed: the signature would not outlive any change")
        except BaseException:
            self.package.close()
            raise
        self._own = {s.name: s for s in self.workbook.sheets if not s.page}
        self._surveys: dict[str, Survey] = {}

    @property
    def sheets(self) -> Sequence[str]:
        return list(self._own)

    def close(self) -> None:
        self.package.close()

    def header_row(self, sheet: str) -> int | None:
        return self.layout(self._own[sheet]).header_row()

    def rows(self, sheet: str) -> Iterator[Row]:
        own = self._own[sheet]
        fault = self.fault(own)
        stream = SheetStream(self.package.chunks(own.part), fault)
        reading = Reading(self.strings, self.shown, self.workbook.date1904)
        yield from rows(stream, reading, fault)
        if stream.illegal:
            reading.warnings.append("it holds control characters that XML forbids: a program may offer to repair it")
        self.warnings += (f"{sheet}: {w}" for w in reading.warnings if f"{sheet}: {w}" not in self.warnings)
        self._surveys[sheet] = Survey.of(stream, reading, self.layout(own), fault)

    def merged(self, sheet: str) -> list[Area]:
        return self.survey(sheet).frame().merged()

    def survey(self, sheet: str) -> Survey:
        """What a pass over the sheet found out; makes that pass where ``rows`` was not run to its end."""
        if sheet not in self._surveys:
            for _ in self.rows(sheet):
                pass
        return self._surveys[sheet]

    def layout(self, sheet: Sheet) -> Layout:
        found = self._layouts.get(sheet.name)
        if found is None:
            found = self._layouts[sheet.name] = surroundings(self.package, sheet)
        return found

    @cached_property
    def _layouts(self) -> dict[str, Layout]:
        return {}

    def fault(self, sheet: Sheet) -> Fault:
        def fault(what: str) -> InputError:
            return damaged(self.path, f"the sheet {sheet.name!r} {what}")

        return fault

    @cached_property
    def strings(self) -> SharedStrings:
        part = self.workbook.related("sharedStrings")
        if part is None:
            return SharedStrings()
        return shared_strings(
            self.package.chunks(part), lambda what: damaged(self.path, f"its list of shared strings {what}")
        )

    @cached_property
    def shown(self) -> list[Shown]:
        """How each cell format shows numbers."""
        return self.styles().shown()

    def styles(self) -> Styles:
        """The workbook's styles, anew for each time they are added to."""
        part = self.workbook.related("styles")
        if part is None:
            return Styles(BLANK)
        data, _ = tree(self.package, part)
        return Styles(data)

    def check(self, new: Mapping[str, int]) -> None:
        if self.workbook.signed:
            raise OutputError(
                f"{self.path.name} is digitally signed, and adding to it would break the signature",
                hint="save a copy without the signature and enrich that",
            )
        for sheet, count in new.items():
            self.survey(sheet).first_free(count, sheet)

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:
        return GiveBack(self, additions, pages).write(target)
