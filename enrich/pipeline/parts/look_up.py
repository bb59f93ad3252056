"""The second phase: every unique target asked about once, block by block; the answers go to their file as they come.

What the store knows is written first, so that calls are spent in the user's order over all the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Protocol

import numpy as np
from msgspec import structs

from enrich.indicators.hash.digests import KIND as HASH
from enrich.indicators.hash.digests import LONGEST
from enrich.lookup.freshness import Policy
from enrich.lookup.resolve import SourceAnswers
from enrich.model.file_counts import FileCounts
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.result import Entry, one_entry_a_file
from enrich.pipeline.ask import SILENT, Resolution
from enrich.pipeline.changes import is_since
from enrich.pipeline.parts.answer_file import AnswerFile, WrittenAnswers, as_written
from enrich.pipeline.parts.stored_answers import AlikeEnds, StoredAnswers
from enrich.pipeline.parts.totals import entries_of
from enrich.pipeline.parts.unique_targets import Bytes, Numbers, UniqueTargets
from enrich.stores import Store

if TYPE_CHECKING:
    from enrich.pipeline.parts.cell_file import CellFile

_A_RUN = timedelta(days=1)
"""An answer that holds for so long is not asked for twice by one run."""


_NUMBERS = {status: number for number, status in enumerate(Status)}


class Ask(Protocol):
    """Asks all sources about one block of targets, see ``pipeline.ask.ask``."""

    def __call__(
        self, targets: Sequence[Target], *, earlier: Resolution | None, asking: bool = True
    ) -> Awaitable[Resolution]: ...


@dataclass(slots=True)
class LookUp:
    """Looks up ``targets`` and keeps what all of them come to; the answers themselves are in ``file`` alone."""

    targets: UniqueTargets
    ask: Ask
    file: AnswerFile
    store: Store
    since: datetime
    """No answer that is older is told as a change."""
    answers: Resolution | None
    """What this very run learned before parts were found changed; then what it comes to. Without findings."""
    stored: StoredAnswers | None = None
    """What is known of files that need no closer look; None where all do."""
    cells: CellFile | None = None
    """Where the cells are kept as well, for parts that lie by columns."""
    counts: FileCounts = field(default_factory=FileCounts)
    statuses: Bytes = field(default_factory=lambda: np.zeros(0, np.uint8))
    """How each target ended, by its number: an index into ``Status``."""
    replaced: dict[Indicator, Finding] = field(default_factory=dict)
    """Answers since then that replaced another one, without their fields."""
    _filled: dict[str, set[str]] = field(default_factory=dict)
    """The columns that any answer of a source fills."""
    _elsewhere: dict[bytes, Entry] = field(default_factory=dict)
    """How files ended that none of their target's hashes is named after, by the SHA-256 that the answer gives."""
    _ends: AlikeEnds = field(default_factory=AlikeEnds)
    _taken: int = 0
    """Files whose stored answers were taken by columns."""
    _began: bool = False

    async def run(self) -> Resolution:
        """Ask, and return how the asking went."""
        before, first = self.answers, await self._open()
        several = self._began  # what is asked for now was not in the store when the run began
        for numbers, block in self.targets.blocks(first):
            said = await self.ask(block, earlier=self.answers)
            self._add(numbers, block, _from_store_as(None, said) if several else said)
        strongest = [Indicator(HASH, digest.hex()) for digest in self._elsewhere]
        for block in (targets for _, targets in self.targets.blocks(self.targets.bearing(strongest))):
            for target in block:  # counted where it stands
                self._elsewhere.pop(bytes.fromhex(target.ask.value), None)
        self.counts.add_files(list(self._elsewhere.values()))
        self.file.seal()
        assert self.answers is not None
        if before is not None:  # what was bought by then is in the store now
            self.answers = _from_store_as(before, self.answers)
        elif self._taken:  # by columns, of the only source
            (one,) = self.answers.answers
            self.answers = replace(self.answers, answers=(_from_store(one, one.facts.from_store + self._taken),))
        return self.answers

    @property
    def notes(self) -> list[str]:
        assert self.answers is not None
        silent = (
            ", ".join(c.title for c in one.source.chosen_columns if c.name not in self._filled[one.source.name])
            for one in self.answers.answers
            if one.source.name in self._filled
        )
        return [*(SILENT.format(titles) for titles in silent if titles), *self.answers.notes]

    def note_changes(self, changes: Mapping[Indicator, str], written: WrittenAnswers) -> None:
        """Count the files that changed: what did so is known once all answers are."""
        self.counts.has_news = bool(changes)
        files = set[str]()
        for _, block in self.targets.blocks(self.targets.bearing(changes)):
            for entries in entries_of(block, written.of(block)):
                files.update(entry.file for entry in one_entry_a_file(entries) if entry.change)
        self.counts.changed = len(files)

    async def _open(self) -> Numbers:
        """Return the targets that a call may be spent on, in that order; the answers to all others are kept."""
        self.statuses = np.zeros(len(self.targets), np.uint8)
        rest = self._take_stored()
        if len(rest) <= self.targets.block_size:
            return self.targets.in_order(rest, [None] * len(rest), "sheet")
        numbers, ages, order = list[int](), list[float | None](), "sheet"
        for of_block, block in self.targets.blocks(rest):
            settled_numbers, said = of_block, await self.ask(block, earlier=self.answers, asking=False)
            wanted = {name for one in said.answers for target in one.wanted for name in target.names}
            settled = block
            if wanted:
                is_open = np.array([not wanted.isdisjoint(target.names) for target in block])
                settled = [target for target, open_ in zip(block, is_open.tolist(), strict=True) if not open_]
                open_targets = (target for target, open_ in zip(block, is_open.tolist(), strict=True) if open_)
                numbers += of_block[is_open].tolist()
                ages += [_age(said.lead.findings[target.ask]) for target in open_targets]
                said = await self.ask(settled, earlier=self.answers, asking=False)
                settled_numbers = of_block[~is_open]
            order = said.lead.source.policy.order
            self._add(settled_numbers, settled, said)
        return self.targets.in_order(np.array(numbers, np.int64), ages, order)

    def _take_stored(self) -> Numbers:
        """Keep the stored answers to files that need no closer look. Returns the numbers of all others."""
        left = np.ones(len(self.targets), bool)
        for numbers, digests in self.targets.known_by_one() if self.stored is not None else ():
            assert self.stored is not None
            places = {digest: place for place, digest in enumerate(digests)}
            for answers, findings in self.stored.about(places.keys()):
                own = numbers[[places[digest] for digest in answers.asked]]
                left[own] = False
                self.statuses[own] = [_NUMBERS[status] for status in answers.statuses]
                self.file.add_columns(self.stored.source, answers, [finding.verdict for finding in findings])
                if self.cells is not None:
                    self.cells.add_columns(self.stored.resolution, answers, findings)
                self._ends.count(findings, self.counts)
                self._taken += len(findings)
        return np.flatnonzero(left)

    def _add(self, numbers: Numbers, block: Sequence[Target], said: Resolution) -> None:
        """Keep the answers to a block, and what they come to."""
        self.statuses[numbers] = [_NUMBERS[said.lead.findings[target.ask].status] for target in block]
        for one in said.answers:
            self._take_as_stored(one)
        self.file.add(said.answers)
        if self.cells is not None:
            self.cells.add(block, said)
        alone, rest = self._alone(block, said)
        self.counts.add_names(alone)
        self.counts.add_files(alone)
        by_target, files = list(entries_of(rest, said)), list[Entry]()
        self.counts.add_names(list(chain.from_iterable(by_target)))
        for entries in by_target:
            own = {entry.finding.indicator.value for entry in entries}
            for entry in one_entry_a_file(entries):
                if entry.file in own or len(entry.file) != LONGEST:
                    files.append(entry)
                else:
                    self._elsewhere.setdefault(bytes.fromhex(entry.file), self._ends.without_names(entry))
        self.counts.add_files(files)
        self._note_replaced(said.lead)
        for one in said.answers:
            found = [finding.fields for finding in one.findings.values() if finding.status is Status.FOUND]
            if one.source.chosen_columns and found:
                self._filled.setdefault(one.source.name, set()).update(*found)
        self.answers = _and_then(self.answers if self._began else None, said)
        self._began = True

    def _take_as_stored(self, one: SourceAnswers) -> None:
        """Have what was just bought in the store's own form, as whoever goes on with this run finds it."""
        findings = one.findings
        bought = [
            name for name, finding in findings.items() if finding.status.is_answer and type(finding.fields) is dict
        ]
        for name, kept in self.store.get_many(one.source.origin, bought).items() if bought else ():
            finding = findings[name]
            again = structs.replace(kept, indicator=finding.indicator, verdict=finding.verdict)
            if as_written(again) == as_written(finding):
                findings[name] = again

    def _alone(self, block: Sequence[Target], said: Resolution) -> tuple[list[Entry], list[Target]]:
        """Return an entry for each file of one name, one object for all that ended alike; and the targets that need a
        closer look: there are several sources, or further names.
        """
        if len(said.answers) > 1:
            return [], list(block)
        findings, files, alone, rest = said.lead.findings, said.files, list[Entry](), list[Target]()
        for target in block:
            name = target.ask
            if target.others or files.get(name, name.value) != name.value:
                rest.append(target)
                continue
            alone.append(self._ends.of_one_name(findings[name], name))
        return alone, rest

    def _note_replaced(self, lead: SourceAnswers) -> None:
        late = [name for name, finding in lead.findings.items() if is_since(self.since, finding)]
        past = self.store.history(lead.source.origin, late) if late else {}
        for name in late:
            if len(past.get(name, ())) > 1:  # a first answer is no change
                self.replaced[name] = structs.replace(lead.findings[name], fields={}, detail="", aliases=())


