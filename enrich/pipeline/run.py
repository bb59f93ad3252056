"""The one path from file to file: the only room that knows both the sheet side and the call side."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from enrich.clock import Clock, SystemClock, utc
from enrich.config.settings import Settings
from enrich.errors import EnrichError, InputError
from enrich.exit_codes import exit_code
from enrich.join.cells import Joiner
from enrich.join.indicator_sheet import STAND_IN_NOTE
from enrich.join.totals import Tally
from enrich.model.event import Listener
from enrich.model.result import Entry, Remark, Result, Totals
from enrich.pipeline import changes
from enrich.pipeline.inputs import Input, Intake, taken_in
from enrich.pipeline.outputs import Given, Known, locked, plan_outputs
from enrich.pipeline.render import check_reports
from enrich.pipeline.resolve import Answers, ask, silent_engines
from enrich.pipeline.row_context import with_words
from enrich.pipeline.write import Writer, check_room, home_suffix, table_suffixes
from enrich.providers.shared.api_key import Key
from enrich.providers.shared.columns import columns_of, sets_of_columns
from enrich.reports import forms
from enrich.scan import PlainRows
from enrich.signals import Interrupt
from enrich.stores import Store, open_store
from enrich.version import __version__


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to: the result document, and what the person at the terminal should hear."""

    result: Result
    warnings: tuple[str, ...] = ()
    unread: tuple[tuple[str, InputError], ...] = ()
    problem: EnrichError | None = None


def run(
    settings: Settings,
    paths: Sequence[Path],
    *,
    listener: Listener,
    clock: Clock | None = None,
    key: Key | None = None,
    stem: str = "",
) -> Report:
    """Read ``paths``, look up what is not known, write the outputs.

    ``key`` is looked for in its usual places where it is needed and not given. ``stem`` names the outputs where the
    input's own name is not to. Whatever stops the asking (a signal, the quota, a refused key), the outputs are
    written, complete, with what was answered. Raises ``EnrichError`` where nothing could be written.
    """
    clock = clock or SystemClock()
    began = utc(clock.time())
    with (
        Interrupt() as interrupt,
        taken_in(paths, settings, sets_of_columns(settings)) as intake,
        closing(open_store(settings.store_url, clock)) as store,
    ):
        set_aside_empty(intake, settings)
        inputs = [Given(item.path, home_suffix(item)) for item in intake.inputs]
        planned = plan_outputs(settings, inputs, Known(table_suffixes(), forms()), stem)
        check_reports(planned, settings)
        check_room(planned, intake, columns_of(settings))
        with locked([output.path for output in planned]):
            answers = asyncio.run(
                ask(intake.targets(), store, settings, clock, listener, interrupt, key, held=intake.held)
            )
            lists = changes.lists(intake)
            answers.changes = changes.changes(lists, answers.findings, store, answers.provider.NAME, began)
            joiner = make_joiner(answers)
            result = assemble(intake, answers, joiner, settings, store, began, utc(clock.time()), interrupt)
            if any(output.form for output in planned):
                result = replace(result, entries=with_words(result.entries, intake.inputs))
            parts = partial(part, result, answers=answers, joiner=joiner)
            known = answers.provider.columns_for(settings.engines)
            writer = Writer(intake, result, parts, joiner, answers.columns, settings, known)
            result, warnings = writer.write(planned)
            if answers.outcome.problem is None:
                changes.remember(lists, store)
    if interrupt.exit_code is not None:  # it may have come while the outputs were being written
        result = replace(result, exit_code=interrupt.exit_code)
    warnings += silent_engines(answers, settings)
    return Report(result, (*intake.warnings, *warnings), tuple(intake.unread), answers.outcome.problem)


def make_joiner(answers: Answers) -> Joiner:
    """What joins the answers to rows; a stand-in's word is never to be taken for the service's."""
    banner = STAND_IN_NOTE if answers.service.stand_in else ""
    return Joiner(answers.columns, answers.provider.PREFIX, answers.findings, changes=answers.changes, banner=banner)


def set_aside_empty(intake: Intake, settings: Settings) -> None:
    """Leave out the inputs that hold nothing to ask about: no output is better than one that looks enriched and is not.

    Raises ``InputError`` where none is left.
    """
    empty = [item for item in intake.inputs if not item.asks_something]
    intake.inputs = [item for item in intake.inputs if item.asks_something]
    if intake.inputs:
        intake.warnings.extend(f"{item.name}: no hash was found; nothing was written for it" for item in empty)
        return
    names = ", ".join(item.name for item in empty)
    left_out = sum(column.left_out for item in empty for p in item.placements.values() for column in p.columns)
    hint = f"{left_out} values look like hashes and were left out: `enrich scan` lists why" if left_out else ""
    if settings.column:
        hint = f"only --column {', '.join(settings.column)} was looked at: a heading's text, or a letter"
    raise InputError(
        f"no hash was found in {names}; nothing was written", hint=hint or "`enrich scan` shows what is seen"
    )


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
