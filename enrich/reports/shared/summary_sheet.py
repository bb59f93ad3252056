"""The ``Summary`` sheet: the report that a workbook carries along, as tables with charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo

from enrich.locale import catalogue
from enrich.model.column import Column, Type
from enrich.model.page import BarChart, Direction, Page, Section
from enrich.model.result import Entry, Result
from enrich.model.row import Added
from enrich.model.verdict import Tone
from enrich.reports.shared import safe_text, sentences, statistics
from enrich.reports.shared.charts import telling
from enrich.reports.shared.groups import SERIOUS, Group
from enrich.reports.shared.lines import ranked_lines
from enrich.reports.shared.options import ReportOptions
from enrich.reports.shared.sources import disagreeing
from enrich.reports.shared.view import View, columns_for, mark_of, title_of

TITLE = "Summary"
"""The sheet's name in every language, so that a later run finds it."""
MOST_ROWS, LONGEST_NAME = 12, 60
"""Of a ranking, and of the names in it."""
MOST_GROUPS, MOST_BAD = 200, 12
"""Of the hosts, and of the files named beside one."""
LONGEST_BAD = 600
"""Characters of the files on one host: no row of a workbook is higher than 409 points, some 26 lines."""
_WIDTHS = (34, 14, 44, 18, 26, 48, 34)
"""Of the page's columns, in which all of its tables stand."""
_NAME, _NUMBER, _WIDE = _WIDTHS[:3]


def summary_page(result: Result, options: ReportOptions, complete: Callable[[Result], Result] | None = None) -> Page:
    """Return the answer first, then the worst files, the numbers with their charts, method and custody.

    ``complete`` reads what rows say; it is called when the page is written, as a format without pages needs none of it.
    """
    say = catalogue(options.language)
    banner = sentences.banner_of(result, say)
    return Page(
        TITLE,
        intro=(banner,) if banner else (),
        sections=_sections(result, options, complete),
        header=" · ".join(filter(None, (title_of(result, say), safe_text.shown(result.filing.case)))),
        mark=mark_of(result),
    )


def _sections(result: Result, options: ReportOptions, complete: Callable[[Result], Result] | None) -> Iterator[Section]:
    yield from _Sections(complete(result) if complete else result, options).all()


