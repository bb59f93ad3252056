"""What lies around a sheet's rows: its tables, merged cells, filter and drawings, and where free columns begin.

A pass over the sheet leaves a ``UsedRange`` behind for the second one, which writes; a table grows by our columns, so
that sorting and filtering it takes our cells along.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from enrich.errors import OutputError
from enrich.formats.xlsx.package.archive import Package
from enrich.formats.xlsx.package.workbook import Sheet, parsed_part, related_parts, relationships
from enrich.formats.xlsx.package.xml_edit import Edits, Element
from enrich.formats.xlsx.sheet.text import MAX_COLUMNS, MAX_ROWS, area_of, markup, quoted, reference
from enrich.model.cell_reference import letters
from enrich.model.column import free_heading
from enrich.model.row import Addition, Area

_UNITS_PER_COLUMN = 609_600
"""A column of default width in drawing units, where a drawing gives its size and not the cell where it ends."""
_FARTHEST_DRAWING = 60
"""A drawing that reaches more columns than this over the free ones is not worth going beyond."""


@dataclass(slots=True)
class ListObject:
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
        """Return what the table calls a column (from 0), where it reaches that far."""
        columns = self.root.all("tableColumns", "tableColumn")
        inside = column in self.columns and column - self.left < len(columns)
        return columns[column - self.left].attributes.get("name", "") if inside else None


@dataclass(frozen=True, slots=True)
class Layout:
    """What lies around one sheet's rows. Columns are counted from 0; -1 where there is none."""

    tables: list[ListObject]
    pivot_right: int
    """The last column of a pivot table: what stands there may not be stored, and is made anew when it is refreshed."""
    drawings: list[Area]
    """The areas that charts, pictures and shapes lie over."""

    def header_row(self) -> int | None:
        """Return the header row of the sheet's largest table."""
        headed = [t for t in self.tables if t.header]
        return max(headed, key=lambda t: t.bottom - t.top).top if headed else None


def surroundings(package: Package, sheet: Sheet) -> Layout:
    """Return what the sheet's related parts say; merged cells are in the sheet itself and come with a pass over it."""
    related = relationships(package, sheet.part)
    tables = (_table(package, part) for part in related_parts(package, related, "table"))
    pivots = (
        area_of(parsed_part(package, p)[1].child("location")) for p in related_parts(package, related, "pivotTable")
    )
    drawings = (parsed_part(package, part)[1].children for part in related_parts(package, related, "drawing"))
    return Layout(
        tables=[table for table in tables if table is not None],
        pivot_right=max((bounds[2] for bounds in pivots if bounds is not None), default=-1),
        drawings=[bounds for anchors in drawings for anchor in anchors for bounds in _anchored(anchor)],
    )


def _table(package: Package, part: str) -> ListObject | None:
    data, root = parsed_part(package, part)
    bounds = area_of(root)
    if bounds is None:
        return None
    kind = root.attributes.get("tableType", "worksheet")
    bound = {"worksheet": "", "queryTable": "filled by a query", "xml": "bound to an XML map"}.get(kind, kind)
    # such a table is filled anew when its query runs, and loses columns that the query does not give
    if any(x.kind == "queryTable" for x in relationships(package, part).values()):
        bound = "filled by a query"
    header = root.number("headerRowCount", 1) > 0
    totals = root.number("totalsRowCount")
    return ListObject(part, data, root, *bounds, totals=totals, header=header, bound=bound)


def _anchored(anchor: Element) -> Iterator[Area]:
    """Yield what a chart, picture or shape lies over.

    Where its end is not written, it may reach to the sheet's end below, and its width is reckoned from drawing units.
    """
    # Form controls and slicers stand in one.
    if anchor.local == "AlternateContent":  # the same shape for newer and for older programs
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
        yield left, top, left + (_cell(start, "colOff") + wide) // _UNITS_PER_COLUMN, bottom
    elif place is not None:
        yield left, top, (place.number("x") + wide) // _UNITS_PER_COLUMN, bottom


def _cell(point: Element, name: str) -> int:
    child = point.child(name)
    text = child.text.strip() if child is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@dataclass(frozen=True, slots=True)
