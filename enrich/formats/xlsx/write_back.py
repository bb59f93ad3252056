"""The analyst's workbook again: every member copied as it lies, but for those that must know of what we add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from shutil import copyfileobj
from typing import BinaryIO

from enrich.formats.xlsx.opened import OpenedSheet, OpenedWorkbook
from enrich.formats.xlsx.package.archive import key
from enrich.formats.xlsx.package.names_of_standard import MAIN
from enrich.formats.xlsx.package.registrations import NewPart, Registry, free_part, sheet_name
from enrich.formats.xlsx.package.workbook import belongings, marked, parsed_part, related_parts
from enrich.formats.xlsx.package.xml_edit import MOST_ELEMENTS, Edits, Element, count_elements
from enrich.formats.xlsx.package.zip_writer import PackedMember, ZipOut, pack
from enrich.formats.xlsx.pages.list import PageWriter, shown_width, spaced
from enrich.formats.xlsx.pages.sections import PlacedChart, SectionsWriter
from enrich.formats.xlsx.sheet.layout import distinct_headings, rows_of, with_columns
from enrich.formats.xlsx.sheet.new_strings import NewStrings
from enrich.formats.xlsx.sheet.splice import PlacedAddition, Splicer
from enrich.formats.xlsx.sheet.styles import Styles
from enrich.formats.xlsx.sheet.text import area, cut_words
from enrich.formats.xlsx.sheet.values import CellWriter
from enrich.model.column import Type
from enrich.model.page import Page
from enrich.model.quantities import counted
from enrich.model.row import Addition

SHEET_PART = "xl/worksheets/sheet{}.xml"


class WriteBack:
    """One writing of a workbook with additions and pages."""

    def __init__(self, document: OpenedWorkbook, additions: Mapping[str, Addition], pages: Sequence[Page]) -> None:
        self.document = document
        self.package, self.workbook = document.package, document.workbook
        self.additions = {name: a for name, a in additions.items() if a.columns}
        self.pages = pages
        self.styles: Styles = document.styles()
        own = document.strings if self.workbook.related("sharedStrings") else None
        # A sheet's cells refer to shared strings by their place: ours go behind theirs, and no cell of theirs is
        # renumbered.
        self.strings = NewStrings(own, self._namespace())
        self.registry = Registry(self.workbook)
        self.formulas: dict[int, frozenset[int]] = {}
        """Sheet id -> columns of ours from an earlier run that hold formulas."""
        self.contents: dict[str, PackedMember] = {}
        """The content of changed and of new parts, by the key of their name."""
        self.added: list[str] = []
        """The names of the new parts."""
        self.allotted: set[str] = set()
        """Keys of the part names that are given away."""
        self.warnings: list[str] = []

    def write(self, target: BinaryIO) -> list[str]:
        """Write the workbook; returns warnings. With nothing to add, it is the file's own bytes."""
        if not self.additions and not self.pages:
            with self.document.path.open("rb") as source:
                copyfileobj(source, target)
            return []
        new = {name: sum(c.name not in a.present for c in a.columns) for name, a in self.additions.items()}
        self.document.check(new)
        try:
            self._prepare()
            self._archive(target)
        finally:
            self.strings.close()
            for content in self.contents.values():
                content.close()
        return self.warnings

    def _prepare(self) -> None:
        """Make all changed and added parts; the archive's order may want the last one made first."""
        for name, sheet in self.document.own_sheets.items():
            if name in self.additions:
                self._sheet(sheet, self.additions[name])
        for page in self.pages:
            self._page(page)
        styles = self.styles.result()
        if styles != self.styles.original or not self.workbook.related("styles"):
            self._put_only("styles", [styles])
        if self.strings.added:
            own = self.workbook.related("sharedStrings")
            self._put_only("sharedStrings", self.strings.parts(self.package.chunks(own) if own else None))
        self._calculation_order()
        for name, data in self.registry.parts().items():
            self._put(name, [data])

    def _put(self, part: str, pieces: Iterable[bytes]) -> None:
        """Give a part its content; it may be new."""
        self.contents[key(part)] = pack(pieces)
        if part not in self.package:
            self.added.append(part)

    def _put_only(self, kind: str, pieces: Iterable[bytes]) -> None:
        """Give its content to the one part of a kind (``styles``) that a workbook has, or gets now."""
        part = self.workbook.related(kind)
        if part is None:
            usual = f"xl/{kind}.xml"
            part = usual if usual not in self.package else free_part(self.package, set(), f"xl/{kind}{{}}.xml")
        if not related_parts(self.package, self.workbook.relationships, kind):
            self.registry.new.append(NewPart(kind, part))
        self._put(part, pieces)

    def _archive(self, target: BinaryIO) -> None:
        """Write the members in their order, then the new ones. Bytes of what did not change are copied as packed."""
        out = ZipOut(target)
        # The order of members stays: Excel writes `[Content_Types].xml` first, and some tools tell the kind of a file
        # by that.
        for member in self.package.members:
            content = self.contents.get(key(member.orig_filename))
            if content is not None:
                out.replace(member, content)
            elif key(member.orig_filename) not in self.registry.dropped:
                out.copy(member, self.package.raw(member))
        for name in self.added:
            out.add(name, self.contents[key(name)])
        out.close()

    def _sheet(self, sheet: OpenedSheet, addition: Addition) -> None:
        placed = self._placed(sheet, addition)
        # The second pass over the sheet: the first found out how wide it is.
        stream, index = sheet.stream(), sheet.entry.index
        prefix = stream.prefix.decode()
        writer = CellWriter(
            placed.places(), self.styles, self.strings, prefix, date1904=self.workbook.date1904, looks=spaced
        )
        splicer = Splicer(placed, writer, stream.prefix, sheet.fault)
        new = sorted(set(placed.at) - placed.refreshed)
        self.formulas[sheet.entry.id] = frozenset(
            at for at, c in placed.places() if c.type is Type.LINK and at in placed.refreshed
        )
        frame, bottom = sheet.frame.copy(), sheet.used_range().bottom
        frame.widen(min(placed.at), max(placed.at), min(placed.heads, default=bottom), bottom)
        headings = dict(zip(placed.at, addition.headings, strict=True))
        large = splicer.enlargements(sheet.stream()) if new else (1, 1)
        widths = [(at, shown_width(column.width, headings[at], large)) for at, column in placed.places() if at in new]
        # A later run leaves widths as the analyst has set them since.
        if widths:
            # first, since what is put in one place stays in this order
            self.registry.repeated[index] = frame.print_across(widths, sheet.name, placed.heads, addition.key)
            frame.set_widths(widths)
        # A table has a filter of its own, and grows with `with_columns`; this is the sheet's.
        grows = frame.filter_grows(addition.header_row or 0, new[0], new[-1]) if new else False
        if grows:
            self.registry.grown_filters[index] = new[-1]
        elif grows is None:
            self.warnings.append(f"{sheet.name}: something stands right of the sheet's filter, which was not extended")
        head, tail = frame.parts()

        def pieces() -> Iterator[bytes]:
            yield head
            yield from splicer.rows(stream)
            yield stream.tail[: len(stream.tail) - len(frame.tail)]  # blanks behind the last row, which no frame has
            yield tail

        self._put(sheet.entry.part, pieces())
        if writer.clipped:
            self.warnings.append(f"{sheet.name}: {cut_words(writer.clipped)}")

    def _placed(self, sheet: OpenedSheet, addition: Addition) -> PlacedAddition:
        """Decides where each column stands, and lets the tables grow that there are to grow."""
        used, layout = self.document.used_range(sheet.name), sheet.layout
        missing = [i for i, c in enumerate(addition.columns) if c.name not in addition.present]
        at = [addition.present.get(c.name, -1) for c in addition.columns]
        heads = {} if addition.header_row is None else {addition.header_row: list(addition.headings)}
        # Columns of an earlier run stand in a table that grew then: its headings are the table's own, which may have
        # a number behind.
        tables = [t for t in layout.tables if t.header and not t.bound and set(at) & set(t.columns)]
        if missing:
            start, said = used.first_free(len(missing), sheet.name, addition.header_row or 1)
            for place, i in enumerate(missing, start):
                at[i] = place
            tables, why = used.growing(addition, start)
            self.warnings += said + [f"{sheet.name}: {reason}." for reason in why]
        for table in tables:
            own = [table.heading(place) for place in at]
            if missing:
                different = distinct_headings([addition.headings[i] for i in missing], table)
                self._put(table.part, [with_columns(table, different)])
                for i, heading in zip(missing, different, strict=True):
                    own[i] = heading
            heads[table.top] = [theirs or usual for theirs, usual in zip(own, addition.headings, strict=True)]
        joined = [*tables, *(t for t in layout.tables if set(at) & set(t.columns))]
        hung = sheet.attachments.rows()
        last = max([used.bottom, *hung[-1:]])
        across = rows_of(used.across, last)
        totals = rows_of((t.totals_rows() for t in joined), last) - across
        self._unsaid(sheet.name, addition, across, "merged to the end of the sheet")
        self._unsaid(sheet.name, addition, totals, "the totals of a table")
        without = frozenset(row for row in hung if addition.cells(row) is not None) - across - totals
        return PlacedAddition(addition, tuple(at), heads, frozenset(across | totals), without)

    def _unsaid(self, sheet: str, addition: Addition, rows: set[int], what: str) -> None:
        """Warn how many rows get nothing though something was found in them."""
        hidden = sum(addition.cells(row) is not None for row in sorted(rows))
        if hidden:
            counts = counted(hidden, "row is", "rows are")
            self.warnings.append(
                f"{sheet}: {counts} {what}; what was found there stands in the list of all indicators alone"
            )

    def _page(self, page: Page) -> None:
        mark = marked(page.title)
        earlier, free = self.document.pages.get(mark), self._free_name(page.title)
        if earlier is not None and mark in self.document.changed_pages:
            self.registry.kept.append(earlier.name)
            self.warnings.append(self.document.changed_page(mark, free))
            earlier = None
        writing = SectionsWriter if page.sections else PageWriter
        writer = writing(page, self.styles, self.strings, self.workbook.date1904, self._namespace())
        part, name = (earlier.part, earlier.name) if earlier else (self._allotted(SHEET_PART), free)
        self._put(part, writer.parts())
        self.warnings += writer.warnings
        self.registry.words[page.title] = str(writer.words)
        if earlier is not None:
            # An earlier page's charts go with it: parts that nothing leads to stay in the file for ever, and programs
            # copy some of them.
            self.registry.dropped |= belongings(self.package, part)
            self.registry.refiltered[earlier.index] = NewPart(
                "worksheet", part, name, "", writer.filtered, writer.paper
            )
            self.formulas[earlier.id] = frozenset(i for i, c in enumerate(page.columns) if c.type is Type.LINK)
        else:
            self.registry.new.append(NewPart("worksheet", part, name, page.title, writer.filtered, writer.paper))
        if isinstance(writer, SectionsWriter) and writer.charts:
            self._charts(writer.charts, part, name)

    def _charts(self, placed: Sequence[PlacedChart], page_part: str, sheet: str) -> None:
        """Their parts, under the names of an earlier run's where those became free."""
        from enrich.formats.xlsx.pages import charts  # noqa: PLC0415 - openpyxl takes a while to load

        for part in charts.parts(placed, page_part, sheet, self._namespace(), self._allotted):
            self._put(part.name, [part.data])
            if part.type:
                self.registry.typed.append((part.name, part.type))

    def _allotted(self, pattern: str) -> str:
        name = free_part(self.package, self.allotted, pattern, self.registry.dropped)
        self.allotted.add(key(name))
        return name

    def _free_name(self, title: str) -> str:
        used = {e.attributes.get("name", "") for e in self.workbook.root.all("sheets", "sheet")}
        return sheet_name(title, used | {new.sheet for new in self.registry.new})

    def _namespace(self) -> str:
        # strict workbooks (ISO 29500) have namespaces of their own: a sheet in the others would not open there
        name = self.workbook.root.prefix.rstrip(":")
        return self.workbook.root.attributes.get(f"xmlns:{name}" if name else "xmlns", MAIN)

    def _calculation_order(self) -> None:
        """Take cells of ours out of it that an earlier run wrote and a program entered."""
        part = self.workbook.related("calcChain")
        # Excel makes the order of calculation anew where it is missing, and calls the workbook damaged where it names
        # a cell without a formula.
        if part is None or not any(self.formulas.values()):
            return
        if count_elements(self.package.part(part)) > MOST_ELEMENTS:  # a program makes it anew where it is missing
            self.registry.dropped.add(key(part))
            return
        data, root = parsed_part(self.package, part)
        left = without_formulas(data, root, self.formulas)
        if left is None:
            self.registry.dropped.add(key(part))
        elif left != data:
            self._put(part, [left])


def without_formulas(data: bytes, root: Element, ours: Mapping[int, frozenset[int]]) -> bytes | None:
    """Return the order of calculation without the cells of ours; None where nothing is left of it.

    ``ours`` are our columns (from 0) by sheet id. Their cells lost their formulas, and a program calls an entry without
    one damage; it enters formulas anew when it loads the workbook. An entry without a sheet id has that of the one
    before it, so an id that would go with its entry moves on.
    """
    edits = Edits(data)
    sheet = written_sheet = kept = 0
    for entry in root.children:
        sheet = entry.number("i", sheet)
        place = area(entry.attributes.get("r", ""))
        if place is not None and place[0] in ours.get(sheet, frozenset()):
            edits.replace(entry.start, entry.end, b"")
            continue
        if written_sheet != sheet and "i" not in entry.attributes:
            edits.set(entry, "i", str(sheet))
        written_sheet = sheet
        kept += 1
    return edits.apply() if kept else None


class XlsxDocument(OpenedWorkbook):
    """Reads as ``OpenedWorkbook``, writes as ``WriteBack``."""

    format = "xlsx"
    can_give_back = True

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:
        return WriteBack(self, additions, pages).write(target)
