"""The verdict: the one place where a detection ratio becomes a word and a colour."""

from __future__ import annotations

from enum import StrEnum

from enrich.model.finding import Finding, Status


class Tone(StrEnum):
    """How a cell or row is coloured. Unknown is a warning, not a comfort."""

    MALICIOUS = "malicious"
    SUSPICIOUS = "suspicious"
    CLEAN = "clean"
    UNKNOWN = "unknown"
    OPEN = "open"
    """Pending, failed or invalid: no answer yet."""
    PLAIN = "plain"


MALICIOUS_FROM = 5
"""Engines that must agree before a file is called malicious here: below it, one engine's false alarm is common."""


_CLEAN, _SUSPICIOUS, _MALICIOUS = Tone.CLEAN, Tone.SUSPICIOUS, Tone.MALICIOUS


def tone(finding: Finding) -> Tone:
    """The one place where a detection ratio becomes a colour and a word."""
    malicious = finding.malicious
    if finding.status is not Status.FOUND:
        if finding.status is Status.NOT_FOUND:
            return Tone.UNKNOWN
        return Tone.PLAIN if finding.status is Status.TRIVIAL else Tone.OPEN
    if malicious is None:
        return Tone.UNKNOWN
    if malicious >= MALICIOUS_FROM:
        return _MALICIOUS
    return _SUSPICIOUS if malicious else _CLEAN
