"""One indicator, and one remark, as a reader sees them: every text already safe to show. Knows no form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from gettext import NullTranslations
from pathlib import PurePath

from enrich.locale import mark
from enrich.model.cell_reference import cell_name
from enrich.model.finding import Scalar, Status
from enrich.model.result import Entry, Place, Remark, Result, Source
from enrich.model.verdict import Tone
from enrich.reports.shared import safe_text, statistics

WORDS = {
    Tone.MALICIOUS: mark("Malicious"),
    Tone.SUSPICIOUS: mark("Suspicious"),
    Tone.UNKNOWN: mark("Unknown"),
    Tone.NO_VERDICT: mark("No verdict"),
    Tone.UNDETECTED: mark("Undetected"),
    Tone.OPEN: mark("Not answered"),
    Tone.PLAIN: mark("Not asked"),
}
STAND_IN = mark("Stand-in data. These answers come from a built-in imitation for trials, not from VirusTotal.")
REMARKS = {
    "damaged": mark("Damaged"),
    "contradiction": mark("Contradiction"),
}
STATUSES = {
    Status.PENDING: mark("not asked yet"),
    Status.FAILED: mark("no usable answer"),
    Status.INVALID: mark("damaged hash"),
    Status.SKIPPED: mark("held back on request"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator. ``detections`` is ``53/72``; dates are days in the reader's zone; what is missing is ""."""

    verdict: Tone
    word: str
    hash: str
    detections: str
    malicious: int | None
    engines: int | None
    label: str
    name: str
    type: str
    first_seen: str
    analysed: str
    where: str
    context: str
    note: str
    change: str
    page: str

    @property
    def called(self) -> str:
        """The best name there is: the service's, else the analyst's own words."""
        return self.name or self.context


@dataclass(frozen=True, slots=True)
class Trouble:
    """One remark: what is wrong, where, with which value."""

    kind: str
    word: str
    where: str
    value: str
    text: str


class Liner:
    """Turns entries and remarks into lines for one reader."""

    def __init__(self, result: Result, say: NullTranslations, zone: tzinfo) -> None:
        self._sources = result.sources
        self._say = say.gettext
        self._zone = zone
        self._names = statistics.Names.of(result)

    def lines(self, entries: Iterable[Entry]) -> Iterator[Line]:
        """The line of each entry, in their order."""
        names = self._names
        fields = (
            names.threat_label,
            names.file_name,
            names.file_type,
            names.first_seen,
            names.last_analysis,
            names.sha256,
        )
        for entry, values in statistics.told(entries, fields):
            yield self._line(entry, values)

    def _line(self, entry: Entry, values: tuple[Scalar, ...]) -> Line:
        finding = entry.finding
        verdict = finding.tone
        ratio = finding.malicious is not None and finding.engines is not None
        label, name, kind, first_seen, analysed, sha256 = values
        return Line(
            verdict=verdict,
            word=self._say(WORDS[verdict]),
            hash=safe_text.shown(finding.indicator.value, 128),
            detections=f"{finding.malicious}/{finding.engines}" if ratio else "",
            malicious=finding.malicious,
            engines=finding.engines,
            label=safe_text.shown(statistics.as_text(label)),
            name=safe_text.shown(statistics.as_text(name)),
            type=safe_text.shown(statistics.as_text(kind)),
            first_seen=safe_text.day(statistics.as_number(first_seen), self._zone),
            analysed=safe_text.day(statistics.as_number(analysed), self._zone),
            where=self._where(entry),
            context=safe_text.shown(entry.context),
            note=self._note(entry),
            change=safe_text.shown(entry.change),
            page=safe_text.file_page(statistics.as_text(sha256)) if finding.status is Status.FOUND else "",
        )

    def trouble(self, remark: Remark) -> Trouble:
        return Trouble(
            kind=remark.kind,
            word=self._say(REMARKS.get(remark.kind, remark.kind)),
            where=self.place(remark.place),
            value=safe_text.shown(remark.value, 160),
            text=safe_text.shown(remark.text, 300),
        )

    def place(self, place: Place) -> str:
        """``incident.xlsx · Hosts!B12``."""
        cell = cell_name(place.row, place.column)
        spot = f"{safe_text.shown(place.sheet, 40)}!{cell}" if place.sheet else cell
        several = len(self._sources) > 1 and place.source < len(self._sources)
        return f"{file_name(self._sources[place.source])} · {spot}" if several else spot

    def _where(self, entry: Entry) -> str:
        if not entry.places:
            return ""
        others = entry.cells - 1
        first = self.place(entry.places[0])
        return f"{first} +{others:,}" if others > 0 else first

    def _note(self, entry: Entry) -> str:
        word = STATUSES.get(entry.finding.status)
        said = [self._say(word)] if word else []
        if entry.finding.detail:
            said.append(safe_text.shown(entry.finding.detail, 200))
        return ": ".join(said)


def ranked_lines(
    ranked: list[tuple[str, int]], most: int, longest: int, say: NullTranslations
) -> list[tuple[str, int]]:
    """The first ``most`` names and counts, safe to show; the others, if there are any, summed up in one line."""
    head = [(safe_text.shown(name, longest), count) for name, count in ranked[:most]]
    if rest := ranked[most:]:
        others = say.ngettext("{n} other", "{n} others", len(rest)).format(n=len(rest))
        head.append((others, sum(count for _, count in rest)))
    return head


def file_name(source: Source) -> str:
    """An input's name without its folders."""
    return safe_text.shown(PurePath(source.path.replace("\\", "/")).name or source.path, 80)
