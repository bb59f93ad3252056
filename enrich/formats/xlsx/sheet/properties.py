"""What stands around a worksheet's rows, and what of it must know of our columns: dimension, widths, the filter."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from enrich.formats.xlsx.package.xml_edit import Edits, Element, parse
from enrich.formats.xlsx.sheet.formulas import ColumnsRead, columns_read
from enrich.formats.xlsx.sheet.paper import Paper
from enrich.formats.xlsx.sheet.text import area_of, reference, sheet_prefix, unescaped
from enrich.model.row import Area

WORKSHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
"""The schema's order (ECMA-376 part 1, CT_Worksheet)."""
_RULES = re.compile(rb"<(?:\w+:)?(?:formula[12]?|f)>([^<]+)</")
_USUAL_WIDTH, _MOST_WIDTH = 9.140625, 255
"""Digits that a column is wide where nothing is said of it, and at most."""
SHEET_PROPERTIES_ORDER = ("tabColor", "outlinePr", "pageSetUpPr")
"""The schema's order of what stands inside ``sheetPr``."""


@dataclass(slots=True)
class SheetFrame:
    """A worksheet's ``head`` and ``tail`` around its rows, as one tree, and the changes to it."""

    head: bytes
    tail: bytes
    root: Element
    edits: Edits

    @classmethod
    def of(cls, head: bytes, tail: bytes) -> SheetFrame:
        """Raise ``MarkupError`` where the two together are no XML."""
        data = head + tail
        return cls(head, tail, parse(data), Edits(data))

    def copy(self) -> SheetFrame:
        """Return the frame as it was read, for one writing to change."""
        return replace(self, edits=Edits(self.head + self.tail))

    def merged(self) -> list[Area]:
        areas = map(area_of, self.root.all("mergeCells", "mergeCell"))
        return [found for found in areas if found is not None]

    def columns_read(self) -> set[ColumnsRead]:
        """Return the columns that the rules around the rows read: conditional formats, validations, sparklines."""
        written = _RULES.findall(self.head + self.tail)
        return {read for formula in written for read in columns_read(unescaped(formula))}

    def widen(self, left: int, right: int, top: int, bottom: int) -> None:
        """Let the ``dimension`` hint reach over our cells: readers that trust it see nothing beyond."""
        # openpyxl's read-only mode and others size their rows by it; Excel does not look at it.
        dimension = self.root.child("dimension")
        bounds = area_of(dimension)
        if dimension is None or bounds is None:
            return
        wide = min(bounds[0], left), min(bounds[1], top), max(bounds[2], right), max(bounds[3], bottom)
        if wide != bounds:
            self.edits.set(dimension, "ref", reference(*wide))

    def filter_grows(self, header: int, left: int, right: int) -> bool | None:
        """Extend the sheet's own filter over our columns, if it filters this header and ends beside or among them.

        None where it ends before: sorting by it moves the rows' other cells and not ours.
        """
        # Sorting by a filter moves the cells of its columns alone: ours would stay behind, and stand beside other
        # rows.
        own = self.root.child("autoFilter")
        bounds = area_of(own)
        if own is None or bounds is None or bounds[1] != header or bounds[2] >= right:
            return False
        if bounds[2] < left - 1:
            return None
        self.edits.set(own, "ref", reference(bounds[0], bounds[1], right, bounds[3]))
        return True

    def _width(self, at: int) -> float:
        """Return the width of a column (from 0) in digits; 0 where it is hidden."""
        covering = _covering(self.root.child("cols"), at)
        if covering and covering[0].flag("hidden"):
            return 0
        return (_digits(covering[0], "width") if covering else 0) or self._usual_width()

    def _usual_width(self) -> float:
        usual = self.root.child("sheetFormatPr")
        return (usual and _digits(usual, "defaultColWidth")) or _USUAL_WIDTH

    def print_across(
        self, ours: Sequence[tuple[int, float]], sheet: str, heads: Collection[int], key: int | None
    ) -> str:
        """Let the sheet print across with columns of ``ours`` (column from 0, digits), unless it says itself how it is
        to be printed; return what each page repeats, "" for nothing. ``heads`` are the rows of headings.

        Without, our columns stand on pages of their own, behind all pages of the analyst's.
        """
        widths = dict(ours)
        paper = Paper.of({at: widths.get(at) or self._width(at) for at in range(max(widths) + 1)}, key)
        # headings are repeated only where we decide how the sheet is printed
        return paper.titles(sheet_prefix(sheet), min(heads, default=None)) if self._fit_to_paper(paper) else ""

    def _fit_to_paper(self, paper: Paper) -> bool:
        """Put down how the sheet is printed; False where it says so itself."""
        properties = self.root.child("sheetPr")
        fitting = properties.child("pageSetUpPr") if properties is not None else None
        # Whoever set up pages or breaks knows how the sheet is to look on paper.
        spoken = [self.root.child(name) for name in ("pageSetup", "rowBreaks", "colBreaks")]
        if any(spoken) or (fitting is not None and fitting.attributes):
            return False
        p = self.root.prefix
        fit = paper.fitting(p)
        if not fit:
            pass
        elif fitting is not None:
            self.edits.set(fitting, "fitToPage", "1")
        elif properties is not None:
            self.edits.insert(properties, SHEET_PROPERTIES_ORDER, fit.encode(), "pageSetUpPr")
        else:
            self.edits.insert(self.root, WORKSHEET_ORDER, f"<{p}sheetPr>{fit}</{p}sheetPr>".encode(), "sheetPr")
        self.edits.insert(self.root, WORKSHEET_ORDER, paper.setup(p).encode(), "pageSetup")
        return True

    def _show_outline(self) -> None:
        """Programs leave room for the button that folds columns only where this says how deep they are grouped."""
        usual = self.root.child("sheetFormatPr")
        if usual is None:
            text = f'<{self.root.prefix}sheetFormatPr defaultRowHeight="15" outlineLevelCol="1"/>'
            self.edits.insert(self.root, WORKSHEET_ORDER, text.encode(), "sheetFormatPr")
        elif usual.number("outlineLevelCol") < 1:
            self.edits.set(usual, "outlineLevelCol", "1")

    def set_widths(self, widths: Sequence[tuple[int, float]]) -> None:
        """Show our columns in their widths (column from 0, digits), in a group that one click folds; other columns
        keep theirs. Beside a group of the analyst's they stand in none, since the two would be one.
        """
        cols = self.root.child("cols")
        p = self.root.prefix
        ours = dict(widths)
        styles = {at: _style(cols, at) for at in ours}
        group = "" if _grouped(cols, min(ours) - 1) or _grouped(cols, max(ours) + 1) else ' outlineLevel="1"'
        if group:
            self._show_outline()
        written = [
            f'<{p}col min="{at + 1}" max="{at + 1}" width="{w}"{styles[at]} customWidth="1"{group}/>'
            for at, w in sorted(ours.items())
        ]
        if cols is None:
            self.edits.extend(self.root, WORKSHEET_ORDER, "cols", "".join(written).encode())
            return
        entries = [(at, text.encode()) for at, text in zip(sorted(ours), written, strict=True)]
        for col in cols.children:
            # one entry may stand for thousands of columns, up to the last; two may not overlap, so it is split
            low, high = col.number("min", 1) - 1, col.number("max", 1) - 1
            # Two entries for one column make Excel call the sheet damaged.
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
        """Return a copy of a width for a part of the columns that it was for."""
        data = self.edits.data[col.start : col.end]
        copy = Edits(data)
        element = Element(col.name, col.attributes, 0, col.opened - col.start)
        copy.set(element, "min", str(low + 1))
        copy.set(element, "max", str(high + 1))
        return copy.apply()

    def parts(self) -> tuple[bytes, bytes]:
        """Head and tail with all changes."""
        return self.edits.halves(len(self.head))


