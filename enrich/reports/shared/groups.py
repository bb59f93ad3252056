"""What is malicious on each host, or of each user: the first thing that is asked of a report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from enrich.model.result import Entry
from enrich.model.verdict import Tone
from enrich.reports.shared import safe_text, statistics
from enrich.reports.shared.lines import Line, LineMaker

SERIOUS = (Tone.MALICIOUS, Tone.SUSPICIOUS, Tone.UNKNOWN)
"""The tones for which a host is looked at."""
QUIET_NAMED = 40
"""Of the hosts on which there is nothing to look at."""


@dataclass(frozen=True, slots=True)
class Group:
    """One host. ``numbers`` are files by tone, ``bad`` the malicious ones and then the suspicious, worst first."""

    name: str
    numbers: dict[Tone, int]
    bad: tuple[Line, ...]


def groups_of(files: Iterable[Entry], line_maker: LineMaker, names: statistics.Names) -> tuple[list[Group], list[str]]:
    """Return the hosts that hold something serious, the worst first, and the names of the others."""
    entries = list(files)
    written: dict[str, str] = {}
    numbers: dict[str, Counter[Tone]] = defaultdict(Counter)
    for entry in entries:
        for key in _keys(entry, written):
            numbers[key][entry.tone] += 1
    bad: dict[str, list[Line]] = defaultdict(list)
    worst = statistics.worst(entries, names, len(entries))
    for entry, line in zip(
        worst, line_maker.lines(worst), strict=True
    ):  # a line is made once, however many hosts have it
        for key in _keys(entry, written):
            bad[key].append(line)
    groups, quiet = [], []
    for key, counts in numbers.items():
        if any(counts[tone] for tone in SERIOUS):
            groups.append(Group(safe_text.shown(written[key]), dict(counts), tuple(bad[key])))
        else:
            quiet.append(safe_text.shown(written[key]))
    groups.sort(key=lambda group: ([-group.numbers.get(tone, 0) for tone in SERIOUS], group.name.casefold()))
    return groups, sorted(quiet, key=str.casefold)


def _keys(entry: Entry, written: dict[str, str]) -> Iterable[str]:
    """Return the hosts of an entry, each once however its case is written; ``written`` keeps how it was first."""
    keys = {group.casefold(): group for group in reversed(entry.groups)}
    for key, group in keys.items():
        written.setdefault(key, group)
    return keys


def quiet_sentence(quiet: Sequence[str], say: NullTranslations) -> str:
    """Return a sentence that names the hosts on which nothing serious was found; "" where there is none."""
    if not quiet:
        return ""
    named = ", ".join(quiet[:QUIET_NAMED]) + (" …" if len(quiet) > QUIET_NAMED else "")
    text = say.ngettext(
        "Nothing malicious, suspicious or unknown on {n} other: {names}",
        "Nothing malicious, suspicious or unknown on {n} others: {names}",
        len(quiet),
    )
    return text.format(n=f"{len(quiet):,}", names=named)
