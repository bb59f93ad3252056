"""The workbook part and its relationships: which sheets there are, in which parts they lie."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from enrich.errors import InputError
from enrich.formats.shared.document import PAGE_MARK, WORDS_MARK
from enrich.formats.shared.faults import damaged, foreign, unsafe
from enrich.formats.xlsx.package.archive import Package, key
from enrich.formats.xlsx.package.names_of_standard import CONTENT_TYPES, OFFICE, OFFICE_STRICT, SHEET_TYPE
from enrich.formats.xlsx.package.xml_edit import Element, MarkupError, count_elements, parse


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship: what kind of part it leads to, and that part's name (or address, where external)."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, and the part that it lies in."""

    name: str
    part: str
    index: int
    """Its place among all sheets: what a local defined name refers to."""
    id: int = 0
    """Its ``sheetId``, which the order of calculation refers to."""
    page: str = ""
    """The title, as ``marked``, of the page of ours that this is from an earlier run; empty for the analyst's."""


def marked(title: str) -> str:
    """Return a page's title as the end of its mark: a defined name holds letters, digits and underscores."""
    return re.sub(r"\W", "_", title)


def rels_of(part: str) -> str:
    """Return the name of the part that holds a part's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def parsed_part(package: Package, name: str) -> tuple[bytes, Element]:
    """Return a small part and its root."""
    data = package.part(name)
    package.take_apart(name, count_elements(data))
    try:
        return data, parse(data)
    except MarkupError as error:
        fault = unsafe if "DOCTYPE" in str(error) else damaged
        raise fault(package.path, f"{name!r} {error}") from error


def relationships(package: Package, part: str) -> dict[str, Relationship]:
    """Return a part's relationships by id; none where it has no such part."""
    name = rels_of(part)
    if name not in package:
        return {}
    found = {}
    for e in parsed_part(package, name)[1].children:
        target = e.attributes.get("Target", "")
        external = e.attributes.get("TargetMode") == "External"
        if not external:
            target = _resolved(part, target)
        kind = e.attributes.get("Type", "").rpartition("/")[2]
        found[e.attributes.get("Id", "")] = Relationship(e.attributes.get("Id", ""), kind, target, external)
    return found


_ROOTS = re.compile(rb"<(?:\w+:)?(?:sst|styleSheet)[\s/>]")
"""The first element of the list of shared strings, and of the styles."""


def related_parts(package: Package, related: Mapping[str, Relationship], kind: str) -> list[str]:
    """Return the parts of one kind (``styles``, ``table``) that relationships lead to, those that are there."""
    return [x.target for x in related.values() if x.kind == kind and not x.external and x.target in package]


def belongings(package: Package, part: str) -> set[str]:
    """Return what goes when a part goes: parts that nothing else leads to, and relationships; keys of their names."""
    leads = {}
    for name in package.names():
        folder, file = posixpath.split(name.replace("\\", "/"))
        if posixpath.basename(folder) == "_rels" and file.endswith(".rels"):
            source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
            leads[key(source)] = {key(x.target) for x in relationships(package, source).values() if not x.external}
    reached, waiting = set[str](), [key(part)]
    while waiting:
        new = {name for name in leads.get(waiting.pop(), ()) if name in package and name != key(part)} - reached
        reached |= new
        waiting += new
    # what a part outside leads to stays, and all that it leads to in its turn
    while (
        shared := {x for source, led_to in leads.items() if source not in reached | {key(part)} for x in led_to}
        & reached
    ):
        reached -= shared
    return {name for owned in (*reached, key(part)) for name in (owned, key(rels_of(owned))) if name in package} - {
        key(part)
    }


def id_attribute(root: Element, sheet: Element) -> str:
    """Return how this workbook writes the ``r:id`` of a sheet: others than the relationships' namespace may have an
    ``id``.
    """
    spaces = root.attributes | sheet.attributes
    names = [name for name in sheet.attributes if name.endswith(":id")]
    meant = (name for name in names if spaces.get(f"xmlns:{name.removesuffix(':id')}") in (OFFICE, OFFICE_STRICT))
    return next(meant, names[0] if names else "r:id")


def _resolved(part: str, target: str) -> str:
    # Excel names targets from the folder of the part that leads there, openpyxl and .NET's packaging from the root.
    target = unquote(target).replace("\\", "/")
    base = "/" if target.startswith("/") else "/" + posixpath.dirname(part)
    return posixpath.normpath(posixpath.join(base, target)).lstrip("/")


