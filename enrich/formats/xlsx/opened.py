"""An opened workbook: its sheets' rows as text, and what both passes over it must know of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from enrich.errors import OutputError
from enrich.files.opened import Readable
from enrich.formats.shared.document import Document
from enrich.formats.shared.faults import damaged
from enrich.formats.shared.page_content import is_page, unlike_page
from enrich.formats.xlsx.package.archive import Package
from enrich.formats.xlsx.package.workbook import Sheet, Workbook, parsed_part
from enrich.formats.xlsx.sheet.opened import OpenedSheet
from enrich.formats.xlsx.sheet.read import CellContext
from enrich.formats.xlsx.sheet.shared_strings import SharedStrings, shared_strings
from enrich.formats.xlsx.sheet.styles import BLANK_STYLES, Styles
from enrich.model.row import Area, Row


class OpenedWorkbook(Document):
    """A workbook that is read. The file stays open until ``close``."""

    def __init__(self, path: Readable, limit: int) -> None:
        """``limit`` is the most bytes that it may unpack to. ``InputError`` where it is damaged, hostile or none."""
        super().__init__(path)
        self.package = Package(path, limit)
        self.pages: dict[str, Sheet] = {}
        """Pages of ours from an earlier run, by their mark."""
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
        for entry in self.workbook.sheets:
            sheet = OpenedSheet(self.package, entry, context)
            if entry.page and is_page(sheet.reader().rows()):
                self.pages[entry.page] = entry
            else:
                if entry.page:
                    self.warnings.append(unlike_page(entry.name))
                self.own_sheets[entry.name] = sheet

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
            self.own_sheets[sheet].used_range().first_free(count, sheet)
