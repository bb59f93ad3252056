"""The four charts as Vega-Lite specifications, drawn to static SVG by vl-convert.

The colours are handed in: custom properties for the page, so that they follow light and dark, and plain ones for print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from gettext import NullTranslations
from typing import Any

from enrich.extras import library
from enrich.model.result import Entry
from enrich.model.verdict import Tone
from enrich.reports.shared import safe_text, statistics
from enrich.reports.shared.lines import ranked_lines
from enrich.reports.shared.tones import WORDS
from enrich.reports.shared.view import View

VEGA_LITE = "5.21"
SHOWN_FILES = (Tone.MALICIOUS, Tone.SUSPICIOUS, Tone.NO_VERDICT, Tone.UNDETECTED)
MOST_BARS = 8
LONGEST_NAME = 26
WIDTH = 520


@dataclass(frozen=True, slots=True)
class ChartColours:
    """Colours by use, as any colour text that SVG takes; ``font`` is a family, ``size`` of letters in pixels."""

    tones: dict[Tone, str]
    bar: str
    ink: str
    faint: str
    accent: str
    font: str
    size: float = 12
    height: int = 210


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A drawing, its title, what it says in a sentence, and its numbers as (name, count)."""

    key: str
    title: str
    says: str
    svg: str
    numbers: tuple[tuple[str, int], ...]
    legend: tuple[tuple[Tone, str], ...]


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A chart before it is drawn: ``rows`` are (name, tone, count); ``rule`` is (name, text) of a marked place."""

    key: str
    title: str
    rows: tuple[tuple[str, Tone | None, int], ...]
    says: str = ""
    sideways: bool = False
    rule: tuple[str, str] | None = None

    def totals(self) -> Counter[str]:
        """Return the length of each bar, by its name."""
        totals: Counter[str] = Counter()
        for name, _, count in self.rows:
            totals[name] += count
        return totals

    def tones(self) -> list[Tone]:
        """Return the tones that colour the bars."""
        return [tone for tone in SHOWN_FILES if any(row[1] is tone and row[2] for row in self.rows)]


def charts(view: View, colours: ChartColours) -> list[DrawnChart]:
    """Return the charts that have anything to show of the files of a result."""
    files, say, names, _ = view.files, view.say, view.names, view.say.gettext
    seen = statistics.numbers_of(files, names.first_seen)
    plans = (
        _by_ratio(files, view.result.malicious_from, say),
        _by_time(files, seen, view.result.incident_date, view.options.timezone, say),
        _by_rank("families", _("Families"), statistics.families(files, names), say),
        _by_rank("types", _("File types"), statistics.types(files, names), say),
    )
    return [_drawn(plan, say, colours) for plan in plans if telling(plan.totals().values())]


def telling(numbers: Iterable[int]) -> bool:
    """Return whether bars of these lengths say more than a list does.

    One bar alone does not, nor do bars that are all one file long.
    """
    counted = [number for number in numbers if number]
    return len(counted) > 1 and max(counted) > 1


def _by_ratio(files: Sequence[Entry], malicious_from: int, say: NullTranslations) -> ChartPlan:
    rows = [(bin_.name, bin_.tone, count) for bin_, count in statistics.ratios(files, malicious_from)]
    total = sum(count for _, _, count in rows)
    detected = total - rows[0][2]
    says = say.ngettext(
        "{n} file of {total} with a report is detected by an engine or more.",
        "{n} files of {total} with a report are detected by an engine or more.",
        detected,
    )
    title = say.gettext("How many engines detect each file")
    return ChartPlan(
        "detections", title, tuple(rows) if total else (), says.format(n=f"{detected:,}", total=f"{total:,}")
    )


def _by_time(
    files: Sequence[Entry],
    seen: Sequence[int | None],
    incident: date | None,
    zone: tzinfo,
    say: NullTranslations,
) -> ChartPlan:
    """First ``seen``, by year, month or day as the span asks; the period of the incident is marked."""
    each = zip(seen, files, strict=True)
    dated = [(safe_text.day(seconds, zone), entry.tone) for seconds, entry in each if seconds is not None]
    days = sorted(date for date, _ in dated if date)
    title = say.gettext("First seen")
    if not days:
        return ChartPlan("first_seen", title, ())
    mark = incident.isoformat() if incident else ""
    grain = _grain(min([*days, mark] if mark else days), max([*days, mark] if mark else days))
    counted = Counter((date[:grain], tone) for date, tone in dated if date)
    periods = _periods(min([days[0], mark or days[0]])[:grain], max([days[-1], mark or days[-1]])[:grain])
    rows = tuple((period, tone, counted[period, tone]) for period in periods for tone in SHOWN_FILES)
    rule = (mark[:grain], say.gettext("Incident {day}").format(day=mark)) if mark else None
    return ChartPlan("first_seen", title, rows, _since(days, mark, say), rule=rule)


def _since(days: list[str], incident: str, say: NullTranslations) -> str:
    """Return how many files are as new as the incident, in words; else the span of years."""
    if not incident:
        return say.gettext("Between {first} and {last}.").format(first=days[0], last=days[-1])
    n = sum(date >= incident for date in days)
    text = say.ngettext(
        "{n} file of {total} was first seen on the day of the incident or later.",
        "{n} files of {total} were first seen on the day of the incident or later.",
        n,
    )
    return text.format(n=f"{n:,}", total=f"{len(days):,}")


def _grain(first: str, last: str) -> int:
    """Characters of an ISO date that name the period: day within a month, month within three years, else year."""
    days = (datetime.fromisoformat(last).replace(tzinfo=UTC) - datetime.fromisoformat(first).replace(tzinfo=UTC)).days
    return 10 if days <= 31 else 7 if days <= 3 * 366 else 4


def _periods(first: str, last: str) -> list[str]:
    """Return every period from first to last, so that quiet ones show as gaps."""
    if len(first) == 4:
        return [str(year) for year in range(int(first), int(last) + 1)]
    if len(first) == 7:
        start, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
        return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(start, end + 1)]
    start, end = (datetime.fromisoformat(text).toordinal() for text in (first, last))
    return [datetime.fromordinal(day).strftime("%Y-%m-%d") for day in range(start, end + 1)]


def _by_rank(key: str, title: str, ranked: list[tuple[str, int]], say: NullTranslations) -> ChartPlan:
    if not ranked:
        return ChartPlan(key, title, ())
    bars = tuple((shown, None, count) for shown, count in ranked_lines(ranked, MOST_BARS, LONGEST_NAME, say))
    name, most = ranked[0]
    says = say.ngettext("Most often: {name}, {n} file.", "Most often: {name}, {n} files.", most)
    return ChartPlan(key, title, bars, says.format(name=safe_text.shown(name, 60), n=f"{most:,}"), sideways=True)


def _drawn(plan: ChartPlan, say: NullTranslations, colours: ChartColours) -> DrawnChart:
    totals = plan.totals()
    legend = tuple((tone, say.gettext(WORDS[tone])) for tone in plan.tones())
    svg = library("vl_convert", "the charts of a report").vegalite_to_svg(
        _specification(plan, say, colours), vl_version=VEGA_LITE
    )
    return DrawnChart(plan.key, plan.title, plan.says, svg, tuple(totals.items()), legend)


def _specification(plan: ChartPlan, say: NullTranslations, colours: ChartColours) -> dict[str, Any]:
    values = [
        {"name": name, "tone": say.gettext(WORDS[tone]) if tone else "", "order": place, "n": count}
        for place, (name, tone, count) in enumerate(plan.rows)
    ]
    names = list(dict.fromkeys(name for name, _, _ in plan.rows))
    layers = [_bars(plan, say, colours, names)]
    if plan.sideways:
        layers.append(_count_labels(colours, names))
    if plan.rule:
        layers += _rule(plan.rule, colours, names)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "height": {"step": colours.size * 2} if plan.sideways else colours.height,
        "data": {"values": values},
        "layer": layers,
        "config": _look(colours),
    }


def _bars(plan: ChartPlan, say: NullTranslations, colours: ChartColours, names: list[str]) -> dict[str, Any]:
    category = {"field": "name", "type": "nominal", "sort": names, "title": None}
    number = {"field": "n", "type": "quantitative", "title": None, "axis": _integer_axis(plan)}
    encoding: dict[str, Any] = {"order": {"field": "order"}}
    if plan.sideways:
        # names are cut already, and say how long they are; 0: the drawing cuts them no further, bars have what is left
        encoding |= {"y": category | {"axis": {"labelLimit": 0}}, "x": number | {"axis": None}}
    else:
        encoding |= {"x": category | {"axis": _thinned(names)}, "y": number}
    tones = plan.tones()
    if tones:
        encoding["color"] = {
            "field": "tone", "type": "nominal", "legend": None,
            "scale": {
                "domain": [say.gettext(WORDS[tone]) for tone in tones],
                "range": [colours.tones[tone] for tone in tones],
            },
        }  # fmt: skip
    return {"mark": {"type": "bar", "color": colours.bar, "aria": False}, "encoding": encoding}


def _integer_axis(plan: ChartPlan) -> dict[str, Any]:
    """Return an axis of counts: below four, a tick each; nobody has half a file."""
    most = max(plan.totals().values())
    return {"format": ",d", "values": list(range(most + 1))} if most < 4 else {"format": ",d", "tickCount": 4}


def _thinned(names: list[str]) -> dict[str, Any]:
    """At most a dozen labels along the bottom, the first always among them."""
    step = -(-len(names) // 12)
    return {
        "values": names[::step],
        "labelAngle": 0 if len(names[0]) <= 5 or (step > 1 and len(names[0]) <= 4) else -45,
    }


def _count_labels(colours: ChartColours, names: list[str]) -> dict[str, Any]:
    return {
        "mark": {"type": "text", "align": "left", "dx": 5, "color": colours.ink, "aria": False},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "sort": names},
            "x": {"field": "n", "type": "quantitative"},
            "text": {"field": "n", "type": "quantitative", "format": ",d"},
        },
    }


def _rule(rule: tuple[str, str], colours: ChartColours, names: list[str]) -> list[dict[str, Any]]:
    place, text = rule
    x = {"field": "name", "type": "nominal", "sort": names}
    late = names.index(place) > len(names) / 2
    line = {"type": "rule", "color": colours.accent, "strokeWidth": 1.5, "strokeDash": [4, 3], "aria": False}
    words = {
        "type": "text", "text": text, "color": colours.accent, "align": "right" if late else "left",
        "dx": 12 if late else -12, "y": -9, "fontWeight": 600, "aria": False,
    }  # fmt: skip
    return [{"data": {"values": [{"name": place}]}, "mark": mark, "encoding": {"x": x}} for mark in (line, words)]


def _look(colours: ChartColours) -> dict[str, Any]:
    return {
        "font": colours.font,
        "background": None,
        "view": {"stroke": None},
        "bar": {"discreteBandSize": {"band": 0.82}},
        "text": {"fontSize": colours.size},
        "axis": {
            "labelColor": colours.ink, "labelFontSize": colours.size, "gridColor": colours.faint,
            "ticks": False, "labelPadding": 6, "domain": False,
        },
        "axisX": {"grid": False},
    }  # fmt: skip
