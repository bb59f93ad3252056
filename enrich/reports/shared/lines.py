"""One indicator, and one remark, as a reader sees them: every text safe to show; and lists cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from gettext import NullTranslations
from pathlib import PurePath

from enrich.locale import mark, translated
from enrich.model.finding import Scalar, Status
from enrich.model.indicator import OF_FILES
from enrich.model.places import place_text, places_text
from enrich.model.ratio import ratio
from enrich.model.result import Entry, Place, Remark, Result
from enrich.model.verdict import Tone
from enrich.reports.shared import safe_text, statistics, tones
from enrich.reports.shared.sources import Sources

REMARKS = {
    "damaged": mark("Damaged"),
    "contradiction": mark("Contradiction"),
}
LONGEST_WORDS = 160
"""Characters of what one row says that a report shows."""
LONGEST_SHEET, LONGEST_NAME, LONGEST_VALUE = 40, 60, 300
SHORT_HASH, SHORT_WORDS, SHORT_FILE = 16, 40, 20
HARMLESS = (Tone.UNDETECTED, Tone.PLAIN)
"""What alone may be left out; all else is malicious, unknown, or may yet turn out so."""


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator. ``detections`` is ``53/72``; dates are days in the reader's zone; what is missing is "".

    ``where`` is the first place and the number of the others, ``places`` are all of them. ``words`` are the analyst's,
    one text a row that says something else; ``groups`` are the hosts or users.
    """

    kind: str
    tone: Tone
    word: str
    hash: str
    """The indicator's value, whatever its kind."""
    detections: str
    malicious: int | None
    engines: int | None
    label: str
    name: str
    type: str
    first_seen: str
    analysed: str
    where: str
    places: str
    words: tuple[str, ...]
    groups: tuple[str, ...]
    note: str
    change: str
    page: str

    @property
    def short(self) -> str:
        """What it is called in a sentence: its file name, else the beginning of its hash and the analyst's words."""
        if self.name or self.kind != OF_FILES:
            return self.name or self.hash
        words = f" ({self.words[0][:SHORT_WORDS]}{'…' * (len(self.words[0]) > SHORT_WORDS)})" if self.words else ""
        return f"{self.hash[:SHORT_HASH]}…{words}"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One remark: what is wrong, where, with which value."""

    kind: str
    problem: str
    where: str
    value: str
    note: str


class LineMaker:
    """Turns entries and remarks into lines for one reader."""

    def __init__(self, result: Result, say: NullTranslations, zone: tzinfo, pages: Sequence[str] = ()) -> None:
        """``pages``: see ``ReportOptions``."""
        self._inputs = [file_name(source.path) for source in result.sources]
        self._inputs_shortly = shortened(self._inputs)
        self._catalogue = say
        self._words = tones.words(say)
        self._zone = zone
        self._pages = pages
        self._names = statistics.Names.of(result)
        self._sources = Sources(result, say)

    def lines(self, entries: Iterable[Entry]) -> Iterator[Line]:
        """Yield the line of each entry, in their order."""
        names = self._names
        fields = (
            names.threat_label,
            names.file_name,
            names.file_type,
            names.first_seen,
            names.last_analysis,
            names.link,
            names.categories,
            names.owner,
        )
        for entry, values in statistics.with_fields(entries, fields):
            yield self._line(entry, values)

    def _line(self, entry: Entry, values: tuple[Scalar, ...]) -> Line:
        finding = entry.finding
        label, name, kind, first_seen, analysed, link, *others = values
        about = [text for text in (label, *others) if text] if finding.indicator.kind != OF_FILES else [label]
        return Line(
            kind=finding.indicator.kind,
            tone=entry.tone,
            word=self._words[entry.tone],
            hash=safe_text.shown(finding.indicator.value, LONGEST_VALUE),
            detections=ratio(finding.malicious, finding.engines),
            malicious=finding.malicious,
            engines=finding.engines,
            label=safe_text.shown(" · ".join(map(statistics.as_text, about))),
            name=safe_text.shown(statistics.as_text(name)),
            type=safe_text.shown(statistics.as_text(kind)),
            first_seen=safe_text.day(statistics.as_number(first_seen), self._zone),
            analysed=safe_text.day(statistics.as_number(analysed), self._zone),
            where=self._where(entry),
            places=places_text(entry.places, self._inputs, _sheet_name),
            words=tuple(safe_text.shown(words, LONGEST_WORDS) for words in entry.words),
            groups=tuple(map(safe_text.shown, entry.groups)),
            note=self._note(entry),
            change=safe_text.shown(translated(entry.change, self._catalogue)),
            page=safe_text.page(statistics.as_text(link), self._pages) if finding.status is Status.FOUND else "",
        )

    def trouble(self, remark: Remark) -> Trouble:
        """Return a remark as a reader sees it."""
        return Trouble(
            kind=remark.kind,
            problem=self._catalogue.gettext(REMARKS.get(remark.kind, remark.kind)),
            where=self.place(remark.place),
            value=safe_text.shown(remark.value, 160),
            note=safe_text.shown(translated(remark.text, self._catalogue), 300),
        )

    def place(self, place: Place) -> str:
        """Return ``incident.xlsx · Hosts!B12``; the file is named where there are several."""
        return place_text(place, self._inputs, _sheet_name)

    def _where(self, entry: Entry) -> str:
        if not entry.places:
            return ""
        others = entry.cells - 1
        first = place_text(entry.places[0], self._inputs_shortly, _sheet_name)
        return f"{first} +{others:,}" if others > 0 else first

    def _note(self, entry: Entry) -> str:
        word = tones.STATUSES.get(entry.finding.status)
        said = [self._catalogue.gettext(word)] if word else []
        if entry.finding.detail:
            said.append(safe_text.shown(translated(entry.finding.detail, self._catalogue), 200))
        if entry.further and (others := self._sources.said(entry)):
            return " · ".join(filter(None, (": ".join(dict.fromkeys(said)), others)))
        return ": ".join(dict.fromkeys(said))


def ranked_lines(
    ranked: list[tuple[str, int]], most: int, longest: int, say: NullTranslations
) -> list[tuple[str, int]]:
    """Return the first ``most`` names and counts, safe to show; the others, if there are any, summed up in one line."""
    head = [(safe_text.shown(name, longest), count) for name, count in ranked[:most]]
    if rest := ranked[most:]:
        others = say.ngettext("{n} other", "{n} others", len(rest)).format(n=len(rest))
        head.append((others, sum(count for _, count in rest)))
    return head


def file_name(path: str) -> str:
    """Return a file's name without its folders: those are the analyst's own, and stand in the log and in ``--json``."""
    return safe_text.shown(PurePath(path.replace("\\", "/")).name or path, LONGEST_NAME)


def shortened(names: Sequence[str]) -> list[str]:
    """Return names that a narrow column has room for: their beginnings and ends, as long as that tells them apart."""
    for longest in (SHORT_FILE, 2 * SHORT_FILE):
        half = longest // 2
        short = [name if len(name) <= longest else f"{name[: half - 1]}…{name[-half:]}" for name in names]
        if len(set(short)) == len(set(names)):
            return short
    return list(names)


_sheet_name = partial(safe_text.shown, longest=LONGEST_SHEET)


def cut(lines: Sequence[Line], most: int) -> tuple[list[Line], list[Line], int]:
    """Return the first ``most`` lines whole; of the rest those that must not be lost, and how many others there are."""
    kept, rest = list(lines[:most]), lines[most:]
    compact = [line for line in rest if line.tone not in HARMLESS]
    return kept, compact, len(rest) - len(compact)


def bare(line: Line) -> str:
    """Return ``malicious 53/72 <hash>``: one line of a compact list, in which nothing is foreign."""
    return " ".join(filter(None, (line.tone.value, line.detections, line.hash)))
