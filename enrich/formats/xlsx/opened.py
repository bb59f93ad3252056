"""An opened workbook and its sheets: their rows as text, and what both passes must know of what stands around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from enrich.errors import InputError, OutputError
from enrich.files.opened import Readable
from enrich.formats.shared.attachments import Attachments
from enrich.formats.shared.document import Document
from enrich.formats.shared.faults import damaged
from enrich.formats.shared.page_content import is_page, unlike_page
from enrich.formats.xlsx.package.archive import Package
from enrich.formats.xlsx.package.workbook import Sheet, Workbook, parsed_part, relationships
from enrich.formats.xlsx.package.xml_edit import MarkupError, count_elements
from enrich.formats.xlsx.pages.own_words import Words
from enrich.formats.xlsx.sheet.attached_parts import attachments
from enrich.formats.xlsx.sheet.formulas import ColumnsRead, columns_read
from enrich.formats.xlsx.sheet.layout import Layout, UsedRange, surroundings
from enrich.formats.xlsx.sheet.properties import SheetFrame
from enrich.formats.xlsx.sheet.read import CellContext, SheetReader
from enrich.formats.xlsx.sheet.shared_strings import SharedStrings, shared_strings
from enrich.formats.xlsx.sheet.stream import SheetStream
from enrich.formats.xlsx.sheet.styles import BLANK_STYLES, Styles
from enrich.formats.xlsx.sheet.text import area_of
from enrich.model.cell_reference import letters
from enrich.model.row import Area, Row

_OF_LOOKS = ("_xlnm.Print_", "_xlnm._FilterDatabase")
"""What names of the standard begin with that say how a sheet is printed and filtered."""


class OpenedSheet:
    """A worksheet that is read. What lies in parts of its own is read once, when it is first asked for."""

    def __init__(self, package: Package, entry: Sheet, context: CellContext) -> None:
        self.entry = entry
        self.name = entry.name
        self.warnings: list[str] = []
        """What the last whole pass over the rows found odd."""
        self.columns_read: set[ColumnsRead] = set()
        """The columns that its formulas read, as the last whole pass found."""
        self._package, self._context = package, context
        self._used: UsedRange | None = None

    def fault(self, what: str) -> InputError:
        """Return the error for damage in this sheet."""
        return damaged(self._package.path, f"the sheet {self.name!r} {what}")

    def stream(self) -> SheetStream:
        """Return a new pass over the sheet's bytes."""
        return SheetStream(self._package.chunks(self.entry.part), self.fault)

    def reader(self) -> SheetReader:
        """Return a new pass over the sheet's rows, without what hangs on its cells."""
        return SheetReader(self.stream(), self._context, self.fault)

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold something; a pass that comes to its end knows the ``used_range``."""
        reader, attached = self.reader(), self.attachments
        yield from attached.put(reader.rows()) if attached else reader.rows()
        found = reader.warnings()
        if attached.left_out:
            found.append(f"{attached.left_out:,} cells are covered by merged ones and were not read as these")
        if reader.stream.illegal:
            found.append("it holds control characters that XML forbids: a program may offer to repair it")
        self.warnings = [f"{self.name}: {warning}" for warning in found]
        right = max(reader.last_column, attached.last_column())
        self._used = UsedRange.of(self.layout, self.frame.merged(), right, reader.last_row)
        self.columns_read = reader.columns_read | self.frame.columns_read()

    def used_range(self) -> UsedRange:
        """Return how far the sheet is used; makes a pass over it where ``rows`` was not run to its end."""
        if self._used is None:
            for _ in self.rows():
                pass
        assert self._used is not None
        return self._used

    @cached_property
    def frame(self) -> SheetFrame:
        """What stands around the rows. Half of it stands behind them, so the sheet is unpacked for it alone."""
        stream = self.stream()
        stream.skip_rows()
        self._package.take_apart(self.entry.part, count_elements(stream.head) + count_elements(stream.tail))
        try:
            return SheetFrame.of(stream.head, stream.tail)
        except MarkupError:  # what looked like the rows' end may have stood in a comment
            stream = self.stream()
            for _ in stream.rows():
                pass
        try:
            return SheetFrame.of(stream.head, stream.tail)
        except MarkupError as error:
            raise self.fault(str(error)) from error

    @cached_property
    def layout(self) -> Layout:
        """The tables, pivot tables and drawings, which lie in parts of their own."""
        return surroundings(self._package, self.entry)

    @cached_property
    def attachments(self) -> Attachments:
        """What hangs on the cells: links, comments, merged cells."""
        return attachments(self._package, self.entry, self.frame.root, self.frame.merged())


class OpenedWorkbook(Document):
    """A workbook that is read. The file stays open until ``close``."""

    def __init__(self, path: Readable, limit: int) -> None:
        """``limit`` is the most bytes that it may unpack to. ``InputError`` where it is damaged, hostile or none."""
        super().__init__(path)
        self.package = Package(path, limit)
        self.pages: dict[str, Sheet] = {}
        """Pages of ours from an earlier run, by their mark."""
        self._beside: dict[str, str] = {}
        """The last column that somebody filled right of a list of ours, by the mark of its page."""
        self.changed_pages: set[str] = set()
        """Pages of ours on which somebody wrote since, by their mark."""
        self.own_sheets: dict[str, OpenedSheet] = {}
        """The analyst's own by name, in order: pages of ours are not among them."""
        try:
            self.workbook = Workbook(self.package)
            if self.workbook.signed:
                self.warnings.append(f"{path.name} is digitally signed: the signature would not outlive any change")
            self.strings = self._shared_strings()
            self._separate_pages()
            self.sheets = list(self.own_sheets)
            listed = ((e.attributes.get("name", ""), e) for e in self.workbook.root.all("sheets", "sheet"))
            self.hidden = [name for name, e in listed if e.attributes.get("state", "visible") != "visible"]
        except BaseException:
            self.close()
            raise

    def _shared_strings(self) -> SharedStrings:
        """Return the workbook's shared strings; none where it has no such part."""
        part = self.workbook.related("sharedStrings")
        if part is None:
            return SharedStrings()
        return shared_strings(
            self.package.chunks(part), lambda what: damaged(self.path, f"its list of shared strings {what}")
        )

    def _separate_pages(self) -> None:
        """Tell pages of ours from the analyst's sheets, by mark and content. ``InputError`` where one is damaged."""
        shown = self.styles().shown()
        context = CellContext(self.strings, shown, self.workbook.date1904, self.workbook.recalculated)
        before = self.workbook.words_of_pages()
        for entry in self.workbook.sheets:
            sheet = OpenedSheet(self.package, entry, context)
            reader, words = sheet.reader(), Words()
            if entry.page and is_page(words.counted(reader.rows())):
                self.pages[entry.page] = entry
                hung = (link.kind for link in relationships(self.package, entry.part).values())
                if before.get(entry.page, str(words)) != str(words) or any("omment" in kind for kind in hung):
                    self.changed_pages.add(entry.page)
                listed = area_of(sheet.frame.root.child("autoFilter"))
                if listed is not None and reader.last_column > listed[2]:
                    self._beside[entry.page] = letters(reader.last_column)
                    self.changed_pages.add(entry.page)
            else:
                if entry.page:
                    self.warnings.append(unlike_page(entry.name))
                self.own_sheets[entry.name] = sheet

    def changed_page(self, page: str, anew: str) -> str:
        """Return what is said of a page of ours on which somebody wrote: it is kept, and made anew as ``anew``."""
        sheet, last = self.pages[page].name, self._beside.get(page)
        beside = f" (up to column {last})" if last else ""
        return f"{sheet}: this sheet of ours was made anew as {anew!r}, since somebody wrote on it{beside}: it is kept"

    def close(self) -> None:
        self.package.close()
        super().close()

    def header_row(self, sheet: str) -> int | None:
        return self.own_sheets[sheet].layout.header_row()

    def merged(self, sheet: str) -> list[Area]:
        return self.own_sheets[sheet].frame.merged()

    def rows(self, sheet: str) -> Iterator[Row]:
        opened = self.own_sheets[sheet]
        yield from opened.rows()
        self.warnings += (warning for warning in opened.warnings if warning not in self.warnings)

    def used_range(self, sheet: str) -> UsedRange:
        """Return how far a sheet is used, and which of its columns the formulas of all sheets read."""
        used = self.own_sheets[sheet].used_range()
        return replace(used, read=sorted(self._columns_read[sheet.casefold()]))

    @cached_property
    def _columns_read(self) -> dict[str, set[tuple[int, int]]]:
        """What formulas and defined names read of each sheet, by its name in small letters."""
        read: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
        names = self.workbook.root.all("definedNames", "definedName")
        # what is printed and what is filtered reads nothing
        written = [e.text for e in names if not e.attributes.get("name", "").startswith(_OF_LOOKS)]
        found = [("", {columns for text in written for columns in columns_read(text)})]
        for name, sheet in self.own_sheets.items():
            sheet.used_range()  # which knows the formulas of a sheet that was not to be looked at, too
            found.append((name, sheet.columns_read))
        for own, columns in found:
            for other, first, last in columns:
                read[(other or own).casefold()].add((first, last))
        return read

    def styles(self) -> Styles:
        """Return the workbook's styles, a new object for each writing, which adds to them."""
        part = self.workbook.related("styles")
        return Styles(BLANK_STYLES if part is None else parsed_part(self.package, part)[0])

    def check(self, new: Mapping[str, int]) -> None:
        if self.workbook.signed:
            raise OutputError(
                f"{self.path.name} is digitally signed, and adding to it would break the signature",
                hint="save a copy without the signature and enrich that",
            )
        for sheet, count in new.items():
            self.used_range(sheet).first_free(count, sheet)
