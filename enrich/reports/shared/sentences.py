"""A result in sentences: the headline, all the counts, what was left out. Knows no form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from gettext import NullTranslations

from enrich.locale import translated
from enrich.model.result import Result
from enrich.model.verdict import Tone
from enrich.reports.shared import safe_text

Counts = dict[Tone, int]


def headline_of(counts: Counts, say: NullTranslations) -> str:
    """The answer in one line: the worst thing that is true."""
    n, total = say.ngettext, sum(counts.values())
    if total == 1 and (of_one := _of_one_file(next(tone for tone in counts if counts[tone]), say)):
        return of_one
    ranked = (
        (
            Tone.MALICIOUS,
            n("{n} of {total} files is malicious", "{n} of {total} files are malicious", counts[Tone.MALICIOUS]),
        ),
        (
            Tone.SUSPICIOUS,
            n(
                "{n} of {total} files is suspicious, none is malicious",
                "{n} of {total} files are suspicious, none is malicious",
                counts[Tone.SUSPICIOUS],
            ),
        ),
        (
            Tone.OPEN,
            n("{n} of {total} files has no answer yet", "{n} of {total} files have no answer yet", counts[Tone.OPEN]),
        ),
        (Tone.UNKNOWN, n("{n} of {total} files is unknown", "{n} of {total} files are unknown", counts[Tone.UNKNOWN])),
        (
            Tone.NO_VERDICT,
            n("{n} of {total} files has no verdict", "{n} of {total} files have no verdict", counts[Tone.NO_VERDICT]),
        ),
    )
    for verdict, text in ranked:
        if counts[verdict]:
            return text.format(n=f"{counts[verdict]:,}", total=f"{total:,}")
    return say.gettext("No engine detects anything") if total else say.gettext("No file was named")


def _of_one_file(tone: Tone, say: NullTranslations) -> str:
    """The headline where there is one file alone; "" where the words for several will do."""
    words = {
        Tone.MALICIOUS: say.gettext("The file is malicious"),
        Tone.SUSPICIOUS: say.gettext("The file is suspicious"),
        Tone.OPEN: say.gettext("The file has no answer yet"),
        Tone.UNKNOWN: say.gettext("The file is unknown"),
        Tone.NO_VERDICT: say.gettext("The file has no verdict"),
    }
    return words.get(tone, "")


def sentence_of(counts: Counts, result: Result, say: NullTranslations) -> str:
    """All the counts in words."""
    n = say.ngettext
    phrases = {
        Tone.MALICIOUS: n("{n} is malicious", "{n} are malicious", counts[Tone.MALICIOUS]),
        Tone.SUSPICIOUS: n("{n} is suspicious", "{n} are suspicious", counts[Tone.SUSPICIOUS]),
        Tone.UNKNOWN: n("{n} is unknown to {service}", "{n} are unknown to {service}", counts[Tone.UNKNOWN]),
        Tone.NO_VERDICT: n(
            "{n} is known there and judged by no engine",
            "{n} are known there and judged by no engine",
            counts[Tone.NO_VERDICT],
        ),
        Tone.UNDETECTED: n("{n} is detected by no engine", "{n} are detected by no engine", counts[Tone.UNDETECTED]),
        Tone.OPEN: n("{n} has no answer", "{n} have no answer", counts[Tone.OPEN]),
        Tone.PLAIN: n("{n} was not worth asking about", "{n} were not worth asking about", counts[Tone.PLAIN]),
    }
    service = safe_text.shown(result.service.title)
    said = [phrases[verdict].format(n=f"{number:,}", service=service) for verdict, number in counts.items() if number]
    if not said:
        return say.gettext("The input holds no hash that could be asked about.")
    total = sum(counts.values())
    opening = n("Of {total} file, {list}.", "Of {total} files, {list}.", total)
    return opening.format(total=f"{total:,}", list=_joined(said, say))


def _joined(phrases: Sequence[str], say: NullTranslations) -> str:
    if len(phrases) == 1:
        return phrases[0]
    return say.gettext("{first} and {last}").format(first=", ".join(phrases[:-1]), last=phrases[-1])


def asides_of(result: Result, say: NullTranslations) -> Iterator[str]:
    """Sentences below the counts: why lookups stopped, what was left out."""
    if result.stopped:
        why = safe_text.shown(translated(result.stopped, say), 300)
        yield say.gettext("Lookups stopped early: {why}").format(why=why)
    left_out = sum(remark.kind == "left_out" for remark in result.remarks)
    if left_out:
        text = say.ngettext(
            "{n} value looks like a hash and is no file's; it was left out.",
            "{n} values look like hashes and are no file's; they were left out.",
            left_out,
        )
        yield text.format(n=f"{left_out:,}")


def list_note(listed: int, hashes: int, files: int, say: NullTranslations) -> str:
    """What the full list is a list of, where that is not plain."""
    if listed < hashes:
        text = say.gettext("Only what changed since the last run: {n} of {total} hashes.")
        return text.format(n=f"{listed:,}", total=f"{hashes:,}")
    if hashes == files:
        return ""
    text = say.gettext(
        "{hashes} hashes of {files} files: a file that goes by several hashes stands here several times."
    )
    return text.format(hashes=f"{hashes:,}", files=f"{files:,}")


def elsewhere(result: Result, say: NullTranslations) -> str:
    """Where the lines stand that a cut list leaves out: a file of this run that holds them; ``{n}`` is left open."""
    names = [output.path.replace("\\", "/").rpartition("/")[2] for output in result.outputs]
    for suffixes, text in (
        ((".json", ".html", ".htm"), say.gettext("{n} more, none of them malicious or unknown, stand in {file}.")),
        (
            (".xlsx", ".xlsm", ".ods"),
            say.gettext("{n} more, none of them malicious or unknown, stand in the sheet VirusTotal of {file}."),
        ),
        ((".csv", ".tsv", ".txt", ".gz"), say.gettext("{n} more, none of them malicious or unknown, stand in {file}.")),
    ):
        for name in names:
            if name.lower().endswith(suffixes):
                return text.replace("{file}", safe_text.shown(name, 80).replace("{", "(").replace("}", ")"))
    return say.gettext("{n} more, none of them malicious or unknown, are left out here.")
