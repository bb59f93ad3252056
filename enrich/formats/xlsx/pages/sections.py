"""A page of several tables one below the other, each under its heading, with its chart beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from textwrap import wrap

from enrich.formats.xlsx.package.names_of_standard import MAIN
from enrich.formats.xlsx.pages.list import HEADER_LOOK, WIDTH_MARGIN, spaced
from enrich.formats.xlsx.pages.own_words import Words
from enrich.formats.xlsx.pages.sheet_markup import sheet_head, sheet_tail
from enrich.formats.xlsx.sheet.new_strings import NewStrings
from enrich.formats.xlsx.sheet.paper import FITTED, Paper
from enrich.formats.xlsx.sheet.styles import Look, Styles, argb
from enrich.formats.xlsx.sheet.text import cut_words, reference
from enrich.formats.xlsx.sheet.values import CellWriter
from enrich.model.cell_reference import cell_name
from enrich.model.column import Column, Type
from enrich.model.page import BarChart, Page, Section
from enrich.model.palette import ACCENT, PALETTE
from enrich.model.row import Added
from enrich.model.verdict import Tone

_BANNER_LOOK = Look(number_format=0, fill=argb(PALETTE[Tone.MALICIOUS].bar), ink="FFFFFFFF", bold=True, wrap=True)
_LEAD_LOOK = Look(number_format=0, ink=argb(ACCENT), bold=True, size=20)
_HEADING_LOOK = Look(number_format=0, ink=argb(ACCENT), bold=True, size=14)
_NOTE_LOOK = Look(number_format=0, wrap=True)
_TERM_LOOK = Look(number_format=49, ink="FF595959", literal=True, wrap=True)
_VALUE_LOOK = Look(number_format=49, literal=True, wrap=True)
_LINE_HEIGHT, _LEAD_HEIGHT, _HEADING_HEIGHT = 15, 30, 21
"""Heights in points. A merged cell does not grow by itself, so that its lines are counted here."""
_CHART_WIDTH, _CHART_COLUMNS = 30, 6
"""Where the page's own columns leave a chart less than this width, it lies over so many columns instead."""
_WIDTHS_WITHOUT_TABLES = [34, 90]
"""Column widths of pages that hold no table."""
_LETTERS_A_DIGIT = 1.1
"""Letters of a sentence in the width of a digit, which column widths count in."""
_WIDE_LETTERS_A_DIGIT, _LONG_WORDS_LETTERS_A_DIGIT = 0.92, 0.84
"""Letters in the width of a digit where they are capitals or Cyrillic, and where long words leave lines half empty."""
_HIGHEST_ROW = 400
"""Points that a row may have."""
_PAPER_INCHES = 10.0, 7.07
"""Inches that are printed on, across and down, on what A4 and Letter have in common."""
_CHART_ROWS, _TITLE_ROWS = 10, 3
"""A chart is at least so many rows high; its title and margins take so many."""


@dataclass(frozen=True, slots=True)
class PlacedChart:
    """A section's chart in its place: from column ``left`` up to ``right``, from row ``top`` up to ``bottom``, counted
    from 0. Its top is that of the headings of the table that it draws, which begins in the first column.
    """

    chart: BarChart
    columns: tuple[Column, ...]
    rows: tuple[Added, ...]
    left: int
    top: int
    right: int
    bottom: int


