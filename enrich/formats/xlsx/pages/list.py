"""Sheets of ours, written as a stream: lines of introduction, a frozen header with a filter, typed rows by verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from enrich.formats.xlsx.package.names_of_standard import MAIN
from enrich.formats.xlsx.pages.own_words import Words
from enrich.formats.xlsx.pages.sheet_markup import sheet_head, sheet_tail
from enrich.formats.xlsx.sheet.new_strings import NewStrings
from enrich.formats.xlsx.sheet.paper import Paper
from enrich.formats.xlsx.sheet.styles import Look, Styles, argb, look
from enrich.formats.xlsx.sheet.text import MAX_ROWS, cut_words
from enrich.formats.xlsx.sheet.values import CellWriter
from enrich.model.cell_reference import letters
from enrich.model.column import Type
from enrich.model.page import Page
from enrich.model.palette import ACCENT, PALETTE
from enrich.model.verdict import Tone

BANNER_LOOK = Look(number_format=0, ink=argb(PALETTE[Tone.MALICIOUS].bar), bold=True, size=14)
"""Red letters, not a red field: the text runs over its neighbours, where a fill would end with the cell."""
HEADER_LOOK = Look(number_format=49, fill=argb(ACCENT), ink="FFFFFFFF", bold=True)
WIDTH_MARGIN = 0.7109375
"""Digits that a width in the file has more than people see: 5 pixels of padding, a digit of Calibri 11 having 7, in
steps of a 256th (ECMA-376 part 1, 18.3.1.13).
"""

MOST_WIDTH = 255
"""Digits, in which every width is given: Excel calls a sheet with a wider column damaged."""


def spaced(kind: Type, tone: Tone) -> Look:
    """As everywhere, but numbers keep off the text on their right."""
    return replace(look(kind, tone), right=True) if kind is Type.INTEGER else look(kind, tone)


def shown_width(width: int, heading: str, enlarged: tuple[float, float] = (1, 1)) -> float:
    """Return a column's width in digits, with the margin that programs add, that shows a heading beside its filter's
    arrow.

    ``enlarged`` says how many times as large as usual the heading's letters are, and those of the cells below.
    """
    headings, cells = enlarged
    return min(max(width * cells, (len(heading) + 3) * headings) + WIDTH_MARGIN, MOST_WIDTH)


@dataclass(slots=True)
class PageWriter:
    """Writes a page of one table as a worksheet part. At the end of ``parts`` all of the rest is known."""

    page: Page
    styles: Styles
    strings: NewStrings
    date1904: bool
    namespace: str = MAIN
    rows: int = 0
    words: Words = field(default_factory=Words)
    """What the page's words and numbers come to."""
    warnings: list[str] = field(default_factory=list)

    @property
    def header(self) -> int:
        """The header's row: below the introduction and a blank line."""
        return len(self.page.intro) + 2 if self.page.intro else 1

    @property
    def filtered(self) -> str:
        """The filter's area in absolute form; empty for a page without a table."""
        if not self.page.columns:
            return ""
        return f"$A${self.header}:${letters(len(self.page.columns) - 1)}${self.header + self.rows}"

    @property
    def paper(self) -> Paper:
        """How the page is printed."""
        return Paper.of(self._widths, 0)

    @property
    def _widths(self) -> dict[int, float]:
        return {at: shown_width(column.width, column.title) for at, column in enumerate(self.page.columns)}

    def parts(self) -> Iterator[bytes]:
        frozen, paper = self.header if self.page.columns else 0, self.paper
        yield sheet_head(self._widths, frozen=frozen, namespace=self.namespace, paper=paper)
        writer = CellWriter(
            list(enumerate(self.page.columns)), self.styles, self.strings, "", date1904=self.date1904, looks=spaced
        )
        self.words.add(self.page.intro)
        for number, line in enumerate(self.page.intro, 1):
            cell = writer.text(f"A{number}", self.styles.derive(0, BANNER_LOOK), line)
            yield f'<row r="{number}">{cell}</row>'.encode()
        if self.page.columns:
            yield from self._table(writer)
        if writer.clipped:
            self.warnings.append(f"{self.page.title}: {cut_words(writer.clipped)}")
        yield sheet_tail(self.page, filtered=self.filtered.replace("$", ""), paper=paper)

    def _table(self, writer: CellWriter) -> Iterator[bytes]:
        style = self.styles.derive(0, HEADER_LOOK)
        headings = writer.headings(self.header, style, [c.title for c in self.page.columns])
        yield f'<row r="{self.header}">{"".join(headings)}</row>'.encode()
        self.words.add(c.title for c in self.page.columns)
        left_out = 0
        for added in self.page.rows:
            number = self.header + self.rows + 1
            # Excel calls a sheet with a row beyond its last one damaged, and shows none of it.
            if number > MAX_ROWS:
                left_out += 1
                continue
            self.rows += 1
            self.words.add_row(self.page.columns, added)
            yield f'<row r="{number}">{writer.joined_cells(number, 0, added)}</row>'.encode()
        if left_out:
            self.warnings.append(f"{self.page.title}: {left_out} lines did not fit; a sheet ends at row {MAX_ROWS:,}")
