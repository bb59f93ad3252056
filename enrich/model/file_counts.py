"""How the files of a run ended, in numbers: what its last words and its exit code follow from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from enrich.model.result import Entry, one_entry_a_file
from enrich.model.status import Status
from enrich.model.verdict import Verdict


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
    def of(cls, entries: Iterable[Entry]) -> Self:
        """Return the counts of all ``entries`` of a run."""
        counts, every = cls(), list(entries)
        for entry in every:
            counts.add_name(entry)
        for entry in one_entry_a_file(every):
            counts.add_file(entry)
        return counts

    def add_name(self, entry: Entry) -> None:
        """Count one indicator, of which a file may have several."""
        finding = entry.finding
        self.kinds.add(finding.indicator.kind)
        self.ends.add(finding.status)
        self.ends.update(further.status for further in entry.further)
        self.said.add(entry.verdict)
        self.has_news |= bool(entry.change)
        if finding.status is Status.FAILED:
            self.failed[finding.detail] += 1

    def add_file(self, entry: Entry) -> None:
        """Count one file."""
        self.verdicts[entry.finding.verdict] += 1
        self.worst[entry.verdict] += 1
        self.changed += bool(entry.change)
        if not entry.finding.verdict:
            self.open[entry.finding.status] += 1

    @property
    def files(self) -> int:
        """How many files there are."""
        return self.worst.total()
