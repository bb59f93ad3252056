"""A list that is too long for its form, cut so that nothing serious is lost. Knows no form."""

from __future__ import annotations

from collections.abc import Sequence

from enrich.model.verdict import Tone
from enrich.reports.shared.lines import Line

HARMLESS = (Tone.UNDETECTED, Tone.PLAIN)
"""What alone may be left out; all else is malicious, unknown, or may yet turn out so."""


def cut(lines: Sequence[Line], most: int) -> tuple[list[Line], list[Line], int]:
    """Return the first ``most`` lines whole; of the rest those that must not be lost, and how many others there are."""
    kept, rest = list(lines[:most]), lines[most:]
    compact = [line for line in rest if line.tone not in HARMLESS]
    return kept, compact, len(rest) - len(compact)


def bare(line: Line) -> str:
    """Return ``malicious 53/72 <hash>``: one line of a compact list, in which nothing is foreign."""
    return " ".join(filter(None, (line.tone.value, line.detections, line.hash)))
