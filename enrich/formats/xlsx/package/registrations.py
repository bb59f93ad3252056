"""The workbook part with its registrations changed: filter names grown, sheets of ours entered and marked."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from itertools import count, islice

from enrich.formats.shared.document import PAGE_MARK, WORDS_MARK
from enrich.formats.xlsx.package.archive import Package, key
from enrich.formats.xlsx.package.names_of_standard import CONTENT_TYPES, OFFICE, RELATIONS_TYPE, SHEET_TYPE
from enrich.formats.xlsx.package.workbook import Workbook, id_attribute, marked, parsed_part, rels_of
from enrich.formats.xlsx.package.xml_edit import Edits, Element
from enrich.formats.xlsx.sheet.paper import FITTED, Paper
from enrich.formats.xlsx.sheet.text import markup, quoted, sheet_prefix
from enrich.model.cell_reference import letters
from enrich.visible import visible

WORKBOOK_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr",
    "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
FILTER, TITLES = "_xlnm._FilterDatabase", "_xlnm.Print_Titles"
"""Names that the standard reserves, one a sheet: its filter's area, and the rows that each printed page repeats."""


@dataclass(slots=True)
class NewPart:
    """A part to register: what kind, its name, and the sheet that it is (for worksheets)."""

    kind: str
    part: str
    sheet: str = ""
    title: str = ""
    filtered: str = ""
    """The area of the page's filter, absolute, without the sheet."""
    paper: Paper = FITTED
    """How the page is printed."""


