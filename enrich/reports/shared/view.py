"""What a report says, in the reader's words: html, pdf and markdown lay the same view out. Knows no markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from enrich.locale import catalogue
from enrich.model.result import Entry, Result
from enrich.model.verdict import Tone
from enrich.reports.shared import method as method_
from enrich.reports.shared import safe_text, statistics
from enrich.reports.shared.headings import headings
from enrich.reports.shared.lines import STAND_IN, STATUSES, WORDS, Line, Liner, Trouble, file_name
from enrich.reports.shared.options import Options


@dataclass(frozen=True, slots=True)
class Count:
    """One big number: how many files of a verdict, and what the verdict means."""

    verdict: Tone
    number: int
    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class View:
    """One report. ``files`` holds one entry a file, for charts; ``lines`` one line an indicator, worst first."""

    language: str
    title: str
    banner: str
    headline: str
    sentence: str
    asides: tuple[str, ...]
    counts: tuple[Count, ...]
    worst: tuple[Line, ...]
    unknown: tuple[Line, ...]
    troubles: tuple[Trouble, ...]
    changes: tuple[Line, ...]
    lines: tuple[Line, ...]
    lines_note: str
    method: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]
    words: dict[str, str]
    zone: str
    made: str
    files: tuple[Entry, ...]


def view(result: Result, options: Options) -> View:
    """The view of a result for one reader."""
    say = catalogue(options.language)
    liner = Liner(result, say, options.timezone)
    files, names = statistics.files(result), statistics.Names.of(result)
    changes = statistics.changed(result.entries, names)
    listed = changes if options.changes_only else result.entries
    verdicts = statistics.verdicts(files)
    zone = safe_text.zone_name(options.timezone, result.ended)
    return View(
        language=options.language,
        title=title_of(result, say),
        banner=banner_of(result, say),
        headline=headline_of(verdicts, say),
        sentence=sentence_of(verdicts, result, say),
        asides=tuple(asides_of(result, say)),
        counts=tuple(counts_of(files, verdicts, say, result.malicious_from)),
        worst=tuple(liner.lines(statistics.worst(files, names))),
        unknown=tuple(liner.lines(statistics.unknown(files))),
        troubles=tuple(liner.trouble(remark) for remark in result.remarks if remark.kind != "left_out"),
        changes=tuple(liner.lines(changes)),
        lines=tuple(liner.lines(statistics.by_severity(listed, names))),
        lines_note=_lines_note(len(listed), len(result.entries), len(files), say),
        method=tuple(method_.facts(result, say, options.timezone)),
        limits=tuple(method_.limits(say, result.malicious_from)),
        words=headings(say, zone, result.service.title),
        zone=zone,
        made=f"{safe_text.moment(result.ended, options.timezone)} {zone}",
        files=tuple(files),
    )


def title_of(result: Result, say: NullTranslations) -> str:
    names = [file_name(source) for source in result.sources]
    if not names:
        return say.gettext("Hash report")
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    return say.gettext("Hash report: {name}").format(name=names[0] + more)


def banner_of(result: Result, say: NullTranslations) -> str:
    """What stands above everything where the answers are not the service's own; else ""."""
    return say.gettext(STAND_IN) if result.service.stand_in else ""


def headline_of(verdicts: dict[Tone, int], say: NullTranslations) -> str:
    """The answer in one line: the worst thing that is true."""
    n, total = say.ngettext, sum(verdicts.values())
    bad, doubtful, open_ = verdicts[Tone.MALICIOUS], verdicts[Tone.SUSPICIOUS], verdicts[Tone.OPEN]
    unknown, unjudged = verdicts[Tone.UNKNOWN], verdicts[Tone.NO_VERDICT]
    headlines = (
        (bad, n("{n} of {total} files is malicious", "{n} of {total} files are malicious", bad)),
        (
            doubtful,
            n(
                "{n} of {total} files is suspicious, none is malicious",
                "{n} of {total} files are suspicious, none is malicious",
                doubtful,
            ),
        ),
        (open_, n("{n} of {total} files has no answer yet", "{n} of {total} files have no answer yet", open_)),
        (unknown, n("{n} of {total} files is unknown", "{n} of {total} files are unknown", unknown)),
        (unjudged, n("{n} of {total} files has no verdict", "{n} of {total} files have no verdict", unjudged)),
        (total, say.gettext("No engine detects anything")),
    )
    said = next(((number, text) for number, text in headlines if number), None)
    if said is None:
        return say.gettext("No file was named")
    return said[1].format(n=f"{said[0]:,}", total=f"{total:,}")


