"""The verdict: what an answer says, in one word; the one room where counts become a word, a rank and a colour.

The words are those of the sheet, the terminal, the reports, ``--fail-on``, ``--json`` and the metrics.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from enrich.model.status import Status


class Verdict(StrEnum):
    """What an answer says, the values of ``vt_verdict``. Which one an answer has is its provider's to say."""

    MALICIOUS = "malicious"
    """At least ``--malicious-from`` engines detect it."""
    SUSPICIOUS = "suspicious"
    """Fewer do, and one at least."""
    UNDETECTED = "undetected"
    """Judged, and nobody objects; that is not "harmless"."""
    NO_VERDICT = "no_verdict"
    """Known to the provider, and nobody has judged it."""
    UNKNOWN = "unknown"
    """The provider answered that it does not know it."""
    NONE = ""
    """There is no answer."""


COUNTED: Final = (Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.UNDETECTED, Verdict.NO_VERDICT, Verdict.UNKNOWN)
"""The verdicts of answers, as totals, JSON and metrics count them."""

ALWAYS_COUNTED: Final = (Verdict.MALICIOUS, Verdict.SUSPICIOUS, Verdict.UNKNOWN, Verdict.UNDETECTED)
"""The verdicts whose number people are told even where it is 0: that there is none of them is news too."""

MALICIOUS_FROM: Final = 5
"""Engines that must agree before a file is called malicious, unless the user says otherwise: below it, one engine's
false alarm is common."""


def verdict_of_counts(status: Status, detections: int | None, malicious_from: int = MALICIOUS_FROM) -> Verdict:
    """Return the verdict where engines vote: so many ``detections``, None where none has judged."""
    if status is Status.NOT_FOUND:
        return Verdict.UNKNOWN
    if status is not Status.FOUND:
        return Verdict.NONE
    if detections is None:
        return Verdict.NO_VERDICT
    if detections >= malicious_from:
        return Verdict.MALICIOUS
    return Verdict.SUSPICIOUS if detections else Verdict.UNDETECTED


def most_telling(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict of several sources together: the worst that one of them says, and knowledge before ignorance.

    A list of malware alone that does not know a file says nothing against another source's ``undetected``.
    """
    said = set(verdicts)
    return next((verdict for verdict in COUNTED if verdict in said), Verdict.NONE)


class Tone(StrEnum):
    """How a cell or row is coloured, and how files are counted for people. Unknown is a warning, not a comfort."""

    MALICIOUS = "malicious"
    SUSPICIOUS = "suspicious"
    UNKNOWN = "unknown"
    NO_VERDICT = "no_verdict"
    UNDETECTED = "undetected"
    OPEN = "open"
    """Pending, failed or invalid: no answer yet."""
    PLAIN = "plain"


_TONE_OF_VERDICT = {verdict: Tone(verdict.value) for verdict in COUNTED}


_TONE_OF_STATUS = {Status.FOUND: Tone.NO_VERDICT, Status.NOT_FOUND: Tone.UNKNOWN, Status.TRIVIAL: Tone.PLAIN}
"""Of findings without a verdict: some sources say whether they know a file, and never what to think of it."""


def tone_of(status: Status, verdict: Verdict) -> Tone:
    """Return the colour of a finding: its verdict's, else that of how it ended."""
    return _TONE_OF_VERDICT.get(verdict) or _TONE_OF_STATUS.get(status, Tone.OPEN)


_RANK_OF_VERDICT = {
    Verdict.MALICIOUS: 9,
    Verdict.SUSPICIOUS: 8,
    Verdict.UNKNOWN: 5,
    Verdict.NO_VERDICT: 4,
    Verdict.UNDETECTED: 2,
}
_RANK_OF_STATUS = {
    Status.FAILED: 7,
    Status.PENDING: 6,
    Status.NOT_FOUND: 5,
    Status.INVALID: 3,
    Status.FOUND: 2,
    Status.TRIVIAL: 1,
    Status.SKIPPED: 1,
}
"""How bad news each is where nothing is detected: a missing answer must never hide behind a clean one."""


def rank_of(status: Status, verdict: Verdict) -> int:
    """Return how bad news a finding is; the worst of several is the one with the highest rank."""
    return _RANK_OF_VERDICT.get(verdict) or _RANK_OF_STATUS[status]
