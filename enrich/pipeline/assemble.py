"""The result document of a run: what all sightings come to once the answers are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from enrich.config.settings import Settings
from enrich.errors import EnrichError
from enrich.exit_codes import exit_code
from enrich.indicators import identity
from enrich.indicators.hash.digests import KIND as HASH
from enrich.join.cells import Joiner
from enrich.join.entries import UnlistedEntries
from enrich.join.indicator_sheet import STAND_IN_NOTE
from enrich.join.sources import joined
from enrich.join.totals import Tally
from enrich.locale import SOURCE_LANGUAGE
from enrich.lookup.resolve import SourceAnswers
from enrich.model.file_counts import FileCounts
from enrich.model.indicator import Indicator
from enrich.model.result import Entry, Result, Totals
from enrich.model.sighting import as_sighting
from enrich.pipeline.ask import Resolution
from enrich.pipeline.inputs import Input, Intake
from enrich.pipeline.render import filing_of
from enrich.scan import Content, Placement, PlainRows
from enrich.signals import Interrupt
from enrich.version import __version__

_ROWS_AT_ONCE = 1 << 17


def make_joiner(answers: Resolution, *, marked: bool = True, language: str = SOURCE_LANGUAGE) -> Joiner:
    """Return what joins the answers to rows; a stand-in's word is never to be taken for the service's.

    Not ``marked``: no note says that a stand-in answered, for who says it once for all rows.
    """
    joiners = {
        each.source.name: _joiner_of(each, answers, marked=marked, language=language) for each in answers.answers
    }
    return joined(joiners[answers.lead.source.name], list(joiners.values()), answers.columns)


def _joiner_of(source_answers: SourceAnswers, answers: Resolution, *, marked: bool, language: str) -> Joiner:
    provider = source_answers.source.provider
    columns = [column for column in answers.columns if column.name.startswith(f"{provider.PREFIX}_")]
    banner = STAND_IN_NOTE.format(service=provider.TITLE) if marked and source_answers.facts.stand_in else ""
    changed = answers.changes if source_answers is answers.lead else None
    return Joiner(columns, provider.PREFIX, source_answers.findings, changes=changed, banner=banner, language=language)


def assemble(
    intake: Intake,
    answers: Resolution,
    tally: Tally,
    entries: Sequence[Entry],
    settings: Settings,
    began: datetime,
    ended: datetime,
    interrupt: Interrupt,
) -> tuple[Result, FileCounts]:
    """Return the result document, and how its files ended. ``tally`` is what all rows come to."""
    counts = counts_of(entries, tally, answers)
    result = result_of(
        *(answers, counts, settings, interrupt),
        problem=answers.problem or answers.left_out,
        unread=bool(intake.unread),
        started=began,
        ended=ended,
        sources=tuple(item.facts() for item in intake.inputs),
        outputs=(),
        totals=_totals(tally, counts, intake.inputs, answers),
        entries=entries,
        remarks=tuple(tally.remarks),
    )
    return result, counts


def result_of(
    answers: Resolution,
    counts: FileCounts,
    settings: Settings,
    interrupt: Interrupt,
    *,
    problem: EnrichError | None,
    unread: bool,
    totals: Totals,
    **facts: Any,
) -> Result:
    """Return the result document with its exit code; ``facts`` do not follow from answers and settings."""
    code = exit_code(
        *(totals, counts, settings.fail_on),
        signal_code=interrupt.exit_code,
        problem=problem,
        unread=unread,
        cut_short=answers.cut_short,
    )
    return Result(
        version=__version__,
        exit_code=code,
        services=answers.services,
        totals=totals,
        columns=answers.columns,
        incident_date=settings.incident_date,
        stopped=answers.stopped,
        malicious_from=settings.malicious_from,
        filing=filing_of(settings),
        **facts,
    )


def counts_of(entries: Iterable[Entry], tally: Tally, answers: Resolution) -> FileCounts:
    return FileCounts.of(entries, {*answers.files.values(), *map(identity, tally.trivial)})


def tally_of(inputs: Sequence[Input], joiner: Joiner, *, placed: bool = True) -> Tally:
    """Return what all rows of ``inputs`` come to; places name an input by its index."""
    tally = Tally(placed=placed)
    for index, item in enumerate(inputs):
        for sheet, placement in item.placements.items():
            if not placed:
                _count(tally, index, placement, joiner)
                continue
            for row in placement.by_row():
                if isinstance(row, PlainRows):
                    tally.add_plain_rows(index, sheet, row, joiner)
                else:
                    tally.add_row(index, sheet, row, joiner)
    return tally


def _count(tally: Tally, index: int, placement: Placement, joiner: Joiner) -> None:
    """Count the rows of a sheet whose places nobody wants: those of a block that hold the same together, as far as that
    does. A million rows may hold as many different files: no more than a block's are remembered.
    """
    last = placement.values.rows[-1] + 1 if placement.values else 1
    for first in range(1, last, _ROWS_AT_ONCE):
        contents = placement.contents(first, min(first + _ROWS_AT_ONCE, last))
        singly = set[Content]()
        for content, count in Counter[Content](filter(None, contents)).items():
            if isinstance(content, bytes):
                tally.statuses[joiner.answer(Indicator(HASH, content.hex())).status] += count
                tally.cells += count
            elif not tally.add_alike([as_sighting(one) for one in content], count, joiner):
                singly.add(content)
        for row, held in enumerate(contents, first) if singly else ():
            if held in singly:
                tally.add_row(index, placement.sheet, placement.sightings_at(row), joiner)


def entries_of(tally: Tally, answers: Resolution, joiner: Joiner) -> Sequence[Entry]:
    """Return the entries of what was counted; where their places were not kept, they are made when somebody looks."""
    findings = answers.lead.findings
    if not tally.placed:
        return UnlistedEntries(findings, tally.trivial, answers.files, joiner)
    return tuple(tally.entries(findings, answers.files, joiner))


def _totals(tally: Tally, counts: FileCounts, inputs: Sequence[Input], answers: Resolution) -> Totals:
    facts = answers.lead.facts
    return tally.totals(sum(item.rows for item in inputs), counts, facts.from_store, facts.calls)


def of_input(whole: Result, item: Input, answers: Resolution, joiner: Joiner) -> Result:
    """Return what of a run concerns one of its inputs: a workbook must not carry what stands in another one."""
    if len(whole.sources) == 1:
        return whole
    tally = tally_of([item], joiner)
    entries = entries_of(tally, answers, joiner)
    totals = _totals(tally, counts_of(entries, tally, answers), [item], answers)
    return replace(whole, sources=(item.facts(),), totals=totals, entries=entries, remarks=tuple(tally.remarks))
