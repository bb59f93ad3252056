"""What the parts of a run come to as a whole: one result document, from which the summary and the reports are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import islice
from typing import Any

import numpy as np
from msgspec import structs

from enrich.indicators import identity
from enrich.join.entries import EntriesOnDemand, entry_of
from enrich.model.file_counts import FileCounts
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.result import Entry, Place, ServiceFacts, Totals
from enrich.model.verdict import Verdict
from enrich.pipeline.ask import Resolution
from enrich.pipeline.assemble import make_joiner
from enrich.pipeline.parts.answer_file import WrittenAnswers
from enrich.pipeline.parts.packed_targets import PackedTargets
from enrich.pipeline.parts.state_folder import REMARKS, Extract, Joined
from enrich.pipeline.parts.unique_targets import LAYOUT, Bytes, UniqueTargets

_COUNTED = ("rows", "cells", "found", "not_found", "pending", "failed", "invalid", "trivial", "skipped")
"""The totals that count rows or cells, which add up over parts."""


def combine_parts(counts: FileCounts, lead: ServiceFacts, parts: Sequence[Joined]) -> dict[str, Any]:
    """Return what all parts come to, as fields of ``Result``: rows add up over parts, files are counted once, by
    ``counts``; places name a part by its index among those that were written.
    """
    remarks = tuple(
        replace(remark, place=_in(index, remark.place)) for index, part in enumerate(parts) for remark in part.remarks
    )
    remarked = sum((Counter(part.remarked) for part in parts), Counter[str]())
    return {
        "totals": _totals(parts, counts, lead),
        "remarks": remarks,
        "unlisted": dict(remarked - Counter(remark.kind for remark in remarks)),
        "group_by": next((part.group_by for part in parts if part.group_by), ""),
    }


def _in(index: int, place: Place) -> Place:
    return structs.replace(place, source=index)


def combine_slices(scan: Extract, slices: Sequence[Joined]) -> Joined:
    """Return one part put together of its slices, without key and outputs."""
    rows = sum(sheet.rows for sheet in scan.source.sheets)
    remarks = tuple(remark for one in slices for remark in one.remarks)
    return Joined(
        key="",
        facts=(0, 0),
        totals=Totals(**_added(slices) | {"rows": rows}, not_asked=scan.not_asked),
        source=scan.source,
        outputs=(),
        warnings=tuple(dict.fromkeys(text for one in slices for text in one.warnings)),
        entries=tuple(entries_by_indicator((0, one) for one in slices).values()),
        remarks=remarks[:REMARKS],
        remarked=sum((Counter(one.remarked) for one in slices), Counter[str]()),
        group_by=next((one.group_by for one in slices if one.group_by), ""),
    )


def entries_by_indicator(parts: Iterable[tuple[int, Joined]]) -> dict[Indicator, Entry]:
    """Return what the parts tell of single indicators: their places, words and groups together."""
    entries: dict[Indicator, Entry] = {}
    for index, part in parts:
        for entry in part.entries:
            here = structs.replace(entry, places=tuple(_in(index, place) for place in entry.places))
            before = entries.get(entry.finding.indicator)
            entries[entry.finding.indicator] = here if before is None else _both(before, here)
    return entries


def _both(one: Entry, other: Entry) -> Entry:
    return structs.replace(
        one,
        places=one.places + other.places,
        cells=one.cells + other.cells,
        words=tuple(dict.fromkeys(one.words + other.words)),
        groups=tuple({group.casefold(): group for group in (other.groups + one.groups)[::-1]}.values())[::-1],
    )


def entries_of(targets: Iterable[Target], answers: Resolution) -> Iterator[list[Entry]]:
    """Yield one entry a name, target by target."""
    joiner, findings = make_joiner(answers), answers.lead.findings
    for target in targets:
        yield [
            entry_of(name, findings[name], answers.files.get(name, name.value), joiner, cells=target.weight)
            for name in target.names
        ]


class StoredEntries(EntriesOnDemand):
    """All entries of a run, read from the file of its answers whenever somebody looks, a block at a time."""

    def __init__(self, targets: UniqueTargets, answers: WrittenAnswers, told: Mapping[Indicator, Entry]) -> None:
        """``told`` is what the parts told of single indicators."""
        self._targets = targets
        self._answers = answers
        self._told = told
        numbers = targets.bearing(told)
        asked = {name for _, block in targets.blocks(numbers) for t in block for name in t.names}
        self.unasked = [entry for name, entry in told.items() if name not in asked]
        """Those that nobody was asked about."""

    def __len__(self) -> int:
        return self._targets.names + len(self.unasked)

    def __iter__(self) -> Iterator[Entry]:
        for _, block in self._targets.blocks():
            for entries in entries_of(block, self._answers.of(block)):
                yield from map(self._placed, entries)
        yield from self.unasked

    def _placed(self, entry: Entry) -> Entry:
        """Return the entry with the places that the parts told of."""
        told = self._told.get(entry.finding.indicator)
        if told is None:
            return entry
        return structs.replace(entry, places=told.places, words=told.words, groups=told.groups)


def _totals(parts: Sequence[Joined], counts: FileCounts, lead: ServiceFacts) -> Totals:
    names = {field.name for field in fields(Totals)}
    verdicts = {verdict.value: counts.worst[verdict] for verdict in Verdict if verdict.value in names}
    not_asked = sum((Counter(part.totals.not_asked) for part in parts), Counter[str]())
    return Totals(
        unique=counts.files,
        from_store=lead.from_store,
        calls=lead.calls,
        not_asked=dict(sorted(not_asked.items())),
        **_added(parts),
        **verdicts,
    )


def _added(parts: Sequence[Joined]) -> dict[str, Any]:
    return {name: sum(getattr(part.totals, name) for part in parts) for name in _COUNTED}


def renamed(part: Joined, source: str, output: str) -> Joined:
    """Return the same part with its files named as the user named them."""
    return structs.replace(
        part, source=replace(part.source, path=source), outputs=tuple(replace(one, path=output) for one in part.outputs)
    )


def unwritten(
    scan: Extract, source: str, asked: PackedTargets, targets: UniqueTargets, statuses: Bytes, answers: WrittenAnswers
) -> Joined:
    """Return a part that is not given back, by what its scan found; ``statuses`` are of all parts' ``targets``."""
    ends: dict[str, Any] = dict.fromkeys(_COUNTED[2:], 0)
    records = np.frombuffer(asked.files, LAYOUT)
    numbers = targets.numbers_of(records)
    there = numbers >= 0
    counts = np.bincount(statuses[numbers[there]], records["weight"][there], len(Status))
    for status, count in zip(Status, counts.tolist(), strict=True):
        if count:
            ends[status.value] += int(count)
    # what has further names in other parts may have ended in several ways
    rest = PackedTargets(memoryview(records[~there].tobytes()), asked.others).targets()
    while block := list(islice(rest, UniqueTargets.block_size)):
        findings = answers.of(block).lead.findings
        for target in block:
            ends[findings[target.ask].status.value] += target.weight
    rows = sum(sheet.rows for sheet in scan.source.sheets)
    ends[Status.TRIVIAL.value] += sum(cells for _, _, cells in scan.trivial)
    totals = Totals(rows=rows, cells=scan.cells, **ends)
    entries = tuple(
        Entry(Finding(indicator, "", Status.TRIVIAL, detail=reason), (), cells, identity(indicator))
        for indicator, reason, cells in scan.trivial
    )
    return Joined("", (0, 0), totals, replace(scan.source, path=source), (), (), entries, (), {})
