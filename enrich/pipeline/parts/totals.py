"""What the parts of a run come to as a whole: one result document, from which the summary and the reports are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from msgspec import structs

from enrich.model.indicator import Indicator, Target
from enrich.model.result import Entry, Place, Remark, Totals, one_entry_a_file
from enrich.model.verdict import Verdict
from enrich.pipeline.assemble import make_joiner
from enrich.pipeline.parts.state_folder import REMARKS, Extract, Joined
from enrich.pipeline.resolve import Resolution

_COUNTED = ("rows", "cells", "found", "not_found", "pending", "failed", "invalid", "trivial", "skipped")
"""The totals that count rows or cells, which add up over parts."""


@dataclass(frozen=True, slots=True)
class CombinedParts:
    """What all parts come to; places name a part by its index among those that were written."""

    entries: tuple[Entry, ...]
    totals: Totals
    remarks: tuple[Remark, ...]
    unlisted: dict[str, int]
    """Remarks besides those, by kind."""
    group_by: str


def combine_parts(targets: Sequence[Target], answers: Resolution, parts: Sequence[Joined]) -> CombinedParts:
    """Rows add up over parts, files are counted once."""
    entries = _entries(targets, answers, _entries_by_indicator(enumerate(parts)))
    remarks = tuple(
        Remark(remark.kind, _in(index, remark.place), remark.value, remark.text)
        for index, part in enumerate(parts)
        for remark in part.remarks
    )
    remarked = sum((Counter(part.remarked) for part in parts), Counter[str]())
    unlisted = dict(remarked - Counter(remark.kind for remark in remarks))
    group_by = next((part.group_by for part in parts if part.group_by), "")
    return CombinedParts(entries, _totals(parts, entries, answers), remarks, unlisted, group_by)


def _in(index: int, place: Place) -> Place:
    return structs.replace(place, source=index)


def combine_slices(scan: Extract, slices: Sequence[Joined]) -> Joined:
    """One part of its slices, without key and outputs."""
    rows = sum(sheet.rows for sheet in scan.source.sheets)
    remarks = tuple(remark for one in slices for remark in one.remarks)
    return Joined(
        key="",
        facts=(0, 0),
        totals=Totals(**_added(slices) | {"rows": rows}, not_asked=scan.not_asked),
        source=scan.source,
        outputs=(),
        warnings=tuple(dict.fromkeys(text for one in slices for text in one.warnings)),
        entries=tuple(_entries_by_indicator((0, one) for one in slices).values()),
        remarks=remarks[:REMARKS],
        remarked=sum((Counter(one.remarked) for one in slices), Counter[str]()),
        group_by=next((one.group_by for one in slices if one.group_by), ""),
    )


def _entries_by_indicator(parts: Iterable[tuple[int, Joined]]) -> dict[Indicator, Entry]:
    """What the parts tell of single indicators: their places, words and groups together."""
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


def _entries(
    targets: Sequence[Target], answers: Resolution, from_parts: Mapping[Indicator, Entry]
) -> tuple[Entry, ...]:
    """One entry a name, with the places that the parts know of."""
    joiner, entries = make_joiner(answers), list[Entry]()
    for target in targets:
        for name in (target.ask, *target.others):
            finding = answers.lead.findings[name]
            if finding.indicator != name:  # answered under another of the file's hashes
                finding = structs.replace(finding, indicator=name)
            file, change = answers.files.get(name, name.value), answers.changes.get(name, "")
            entry = Entry(finding, (), target.weight, file, change, further=joiner.further(finding))
            if (more := from_parts.get(name)) is not None:
                entry = structs.replace(entry, places=more.places, words=more.words, groups=more.groups)
            entries.append(entry)
    asked = answers.lead.findings
    return (*entries, *(entry for name, entry in from_parts.items() if name not in asked))


def _totals(parts: Sequence[Joined], entries: Sequence[Entry], answers: Resolution) -> Totals:
    counts, files = _added(parts), one_entry_a_file(entries)
    names = {field.name for field in fields(Totals)}
    counts |= {v.value: sum(entry.verdict is v for entry in files) for v in Verdict if v.value in names}
    not_asked = sum((Counter(part.totals.not_asked) for part in parts), Counter[str]())
    return Totals(
        unique=len(files),
        from_store=answers.lead.facts.from_store,
        calls=answers.lead.facts.calls,
        not_asked=dict(sorted(not_asked.items())),
        **counts,
    )


def _added(parts: Sequence[Joined]) -> dict[str, Any]:
    return {name: sum(getattr(part.totals, name) for part in parts) for name in _COUNTED}


def renamed(part: Joined, source: str, output: str) -> Joined:
    """The same part with its files named as the user named them."""
    return structs.replace(
        part,
        source=replace(part.source, path=source),
        outputs=tuple(replace(one, path=output) for one in part.outputs),
    )


def unwritten(scan: Extract, targets: Iterable[Target], source: str, answers: Resolution) -> Joined:
    """A part that is not given back, counted by what its scan found."""
    ends: dict[str, Any] = dict.fromkeys(_COUNTED[2:], 0)
    for target in targets:
        ends[answers.lead.findings[target.ask].status.value] += target.weight
    rows = sum(sheet.rows for sheet in scan.source.sheets)
    totals = Totals(rows=rows, cells=scan.cells, **ends)
    return Joined("", (0, 0), totals, replace(scan.source, path=source), (), (), (), (), {})
