"""What lies around a sheet's rows: its tables, merged cells, filter and drawings, and where free columns begin.

A pass over the sheet leaves a ``Survey`` behind for the second one, which writes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from enrich.errors import OutputError
from enrich.formats.xlsx.package.archive import Package
from enrich.formats.xlsx.package.workbook import Link, Sheet, links, tree
from enrich.formats.xlsx.package.xml_edit import Element, MarkupError
from enrich.formats.xlsx.sheet.properties import Frame
from enrich.formats.xlsx.sheet.read import Fault, Reading
from enrich.formats.xlsx.sheet.stream import SheetStream
from enrich.formats.xlsx.sheet.text import MAX_COLUMNS, MAX_ROWS, area
from enrich.model.cell_reference import letters
from enrich.model.row import Addition, Area

EMU_PER_COLUMN = 609_600
"""A column of default width in drawing units, where a drawing gives its size and not the cell where it ends."""
FAR = 60
"""A drawing that reaches more columns than this over the free ones is not worth going beyond."""


@dataclass(slots=True)
class Table:
    """A ListObject: its area (columns from 0, rows from 1), and why it cannot grow, if it cannot."""

    part: str
    data: bytes
    root: Element
    left: int
    top: int
    right: int
    bottom: int
    totals: int
    header: bool
    bound: str = ""

    @property
    def name(self) -> str:
        return self.root.attributes.get("displayName") or self.root.attributes.get("name", "")

    @property
    def columns(self) -> range:
        return range(self.left, self.right + 1)

    def totals_rows(self) -> range:
        return range(max(self.bottom - self.totals, self.top) + 1, self.bottom + 1)

    def heading(self, column: int) -> str | None:
        """What the table calls a column (from 0), where it reaches that far."""
        columns = self.root.all("tableColumns", "tableColumn")
        inside = column in self.columns and column - self.left < len(columns)
        return columns[column - self.left].attributes.get("name", "") if inside else None


@dataclass(slots=True)
class Layout:
    """What lies around one sheet's rows. Columns are counted from 0; -1 where there is none."""

    tables: list[Table] = field(default_factory=list)
    pivot_right: int = -1
    """The last column of a pivot table: what stands there may not be stored, and is made anew when it is refreshed."""
    drawings: list[Area] = field(default_factory=list)
    """What charts, pictures and shapes lie over."""

    def header_row(self) -> int | None:
        """The header row of the sheet's largest table."""
        headed = [t for t in self.tables if t.header]
        return max(headed, key=lambda t: t.bottom - t.top).top if headed else None

    def right(self, last_value: int) -> int:
        """The last column that is taken by a value or a table, be it a pivot table."""
        return max([last_value, self.pivot_right, *(t.right for t in self.tables)])


def surroundings(package: Package, sheet: Sheet) -> Layout:
    """What the sheet's related parts say; merged cells are in the sheet itself and come with a pass over it."""
    layout = Layout()
    for link in links(package, sheet.part).values():
        if link.external or link.target not in package:
            continue
        if link.kind == "table":
            table = _table(package, link)
            if table is not None:
                layout.tables.append(table)
        elif link.kind == "pivotTable":
            place = tree(package, link.target)[1].child("location")
            bounds = area(place.attributes.get("ref", "")) if place is not None else None
            layout.pivot_right = max(layout.pivot_right, bounds[2] if bounds is not None else -1)
        elif link.kind == "drawing":
            layout.drawings += _drawn(package, link)
    return layout


def _table(package: Package, link: Link) -> Table | None:
    data, root = tree(package, link.target)
    bounds = area(root.attributes.get("ref", ""))
    if bounds is None:
        return None
    kind = root.attributes.get("tableType", "worksheet")
    bound = {"worksheet": "", "queryTable": "filled by a query", "xml": "bound to an XML map"}.get(kind, kind)
    if any(x.kind == "queryTable" for x in links(package, link.target).values()):
        bound = "filled by a query"
    header = root.number("headerRowCount", 1) > 0
    totals = root.number("totalsRowCount")
    return Table(link.target, data, root, *bounds, totals=totals, header=header, bound=bound)


def _drawn(package: Package, link: Link) -> Iterator[Area]:
    """What each chart, picture or shape of a drawing lies over."""
    for anchor in tree(package, link.target)[1].children:
        yield from _anchored(anchor)