def _age(finding: Finding) -> float | None:
    """Return the time of an old answer; None where there is none."""
    return finding.fetched_at.timestamp() if finding.status.is_answer and finding.fetched_at is not None else None


def _and_then(before: Resolution | None, said: Resolution) -> Resolution:
    """Return what both come to, without the findings."""
    earlier = {one.source.name: one for one in before.answers} if before is not None else {}
    return Resolution(tuple(_both(earlier.get(one.source.name), one) for one in said.answers), said.columns)


def _from_store_as(before: Resolution | None, said: Resolution) -> Resolution:
    """Return ``said`` with as many answers from the store as there were ``before``; none where nothing was."""
    counts = {one.source.name: one.facts.from_store for one in before.answers} if before is not None else {}
    return replace(said, answers=tuple(_from_store(one, counts.get(one.source.name, 0)) for one in said.answers))


def _from_store(said: SourceAnswers, count: int) -> SourceAnswers:
    return replace(said, facts=replace(said.facts, from_store=count))


def _both(before: SourceAnswers | None, said: SourceAnswers) -> SourceAnswers:
    from_store, spared, cut_short = said.facts.from_store, said.facts.spared, said.cut_short
    if before is not None:
        from_store, spared = from_store + before.facts.from_store, spared + before.facts.spared
        cut_short |= before.cut_short
    return replace(
        said,
        findings={},
        facts=replace(said.facts, from_store=from_store, spared=spared),
        cut_short=cut_short,
        paid=said.paid if _may_outdate(said.source.policy) else {},
        missed={name: finding for name, finding in said.missed.items() if finding.status is Status.FAILED},
        wanted=(),
    )


def _may_outdate(policy: Policy) -> bool:
    """Return whether the store's word does not do for what this very run paid for."""
    ages = (policy.max_age, policy.max_age_unknown, policy.max_age_rising, policy.max_age_settled)
    return policy.refresh or min(ages) < _A_RUN
