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
from enrich.locale import catalogue
from enrich.model.result import Result
from enrich.model.verdict import Tone
from enrich.reports.shared import charts
from enrich.reports.shared.extra import library
from enrich.reports.shared.lines import Line
from enrich.reports.shared.options import Options
from enrich.reports.shared.view import View, view

SUFFIXES = (".pdf",)
NEEDS = ("typst", "vl_convert")

MOST_ROWS = 3000
"""Of the full table: more is no reading matter, and stands in the page and in ``result.json``."""
MOST_LISTED = 300
"""Of the lists before it."""
LONGEST_RUN = 10
"""Characters that may stand together before a line may break between them."""
_CUT = re.compile(rf"\S{{2,{2 * LONGEST_RUN}}}[/\\._:-](?=\S{{3}})|\S{{{LONGEST_RUN}}}(?=\S{{4}})")
"""Best after a sign that parts words, else after so many characters."""

PALETTE = charts.Palette(
    tones={
        Tone.MALICIOUS: "#b3261e", Tone.SUSPICIOUS: "#9c4f00", Tone.UNKNOWN: "#786000",
        Tone.NO_VERDICT: "#786000", Tone.UNDETECTED: "#2c6e49", Tone.OPEN: "#5d6470", Tone.PLAIN: "#5d6470",
    },
    bar="#6c86a8",
    ink="#1d1f23",
    faint="#d9d6cf",
    accent="#1f4e8c",
    font="Libertinus Serif",
    size=17,
    height=190,
)  # fmt: skip


def render(result: Result, target: BinaryIO, options: Options) -> None:
    """Write the PDF: tagged, with bookmarks, on A4. The same result gives the same bytes."""
    typst = library("typst", "the PDF report")
    shown = view(result, options)
    drawn = charts.charts(result, shown.files, options.timezone, catalogue(options.language), PALETTE)
    data = _data(shown) | {
        "charts": [
            {"title": chart.title, "says": pieces(chart.says), "svg": chart.svg, "legend": chart.legend}
            for chart in drawn
        ]
    }
    with as_file(files("enrich.reports") / "assets" / "report.typ") as template:
        try:
            target.write(
                typst.compile(
                    str(template),
                    sys_inputs={"view": json.dumps(data)},
                    timestamp=int(result.ended.timestamp()),
                )
            )
        except typst.TypstError as error:
            raise OutputError(f"the PDF could not be set: {error}") from error


def pieces(text: str) -> list[str]:
    """``text`` cut where a long run of characters may break; joined it is the text again."""
    found: list[str] = []
    start = 0
    for run in _CUT.finditer(text):
        found.append(text[start : run.end()])
        start = run.end()
    return [piece for piece in (*found, text[start:]) if piece]


def _data(shown: View) -> dict[str, Any]:
    lists = {"unknown": MOST_LISTED, "changes": MOST_LISTED, "troubles": MOST_LISTED, "lines": MOST_ROWS}
    data: dict[str, Any] = {
        "language": shown.language,
        "title": shown.title,
        "title_parts": pieces(shown.title),
        "banner": shown.banner,
        "headline": shown.headline,
        "sentence": shown.sentence,
        "asides": [pieces(aside) for aside in shown.asides],
        "counts": [dataclasses.asdict(count) | {"number": f"{count.number:,}"} for count in shown.counts],
        "worst": [_line(line) for line in shown.worst],
        "method": [(term, pieces(value)) for term, value in shown.method],
        "limits": shown.limits,
        "lines_note": shown.lines_note,
        "words": shown.words,
        "made": shown.made,
    }
    for name, most in lists.items():
        rows = getattr(shown, name)
        data[f"{name}_more"] = max(0, len(rows) - most)
        data[name] = [_line(row) if isinstance(row, Line) else _parts(dataclasses.asdict(row)) for row in rows[:most]]
    return data


def _line(line: Line) -> dict[str, Any]:
    return {
        "verdict": line.verdict.value,
        "word": line.word,
        "detections": line.detections,
        "first_seen": line.first_seen,
        "hash": [line.hash[at : at + 32] for at in range(0, len(line.hash), 32)],
        "page": line.page,
        "called": pieces(line.called),
        "label_note": pieces(" · ".join(filter(None, (line.label, line.note)))),
        "label": pieces(line.label),
        "type": pieces(line.type),
        "where": pieces(line.where),
        "change": pieces(line.change),
    }


def _parts(row: dict[str, str]) -> dict[str, Any]:
    return row | {name: pieces(row[name]) for name in ("where", "value", "text")}