@dataclass(slots=True)
class Registry:
    """Collects changes to the workbook, its relationships and the content types; ``parts`` returns them changed."""

    workbook: Workbook
    grown_filters: dict[int, int] = field(default_factory=dict)
    """Sheet index -> new last column of its filter."""
    repeated: dict[int, str] = field(default_factory=dict)
    """Sheet index -> what to print on each page, where the sheet names nothing."""
    new: list[NewPart] = field(default_factory=list)
    refiltered: dict[int, NewPart] = field(default_factory=dict)
    """Pages of ours that stay in their places: sheet index -> their filter now."""
    words: dict[str, str] = field(default_factory=dict)
    """Title of a page of ours -> what its words come to."""
    kept: list[str] = field(default_factory=list)
    """Sheets of ours from an earlier run that stay as somebody changed them."""
    typed: list[tuple[str, str]] = field(default_factory=list)
    """Further new parts, which the workbook itself does not lead to: name and content type."""
    dropped: set[str] = field(default_factory=set)
    """Keys of parts that the package loses: the order of calculation, an earlier page's charts."""

    def parts(self) -> dict[str, bytes]:
        """Return the changed parts by name; none that need not change."""
        unused = (name for number in count(1) if (name := f"rId{number}") not in self.workbook.relationships)
        ids = list(islice(unused, len(self.new)))
        book = self._workbook(ids)
        changed = {self.workbook.part: book} if book != self.workbook.data else {}
        if self.new or self.typed or self.dropped:
            changed[rels_of(self.workbook.part)] = self._relationships(ids)
            changed[CONTENT_TYPES] = self._content_types()
        return changed

    def _workbook(self, ids: list[str]) -> bytes:
        edits, root = Edits(self.workbook.data), self.workbook.root
        sheets = root.all("sheets", "sheet")
        # Ids are never used again: scenarios, custom views and the order of calculation refer to sheets by them.
        last_id = max((s.number("sheetId") for s in sheets), default=0)
        names = []
        worksheets = [(id_, new) for id_, new in zip(ids, self.new, strict=True) if new.kind == "worksheet"]
        for place, (id_, new) in enumerate(worksheets):
            identity = f'sheetId="{last_id + 1 + place}" {_id_attribute(root, sheets[0])}="{id_}"'
            entry = f'<{root.prefix}sheet name="{quoted(new.sheet)}" {identity}/>'
            # Ours come last: `localSheetId` and `activeTab` count sheets by their place in this list, so none of
            # theirs moves.
            edits.append(root.all("sheets")[0], entry.encode())
            names += _page_names(new, len(sheets) + place, root.prefix)
        existing = root.all("definedNames", "definedName")
        # a sheet with a print area or titles of its own says itself how it is to be printed
        print_names = (e for e in existing if e.attributes.get("name", "").startswith("_xlnm.Print_"))
        printed = {e.number("localSheetId", -1) for e in print_names}
        names += [
            defined_name(TITLES, rows, index, prefix=root.prefix)
            for index, rows in sorted(self.repeated.items())
            if rows and index not in printed
        ]
        self._filters(edits)
        names += self._marks({e.attributes.get("name", "") for e in existing})
        marks = {PAGE_MARK + marked(new.title) for new in self.new if new.title}
        marks |= {WORDS_MARK + marked(title) for title in self.words}
        for e in existing:
            if e.attributes.get("name") in marks:  # of a page that was deleted, or as it was: no name may stand twice
                edits.replace(e.start, e.end, b"")
        if names:
            edits.extend(root, WORKBOOK_ORDER, "definedNames", "".join(names).encode())
        return edits.apply()

    def _marks(self, existing: Container[str]) -> Iterator[str]:
        """Yield the names that say what the words of our pages come to, and which pages are kept as they are."""
        prefix = self.workbook.root.prefix
        for title, words in self.words.items():
            yield defined_name(WORDS_MARK + marked(title), f'"{words}"', hidden=True, prefix=prefix)
        free = (name for number in count(1) if (name := f"{PAGE_MARK}kept_{number}") not in existing)
        for sheet, name in zip(self.kept, free, strict=False):
            yield defined_name(name, f"{sheet_prefix(sheet)}$A$1", hidden=True, prefix=prefix)

    def _filters(self, edits: Edits) -> None:
        """Register the hidden names that a sheet's filter area goes by, and of our pages the rows that are repeated."""
        for e in self.workbook.root.all("definedNames", "definedName"):
            name = e.attributes.get("name")
            # a filter works by the sheet's element; sorting by it, and older programs, go by this name
            if name not in (FILTER, TITLES) or e.end == e.opened:
                continue
            index = e.number("localSheetId", -1)
            text = edits.data[e.opened : e.closed].decode()
            if name == FILTER and index in self.grown_filters:
                last = letters(self.grown_filters[index])
                edits.replace(e.opened, e.closed, re.sub(r"\$[A-Z]+(\$\d+)$", rf"${last}\1", text).encode())
            elif index in self.refiltered:
                page = self.refiltered[index]
                if page.filtered:
                    place = sheet_prefix(page.sheet)
                    area = place + page.filtered if name == FILTER else _repeated(place, page.filtered, page.paper)
                    edits.replace(e.opened, e.closed, markup(area).encode())
                else:
                    edits.replace(e.start, e.end, b"")

    def _relationships(self, ids: list[str]) -> bytes:
        data, root = parsed_part(self.workbook.package, rels_of(self.workbook.part))
        edits = Edits(data)
        kinds = (e.attributes.get("Type", "") for e in root.children)
        # Strict workbooks (ISO 29500) have types of relationships of their own; in the others' types Excel finds no
        # sheet.
        space = next((k.removesuffix("worksheet") for k in kinds if k.endswith("/worksheet")), f"{OFFICE}/")
        for id_, new in zip(ids, self.new, strict=True):
            # from the root, as the workbook part may lie in any folder
            written = f'<{root.prefix}Relationship Id="{id_}" Type="{space}{new.kind}" Target="/{new.part}"/>'
            edits.append(root, written.encode())
        lost = {x.id for x in self.workbook.relationships.values() if key(x.target) in self.dropped}
        for e in root.children:
            if e.attributes.get("Id") in lost:
                edits.replace(e.start, e.end, b"")
        return edits.apply()

    def _content_types(self) -> bytes:
        data, root = parsed_part(self.workbook.package, CONTENT_TYPES)
        edits = Edits(data)
        entries = [(new.part, f"{SHEET_TYPE}.{new.kind}+xml") for new in self.new] + self.typed
        # a package without relationships has no need of the default; ours may be the first
        if not any(e.attributes.get("Extension", "").casefold() == "rels" for e in root.children):
            written = f'<{root.prefix}Default Extension="rels" ContentType="{RELATIONS_TYPE}"/>'
            edits.append(root, written.encode())
        # A part without a content type, and one that has two, make Excel repair the file.
        for part, kind in entries:
            written = f'<{root.prefix}Override PartName="/{part}" ContentType="{kind}"/>'
            edits.append(root, written.encode())
        replaced = self.dropped | {key(part) for part, _ in entries}  # writers leave entries of parts that are gone
        for e in root.children:
            if key(e.attributes.get("PartName", "")) in replaced:
                edits.replace(e.start, e.end, b"")
        return edits.apply()