def _anchored(anchor: Element) -> Iterator[Area]:
    if anchor.local == "AlternateContent":
        for branch in anchor.children:
            for one in branch.children:
                yield from _anchored(one)
        return
    start, end, size, place = (anchor.child(name) for name in ("from", "to", "ext", "pos"))
    left, top, bottom = 0, 1, MAX_ROWS
    if start is not None:
        left, top = _cell(start, "col"), _cell(start, "row") + 1
    if end is not None:
        bottom = _cell(end, "row") + (1 if _cell(end, "rowOff") or end.child("row") is None else 0)
        yield left, top, _cell(end, "col") - (0 if _cell(end, "colOff") else 1), bottom
        return
    wide = size.number("cx") if size is not None else 0
    if start is not None:
        yield left, top, left + (_cell(start, "colOff") + wide) // EMU_PER_COLUMN, bottom
    elif place is not None:
        yield left, top, (place.number("x") + wide) // EMU_PER_COLUMN, bottom


def _cell(point: Element, name: str) -> int:
    child = point.child(name)
    text = child.text.strip() if child is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@dataclass(slots=True)
class Survey:
    """``right`` is the last column that holds anything of the analyst's, ``bottom`` the last row with a value.

    ``across`` are rows that are merged to the sheet's very end, titles as a rule: they leave the columns below free.
    """

    head: bytes
    tail: bytes
    right: int
    bottom: int
    layout: Layout
    across: list[range] = field(default_factory=list)

    @classmethod
    def of(cls, stream: SheetStream, reading: Reading, layout: Layout, fault: Fault) -> Survey:
        """Of a stream that was read to its end."""
        survey = cls(stream.head, stream.tail, reading.last_column, reading.last_row, layout)
        try:
            merged = survey.frame().merged()
        except MarkupError as error:
            raise fault(str(error)) from error
        survey.across = [range(top, bottom + 1) for _, top, right, bottom in merged if right == MAX_COLUMNS - 1]
        survey.right = max([layout.right(reading.last_column), *(m[2] for m in merged if m[2] < MAX_COLUMNS - 1)])
        return survey

    def frame(self) -> Frame:
        return Frame.of(self.head, self.tail)

    def first_free(self, count: int, sheet: str, top: int = 1) -> tuple[int, list[str]]:
        """Where ``count`` new columns begin, in rows from ``top`` on, and what to say of it."""
        start, said = self.right + 1, []
        beside = (right for _, first, right, last in self.layout.drawings if first <= self.bottom and last >= top)
        drawn = max(beside, default=-1)
        if drawn >= start:
            if drawn - start <= FAR and drawn + 1 + count <= MAX_COLUMNS:
                start = drawn + 1
                said.append(f"{sheet}: the new columns begin at {letters(start)}, right of a chart or picture")
            else:
                said.append(f"{sheet}: a chart or picture lies over the new columns")
        if start + count > MAX_COLUMNS:
            raise OutputError(
                f"the sheet {sheet!r} has no room for {count} more columns: it is used up to {letters(self.right)}",
                hint="choose fewer columns with --columns, or other sheets with --sheet",
            )
        return start, said

    def growing(self, addition: Addition, start: int) -> tuple[list[Table], list[str]]:
        """The tables that grow by columns from ``start``, and why others that get cells do not."""
        grow, said = [], []
        filled = [row for row in range(1, self.bottom + 1) if addition.cells(row)] if self.layout.tables else []
        for table in self.layout.tables:
            if not (table.header and table.top == addition.header_row) and not _gets_cells(table, filled):
                continue
            if table.bound:
                said.append(f"the table {table.name!r} is {table.bound} and was not extended")
            elif not table.header:
                said.append(f"the table {table.name!r} has no row of headings and was not extended")
            elif table.right != start - 1:
                said.append(f"something stands right of the table {table.name!r}, which was not extended")
            else:
                grow.append(table)
        return grow, said


def _gets_cells(table: Table, filled: Sequence[int]) -> bool:
    """Whether one of the rows that get cells, in order, is among the table's: a table can be as long as a sheet."""
    first = bisect_left(filled, table.top + table.header)
    return first < len(filled) and filled[first] <= table.bottom - table.totals


def rows_of(areas: Iterable[range], last: int) -> set[int]:
    """The rows of all areas up to ``last``, each looked at once however many areas lie over it."""
    found: set[int] = set()
    done = 0
    for rows in sorted(areas, key=lambda rows: rows.start):
        found.update(range(max(rows.start, done + 1), min(rows.stop, last + 1)))
        done = max(done, rows.stop - 1)
    return found
