"""What stands around a worksheet's rows, and what of it must know of our columns: dimension, widths, the filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from enrich.formats.xlsx.package.xml_edit import Edits, Element, parse
from enrich.formats.xlsx.sheet.text import area, reference
from enrich.model.row import Area

ORDER = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData")
"""The schema's order up to the rows."""


@dataclass(slots=True)
class Frame:
    """A worksheet's ``head`` and ``tail`` around its rows, as one tree. Raises ``MarkupError`` on making."""

    head: bytes
    tail: bytes
    root: Element
    edits: Edits

    @classmethod
    def of(cls, head: bytes, tail: bytes) -> Frame:
        data = head + tail
        return cls(head, tail, parse(data), Edits(data))

    def merged(self) -> list[Area]:
        areas = (area(e.attributes.get("ref", "")) for e in self.root.all("mergeCells", "mergeCell"))
        return [found for found in areas if found is not None]

    def widen(self, left: int, right: int, top: int, bottom: int) -> None:
        """Let the ``dimension`` hint reach over our cells: readers that trust it see nothing beyond."""
        dimension = self.root.child("dimension")
        bounds = area(dimension.attributes.get("ref", "")) if dimension is not None else None
        if dimension is None or bounds is None:
            return
        wide = min(bounds[0], left), min(bounds[1], top), max(bounds[2], right), max(bounds[3], bottom)
        if wide != bounds:
            self.edits.set(dimension, "ref", reference(*wide))

    def filter_grows(self, header: int, left: int, right: int) -> bool | None:
        """Extends the sheet's own filter over our columns, if it filters this header and ends beside or among them.

        None where it ends before: sorting by it moves the rows' other cells and not ours.
        """
        own = self.root.child("autoFilter")
        bounds = area(own.attributes.get("ref", "")) if own is not None else None
        if own is None or bounds is None or bounds[1] != header or bounds[2] >= right:
            return False
        if bounds[2] < left - 1:
            return None
        self.edits.set(own, "ref", reference(bounds[0], bounds[1], right, bounds[3]))
        return True

    def set_widths(self, widths: Sequence[tuple[int, int]]) -> None:
        """Shows our columns in their widths (column from 0, characters); other columns keep theirs."""
        cols = self.root.child("cols")
        p = self.root.prefix
        ours = dict(widths)
        styles = {at: _style(cols, at) for at in ours}
        written = [
            f'<{p}col min="{at + 1}" max="{at + 1}" width="{w}.7109375"{styles[at]} customWidth="1"/>'
            for at, w in sorted(ours.items())
        ]
        if cols is None:
            self.edits.insert(self.root, ORDER, f"<{p}cols>{''.join(written)}</{p}cols>".encode(), "cols")
            return
        entries = [(at, text.encode()) for at, text in zip(sorted(ours), written, strict=True)]
        for col in cols.children:
            low, high = col.number("min", 1) - 1, col.number("max", 1) - 1
            if any(low <= at <= high for at in ours):
                self.edits.replace(col.start, col.end, b"")
                entries += [(start, self._resized(col, start, end)) for start, end in _left_over(low, high, ours)]
        kept = [
            c for c in cols.children if not any(c.number("min", 1) - 1 <= at <= c.number("max", 1) - 1 for at in ours)
        ]
        for at, text in sorted(entries):
            after = next((c for c in kept if c.number("min", 1) - 1 > at), None)
            if after is not None:
                self.edits.replace(after.start, after.start, text)
            else:
                self.edits.append(cols, text)

    def _resized(self, col: Element, low: int, high: int) -> bytes:
        """A copy of a width for a part of the columns that it was for."""
        data = self.edits.data[col.start : col.end]
        copy = Edits(data)
        element = Element(col.name, col.attributes, 0, col.opened - col.start)
        copy.set(element, "min", str(low + 1))
        copy.set(element, "max", str(high + 1))
        return copy.apply()

    def parts(self) -> tuple[bytes, bytes]:
        """Head and tail with all changes."""
        return self.edits.halves(len(self.head))


def _style(cols: Element | None, at: int) -> str:
    """The look that a column's blank cells have, as an attribute: the sheet's own goes on through our columns."""
    covering = (c for c in cols.children if c.number("min", 1) <= at + 1 <= c.number("max", 1)) if cols else ()
    number = next((c.number("style") for c in covering), 0)
    return f' style="{number}"' if number else ""


def _left_over(low: int, high: int, ours: dict[int, int]) -> list[tuple[int, int]]:
    """The runs of columns from ``low`` to ``high`` without ours."""
    runs, start = [], low
    for at in sorted(c for c in ours if low <= c <= high):
        if start < at:
            runs.append((start, at - 1))
        start = at + 1
    if start <= high:
        runs.append((start, high))
    return runs
