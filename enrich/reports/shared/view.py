"""What a report says, in the reader's words: every form for people lays the same view out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from gettext import NullTranslations

from enrich.locale import catalogue
from enrich.model.indicator import OF_FILES
from enrich.model.result import Entry, Result
from enrich.model.verdict import ALWAYS_COUNTED, Tone
from enrich.reports.shared import kinds as kinds_
from enrich.reports.shared import method as method_
from enrich.reports.shared import safe_text, sentences, statistics
from enrich.reports.shared import tones as tones_
from enrich.reports.shared.groups import SERIOUS, Group, groups_of, quiet_sentence
from enrich.reports.shared.headings import headings
from enrich.reports.shared.lines import Line, LineMaker, Trouble, file_name
from enrich.reports.shared.options import ReportOptions
from enrich.reports.shared.sources import disagreeing


@dataclass(frozen=True, slots=True)
class ToneCount:
    """One big number: how many files of a tone, and what that means."""

    tone: Tone
    number: int
    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A table under a heading of its own: some of the indicators, or what is wrong with some values.

    ``key`` tells forms which it is; ``columns`` are called as their headings are among the words. ``kind`` is that of
    all its indicators, where it is about one alone.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line | Trouble, ...]
    why: str = ""
    kind: str = ""

    @property
    def more(self) -> str:
        """The word for the sentence on lines that a form leaves out: the full list has no line for a trouble."""
        return "more_elsewhere" if self.key == "troubles" else "more_below"


_MAY_BE_BLANK = {"label": "label", "name": "name", "context": "words", "type": "type", "first_seen": "first_seen"}
"""Columns that are left out where all of their cells are blank, and what of a line stands in each."""


class View:
    """One report to one reader. What there may be a million lines of is made when a form asks for it."""

    def __init__(self, result: Result, options: ReportOptions) -> None:
        say, zone = catalogue(options.language), options.timezone
        self.result, self.say, self.options = result, say, options
        self.names, self.line_maker = statistics.Names.of(result), LineMaker(result, say, zone, options.pages)
        self._entries = statistics.files(result)
        self.by_kind = kinds_.by_kind(self._entries)
        """One entry a file, domain and so on, by kind."""
        self.only_files = kinds_.only_files(self.by_kind)
        self.files = self.by_kind.get(OF_FILES, [])
        self.kinds = {kind: kinds_.title(kind, say) for kind in self.by_kind}
        """The kinds of indicators that there are, by name, as titles."""
        self.language, self.title = options.language, title_of(result, say)
        self.mark = mark_of(result)
        """``TLP:AMBER`` or ""."""
        self.tlp = self.mark.rpartition("+")[2].removeprefix("TLP:")
        """Its label as a name for styles."""
        self.author = safe_text.shown(result.filing.author)
        self.filing = filing_of(result, say)
        self.filed_as = " · ".join(filter(None, (self.title, safe_text.shown(result.filing.case))))
        """What every page says of the report."""
        self.banner = sentences.banner_of(result, say)
        self.headline = sentences.headline_of(self.by_kind, say)
        self.sentence = sentences.sentence_of(self.by_kind, result, say)
        self.asides = list(sentences.asides_of(result, say))
        self.counts = counts_of(self._entries, say, result.malicious_from)
        self.group_by, self.group_tones = safe_text.shown(result.group_by, 40), SERIOUS
        self.method = list(method_.facts(result, say, zone))
        self.limits = list(method_.limits(say, result.malicious_from, files=self.only_files))
        self.zone = safe_text.zone_name(zone, result.ended)
        self.made = f"{safe_text.moment(result.ended, zone)} {self.zone}"
        self.tone_words = tones_.words(say)
        self.words = headings(say, self.zone, safe_text.shown(result.service.title), files=self.only_files)
        self.words |= {"more_elsewhere": sentences.elsewhere(result, say), "groups": group_title(result, say)}

    @cached_property
    def first(self) -> list[Listing]:
        """What stands before the hosts: the worst, and what sources disagree on. None is empty."""
        lines = self.line_maker.lines(disagreeing(self._entries))
        return [*self._worst(), *self._listed("disagreeing", "verdict hash note context where", lines)]

    @cached_property
    def further(self) -> list[Listing]:
        """What stands behind the hosts: the unknown, what has no verdict, what is wrong, and what changed."""
        lines, of_tone = self.line_maker.lines, partial(statistics.of_tone, self._entries)
        troubles = (remark for remark in self.result.remarks if remark.kind != "left_out")
        return [
            *self._listed("unknown", "hash context where", lines(of_tone(Tone.UNKNOWN))),
            *self._listed("no_verdict", "hash name context where", lines(of_tone(Tone.NO_VERDICT))),
            *self._listed("troubles", "problem where value note", map(self.line_maker.trouble, troubles)),
            *self._listed("changes", "verdict change name context hash", lines(self._changes)),
        ]

    def _listed(self, key: str, columns: str, lines: Iterable[Line | Trouble]) -> list[Listing]:
        """Return the listing of this name, where there is a line for it."""
        why, found = self.words.get(f"{key}_why", ""), tuple(lines)
        return [Listing(key, self.words[key], columns_for(columns.split(), found), found, why)] if found else []

    def _worst(self) -> Iterator[Listing]:
        """Yield the worst ten of each kind that has any; where there are only files, they need no further name."""
        for kind, entries in self.by_kind.items():
            if worst := statistics.worst(entries, self.names):
                title = self.say.gettext("The worst ten")
                if not self.only_files:
                    title = f"{self.kinds[kind]}: {title[:1].lower()}{title[1:]}"
                lines = tuple(self.line_maker.lines(worst))
                columns = ("detections", "label", "name", "context", "first_seen", "where", "hash")
                yield Listing("worst", title, columns_for(columns, lines), lines, kind=kind)

    @cached_property
    def _groups(self) -> tuple[list[Group], list[str]]:
        return groups_of(self._entries, self.line_maker, self.names)

    @property
    def groups(self) -> list[Group]:
        """The hosts that hold something serious, the worst first."""
        return self._groups[0]

    @property
    def groups_quiet(self) -> str:
        """A sentence on the others."""
        return quiet_sentence(self._groups[1], self.say)

    @cached_property
    def _changes(self) -> list[Entry]:
        return statistics.changed(self.result.entries, self.names)

    @property
    def _listed_entries(self) -> Sequence[Entry]:
        return self._changes if self.options.changes_only else self.result.entries

    @cached_property
    def lines(self) -> list[Line]:
        """One line an indicator, worst first."""
        return list(self.line_maker.lines(statistics.by_severity(self._listed_entries, self.names)))

    @property
    def lines_note(self) -> str:
        """What the lines list, where that is not plain."""
        return sentences.list_note(len(self._listed_entries), self.result, len(self.files), self.say)


def columns_for(columns: Iterable[str], lines: Collection[Line | Trouble]) -> tuple[str, ...]:
    """Return the columns of a table of ``lines``, without those in which nothing would stand: a plain list has no words
    of an analyst, and a domain no file's name.
    """
    filled = {
        column: any(getattr(line, field) for line in lines if isinstance(line, Line))
        for column, field in _MAY_BE_BLANK.items()
    }
    return tuple(column for column in columns if filled.get(column, True))


def title_of(result: Result, say: NullTranslations) -> str:
    """Return the user's own title, else the names of the inputs."""
    if result.filing.title:
        return safe_text.shown(result.filing.title)
    names = [file_name(source.path) for source in result.sources]
    files = kinds_.only_files(entry.finding.indicator.kind for entry in result.entries)
    if not names:
        return say.gettext("Hash report") if files else say.gettext("Indicator report")
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    text = say.gettext("Hash report: {name}") if files else say.gettext("Indicator report: {name}")
    return text.format(name=names[0] + more)