def _covering(cols: Element | None, at: int) -> list[Element]:
    """Return the entries that say how a column looks; the first one counts."""
    return [c for c in cols.children if c.number("min", 1) <= at + 1 <= c.number("max", 1)] if cols else []


def _digits(element: Element, attribute: str) -> float:
    """Return a width; 0 where it says none that can be."""
    try:
        width = float(element.attributes.get(attribute, ""))
    except ValueError:
        return 0
    return width if 0 < width <= _MOST_WIDTH else 0


def _grouped(cols: Element | None, at: int) -> bool:
    """Return whether a column of the analyst's stands in a group."""
    return any(c.number("outlineLevel") for c in _covering(cols, at))


def _style(cols: Element | None, at: int) -> str:
    """Return the look that a column's blank cells have, as an attribute: the sheet's own goes on through our
    columns.
    """
    covering = _covering(cols, at)
    number = covering[0].number("style") if covering else 0
    return f' style="{number}"' if number else ""


def _left_over(low: int, high: int, ours: Collection[int]) -> list[tuple[int, int]]:
    """Return the runs of columns from ``low`` to ``high`` without ours."""
    runs, start = [], low
    for at in sorted(c for c in ours if low <= c <= high):
        if start < at:
            runs.append((start, at - 1))
        start = at + 1
    if start <= high:
        runs.append((start, high))
    return runs
