"""An opened workbook: its sheets' rows as text, and what both passes over it must know of its parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from enrich.errors import InputError, OutputError
from enrich.files.opened import Readable
from enrich.formats.shared.attachments import Attachments
from enrich.formats.shared.page_content import is_page, unlike_page
from enrich.formats.xlsx.package.archive import Package
from enrich.formats.xlsx.package.faults import Fault, damaged
from enrich.formats.xlsx.package.workbook import Sheet, Workbook, tree
from enrich.formats.xlsx.package.xml_edit import MarkupError, count_elements
from enrich.formats.xlsx.sheet.attached_parts import attachments
from enrich.formats.xlsx.sheet.dates import Shown
from enrich.formats.xlsx.sheet.layout import Layout, Survey, surroundings
from enrich.formats.xlsx.sheet.properties import Frame
from enrich.formats.xlsx.sheet.read import Reading, rows
from enrich.formats.xlsx.sheet.shared_strings import SharedStrings, shared_strings
from enrich.formats.xlsx.sheet.stream import SheetStream
from enrich.formats.xlsx.sheet.styles import BLANK_STYLES, Styles
from enrich.model.row import Area, Row


class OpenedWorkbook:
    """A workbook that is read. The file stays open until ``close``."""

    def __init__(self, path: Readable, limit: int, strings: SharedStrings | None = None) -> None:
        """``limit`` is the most bytes that it may unpack to; ``strings`` its shared strings, where they are known.

        ``InputError`` where it is damaged, hostile or none.
        """
        self.path = path
        self.warnings: list[str] = []
        self.package = Package(path, limit)
        if strings is not None:
            self.strings = strings
        self.pages: dict[str, Sheet] = {}
        """Pages of ours from an earlier run, by their mark."""
        self.own_sheets: dict[str, Sheet] = {}
        """The analyst's own by name, in order: pages of ours are not among them."""
        self._layouts: dict[str, Layout] = {}
        self._frames: dict[str, Frame] = {}
        self._attachments: dict[str, Attachments] = {}
        self._surveys: dict[str, Survey] = {}
        try:
            self.workbook = Workbook(self.package)
            if self.workbook.signed:
                self.warnings.append(f"{path.name} is digitally signed: the signature would not outlive any change")
            self._separate_pages()
        except BaseException:
            self.close()
            raise

    def _separate_pages(self) -> None:
        """Tell pages of ours from the analyst's sheets, by mark and content. ``InputError`` where one is damaged."""
        for sheet in self.workbook.sheets:
            if sheet.page and is_page(rows(self._stream(sheet), self._reading(), self.fault(sheet))):
                self.pages[sheet.page] = sheet
            else:
                if sheet.page:
                    self.warnings.append(unlike_page(sheet.name))
                self.own_sheets[sheet.name] = sheet

    def close(self) -> None:
        self.package.close()

    @property
    def sheets(self) -> Sequence[str]:
        return list(self.own_sheets)

    @property
    def hidden(self) -> Collection[str]:
        """The sheets that a program does not show: only a new file needs to be told."""
        listed = self.workbook.root.all("sheets", "sheet")
        return [e.attributes.get("name", "") for e in listed if e.attributes.get("state", "visible") != "visible"]

    def header_row(self, sheet: str) -> int | None:
        return self.layout(sheet).header_row()

    def merged(self, sheet: str) -> list[Area]:
        return self.frame(sheet).merged()

    def rows(self, sheet: str) -> Iterator[Row]:
        """Yield the rows of a sheet that hold something; a pass that comes to its end leaves a survey behind."""
        source = self.own_sheets[sheet]
        stream, reading = self._stream(source), self._reading(recalculated=self.workbook.recalculated)
        attached = self.attachments(sheet)
        read = rows(stream, reading, self.fault(source))
        yield from attached.put(read) if attached else read
        reading.last_column = max(reading.last_column, attached.last_column())
        if attached.left_out:
            reading.warnings.append(
                f"{attached.left_out:,} cells are covered by merged ones and were not read as these"
            )
        if stream.illegal:
            reading.warnings.append("it holds control characters that XML forbids: a program may offer to repair it")
        self.warnings += (f"{sheet}: {w}" for w in reading.warnings if f"{sheet}: {w}" not in self.warnings)
        self._surveys[sheet] = Survey.of(self.layout(sheet), self.merged(sheet), reading)

    def _stream(self, sheet: Sheet) -> SheetStream:
        return SheetStream(self.package.chunks(sheet.part), self.fault(sheet))

    def _reading(self, *, recalculated: bool = False) -> Reading:
        return Reading(self.strings, self.shown, self.workbook.date1904, recalculated)

    def attachments(self, sheet: str) -> Attachments:
        """Return the texts that hang on the sheet's cells: links, comments, formulas without a result."""
        if sheet not in self._attachments:
            frame = self.frame(sheet)
            self._attachments[sheet] = attachments(self.package, self.own_sheets[sheet], frame.root, frame.merged())
        return self._attachments[sheet]

    def frame(self, sheet: str) -> Frame:
        """Return what stands around the sheet's rows. Half of it stands behind them, so the sheet is unpacked for it
        alone.
        """
        if sheet not in self._frames:
            source = self.own_sheets[sheet]
            stream = self._stream(source)
            stream.skip_rows()
            self.package.take_apart(source.part, count_elements(stream.head) + count_elements(stream.tail))
            try:
                self._frames[sheet] = Frame.of(stream.head, stream.tail)
            except MarkupError:  # what looked like the rows' end may have stood in a comment
                stream = self._stream(source)
                for _ in stream.rows():
                    pass
                try:
                    self._frames[sheet] = Frame.of(stream.head, stream.tail)
                except MarkupError as error:
                    raise self.fault(source)(str(error)) from error
        return self._frames[sheet]

    def survey(self, sheet: str) -> Survey:
        """Return what a pass over the sheet found out; makes that pass where ``rows`` was not run to its end."""
        if sheet not in self._surveys:
            for _ in self.rows(sheet):
                pass
        return self._surveys[sheet]

    def layout(self, sheet: str) -> Layout:
        """Return what lies around the sheet's rows in parts of its own: tables and drawings."""
        if sheet not in self._layouts:
            self._layouts[sheet] = surroundings(self.package, self.own_sheets[sheet])
        return self._layouts[sheet]

    def fault(self, sheet: Sheet) -> Fault:
        """Return what makes the error for damage in this sheet."""

        def fault(what: str) -> InputError:
            return damaged(self.path, f"the sheet {sheet.name!r} {what}")

        return fault

    @cached_property
    def strings(self) -> SharedStrings:
        """The workbook's shared strings; none where it has no such part."""
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
        """Return the workbook's styles, a new object for each writing, which adds to them."""
        part = self.workbook.related("styles")
        return Styles(BLANK_STYLES if part is None else tree(self.package, part)[0])

    def check(self, new: Mapping[str, int]) -> None:
        if self.workbook.signed:
            raise OutputError(
                f"{self.path.name} is digitally signed, and adding to it would break the signature",
                hint="save a copy without the signature and enrich that",
            )
        for sheet, count in new.items():
            self.survey(sheet).first_free(count, sheet)