class _Sections:
    """The page's tables for one reader."""

    def __init__(self, result: Result, options: ReportOptions) -> None:
        self.view = View(result, options)
        self.say, self.zone = self.view.say, options.timezone
        self.names, self.line_maker, self.words = self.view.names, self.view.line_maker, self.view.words

    def all(self) -> Iterator[Section]:
        """Yield a generator: a format without pages never pays for them."""
        view, _ = self.view, self.say.gettext
        yield self._answer()
        for listing in view.first:
            if listing.key == "worst":
                yield self._worst(listing.title, view.by_kind[listing.kind])
        yield from self._disagreeing([entry for entries in view.by_kind.values() for entry in entries])
        yield from self._groups()
        yield from self._ranked(_("Families"), _("Family"), statistics.families(view.files, self.names))
        yield from self._ranked(_("File types"), self.words["type"], statistics.types(view.files, self.names))
        yield from self._years(view.files)
        yield from self._ratios(view.files)
        yield Section(self.words["method"], rows=tuple(map(Added, view.method)), wide=True)
        yield Section(self.words["limits"], notes=tuple(view.limits))

    def _answer(self) -> Section:
        view = self.view
        notes = (
            view.sentence,
            *view.asides,
            " · ".join(filter(None, (view.mark, view.title, view.made))),
            *(f"{term}: {value}" for term, value in view.filing),
        )
        columns = (
            Column("verdict", self.words["verdict"], "", Type.VERDICT, width=_NAME),
            self._files(),
            Column("meaning", self.say.gettext("What it means"), "", width=_WIDE),
        )
        rows = tuple(Added((count.word, count.number, count.meaning), count.tone) for count in view.counts)
        title = self.say.gettext("Files by verdict") if view.only_files else self.words["verdict"]
        chart = BarChart(title) if telling(count.number for count in view.counts) else None
        return Section(view.headline, notes, columns, rows, chart, lead=True)

    def _worst(self, title: str, entries: Sequence[Entry]) -> Section:
        """Return the worst ten, each with its names, where it stands, what the analyst wrote there, and its value."""
        worst, rows = statistics.worst(entries, self.names), []
        lines = list(self.line_maker.lines(worst))
        columns = columns_for(("name", "detections", "label", "first_seen", "where", "context", "hash"), lines)
        for entry, line in zip(worst, lines, strict=True):
            cells = {
                "first_seen": _wall_clock(statistics.number_of(entry, self.names.first_seen), self.zone),
                "context": " | ".join(line.words),
            }
            values = tuple(cells[name] if name in cells else getattr(line, name) for name in columns)
            rows.append(Added(values, line.tone))
        return Section(title, (), self._columns(columns), tuple(rows))

    def _disagreeing(self, entries: Sequence[Entry]) -> Iterator[Section]:
        """Yield what the leading source finds nothing against and another one calls malicious."""
        columns = self._columns(("name", "detections", "note", "where", "hash"))
        lines = self.line_maker.lines(disagreeing(entries)[:MOST_GROUPS])
        rows = [Added((line.name, line.detections, line.note, line.where, line.hash), line.tone) for line in lines]
        if rows:
            yield Section(self.words["disagreeing"], (self.words["disagreeing_why"],), columns, tuple(rows))

    def _groups(self) -> Iterator[Section]:
        """Yield what is malicious on each host, or of each user."""
        groups, words = self.view.groups, self.view.tone_words
        columns = (
            Column("group", self.view.group_by, "", width=_NAME),
            Column("malicious", words[Tone.MALICIOUS], "", Type.INTEGER, width=_NUMBER),
            Column("bad", self.words["groups_bad"], "", width=_WIDE),
            *(Column(tone.value, words[tone], "", Type.INTEGER, width=_NUMBER) for tone in SERIOUS[1:]),
        )
        rows = tuple(
            Added((group.name, numbers[0], _bad(group), *numbers[1:]))
            for group in groups[:MOST_GROUPS]
            for numbers in [[group.numbers.get(tone, 0) for tone in SERIOUS]]
        )
        more = len(groups) - len(rows)
        left_out = self.words["groups_more"].format(n=f"{more:,}") if more else ""
        notes = tuple(filter(None, (left_out, self.view.groups_quiet)))
        if rows:
            yield Section(self.words["groups"], notes, columns, rows)

    def _ranked(self, title: str, heading: str, ranked: list[tuple[str, int]]) -> Iterator[Section]:
        lines = ranked_lines(ranked, MOST_ROWS, LONGEST_NAME, self.say)
        rows = [(name, number, Tone.PLAIN) for name, number in lines]
        yield from self._counted(title, heading, rows, Direction.DOWN)

    def _years(self, files: Sequence[Entry]) -> Iterator[Section]:
        _ = self.say.gettext
        rows = [(str(year), number, Tone.PLAIN) for year, number in statistics.first_seen_years(files, self.names)]
        yield from self._counted(_("First seen, by year (UTC)"), _("Year"), rows, Direction.ACROSS)

    def _ratios(self, files: Sequence[Entry]) -> Iterator[Section]:
        rows = [
            (bin_.name, number, bin_.tone) for bin_, number in statistics.ratios(files, self.view.result.malicious_from)
        ]
        if any(number for _, number, _ in rows):
            title = self.say.gettext("How many engines detect each file")
            yield from self._counted(title, self.words["detections"], rows, Direction.ACROSS)

    def _counted(
        self, title: str, heading: str, rows: list[tuple[str, int, Tone]], direction: Direction
    ) -> Iterator[Section]:
        """Numbers by name, with their chart; nothing where there is nothing to count."""
        if rows:
            columns = (Column("name", heading, "", width=_NAME), self._files())
            cells = tuple(Added((name, number), tone) for name, number, tone in rows)
            chart = BarChart(title, direction) if telling(number for _, number, _ in rows) else None
            yield Section(title, (), columns, cells, chart)

    def _columns(self, names: Sequence[str]) -> tuple[Column, ...]:
        """Return columns of lines, by the names of their headings."""
        types = {"detections": Type.RATIO, "first_seen": Type.DATE}
        pairs = zip(names, _WIDTHS, strict=False)
        return tuple(
            Column(name, self.words[name], "", types.get(name, Type.TEXT), width=width) for name, width in pairs
        )

    def _files(self) -> Column:
        return Column("files", self.words["number"], "", Type.INTEGER, width=_NUMBER)


def _bad(group: Group) -> str:
    """Return the files on one host that engines detect, worst first; those that a cell has no room for are counted."""
    named: list[str] = []
    for line in group.bad[:MOST_BAD]:
        named.append(f"{line.short} {line.detections}".rstrip())
        if len(named) > 1 and len(", ".join(named)) > LONGEST_BAD:
            named.pop()
            break
    more = len(group.bad) - len(named)
    return ", ".join(named) + (f" +{more:,}" if more > 0 else "")


def _wall_clock(seconds: int | None, zone: tzinfo) -> int | None:
    """Return Unix seconds moved so that a cell, which knows no zone, shows the time in ``zone``."""
    time = safe_text.time_of(seconds, zone)
    offset = time.utcoffset() if time is not None else None
    return seconds + int(offset.total_seconds()) if seconds is not None and offset is not None else None