class Workbook:
    """What the workbook part says. ``sheets`` are the worksheets in order, pages of ours included."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = self._main_part()
        self.data, self.root = parsed_part(package, self.part)
        if self.root.local != "workbook":
            raise foreign(package.path, "is no workbook")
        self.relationships = relationships(package, self.part)
        properties = self.root.child("workbookPr")
        self.date1904 = properties is not None and properties.flag("date1904")
        calculation = self.root.child("calcPr")
        self.recalculated = calculation is not None and calculation.flag("fullCalcOnLoad")
        """Whether programs are asked to calculate it when they open it: what its formulas show may be no result."""
        self.sheets = self._sheets()
        if not self.sheets:
            raise foreign(package.path, "holds no worksheet")

    def _main_part(self) -> str:
        package = self.package
        if CONTENT_TYPES not in package:
            raise foreign(package.path, "is a zip archive and no workbook")
        parsed_part(package, CONTENT_TYPES)  # what is wrong with it is said before anything is asked
        leads = relationships(package, "").values()
        main = next((x.target for x in leads if x.kind == "officeDocument"), "xl/workbook.xml")
        if main.endswith(".bin"):  # its content type does not tell: some writers declare it in every package
            raise InputError(
                f"{package.path.name} is a binary workbook (.xlsb), which is not read", hint="save it as .xlsx"
            )
        if main not in package:
            raise foreign(package.path, "is a zip archive and no workbook")
        return main

    def _sheets(self) -> list[Sheet]:
        pages = self._pages()
        found: list[Sheet] = []
        seen: set[str] = set()
        for index, e in enumerate(self.root.all("sheets", "sheet")):
            name = e.attributes.get("name", "")
            link = self.relationships.get(e.attributes.get(id_attribute(self.root, e), ""))
            # The list of sheets says a name and an id; only the relationship's type says what kind of sheet it is.
            if link is None or link.kind != "worksheet" or link.external:
                continue  # sheets of one chart, of dialogs and of old macros hold no rows
            if link.target not in self.package or link.target in seen or name in {s.name for s in found}:
                raise damaged(self.package.path, f"its sheet {name!r} is missing or named twice")
            seen.add(link.target)
            found.append(Sheet(name, link.target, index, e.number("sheetId"), pages.get(name, "")))
        return found

    def _pages(self) -> dict[str, str]:
        """Sheet name -> title of the page of ours that stands there."""
        pages = {}
        for e in self.root.all("definedNames", "definedName"):
            name = e.attributes.get("name", "")
            target = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!.*", e.text.strip())
            if name.startswith(PAGE_MARK) and target:
                pages[(target[1] or target[2]).replace("''", "'")] = name.removeprefix(PAGE_MARK)
        return pages

    def words_of_pages(self) -> dict[str, str]:
        """Return what the words of each page of ours came to when it was written, by its title, as ``marked``."""
        names = ((e.attributes.get("name", ""), e) for e in self.root.all("definedNames", "definedName"))
        return {
            name.removeprefix(WORDS_MARK): e.text.strip().strip('"') for name, e in names if name.startswith(WORDS_MARK)
        }

    def related(self, kind: str) -> str | None:
        """Return the workbook's one part of a kind (``styles``, ``sharedStrings``), where it is there."""
        found = related_parts(self.package, self.relationships, kind)
        return found[0] if found else self._unrelated(kind)

    def _unrelated(self, kind: str) -> str | None:
        """Return the part that is declared as of this kind and has its usual name, where no relationship leads to it;
        None where it holds something else.
        """
        # Some exporters forget the relationship. openpyxl and others find the part by its type or name: beside a second
        # one of ours they would look up our cells' strings in the first.
        usual = key(posixpath.join(posixpath.dirname(self.part), f"{kind}.xml"))
        name = next((name for name in self.package.names() if key(name) == usual), "")
        _, types = parsed_part(self.package, CONTENT_TYPES)
        declared = (e for e in types.children if key(e.attributes.get("PartName", "")) == usual)
        is_of_kind = any(e.attributes.get("ContentType") == f"{SHEET_TYPE}.{kind}+xml" for e in declared)
        # the first bytes are looked at too: a part that holds something else must not make the workbook a damaged one
        return name if name and is_of_kind and _ROOTS.search(next(iter(self.package.chunks(name)), b"")) else None

    @property
    def signed(self) -> bool:
        """Whether the package carries a digital signature, which any change would break."""
        # Excel opens a workbook whose signature is broken with a warning to everybody; taking it off would be a
        # change that nobody asked for.
        return any(
            (x.kind == "origin" and "digital-signature" in x.target) or "_xmlsignatures" in x.target
            for x in relationships(self.package, "").values()
        ) or any(n.casefold().startswith("_xmlsignatures/") for n in self.package.names())
