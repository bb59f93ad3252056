"""Tones in the reader's words: what each is called, and what it means. These words are set nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import NullTranslations

from enrich.locale import mark
from enrich.model.finding import Status
from enrich.model.result import Entry
from enrich.model.verdict import Tone

WORDS = {
    Tone.MALICIOUS: mark("Malicious"),
    Tone.SUSPICIOUS: mark("Suspicious"),
    Tone.UNKNOWN: mark("Unknown"),
    Tone.NO_VERDICT: mark("No verdict"),
    Tone.UNDETECTED: mark("Undetected"),
    Tone.OPEN: mark("Not answered"),
    Tone.PLAIN: mark("Not asked"),
}
STATUSES = {
    Status.PENDING: mark("not asked yet"),
    Status.FAILED: mark("no usable answer"),
    Status.INVALID: mark("damaged hash"),
    Status.SKIPPED: mark("held back"),
}


def words(say: NullTranslations) -> dict[Tone, str]:
    """Return the name of each tone, in the order in which a reader needs them."""
    return {tone: say.gettext(word) for tone, word in WORDS.items()}


def meanings(files: Sequence[Entry], malicious_from: int, say: NullTranslations) -> dict[Tone, str]:
    """Return what each tone means, in a few words; of open files why they are."""
    _ = say.gettext
    return {
        Tone.MALICIOUS: _("{n} or more engines detect it").format(n=malicious_from),
        Tone.SUSPICIOUS: _("1 to {n} engines detect it").format(n=malicious_from - 1),
        Tone.UNKNOWN: _("never seen there; not a sign of innocence"),
        Tone.NO_VERDICT: _("known there, and no engine has judged it"),
        Tone.UNDETECTED: _("no engine detects it"),
        Tone.OPEN: _why_open(files, say),
        Tone.PLAIN: _("the empty file, a test file or known good"),
    }


def _why_open(files: Sequence[Entry], say: NullTranslations) -> str:
    """Return ``3 not asked yet, 1 no usable answer``."""
    counted = {status: sum(entry.finding.status is status for entry in files) for status in STATUSES}
    said = [f"{number:,} {say.gettext(STATUSES[status])}" for status, number in counted.items() if number]
    return ", ".join(said) or say.gettext("every file has an answer")