class UsedRange:
    """How far a sheet is used, as a pass over it found out. ``right`` is the last column that holds anything of the
    analyst's, ``bottom`` the last row with a value.

    ``across`` are rows that are merged to the sheet's very end, titles as a rule: they leave the columns below free.
    ``read`` are the columns, first and last, in order, that formulas read, on any sheet.
    """

    layout: Layout
    right: int
    bottom: int
    across: list[range]
    read: Sequence[tuple[int, int]] = ()

    @classmethod
    def of(cls, layout: Layout, merged: Sequence[Area], right: int, bottom: int) -> UsedRange:
        """Return the range of a sheet whose cells reach to column ``right`` (from 0) and row ``bottom``."""
        across = [range(first, last + 1) for _, first, end, last in merged if end == MAX_COLUMNS - 1]
        narrower = (end for _, _, end, _ in merged if end < MAX_COLUMNS - 1)
        right = max([right, layout.pivot_right, *(t.right for t in layout.tables), *narrower])
        return cls(layout, right, bottom, across)

    def first_free(self, count: int, sheet: str, top: int = 1) -> tuple[int, list[str]]:
        """Return where ``count`` new columns begin, in rows from ``top`` on, and what to say of it."""
        start, remarks = self.right + 1, []
        right_edges = (right for _, first, right, last in self.layout.drawings if first <= self.bottom and last >= top)
        drawn = max(right_edges, default=-1)
        # A chart hides the cells below it; columns behind it would seem to be missing.
        if drawn >= start:
            if drawn - start <= _FARTHEST_DRAWING and drawn + 1 + count <= MAX_COLUMNS:
                start = drawn + 1
                remarks.append(f"{sheet}: the new columns begin at {letters(start)}, right of a chart or picture")
            else:
                remarks.append(f"{sheet}: a chart or picture lies over the new columns")
        # Blank cells that a formula reads are the analyst's to fill: it would count and show what we write there.
        beyond = start
        for first, last in self.read:
            if self.right < first < beyond + count and last >= beyond:
                beyond = last + 1
        if beyond > start:
            if beyond - start <= _FARTHEST_DRAWING and beyond + count <= MAX_COLUMNS:
                start = beyond
                remarks.append(f"{sheet}: the new columns begin at {letters(start)}, right of cells that formulas read")
            else:
                remarks.append(f"{sheet}: formulas read cells that the new columns fill")
        if start + count > MAX_COLUMNS:
            raise OutputError(
                f"the sheet {sheet!r} has no room for {count} more columns: it is used up to {letters(self.right)}",
                hint="choose fewer columns with --columns, or other sheets with --sheet",
            )
        return start, remarks

    def growing(self, addition: Addition, start: int) -> tuple[list[ListObject], list[str]]:
        """Return the tables that grow by columns from ``start``, and why others that get cells do not."""
        grow, remarks = [], []
        filled = [row for row in range(1, self.bottom + 1) if addition.cells(row)] if self.layout.tables else []
        for table in self.layout.tables:
            if not (table.header and table.top == addition.header_row) and not _gets_cells(table, filled):
                continue
            if table.bound:
                remarks.append(f"the table {table.name!r} is {table.bound} and was not extended")
            elif not table.header:
                remarks.append(f"the table {table.name!r} has no row of headings and was not extended")
            elif table.right != start - 1:
                remarks.append(f"something stands right of the table {table.name!r}, which was not extended")
            else:
                grow.append(table)
        return grow, remarks


def _gets_cells(table: ListObject, filled: Sequence[int]) -> bool:
    """Return whether a row of the table gets cells; ``filled`` are the rows that do, in order.

    It is searched and not gone through: a table can be as long as a sheet.
    """
    first = bisect_left(filled, table.top + table.header)
    return first < len(filled) and filled[first] <= table.bottom - table.totals


def rows_of(areas: Iterable[range], last: int) -> set[int]:
    """Return the rows of all areas up to ``last``, each looked at once however many areas lie over it."""
    found: set[int] = set()
    done = 0
    for rows in sorted(areas, key=lambda rows: rows.start):
        found.update(range(max(rows.start, done + 1), min(rows.stop, last + 1)))
        done = max(done, rows.stop - 1)
    return found


def distinct_headings(headings: Iterable[str], table: ListObject) -> list[str]:
    """Return the headings made different from a table's own columns and from each other, without regard to case."""
    # Excel repairs a table whose columns share a name, and compares names without regard to case.
    used = {c.attributes.get("name", "").casefold() for c in table.root.all("tableColumns", "tableColumn")}
    different = []
    for heading in headings:
        different.append(free_heading(heading, used))
        used.add(different[-1].casefold())
    return different


def with_columns(table: ListObject, headings: list[str]) -> bytes:
    """Return the table part with a column more for each heading, at its right."""
    # A calculated column, a totals function and the sort state stand in entries of their own, which stay. New columns
    # have none of these.
    edits = Edits(table.data)
    right = table.right + len(headings)
    edits.set(table.root, "ref", reference(table.left, table.top, right, table.bottom))
    # a table's filter ends above its totals, so that its own last row stays
    own = table.root.child("autoFilter")
    bounds = area_of(own)
    if own is not None and bounds is not None:
        edits.set(own, "ref", reference(bounds[0], bounds[1], right, bounds[3]))
    columns = table.root.child("tableColumns")
    if columns is not None:
        # an id that comes twice, or a name unlike the cell's, and Excel takes the table away as damaged
        first = max((c.number("id") for c in columns.children), default=0) + 1
        name = f"{columns.prefix}tableColumn"
        new = "".join(f'<{name} id="{first + i}" name="{_named(h)}"/>' for i, h in enumerate(headings))
        edits.set(columns, "count", str(len(columns.children) + len(headings)))
        edits.append(columns, new.encode())
    return edits.apply()


def _named(heading: str) -> str:
    """Return a heading as a column's name: line breaks are written as escapes there."""
    text = re.sub(r"[\r\n\t]", lambda m: f"_x{ord(m[0]):04x}_", markup(heading))
    return quoted(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