def defined_name(name: str, place: str, index: int | None = None, *, hidden: bool = False, prefix: str = "") -> str:
    """Return a name for a place, which is given as formulas write it.

    ``index`` is the sheet that alone knows the name; None: all do.
    """
    local = "" if index is None else f' localSheetId="{index}"'
    hiding = ' hidden="1"' if hidden else ""
    return f'<{prefix}definedName name="{name}"{local}{hiding}>{markup(place)}</{prefix}definedName>'


def _page_names(new: NewPart, index: int, prefix: str) -> list[str]:
    """Return the names of a new page of ours: its mark, and those of its filter."""
    place = f"{sheet_prefix(new.sheet)}$A$1"
    mark = defined_name(PAGE_MARK + marked(new.title), place, hidden=True, prefix=prefix)
    return [mark, *filter_names(new.sheet, new.filtered, index, prefix, new.paper)]


def filter_names(sheet: str, filtered: str, index: int, prefix: str = "", paper: Paper | None = FITTED) -> list[str]:
    """Return the names of a sheet's filter, and of what each printed page repeats, unless somebody else says how it is
    printed; none without a filter.
    """
    if not filtered:
        return []
    place = sheet_prefix(sheet)
    names = [defined_name(FILTER, place + filtered, index, hidden=True, prefix=prefix)]
    if paper is not None:
        names.append(defined_name(TITLES, _repeated(place, filtered, paper), index, prefix=prefix))
    return names


def _repeated(place: str, filtered: str, paper: Paper) -> str:
    """Return what each page repeats: the headings, with which the filter begins, and a column."""
    return paper.titles(place, int(filtered.partition(":")[0].rpartition("$")[2]))


def _id_attribute(root: Element, sheet: Element) -> str:
    """Return how this workbook writes ``r:id``, up to the value; with its namespace where only the sheets
    declare it.
    """
    name = id_attribute(root, sheet)
    declaration = f"xmlns:{name.removesuffix(':id')}"
    if declaration in root.attributes:
        return name
    return f'{declaration}="{sheet.attributes.get(declaration, OFFICE)}" {name}'


def free_part(package: Package, used: Container[str], pattern: str, vacant: Container[str] = ()) -> str:
    """Return the first part name of a pattern (``xl/worksheets/sheet{}.xml``) that is free.

    A name is free if it is neither in the package nor ``used``, and no relationships lie there, left over from a part
    that is gone. ``vacant`` are names that the package gives up. Both hold keys.
    """

    def free(name: str) -> bool:
        there = (part for part in (name, rels_of(name)) if part in package and key(part) not in vacant)
        return key(name) not in used and not any(there)

    return next(name for number in count(1) if free(name := pattern.format(number)))


def sheet_name(title: str, used: set[str]) -> str:
    """Return a name that a sheet may bear: at most 31 characters, none of the seven that are forbidden, unlike those
    used.
    """
    folded = {name.casefold() for name in used}
    # Excel refuses these in names of sheets, and an apostrophe at either end: formulas write names between
    # apostrophes.
    clean = re.sub(r"[\[\]:*?/\\]", "_", visible(title)).strip("'").strip()[:31] or "Sheet"
    name, number = clean, 1
    while name.casefold() in folded or name.casefold() == "history":  # Excel keeps that name for itself
        number += 1
        name = f"{clean[:25]} ({number})"
    return name
