"""What is malicious on each host, or of each user: the first thing that is asked of a report. Knows no form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from enrich.model.result import Entry
from enrich.model.verdict import Tone
from enrich.reports.shared import safe_text, statistics
from enrich.reports.shared.lines import Line, Liner

SERIOUS = (Tone.MALICIOUS, Tone.SUSPICIOUS, Tone.UNKNOWN)
"""The verdicts for which a host is looked at."""
QUIET_NAMED = 40
"""Of the hosts on which there is nothing to look at."""


@dataclass(frozen=True, slots=True)
class Group:
    """One host. ``numbers`` are files by verdict, ``bad`` the malicious ones and then the suspicious, worst first."""

    name: str
    numbers: dict[Tone, int]
    bad: tuple[Line, ...]

    @property
    def files(self) -> int:
        """How many files were seen on it."""
        return sum(self.numbers.values())


def groups_of(files: Iterable[Entry], liner: Liner, names: statistics.Names) -> tuple[list[Group], list[str]]:
    """The hosts that hold something serious, the worst first, and the names of the others."""
    held: dict[str, list[Entry]] = defaultdict(list)
    written: dict[str, str] = {}
    for entry in files:
        for group in entry.groups:
            key = group.casefold()
            written.setdefault(key, group)
            held[key].append(entry)
    groups, quiet = [], []
    for key, entries in held.items():
        numbers = Counter(entry.tone for entry in entries)
        if any(numbers[tone] for tone in SERIOUS):
            bad = statistics.worst(entries, names, len(entries))
            groups.append(Group(safe_text.shown(written[key]), dict(numbers), tuple(liner.lines(bad))))
        else:
            quiet.append(safe_text.shown(written[key]))
    groups.sort(key=lambda group: ([-group.numbers.get(tone, 0) for tone in SERIOUS], group.name.casefold()))
    return groups, sorted(quiet, key=str.casefold)


def quiet_sentence(quiet: Sequence[str], say: NullTranslations) -> str:
    """Names the hosts on which nothing serious was found; "" where there is none."""
    if not quiet:
        return ""
    named = ", ".join(quiet[:QUIET_NAMED]) + (" …" if len(quiet) > QUIET_NAMED else "")
    text = say.ngettext(
        "Nothing malicious, suspicious or unknown on {n} other: {names}",
        "Nothing malicious, suspicious or unknown on {n} others: {names}",
        len(quiet),
    )
    return text.format(n=f"{len(quiet):,}", names=named)