@dataclass(slots=True)
class SectionsWriter:
    """Writes a page of sections as a worksheet part. At the end of ``parts`` all of the rest is known."""

    page: Page
    styles: Styles
    strings: NewStrings
    date1904: bool
    namespace: str = MAIN
    filtered: str = ""
    paper: Paper = FITTED
    words: Words = field(default_factory=Words)
    """What the page's words and numbers come to."""
    warnings: list[str] = field(default_factory=list)
    charts: list[PlacedChart] = field(default_factory=list)
    _row: int = 0
    _filled: int = 0
    """Points of the running page of paper that are used."""
    _beyond: int = 0
    """Points by which the running section's rows are higher than a line each."""
    _breaks: list[int] = field(default_factory=list)
    _merged: list[str] = field(default_factory=list)
    _widths: list[int] = field(default_factory=list)
    _plain: CellWriter = field(init=False)

    def __post_init__(self) -> None:
        self._plain = CellWriter([], self.styles, self.strings, "", date1904=self.date1904)

    def parts(self) -> Iterator[bytes]:
        sections = tuple(self.page.sections)
        self._widths = _grid(sections)
        self._count_words(sections)
        rows = [self._across(line, _BANNER_LOOK) for line in self.page.intro]
        for section in sections:
            self._row += bool(self._row)
            before = self._row
            rows += self._section(section)
            self._keep_together(before)
        widths = {at: width + WIDTH_MARGIN for at, width in enumerate(self._widths)}
        yield sheet_head(widths, namespace=self.namespace, with_drawing=True)
        yield "".join(rows).encode()
        if self._plain.clipped:
            self.warnings.append(f"{self.page.title}: {cut_words(self._plain.clipped)}")
        yield sheet_tail(
            self.page,
            merged=self._merged,
            breaks=self._breaks,
            text_area=reference(0, 1, len(self._widths) - 1, max(self._row, 1)),  # years, digests of digits alone
            with_drawing=bool(self.charts),
        )

    def _count_words(self, sections: Sequence[Section]) -> None:
        self.words.add(self.page.intro)
        for section in sections:
            titles = () if section.wide or not section.rows else (column.title for column in section.columns)
            self.words.add((section.heading, *section.notes, *titles))
            for row in section.rows:
                self.words.add(map(str, row.values)) if section.wide else self.words.add_row(section.columns, row)

    def _keep_together(self, before: int) -> None:
        """End a page of paper above a section that would not be whole on it; ``before`` is the row above that."""
        height = (self._row - before) * _LINE_HEIGHT + _HEADING_HEIGHT + self._beyond
        self._beyond = 0
        # A digit of Calibri 11 is 7 pixels wide, of which a printed inch has 96; the sheet shrinks to the paper's
        # width.
        inches = sum(self._widths) * 7 / 96
        room = _PAPER_INCHES[1] * 72 * max(inches / _PAPER_INCHES[0], 1)
        if self._filled and self._filled + height > room:
            self._breaks.append(before)
            self._filled = 0
        self._filled += height

    def _section(self, section: Section) -> Iterator[str]:
        wanted, height = (_LEAD_LOOK, _LEAD_HEIGHT) if section.lead else (_HEADING_LOOK, _HEADING_HEIGHT)
        self._row += 1
        heading = self._plain.text(f"A{self._row}", self.styles.derive(0, wanted), section.heading)
        yield f'<row r="{self._row}" ht="{height}" customHeight="1">{heading}</row>'
        for note in section.notes:
            yield self._across(note, _NOTE_LOOK)
        if section.wide:
            yield from map(self._pair, section.rows)
        elif section.rows:
            yield from self._table(section)

    def _across(self, text: str, wanted: Look) -> str:
        """Return a line of text over the whole width, as high as it needs."""
        return self._row_of([(0, text, wanted)])

    def _pair(self, added: Added) -> str:
        """Return a term, and what is said of it over the rest of the width."""
        term, value = (str(value) for value in added.values)
        return self._row_of([(0, term, _TERM_LOOK), (1, value, _VALUE_LOOK)])

    def _row_of(self, texts: list[tuple[int, str, Look]]) -> str:
        self._row += 1
        last = len(self._widths) - 1
        lines, cells = 1, ""
        for place, (at, text, wanted) in enumerate(texts):
            until = texts[place + 1][0] - 1 if place + 1 < len(texts) else last
            lines = max(lines, lines_of(text, sum(self._widths[at : until + 1])))
            if until > at:
                self._merged.append(reference(at, self._row, until, self._row))
            cells += self._plain.text(cell_name(self._row, at), self.styles.derive(0, wanted), text)
        return self._high_row(lines, cells)

    def _high_row(self, lines: int, cells: str) -> str:
        """Return the running row, as high as so many lines of text.

        No program makes a row with merged cells that high by itself.
        """
        height = min(lines * _LINE_HEIGHT, _HIGHEST_ROW)
        self._beyond += height - _LINE_HEIGHT
        return f'<row r="{self._row}" ht="{height}" customHeight="1">{cells}</row>'

    def _table(self, section: Section) -> Iterator[str]:
        columns = list(enumerate(section.columns))
        writer = CellWriter(columns, self.styles, self.strings, "", date1904=self.date1904, looks=_wrapped)
        self._row += 2 if section.notes else 1
        top = self._row
        titles = [column.title for column in section.columns]
        looks = (replace(HEADER_LOOK, right=c.type is Type.INTEGER, wrap=True) for c in section.columns)
        heads = [self.styles.derive(0, wanted) for wanted in looks]
        yield self._high_row(self._lines(titles), "".join(writer.headings(top, heads, titles)))
        for added in section.rows:
            self._row += 1
            texts = [value if isinstance(value, str) else "" for value in added.values]
            yield self._high_row(self._lines(texts), writer.joined_cells(self._row, 0, added))
        self._plain.clipped += writer.clipped
        if section.chart is not None:
            self.charts.append(self._placed(section, section.chart, top))
            self._row = self.charts[-1].bottom

    def _lines(self, texts: Sequence[str]) -> int:
        """Return the number of lines of the highest cell of a row that holds ``texts``."""
        return max(map(lines_of, texts, self._widths))

    def _placed(self, section: Section, chart: BarChart, top: int) -> PlacedChart:
        """Return the chart right of its table, whose headings stand in row ``top`` (from 1)."""
        left = len(section.columns)
        has_room = sum(self._widths[left:]) >= _CHART_WIDTH
        height = max(len(section.rows) + _TITLE_ROWS, _CHART_ROWS + 2 * section.lead)
        right = len(self._widths) if has_room else left + _CHART_COLUMNS
        return PlacedChart(chart, section.columns, section.rows, left, top - 1, right, top - 1 + height)


def _wrapped(kind: Type, tone: Tone) -> Look:
    """Return the look of a table for reading: long texts wrap, and all of a row begins at its top."""
    return replace(spaced(kind, tone), wrap=True)


def lines_of(text: str, width: int) -> int:
    """Return the number of lines that a text takes in a column so wide; words are kept whole where they fit.

    Rather one too many than one too few: programs measure with fonts of their own, and break long names as they like.
    """
    share = _LETTERS_A_DIGIT if text.isascii() and not text.isupper() else _WIDE_LETTERS_A_DIGIT
    if any(len(word) > width / 2 for word in text.split()):
        share = _LONG_WORDS_LETTERS_A_DIGIT
    return len(wrap(text, max(int(width * share), 1))) or 1


def _grid(sections: tuple[Section, ...]) -> list[int]:
    """Return the widths of the columns that all tables share, two at least: each as wide as its widest."""
    most = max((len(section.columns) for section in sections), default=0)
    stacks = [[s.columns[at] for s in sections if at < len(s.columns)] for at in range(most)]
    longest = [max(map(len, " ".join(column.title for column in stack).split()), default=0) for stack in stacks]
    widths = [max(*(c.width for c in stack), word + 3) for stack, word in zip(stacks, longest, strict=True)]
    return widths + _WIDTHS_WITHOUT_TABLES[most:]