def mark_of(result: Result) -> str:
    """Return ``TLP:AMBER``, or "" where none was given."""
    return f"TLP:{safe_text.shown(result.filing.tlp, 20)}" if result.filing.tlp else ""


def filing_of(result: Result, say: NullTranslations) -> list[tuple[str, str]]:
    """Return what the first page says of the report itself: the case, who made it, the day of the incident."""
    _ = say.gettext
    day = result.incident_date.isoformat() if result.incident_date else ""
    pairs = ((_("Case"), result.filing.case), (_("Author"), result.filing.author), (_("Incident"), day))
    return [(term, safe_text.shown(value)) for term, value in pairs if value]


def group_title(result: Result, say: NullTranslations) -> str:
    """Return the heading of the section a host: ``By host``."""
    name, text = safe_text.shown(result.group_by, 40), say.gettext("By {column}")
    return text.format(column=name.lower() if name.istitle() and text == "By {column}" else name)


def counts_of(files: Sequence[Entry], say: NullTranslations, malicious_from: int) -> list[ToneCount]:
    """Return one number a tone, with what it means; what is not always told is told where there is any."""
    words, meanings = tones_.words(say), tones_.meanings(files, malicious_from, say)
    return [
        ToneCount(tone, number, words[tone], meanings[tone])
        for tone, number in statistics.tones(files).items()
        if number or tone.value in ALWAYS_COUNTED
    ]
