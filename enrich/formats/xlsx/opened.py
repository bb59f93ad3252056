"""The analyst's workbook as both passes see it: what its parts say, and what a pass over a sheet found out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from enrich.errors import InputError, OutputError
from enrich.files.opened import Readable
from enrich.formats.shared.attachments import Attachments
from enrich.formats.shared.page_content import is_page, unlike_page
from enrich.formats.xlsx.package.archive import Package
from enrich.formats.xlsx.package.faults import damaged
from enrich.formats.xlsx.package.workbook import Sheet, Workbook, tree
from enrich.formats.xlsx.package.xml_edit import MarkupError, count_elements
from enrich.formats.xlsx.sheet.attached_parts import attachments
from enrich.formats.xlsx.sheet.dates import Shown
from enrich.formats.xlsx.sheet.layout import Layout, Survey, surroundings
from enrich.formats.xlsx.sheet.properties import Frame
from enrich.formats.xlsx.sheet.read import Fault, Reading, rows
from enrich.formats.xlsx.sheet.shared_strings import SharedStrings, shared_strings
from enrich.formats.xlsx.sheet.stream import SheetStream
from enrich.formats.xlsx.sheet.styles import BLANK, Styles
from enrich.model.row import Row


class Original:
    """An opened workbook, from which rows are read and a copy is made. The file stays open until ``close``."""

    def __init__(self, path: Readable, limit: int) -> None:
        """``limit`` is the most bytes that it may unpack to. ``InputError`` where it is damaged, hostile or none."""
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
        self._surveys: dict[str, Survey] = {}
        self._layouts: dict[str, Layout] = {}
        self._attachments: dict[str, Attachments] = {}
        self.pages: dict[str, Sheet] = {}
        """Pages of ours from an earlier run, by their mark."""
        self.sheets: dict[str, Sheet] = {}
        """The analyst's own by name, in order: pages of ours are not among them."""

    def tell_pages(self) -> None:
        """Tell pages of ours from the analyst's sheets, by mark and content. ``InputError`` where one is damaged."""
        for sheet in self.workbook.sheets:
            if not sheet.page:
                self.sheets[sheet.name] = sheet
            elif is_page(self._texts(sheet)):
                self.pages[sheet.page] = sheet
            else:
                self.warnings.append(unlike_page(sheet.name))
                self.sheets[sheet.name] = sheet

    def _texts(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet as they stand in it."""
        fault = self.fault(sheet)
        stream = SheetStream(self.package.chunks(sheet.part), fault)
        return rows(stream, Reading(self.strings, self.shown, self.workbook.date1904), fault)

    def close(self) -> None:
        self.package.close()

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a sheet that hold something; a pass that comes to its end leaves a survey behind."""
        sheet = self.sheets[name]
        fault = self.fault(sheet)
        stream = SheetStream(self.package.chunks(sheet.part), fault)
        reading = Reading(self.strings, self.shown, self.workbook.date1904, self.workbook.recalculated)
        attached = self.attachments(name)
        read = rows(stream, reading, fault)
        yield from attached.put(read) if attached else read
        reading.last_column = max(reading.last_column, attached.last_column())
        if attached.left_out:
            reading.warnings.append(
                f"{attached.left_out:,} cells are covered by merged ones and were not read as these"
            )
        if stream.illegal:
            reading.warnings.append("it holds control characters that XML forbids: a program may offer to repair it")
        self.warnings += (f"{name}: {w}" for w in reading.warnings if f"{name}: {w}" not in self.warnings)
        self._surveys[name] = Survey.of(stream, reading, self.layout(name), fault)

    def attachments(self, name: str) -> Attachments:
        """What hangs on the sheet's cells. It stands behind the rows, so the sheet is unpacked once more for it."""
        if name not in self._attachments:
            sheet = self.sheets[name]
            frame = self._frame(sheet)
            self._attachments[name] = attachments(self.package, sheet, frame.root, frame.merged())
        return self._attachments[name]

    def _frame(self, sheet: Sheet) -> Frame:
        stream = SheetStream(self.package.chunks(sheet.part), self.fault(sheet))
        stream.skip_rows()
        self.package.take_apart(sheet.part, count_elements(stream.head) + count_elements(stream.tail))
        try:
            return Frame.of(stream.head, stream.tail)
        except MarkupError:  # what looked like the rows' end may have stood in a comment
            stream = SheetStream(self.package.chunks(sheet.part), self.fault(sheet))
            for _ in stream.rows():
                pass
        try:
            return Frame.of(stream.head, stream.tail)
        except MarkupError as error:
            raise self.fault(sheet)(str(error)) from error

    def survey(self, name: str) -> Survey:
        """What a pass over the sheet found out; makes that pass where ``rows`` was not run to its end."""
        if name not in self._surveys:
            for _ in self.rows(name):
                pass
        return self._surveys[name]

    def layout(self, name: str) -> Layout:
        """What lies around the sheet's rows."""
        if name not in self._layouts:
            self._layouts[name] = surroundings(self.package, self.sheets[name])
        return self._layouts[name]

    def fault(self, sheet: Sheet) -> Fault:
        """What makes the error for damage in this sheet."""

        def fault(what: str) -> InputError:
            return damaged(self.path, f"the sheet {sheet.name!r} {what}")

        return fault

    @property
    def strings_part(self) -> str | None:
        """The part that holds the shared strings, if there is one."""
        return self.workbook.related("sharedStrings")

    @cached_property
    def strings(self) -> SharedStrings:
        part = self.strings_part
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
        """``OutputError`` where so many new columns by sheet have no room, or the workbook may not be changed."""
        if self.workbook.signed:
            raise OutputError(
                f"{self.path.name} is digitally signed, and adding to it would break the signature",
                hint="save a copy without the signature and enrich that",
            )
        for name, count in new.items():
            self.survey(name).first_free(count, name)
