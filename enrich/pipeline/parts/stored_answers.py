"""Files whose end needs no closer look: known by a SHA-256 alone, with an answer in the store that holds.

So are most files of a large run, and their answers are read by columns.
"""

from __future__ import annotations

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
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator, Target
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
