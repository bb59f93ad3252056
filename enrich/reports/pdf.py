"""PDF for print, set by Typst from its wheel: no browser, no system package, no font from elsewhere.

Foreign text reaches Typst as strings in one JSON value, so nothing in it is ever read as markup or code.
"""

from __future__ import annotations

import dataclasses
import json
import re
from importlib.resources import as_file, files
from typing import Any, BinaryIO

from enrich.errors import OutputError
from enrich.extras import library
from enrich.model import palette
from enrich.model.indicator import OF_FILES
from enrich.model.result import Result
from enrich.reports.shared import charts
from enrich.reports.shared.groups import Group
from enrich.reports.shared.lines import Line, Trouble, cut
from enrich.reports.shared.options import ReportOptions
from enrich.reports.shared.view import Listing, View, columns_for

SUFFIXES = (".pdf",)
HELP = "print and file: page numbers, bookmarks, selectable text"
NEEDS = ("typst", "vl_convert")

MOST_ROWS = 3000
"""Of the full table: more is no reading matter. What of the rest is not harmless stands below it by hash alone."""
MOST_LISTED = 300
"""Of the lists before it."""
MOST_GROUPS, MOST_BAD, MOST_WORDS = 200, 12, 3
"""Of the files named beside one host, and of the rows quoted beside one file."""
LONGEST_WORD, LONGEST_RUN = 14, 10
"""Characters of a word that stays whole, and of what a longer one is cut into."""
_CUT = re.compile(
    rf"\S{{2,{LONGEST_WORD}}}?[/\\._:-](?=\S{{3}})|\S{{{LONGEST_RUN}}}(?=\S{{{LONGEST_WORD - LONGEST_RUN + 1}}})"
)
"""Best after a sign that parts words, else after so many characters."""

CHART_COLOURS = charts.ChartColours(
    tones={tone: colours.bar for tone, colours in palette.PALETTE.items()},
    bar=palette.BAR,
    ink=palette.INK,
    faint=palette.FAINT,
    accent=palette.ACCENT,
    font="Libertinus Serif",
    size=17,
    height=190,
)


def render(result: Result, target: BinaryIO, options: ReportOptions) -> None:
    """Write the PDF: tagged, with bookmarks, on A4. The same result gives the same bytes."""
    typst = library("typst", "the PDF report")
    view = View(result, options)
    data = _data(view) | {
        "charts": [
            {"title": chart.title, "says": pieces(chart.says), "svg": chart.svg, "legend": chart.legend}
            for chart in charts.charts(view, CHART_COLOURS)
        ]
    }
    with as_file(files("enrich.reports") / "assets" / "report.typ") as template:
        try:
            target.write(
                typst.compile(
                    str(template),
                    sys_inputs={"view": json.dumps(data)},
                    # The run's end and not now: the same result gives the same bytes, and so the same digest.
                    timestamp=int(result.ended.timestamp()),
                )
            )
        except typst.TypstError as error:
            raise OutputError(f"the PDF could not be set: {error}") from error


def pieces(text: str) -> list[str]:
    """Return ``text`` cut where a long run of characters may break; joined it is the text again."""
    found: list[str] = []
    start = 0
    for run in _CUT.finditer(text):
        found.append(text[start : run.end()])
        start = run.end()
    return [piece for piece in (*found, text[start:]) if piece]


_AS_THEY_ARE = (
    *("language", "title", "author", "mark", "tlp", "banner", "headline", "sentence", "limits", "lines_note", "words"),
    "made",
)
"""What of a view reaches the template by its own name: short texts of ours, and what the template itself breaks."""
_ALL = ("detections", "hash", "label_type", "name", "context", "first_seen", "where")
"""The columns of the full list, as the template calls them."""


def _data(view: View) -> dict[str, Any]:
    kept, compact, left_out = cut(view.lines, MOST_ROWS)
    return {
        **{name: getattr(view, name) for name in _AS_THEY_ARE},
        "title_parts": pieces(view.title),
        "filed_as": pieces(view.filed_as),
        "filing": [(term, pieces(value)) for term, value in view.filing],
        "asides": [pieces(aside) for aside in view.asides],
        "counts": [dataclasses.asdict(count) | {"number": f"{count.number:,}"} for count in view.counts],
        "first": [_listing(listing) for listing in view.first],
        "further": [_listing(listing) for listing in view.further],
        "group_by": pieces(view.group_by),
        "group_heads": [view.tone_words[tone] for tone in view.group_tones],
        "groups": [_group(group, view) for group in view.groups[:MOST_GROUPS]],
        "groups_count": len(view.groups),
        "groups_more": max(0, len(view.groups) - MOST_GROUPS),
        "groups_quiet": pieces(view.groups_quiet),
        "method": [(term, pieces(value)) for term, value in view.method],
        "tones": {tone.value: colours.ink for tone, colours in palette.PALETTE.items()},
        "bars": {tone.value: colours.bar for tone, colours in palette.PALETTE.items()},
        "looks": {name: getattr(palette, name.upper()) for name in ("ink", "soft", "faint", "accent")}
        | {"banner": palette.BANNER.ink, "banner_ground": palette.BANNER.ground},
        "lines": [_line(line) for line in kept],
        "lines_columns": columns_for(_ALL, kept),
        "lines_compact": [[line.tone.value, line.detections, line.hash] for line in compact],
        "lines_more": left_out,
    }


def _listing(listing: Listing) -> dict[str, Any]:
    lines = listing.lines[:MOST_LISTED]
    return {
        **{name: getattr(listing, name) for name in ("key", "title", "why", "columns")},
        "lines": [_line(line) if isinstance(line, Line) else _trouble(line) for line in lines],
        "count": len(listing.lines) if listing.key != "worst" else None,
        "more": len(listing.lines) - len(lines),
        "sentence": listing.more,
    }


def _line(line: Line) -> dict[str, Any]:
    words = [*line.words[:MOST_WORDS], *([f"+{len(line.words) - MOST_WORDS:,}"] if line.words[MOST_WORDS:] else [])]
    broken = ("word", "name", "label", "note", "where", "change")
    return {name: pieces(getattr(line, name)) for name in broken} | {
        "tone": line.tone.value,
        "detections": line.detections,
        "first_seen": line.first_seen,
        "digits": [line.hash[at : at + 32] for at in range(0, len(line.hash), 32)] if line.kind == OF_FILES else [],
        "value": pieces(line.hash),
        "page": line.page,
        "words": [pieces(text) for text in words],
        "label_note": pieces(" · ".join(filter(None, (line.label, line.type, line.note)))),
    }


def _group(group: Group, view: View) -> dict[str, Any]:
    bad = [[line.tone.value, line.detections, pieces(line.short)] for line in group.bad[:MOST_BAD]]
    more = len(group.bad) - MOST_BAD
    return {
        "name": pieces(group.name),
        "numbers": [[tone.value, group.numbers.get(tone, 0)] for tone in view.group_tones],
        "bad": bad,
        "more": view.words["more_below"].format(n=f"{more:,}") if more > 0 else "",
    }


def _trouble(trouble: Trouble) -> dict[str, Any]:
    return {name: pieces(getattr(trouble, name)) for name in ("problem", "where", "value", "note")}