def sentence_of(verdicts: dict[Tone, int], result: Result, say: NullTranslations) -> str:
    """All the counts in words."""
    n = say.ngettext
    phrases = {
        Tone.MALICIOUS: n("{n} is malicious", "{n} are malicious", verdicts[Tone.MALICIOUS]),
        Tone.SUSPICIOUS: n("{n} is suspicious", "{n} are suspicious", verdicts[Tone.SUSPICIOUS]),
        Tone.UNKNOWN: n("{n} is unknown to {service}", "{n} are unknown to {service}", verdicts[Tone.UNKNOWN]),
        Tone.UNDETECTED: n(
            "{n} is detected by no engine",
            "{n} are detected by no engine",
            verdicts[Tone.UNDETECTED],
        ),
        Tone.NO_VERDICT: n(
            "{n} is known and not judged yet", "{n} are known and not judged yet", verdicts[Tone.NO_VERDICT]
        ),
        Tone.OPEN: n("{n} has no answer", "{n} have no answer", verdicts[Tone.OPEN]),
        Tone.PLAIN: n("{n} was not worth asking about", "{n} were not worth asking about", verdicts[Tone.PLAIN]),
    }
    service = safe_text.shown(result.service.title)
    said = [phrases[verdict].format(n=f"{number:,}", service=service) for verdict, number in verdicts.items() if number]
    if not said:
        return say.gettext("The input holds no hash that could be asked about.")
    total = sum(verdicts.values())
    opening = n("Of {total} file, {list}.", "Of {total} files, {list}.", total)
    return opening.format(total=f"{total:,}", list=_joined(said, say))


def _joined(phrases: Sequence[str], say: NullTranslations) -> str:
    if len(phrases) == 1:
        return phrases[0]
    return say.gettext("{first} and {last}").format(first=", ".join(phrases[:-1]), last=phrases[-1])


def _lines_note(listed: int, hashes: int, files: int, say: NullTranslations) -> str:
    if listed < hashes:
        text = say.gettext("Only what changed since the last run: {n} of {total} hashes.")
        return text.format(n=f"{listed:,}", total=f"{hashes:,}")
    if hashes == files:
        return ""
    text = say.gettext(
        "{hashes} hashes of {files} files: a file that goes by several hashes stands here several times."
    )
    return text.format(hashes=f"{hashes:,}", files=f"{files:,}")


def asides_of(result: Result, say: NullTranslations) -> list[str]:
    """Sentences below the counts: why lookups stopped, what was left out."""
    said = []
    if result.stopped:
        said.append(say.gettext("Lookups stopped early: {why}").format(why=safe_text.shown(result.stopped, 300)))
    left_out = sum(remark.kind == "left_out" for remark in result.remarks)
    if left_out:
        text = say.ngettext(
            "{n} value looks like a hash and is no file's; it was left out.",
            "{n} values look like hashes and are no file's; they were left out.",
            left_out,
        )
        said.append(text.format(n=f"{left_out:,}"))
    return said


def counts_of(
    files: Sequence[Entry], verdicts: dict[Tone, int], say: NullTranslations, malicious_from: int
) -> list[Count]:
    """One number a verdict, with what it means."""
    meanings = {
        Tone.MALICIOUS: say.gettext("{n} or more engines detect it").format(n=malicious_from),
        Tone.SUSPICIOUS: say.gettext("1 to {n} engines detect it").format(n=malicious_from - 1),
        Tone.UNKNOWN: say.gettext("never seen there; not a sign of innocence"),
        Tone.NO_VERDICT: say.gettext("known, and no engine has judged it"),
        Tone.UNDETECTED: say.gettext("no engine detects it"),
        Tone.OPEN: _why_open(files, say),
        Tone.PLAIN: say.gettext("the empty file, a test file or known good"),
    }
    return [
        Count(verdict, number, say.gettext(WORDS[verdict]), meanings[verdict])
        for verdict, number in verdicts.items()
        if number or verdict not in (Tone.PLAIN, Tone.NO_VERDICT)
    ]


def _why_open(files: Sequence[Entry], say: NullTranslations) -> str:
    """``3 not asked yet, 1 no usable answer``."""
    counted = {status: sum(entry.finding.status is status for entry in files) for status in STATUSES}
    said = [f"{number:,} {say.gettext(STATUSES[status])}" for status, number in counted.items() if number]
    return ", ".join(said) or say.gettext("every file has an answer")
