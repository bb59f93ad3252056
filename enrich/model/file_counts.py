"""How the files of a run ended, in numbers: what its last words and its exit code follow from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Self

from enrich.model.result import Entry, one_entry_a_file
from enrich.model.status import Status
from enrich.model.verdict import Verdict

_BLOCK = 4096
"""Entries that are counted at once: not all of them need to be there together."""


@dataclass(slots=True)
class FileCounts:
    """Grows with the ways to end, not with the files. ``verdicts`` and ``open`` are the leading source's, ``worst`` is
    that of all; those three count files, ``failed`` counts indicators by the reason.
    """

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    open: Counter[Status] = field(default_factory=Counter)
    """Those without a verdict, by status."""
    worst: Counter[Verdict] = field(default_factory=Counter)
    changed: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    ends: set[Status] = field(default_factory=set)
    said: set[Verdict] = field(default_factory=set)
    """Of any hash of a file."""
    has_news: bool = False
    """Whether anything changed, of any hash of a file."""
    kinds: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, entries: Iterable[Entry], shared: Container[str] | None = None) -> Self:
        """Return the counts of all ``entries`` of a run. ``shared`` are the files that may have several entries; all
        where it is None.
        """
        counts, several, rest = cls(), list[Entry](), iter(entries)
        while block := list(islice(rest, _BLOCK)):
            counts.add_names(block)
            alone = [] if shared is None else [entry for entry in block if entry.file not in shared]
            counts.add_files(alone)
            several += block if shared is None else [entry for entry in block if entry.file in shared]
        counts.add_files(one_entry_a_file(several))
        return counts

    def add_names(self, entries: Sequence[Entry]) -> None:
        """Count indicators, of which a file may have several."""
        findings = [entry.finding for entry in entries]
        self.kinds.update([finding.indicator.kind for finding in findings])
        self.ends.update([finding.status for finding in findings])
        self.ends.update(further.status for entry in entries for further in entry.further)
        self.said.update([entry.verdict for entry in entries])
        self.has_news |= any(entry.change for entry in entries)
        self.failed.update(finding.detail for finding in findings if finding.status is Status.FAILED)

    def add_files(self, entries: Sequence[Entry]) -> None:
        """Count files, each by one entry."""
        findings = [entry.finding for entry in entries]
        self.verdicts.update([finding.verdict for finding in findings])
        self.worst.update([entry.verdict for entry in entries])
        self.changed += sum(1 for entry in entries if entry.change)
        self.open.update([finding.status for finding in findings if not finding.verdict])

    @property
    def files(self) -> int:
        """How many files there are."""
        return self.worst.total()
