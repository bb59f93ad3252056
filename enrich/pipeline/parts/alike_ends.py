"""How files ended, where one entry stands for all that ended alike: millions of files end in a few ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from enrich.indicators.hash.digests import KIND as HASH
from enrich.model.file_counts import FileCounts
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.result import Entry


class AlikeEnds:
    """Makes one entry for each way to end."""

    def __init__(self) -> None:
        self._entries: dict[tuple[object, ...], Entry] = {}

    def of_one_name(self, finding: Finding, asked: Indicator | None = None) -> Entry:
        """Return how a file ended that has one name: the one ``asked`` for, else that of the ``finding``."""
        name, reason = asked or finding.indicator, finding.detail if finding.status is Status.FAILED else ""
        end = name.kind, finding.status, finding.verdict, reason
        if end not in self._entries:
            only = Finding(name, "", finding.status, detail=reason, verdict=finding.verdict)
            self._entries[end] = Entry(only, (), 0)
        return self._entries[end]

    def without_names(self, entry: Entry) -> Entry:
        """Return the same end, of a file that nothing is kept of."""
        end = tuple((finding.status, finding.verdict) for finding in (entry.finding, *entry.further))
        if end not in self._entries:
            first, *rest = (Finding(Indicator(HASH, ""), "", status, verdict=verdict) for status, verdict in end)
            self._entries[end] = Entry(first, (), 0, further=tuple(rest))
        return self._entries[end]

    def count(self, answers: Sequence[Finding], counts: FileCounts) -> None:
        ends = [(answer.status, answer.verdict) for answer in answers]
        alike = dict(zip(ends, answers, strict=True))
        for end, times in Counter(ends).items():
            entry = self.of_one_name(alike[end])
            counts.add_names([entry], times=times)
            counts.add_files([entry], times=times)
