"""How the files of a run ended, in numbers: what its last words and its exit code follow from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Self, TypeVar

from enrich.model.finding import Finding
from enrich.model.result import Entry, one_entry_a_file
from enrich.model.status import Status
from enrich.model.verdict import Verdict

Counted = TypeVar("Counted", Status, Verdict, str)

_BLOCK = 4096
"""Entries that are counted at once: not all of them need to be there together."""


@dataclass(slots=True)
class ServiceCounts:
    """How the asking of one source ended: ``ends`` counts files by status, ``failed`` indicators by the reason."""

    ends: Counter[Status] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class FileCounts:
    """Grows with the ways to end, not with the files. ``verdicts`` and ``open`` are the leading source's, ``worst`` is
    that of all; all three count files.
    """

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    open: Counter[Status] = field(default_factory=Counter)
    """Those without a verdict, by status."""
    worst: Counter[Verdict] = field(default_factory=Counter)
    changed: int = 0
    services: list[ServiceCounts] = field(default_factory=list)
    """Of each source, in the order of ``Result.services``; none before something was counted of it."""
    ends: set[Status] = field(default_factory=set)
    said: set[Verdict] = field(default_factory=set)
    """Of any hash of a file."""
    has_news: bool = False
    """Whether anything changed, of any hash of a file."""
    kinds: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, entries: Iterable[Entry], shared: Container[str] | None = None) -> Self:
        """Return the counts of a run's ``entries``. ``shared``: files that may have several; None: all."""
        counts, several, rest = cls(), list[Entry](), iter(entries)
        while block := list(islice(rest, _BLOCK)):
            counts.add_names(block)
            alone = [] if shared is None else [entry for entry in block if entry.file not in shared]
            counts.add_files(alone)
            several += block if shared is None else [entry for entry in block if entry.file in shared]
        counts.add_files(one_entry_a_file(several))
        return counts

    def add_names(self, entries: Sequence[Entry], *, times: int = 1) -> None:
        """Count indicators, of which a file may have several; each stands for ``times`` that ended alike."""
        findings = [entry.finding for entry in entries]
        self.kinds.update([finding.indicator.kind for finding in findings])
        self.ends.update([finding.status for finding in findings])
        self.ends.update(further.status for entry in entries for further in entry.further)
        self.said.update([entry.verdict for entry in entries])
        self.has_news |= any(entry.change for entry in entries)
        for place, of_one in self._by_service(entries):
            failed = [finding.detail for finding in of_one if finding.status is Status.FAILED]
            _count(self._of(place).failed, failed, times)

    def add_files(self, entries: Sequence[Entry], *, times: int = 1) -> None:
        """Count files, each by one entry; each stands for ``times`` that ended alike."""
        findings = [entry.finding for entry in entries]
        _count(self.verdicts, [finding.verdict for finding in findings], times)
        _count(self.worst, [entry.verdict for entry in entries], times)
        self.changed += times * sum(1 for entry in entries if entry.change)
        _count(self.open, [finding.status for finding in findings if not finding.verdict], times)
        for place, of_one in self._by_service(entries):
            _count(self._of(place).ends, [finding.status for finding in of_one], times)

    def service(self, place: int) -> ServiceCounts:
        """Return the counts of the source at ``place`` in ``Result.services``."""
        return self.services[place] if place < len(self.services) else ServiceCounts()

    def _of(self, place: int) -> ServiceCounts:
        while len(self.services) <= place:
            self.services.append(ServiceCounts())
        return self.services[place]

    @staticmethod
    def _by_service(entries: Sequence[Entry]) -> Iterator[tuple[int, list[Finding]]]:
        """Yield the findings of each source; nobody else is asked about what is trivial."""
        yield 0, [entry.finding for entry in entries]
        for place in range(max((len(entry.further) for entry in entries), default=0)):
            yield place + 1, [entry.further[place] for entry in entries if len(entry.further) > place]

    @property
    def files(self) -> int:
        return self.worst.total()


def _count(counter: Counter[Counted], values: Sequence[Counted], times: int) -> None:
    for value, number in Counter(values).items():
        counter[value] += number * times
