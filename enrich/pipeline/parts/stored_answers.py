"""Files whose end needs no closer look: known by a SHA-256 alone, with an answer in the store that holds.

So are most files of a large run, and their answers are read by columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import structs

from enrich.clock import utc
from enrich.exclusions.lists import Exclusions
from enrich.indicators.hash.digests import KIND as HASH
from enrich.indicators.hash.digests import LONGEST
from enrich.lookup.freshness import holding
from enrich.lookup.resolve import SourceAnswers
from enrich.lookup.source import Source
from enrich.model.answer_columns import AnswerColumns
from enrich.model.column import Column
from enrich.model.file_counts import FileCounts
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.result import Entry
from enrich.pipeline.ask import Resolution
from enrich.stores import Store


@dataclass(frozen=True, slots=True)
class StoredAnswers:
    """What the store knows of such files."""

    resolution: Resolution
    """Whose answers they are: it holds none itself."""
    store: Store
    since: datetime
    """A later answer may have replaced another, and is left to a closer look."""

    @classmethod
    def of(
        cls, sources: Sequence[Source], columns: Sequence[Column], store: Store, exclusions: Exclusions, since: datetime
    ) -> StoredAnswers | None:
        """Return them; None where every file of the run needs a closer look."""
        source, *others = sources
        known = source.target_of(Target(Indicator(HASH, "0" * LONGEST)))
        if others or known is None or exclusions.holds_files or source.chosen_columns:
            return None
        answers = SourceAnswers(source, {}, source.facts)
        return cls(Resolution((answers,), tuple(columns)), store, since)

    @property
    def source(self) -> Source:
        """Whose answers they are."""
        return self.resolution.lead.source

    def about(self, digests: Collection[bytes]) -> Iterator[tuple[AnswerColumns, list[Finding]]]:
        """Yield the answers to those of ``digests`` that have one, and each as a finding besides, judged."""
        source, now, latest = self.source, utc(self.store.clock.time()), self.since.timestamp()
        verdict_of, malicious_from = source.provider.verdict, source.malicious_from
        for answers in self.store.columns_of(source.origin, digests):
            holds = holding(answers.statuses, answers.at, source.policy, now)
            plain = [held and at <= latest for held, at in zip(holds, answers.at, strict=True)]
            here = answers if all(plain) else answers.where(plain)
            findings = here.findings(source.origin)
            verdicts = [verdict_of(finding, malicious_from) for finding in findings]
            judged = [structs.replace(one, verdict=said) for one, said in zip(findings, verdicts, strict=True)]
            yield here, judged


class AlikeEnds:
    """Makes one entry for each way to end: millions of files end in a few ways."""

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
