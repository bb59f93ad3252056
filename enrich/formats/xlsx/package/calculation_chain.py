"""The order of calculation without cells of ours that lost their formula: a program calls an entry for one damage."""

from __future__ import annotations

from collections.abc import Mapping

from enrich.formats.xlsx.package.xml_edit import Edits, Element
from enrich.formats.xlsx.sheet.text import area


def without(data: bytes, root: Element, ours: Mapping[int, frozenset[int]]) -> bytes | None:
    """The part without entries in our columns (sheet id -> columns from 0); None where nothing is left of it.

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
