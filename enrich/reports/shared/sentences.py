"""A result in sentences: the headline, all the counts, what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations

from enrich.locale import translated
from enrich.model.indicator import OF_FILES
from enrich.model.result import Entry, Result
from enrich.model.verdict import Tone
from enrich.reports.shared import kinds as kinds_
from enrich.reports.shared import safe_text, statistics

WORST_FIRST = (Tone.MALICIOUS, Tone.SUSPICIOUS, Tone.OPEN, Tone.UNKNOWN, Tone.NO_VERDICT)
"""What a headline is about: the first of these that there is any of."""


def headline_of(kinds: dict[str, list[Entry]], say: NullTranslations) -> str:
    """Return the answer in one line: the worst thing that is true, of each kind of which it is."""
    counts = {kind: statistics.tones(entries) for kind, entries in kinds.items()}
    if kinds.keys() == {OF_FILES} and len(kinds[OF_FILES]) == 1:
        of_one = _of_one_file(kinds[OF_FILES][0].tone, say)
        if of_one:
            return of_one
    for tone in WORST_FIRST:
        if all_of := sum(of[tone] for of in counts.values()):
            total = sum(len(entries) for entries in kinds.values())
            if kinds_.only_files(kinds):
                return _of_files(tone, all_of, say).format(n=f"{all_of:,}", total=f"{total:,}")
            bad = {kind: of[tone] for kind, of in counts.items() if of[tone]}
            shares = [kinds_.share(kind, n, len(kinds[kind]), say) for kind, n in bad.items()]
            return _of_several(tone, all_of, say).format(list=kinds_.joined(shares, say))
    if kinds:
        return say.gettext("No engine detects anything")
    return say.gettext("No file was named")


def _of_one_file(tone: Tone, say: NullTranslations) -> str:
    """Return the headline where there is one file alone; "" where the words for several will do."""
    words = {
        Tone.MALICIOUS: say.gettext("The file is malicious"),
        Tone.SUSPICIOUS: say.gettext("The file is suspicious"),
        Tone.OPEN: say.gettext("The file has no answer yet"),
        Tone.UNKNOWN: say.gettext("The file is unknown"),
        Tone.NO_VERDICT: say.gettext("The file has no verdict"),
    }
    return words.get(tone, "")


def _of_files(tone: Tone, n: int, say: NullTranslations) -> str:
    ngettext = say.ngettext
    return {
        Tone.MALICIOUS: ngettext("{n} of {total} files is malicious", "{n} of {total} files are malicious", n),
        Tone.SUSPICIOUS: ngettext(
            "{n} of {total} files is suspicious, none is malicious",
            "{n} of {total} files are suspicious, none is malicious",
            n,
        ),
        Tone.OPEN: ngettext("{n} of {total} files has no answer yet", "{n} of {total} files have no answer yet", n),
        Tone.UNKNOWN: ngettext("{n} of {total} files is unknown", "{n} of {total} files are unknown", n),
        Tone.NO_VERDICT: ngettext("{n} of {total} files has no verdict", "{n} of {total} files have no verdict", n),
    }[tone]


def _of_several(tone: Tone, n: int, say: NullTranslations) -> str:
    ngettext = say.ngettext
    return {
        Tone.MALICIOUS: ngettext("{list} is malicious", "{list} are malicious", n),
        Tone.SUSPICIOUS: ngettext(
            "{list} is suspicious, none is malicious", "{list} are suspicious, none is malicious", n
        ),
        Tone.OPEN: ngettext("{list} has no answer yet", "{list} have no answer yet", n),
        Tone.UNKNOWN: ngettext("{list} is unknown", "{list} are unknown", n),
        Tone.NO_VERDICT: ngettext("{list} has no verdict", "{list} have no verdict", n),
    }[tone]


def sentence_of(kinds: dict[str, list[Entry]], result: Result, say: NullTranslations) -> str:
    """Return all the counts in words, a sentence a kind."""
    service = safe_text.shown(result.service.title)
    said = []
    for kind, entries in kinds.items():
        counts = statistics.tones(entries)
        phrases = [_counted(tone, n, say).format(n=f"{n:,}", service=service) for tone, n in counts.items() if n]
        said.append(kinds_.opening(kind, len(entries), say).format(list=kinds_.joined(phrases, say)))
    return " ".join(said) or say.gettext("The input holds no hash that could be asked about.")


def _counted(tone: Tone, n: int, say: NullTranslations) -> str:
    ngettext = say.ngettext
    return {
        Tone.MALICIOUS: ngettext("{n} is malicious", "{n} are malicious", n),
        Tone.SUSPICIOUS: ngettext("{n} is suspicious", "{n} are suspicious", n),
        Tone.UNKNOWN: ngettext("{n} is unknown to {service}", "{n} are unknown to {service}", n),
        Tone.NO_VERDICT: ngettext(
            "{n} is known there and judged by no engine", "{n} are known there and judged by no engine", n
        ),
        Tone.UNDETECTED: ngettext("{n} is detected by no engine", "{n} are detected by no engine", n),
        Tone.OPEN: ngettext("{n} has no answer", "{n} have no answer", n),
        Tone.PLAIN: ngettext("{n} was not worth asking about", "{n} were not worth asking about", n),
    }[tone]


def asides_of(result: Result, say: NullTranslations) -> Iterator[str]:
    """Sentences below the counts: why lookups stopped, what was left out."""
    if result.stopped:
        why = safe_text.shown(translated(result.stopped, say), 300)
        yield say.gettext("Lookups stopped early: {why}").format(why=why)
    left_out = result.remarked("left_out")
    if left_out:
        text = say.ngettext(
            "{n} value looks like an indicator and is none; it was left out.",
            "{n} values look like indicators and are none; they were left out.",
            left_out,
        )
        yield text.format(n=f"{left_out:,}")
    if elsewhere_ := kinds_.not_asked(result.totals.not_asked, say):
        yield elsewhere_


def list_note(listed: int, result: Result, files: int, say: NullTranslations) -> str:
    """Return what the full list lists, where that is not plain; ``files`` says how many files its hashes stand for."""
    if listed < len(result.entries):
        text = say.gettext("Only what changed since the last run: {n} of {total} indicators.")
        return text.format(n=f"{listed:,}", total=f"{len(result.entries):,}")
    hashes = sum(entry.finding.indicator.kind == OF_FILES for entry in result.entries)
    if hashes == files:
        return ""
    text = say.gettext(
        "{hashes} hashes of {files} files: a file that goes by several hashes stands here several times."
    )
    return text.format(hashes=f"{hashes:,}", files=f"{files:,}")


def elsewhere(result: Result, say: NullTranslations) -> str:
    """Return which file of this run holds the lines that a cut list leaves out; ``{n}`` is left open."""
    names = [output.path.replace("\\", "/").rpartition("/")[2] for output in result.outputs]
    for suffixes, text in (
        ((".json", ".html", ".htm"), say.gettext("{n} more, none of them malicious or unknown, stand in {file}.")),
        (
            (".xlsx", ".xlsm", ".ods"),
            say.gettext("{n} more, none of them malicious or unknown, stand in the sheet {sheet} of {file}."),
        ),
        ((".csv", ".tsv", ".txt", ".gz"), say.gettext("{n} more, none of them malicious or unknown, stand in {file}.")),
    ):
        for name in names:
            if name.lower().endswith(suffixes):
                whole = text.replace("{sheet}", _without_braces(safe_text.shown(result.service.title)))
                return whole.replace("{file}", _without_braces(safe_text.shown(name, 80)))
    return say.gettext("{n} more, none of them malicious or unknown, are left out here.")


def _without_braces(text: str) -> str:
    """Return a text of others' inside one whose braces are still to be filled."""
    return text.replace("{", "(").replace("}", ")")


def banner_of(result: Result, say: NullTranslations) -> str:
    """Return what stands above everything where a service's answers are not its own; "" where all are."""
    names = [safe_text.shown(service.title) for service in result.services if service.stand_in]
    if not names:
        return ""
    text = say.gettext("Stand-in data. These answers come from a built-in imitation for trials, not from {service}.")
    return text.format(service=kinds_.joined(names, say))
