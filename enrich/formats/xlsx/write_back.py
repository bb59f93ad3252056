"""The analyst's workbook again: every member copied as it lies, but for those that must know of what we add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from enrich.formats.xlsx.opened import Original
from enrich.formats.xlsx.package.archive import key
from enrich.formats.xlsx.package.names_of_standard import MAIN
from enrich.formats.xlsx.package.registrations import NewPart, Registry, free_part, sheet_name
from enrich.formats.xlsx.package.workbook import Sheet, belongings, marked, tree
from enrich.formats.xlsx.package.xml_edit import MOST_ELEMENTS, Edits, Element, count_elements
from enrich.formats.xlsx.package.zip_writer import Packed, ZipOut, pack
from enrich.formats.xlsx.pages.list import PageWriter, readable, spaced
from enrich.formats.xlsx.pages.sections import Placed, SectionsWriter
from enrich.formats.xlsx.sheet.layout import Survey, rows_of
from enrich.formats.xlsx.sheet.new_strings import NewStrings
from enrich.formats.xlsx.sheet.splice import Plan, Splicer
from enrich.formats.xlsx.sheet.stream import SheetStream
from enrich.formats.xlsx.sheet.styles import Styles
from enrich.formats.xlsx.sheet.tables import grown, unlike
from enrich.formats.xlsx.sheet.text import area, cut_words, named
from enrich.formats.xlsx.sheet.values import CellWriter
from enrich.model.column import Type
from enrich.model.page import Page
from enrich.model.row import Addition

SHEET_PART = "xl/worksheets/sheet{}.xml"


class GiveBack:
    """One writing of a workbook with additions and pages."""

    def __init__(self, original: Original, additions: Mapping[str, Addition], pages: Sequence[Page]) -> None:
        self.original = original
        self.package, self.workbook = original.package, original.workbook
        self.additions = {name: a for name, a in additions.items() if a.columns}
        self.pages = pages
        self.styles: Styles = original.styles()
        self.strings = NewStrings(original.strings if original.strings_part else None, self._namespace())
        self.registry = Registry(self.workbook)
        self.formulas: dict[int, frozenset[int]] = {}
        """Sheet id -> columns of ours from an earlier run that hold formulas."""
        self.changed: dict[str, Packed] = {}
        self.added: dict[str, Packed] = {}
        self.allotted: set[str] = set()
        """Keys of the part names that are given away."""
        self.warnings: list[str] = []

    def write(self, target: BinaryIO) -> list[str]:
        if not self.additions and not self.pages:
            with self.original.path.open("rb") as source:
                while piece := source.read(1 << 20):
                    target.write(piece)
            return []
        self.original.check(
            {name: sum(c.name not in a.present for c in a.columns) for name, a in self.additions.items()}
        )
        try:
            self._prepare()
            self._archive(target)
        finally:
            self.strings.close()
            for content in (*self.changed.values(), *self.added.values()):
                content.close()
        return self.warnings

    def _prepare(self) -> None:
        """Makes all changed and added parts; the archive's order may want the last one made first."""
        for name, sheet in self.original.sheets.items():
            if name in self.additions:
                self._sheet(sheet, self.additions[name])
        for page in self.pages:
            self._page(page)
        self._styles()
        self._strings()
        self._calculation_order()
        for name, data in self.registry.parts().items():
            self.changed[key(name)] = pack([data])

    def _archive(self, target: BinaryIO) -> None:
        out = ZipOut(target)
        for member in self.package.members:
            content = self.changed.get(key(member.orig_filename))
            if content is not None:
                out.replace(member, content)
            elif key(member.orig_filename) not in self.registry.dropped:
                out.copy(member, self.package.raw(member))
        for name, content in self.added.items():
            out.add(name, content)
        out.close()

    def _sheet(self, sheet: Sheet, addition: Addition) -> None:
        survey = self.original.survey(sheet.name)
        plan = self._plan(sheet, survey, addition)
        fault = self.original.fault(sheet)
        stream = SheetStream(self.package.chunks(sheet.part), fault)
        prefix = stream.prefix.decode()
        writer = CellWriter(
            plan.places(), self.styles, self.strings, prefix, date1904=self.workbook.date1904, looks=spaced
        )
        splicer = Splicer(plan, writer, stream.prefix, fault)
        new = sorted(set(plan.at) - plan.taken)
        self.formulas[sheet.id] = frozenset(at for at, c in plan.places() if c.type is Type.LINK and at in plan.taken)
        frame = survey.frame()
        frame.widen(min(plan.at), max(plan.at), min(plan.heads, default=survey.bottom), survey.bottom)
        headings = dict(zip(plan.at, addition.headings, strict=True))
        widths = [(at, readable(column.width, headings[at])) for at, column in plan.places() if at in new]
        if widths:
            if frame.fit_to_paper() and plan.heads:  # first, since what is put in one place stays in this order
                self.registry.repeated[sheet.index] = f"{named(sheet.name)}${min(plan.heads)}:${min(plan.heads)}"
            frame.set_widths(widths)
        grows = frame.filter_grows(addition.header_row or 0, new[0], new[-1]) if new else False
        if grows:
            self.registry.grown_filters[sheet.index] = new[-1]
        elif grows is None:
            self.warnings.append(f"{sheet.name}: something stands right of the sheet's filter, which was not extended")
        head, tail = frame.parts()

        def pieces() -> Iterator[bytes]:
            yield head
            yield from splicer.rows(stream)
            yield tail

        self.changed[key(sheet.part)] = pack(pieces())
        if writer.clipped:
            self.warnings.append(f"{sheet.name}: {cut_words(writer.clipped)}")

    def _plan(self, sheet: Sheet, survey: Survey, addition: Addition) -> Plan:
        """Decides where each column stands, and lets the tables grow that there are to grow."""
        missing = [i for i, c in enumerate(addition.columns) if c.name not in addition.present]
        at = [addition.present.get(c.name, -1) for c in addition.columns]
        heads = {} if addition.header_row is None else {addition.header_row: list(addition.headings)}
        tables = [t for t in survey.layout.tables if t.header and not t.bound and set(at) & set(t.columns)]
        if missing:
            start, said = survey.first_free(len(missing), sheet.name, addition.header_row or 1)
            for place, i in enumerate(missing, start):
                at[i] = place
            tables, why = survey.growing(addition, start)
            self.warnings += said + [f"{sheet.name}: {reason}." for reason in why]
        for table in tables:
            named = [table.heading(place) for place in at]
            if missing:
                different = unlike([addition.headings[i] for i in missing], table)
                self.changed[key(table.part)] = pack([grown(table, different)])
                for i, heading in zip(missing, different, strict=True):
                    named[i] = heading
            heads[table.top] = [own or usual for own, usual in zip(named, addition.headings, strict=True)]
        joined = [*tables, *(t for t in survey.layout.tables if set(at) & set(t.columns))]
        hung = self.original.attachments(sheet.name).rows()
        last = max([survey.bottom, *hung[-1:]])
        across = rows_of(survey.across, last)
        totals = rows_of((t.totals_rows() for t in joined), last) - across
        self._unsaid(sheet, addition, across, "merged to the end of the sheet")
        self._unsaid(sheet, addition, totals, "the totals of a table")
        without = frozenset(row for row in hung if addition.cells(row) is not None) - across - totals
        return Plan(addition, tuple(at), heads, frozenset(across | totals), without)

    def _unsaid(self, sheet: Sheet, addition: Addition, rows: set[int], what: str) -> None:
        """Says how many rows get nothing though something was found in them."""
        hidden = sum(addition.cells(row) is not None for row in sorted(rows))
        if hidden:
            self.warnings.append(
                f"{sheet.name}: {hidden} row{' is' if hidden == 1 else 's are'} {what}; what was found there stands in "
                "the list of all indicators alone"
            )

    def _page(self, page: Page) -> None:
        earlier = self.original.pages.get(marked(page.title))
        writing = SectionsWriter if page.sections else PageWriter
        writer = writing(page, self.styles, self.strings, self.workbook.date1904, self._namespace())
        content = pack(writer.parts())
        self.warnings += writer.warnings
        if earlier is not None:
            part, name = earlier.part, earlier.name
            self.changed[key(part)] = content
            self.registry.dropped |= belongings(self.package, part)
            self.registry.refiltered[earlier.index] = NewPart("worksheet", part, filtered=writer.filtered)
            self.formulas[earlier.id] = frozenset(i for i, c in enumerate(page.columns) if c.type is Type.LINK)
        else:
            part, name = self._allotted(SHEET_PART), self._free_name(page.title)
            self.added[part] = content
            self.registry.new.append(NewPart("worksheet", part, name, page.title, writer.filtered))
        if isinstance(writer, SectionsWriter) and writer.charts:
            self._charts(writer.charts, part, name)

    def _charts(self, placed: Sequence[Placed], page_part: str, sheet: str) -> None:
        """Their parts, under the names of an earlier run's where those became free."""
        from enrich.formats.xlsx.pages import charts  # noqa: PLC0415 - openpyxl takes a while to load

        for part in charts.parts(placed, page_part, sheet, self._namespace(), self._allotted):
            content = pack([part.data])
            if part.name in self.package:
                self.changed[key(part.name)] = content
            else:
                self.added[part.name] = content
            if part.type:
                self.registry.typed.append((part.name, part.type))

    def _allotted(self, pattern: str) -> str:
        name = free_part(self.package, self.allotted, pattern, self.registry.dropped)
        self.allotted.add(key(name))
        return name

    def _free_name(self, title: str) -> str:
        taken = {e.attributes.get("name", "") for e in self.workbook.root.all("sheets", "sheet")}
        return sheet_name(title, taken | {new.sheet for new in self.registry.new})

    def _namespace(self) -> str:
        name = self.workbook.root.prefix.rstrip(":")
        return self.workbook.root.attributes.get(f"xmlns:{name}" if name else "xmlns", MAIN)

    def _calculation_order(self) -> None:
        """Takes cells of ours out of it that an earlier run wrote and a program entered."""
        part = self.workbook.related("calcChain")
        if part is None or not any(self.formulas.values()):
            return
        if count_elements(self.package.part(part)) > MOST_ELEMENTS:  # a program makes it anew where it is missing
            self.registry.dropped.add(key(part))
            return
        data, root = tree(self.package, part)
        left = without_formulas(data, root, self.formulas)
        if left is None:
            self.registry.dropped.add(key(part))
        elif left != data:
            self.changed[key(part)] = pack([left])

    def _strings(self) -> None:
        part = self.original.strings_part
        if not self.strings.added:
            return
        if part is not None:
            self.changed[key(part)] = pack(self.strings.parts(self.package.chunks(part)))
        else:
            usual = "xl/sharedStrings.xml"
            part = usual if usual not in self.package else free_part(self.package, set(), "xl/sharedStrings{}.xml")
            self.added[part] = pack(self.strings.parts(None))
            self.registry.new.append(NewPart("sharedStrings", part))

    def _styles(self) -> None:
        data = self.styles.result()
        part = self.workbook.related("styles")
        if part is None:
            usual = "xl/styles.xml"
            part = usual if usual not in self.package else free_part(self.package, set(), "xl/styles{}.xml")
            self.added[part] = pack([data])
            self.registry.new.append(NewPart("styles", part))
        elif data != self.styles.original:
            self.changed[key(part)] = pack([data])


def without_formulas(data: bytes, root: Element, ours: Mapping[int, frozenset[int]]) -> bytes | None:
    """The order of calculation without entries in our columns (sheet id -> columns from 0), where cells of ours lost
    their formula: a program calls an entry without one damage. None where nothing is left of the part.

    Programs enter formulas anew when they load the workbook. An entry without a sheet id has that of the one before
    it, so an id that would go with its entry moves on.
    """
    edits = Edits(data)
    sheet = told = kept = 0
    for entry in root.children:
        sheet = entry.number("i", sheet)
        place = area(entry.attributes.get("r", ""))
        if place is not None and place[0] in ours.get(sheet, frozenset()):
            edits.replace(entry.start, entry.end, b"")
            continue
        if told != sheet and "i" not in entry.attributes:
            edits.set(entry, "i", str(sheet))
        told = sheet
        kept += 1
    return edits.apply() if kept else None
