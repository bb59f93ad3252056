"""What a report says, in the reader's words: html, pdf and markdown lay the same view out. Knows no markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class View:
    """One report. ``files`` holds one entry a file, for charts; ``lines`` one line an indicator, worst first.

    ``mark`` is ``TLP:AMBER`` or "", ``tlp`` its label as a name for styles; ``filing`` are the pairs of the first page,
    ``filed_as`` what every page says of the report.
    """

    language: str
    title: str
    mark: str
    tlp: str
    author: str
    filing: tuple[tuple[str, str], ...]
    filed_as: str
    banner: str
    headline: str
    sentence: str
    asides: tuple[str, ...]
    counts: tuple[ToneCount, ...]
    first: tuple[Listing, ...]
    """What stands before the hosts: the worst, and what sources disagree on. None is empty."""
    group_by: str
    group_tones: tuple[Tone, ...]
    groups: tuple[Group, ...]
    groups_quiet: str
    further: tuple[Listing, ...]
    """What stands behind the hosts: the unknown, what has no verdict, what is wrong, and what changed."""
    lines: tuple[Line, ...]
    lines_note: str
    method: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]
    words: dict[str, str]
    tone_words: dict[Tone, str]
    zone: str
    made: str
    files: tuple[Entry, ...]
    kinds: dict[str, str]
    """The kinds of indicators that there are, by name, as titles."""


def view_of(result: Result, options: ReportOptions) -> View:
    """Return the view of a result for one reader."""
    say = catalogue(options.language)
    line_maker = LineMaker(result, say, options.timezone, options.pages)
    files, names = statistics.files(result), statistics.Names.of(result)
    changes = statistics.changed(result.entries, names)
    listed = changes if options.changes_only else result.entries
    tones, kinds = statistics.tones(files), kinds_.by_kind(files)
    zone = safe_text.zone_name(options.timezone, result.ended)
    title, mark = title_of(result, say), mark_of(result)
    groups, quiet = groups_of(files, line_maker, names)
    filing = tuple(filing_of(result, say))
    words = headings(say, zone, safe_text.shown(result.service.title), files=kinds_.only_files(kinds))

    def listed_as(key: str, columns: str, lines: Iterable[Line | Trouble]) -> list[Listing]:
        """Return the listing of this name, where there is a line for it."""
        listing = Listing(key, words[key], tuple(columns.split()), tuple(lines), words.get(f"{key}_why", ""))
        return [listing] if listing.lines else []

    troubles = (line_maker.trouble(remark) for remark in result.remarks if remark.kind != "left_out")
    unknown, no_verdict = (line_maker.lines(statistics.of_tone(files, t)) for t in (Tone.UNKNOWN, Tone.NO_VERDICT))
    return View(
        language=options.language,
        title=title,
        mark=mark,
        tlp=mark.rpartition("+")[2].removeprefix("TLP:"),
        author=safe_text.shown(result.filing.author),
        filing=filing,
        filed_as=" · ".join(filter(None, (title, safe_text.shown(result.filing.case)))),
        banner=sentences.banner_of(result, say),
        headline=sentences.headline_of(kinds, say),
        sentence=sentences.sentence_of(kinds, result, say),
        asides=tuple(sentences.asides_of(result, say)),
        counts=tuple(counts_of(files, tones, say, result.malicious_from)),
        first=(
            *worst_of(kinds, line_maker, names, say),
            *listed_as("disagreeing", "verdict hash note context where", line_maker.lines(disagreeing(files))),
        ),
        group_by=safe_text.shown(result.group_by, 40),
        group_tones=SERIOUS,
        groups=tuple(groups),
        groups_quiet=quiet_sentence(quiet, say),
        further=(
            *listed_as("unknown", "hash context where", unknown),
            *listed_as("no_verdict", "hash name context where", no_verdict),
            *listed_as("troubles", "problem where value note", troubles),
            *listed_as("changes", "verdict change name context hash", line_maker.lines(changes)),
        ),
        lines=tuple(line_maker.lines(statistics.by_severity(listed, names))),
        lines_note=sentences.list_note(len(listed), result, len(kinds.get(OF_FILES, ())), say),
        method=tuple(method_.facts(result, say, options.timezone)),
        limits=tuple(method_.limits(say, result.malicious_from, files=kinds_.only_files(kinds))),
        words=words | {"more_elsewhere": sentences.elsewhere(result, say), "groups": group_title(result, say)},
        tone_words=tones_.words(say),
        zone=zone,
        made=f"{safe_text.moment(result.ended, options.timezone)} {zone}",
        files=tuple(kinds.get(OF_FILES, ())),
        kinds={kind: kinds_.title(kind, say) for kind in kinds},
    )


def worst_of(
    kinds: dict[str, list[Entry]], line_maker: LineMaker, names: statistics.Names, say: NullTranslations
) -> Iterator[Listing]:
    """Yield the worst ten of each kind that has any; where there are only files, they need no further name."""
    for kind, entries in kinds.items():
        if worst := statistics.worst(entries, names):
            title = say.gettext("The worst ten")
            if not kinds_.only_files(kinds):
                title = f"{kinds_.title(kind, say)}: {title[:1].lower()}{title[1:]}"
            columns = ("detections", "label", "name", "context", "first_seen", "where", "hash")
            yield Listing("worst", title, columns, tuple(line_maker.lines(worst)), kind=kind)


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


def counts_of(
    files: Sequence[Entry], tones: dict[Tone, int], say: NullTranslations, malicious_from: int
) -> list[ToneCount]:
    """Return one number a tone, with what it means; what is not always told is told where there is any."""
    words, meanings = tones_.words(say), tones_.meanings(files, malicious_from, say)
    return [
        ToneCount(tone, number, words[tone], meanings[tone])
        for tone, number in tones.items()
        if number or tone.value in ALWAYS_COUNTED
    ]
