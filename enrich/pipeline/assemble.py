"""The result document of a run: what all sightings come to once the answers are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from enrich.config.settings import Settings
from enrich.exit_codes import exit_code
from enrich.join.cells import Joiner
from enrich.join.indicator_sheet import STAND_IN_NOTE
from enrich.join.totals import Tally
from enrich.model.result import Entry, Remark, Result, Totals
from enrich.pipeline.inputs import Input, Intake
from enrich.pipeline.render import filing_of
from enrich.pipeline.resolve import Answers
from enrich.scan import PlainRows
from enrich.signals import Interrupt
from enrich.stores import Store
from enrich.version import __version__


def make_joiner(answers: Answers, *, marked: bool = True) -> Joiner:
    """What joins the answers to rows; a stand-in's word is never to be taken for the service's.

    Not ``marked``: no note says that a stand-in answered, for who says it once for all rows.
    """
    banner = STAND_IN_NOTE if marked and answers.service.stand_in else ""
    return Joiner(answers.columns, answers.provider.PREFIX, answers.findings, changes=answers.changes, banner=banner)


def assemble(
    intake: Intake,
    answers: Answers,
    joiner: Joiner,
    settings: Settings,
    store: Store,
    began: datetime,
    ended: datetime,
    interrupt: Interrupt,
) -> Result:
    """The result document, its exit code included."""
    totals, entries, remarks = counted(intake.inputs, answers, joiner)
    code = exit_code(
        totals,
        entries,
        settings.fail_on,
        signal_code=interrupt.exit_code,
        problem=answers.outcome.problem,
        unread=bool(intake.unread),
        cut_short=answers.cut_short,
    )
    return Result(
        version=__version__,
        started=began,
        ended=ended,
        exit_code=code,
        service=answers.service,
        sources=tuple(item.source() for item in intake.inputs),
        outputs=(),
        totals=totals,
        quota=answers.quota,
        used=store.usage(answers.service.key_fingerprint),
        columns=answers.columns,
        entries=entries,
        remarks=remarks,
        incident_date=settings.incident_date,
        stopped=answers.outcome.stopped,
        malicious_from=settings.malicious_from,
        filing=filing_of(settings),
    )


def counted(
    inputs: Sequence[Input], answers: Answers, joiner: Joiner
) -> tuple[Totals, tuple[Entry, ...], tuple[Remark, ...]]:
    """What all sightings of ``inputs`` come to; places name an input by its index."""
    tally = Tally()
    for index, item in enumerate(inputs):
        for sheet, placement in item.placements.items():
            for row in placement.by_row():
                if isinstance(row, PlainRows):
                    tally.add_plain_rows(index, sheet, row, joiner)
                else:
                    tally.add_row(index, sheet, row, joiner)
    entries = tuple(tally.entries(answers.findings, answers.files, answers.changes))
    rows = sum(item.rows for item in inputs)
    return tally.totals(rows, entries, answers.from_store, answers.calls), entries, tuple(tally.remarks)


def part(whole: Result, item: Input, answers: Answers, joiner: Joiner) -> Result:
    """What of a run concerns one of its inputs: a workbook must not carry what stands in another one."""
    if len(whole.sources) == 1:
        return whole
    totals, entries, remarks = counted([item], answers, joiner)
    return replace(whole, sources=(item.source(),), totals=totals, entries=entries, remarks=remarks)
