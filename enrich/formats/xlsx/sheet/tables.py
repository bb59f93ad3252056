"""A ListObject with our columns at its right, so that sorting and filtering it takes our cells along."""

from __future__ import annotations

import re
from collections.abc import Iterable

from enrich.formats.xlsx.package.xml_edit import Edits
from enrich.formats.xlsx.sheet.layout import ListObject
from enrich.formats.xlsx.sheet.text import area_of, markup, quoted, reference
from enrich.model.column import free_heading


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
