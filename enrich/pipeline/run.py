"""The one path from file to file: the only room that knows both the sheet side and the call side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from enrich.clock import Clock, SystemClock, utc
from enrich.config.settings import Settings
from enrich.model.event import Listener
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator
from enrich.pipeline.ask import ask
from enrich.pipeline.column_choice import chosen_columns, sets_of_columns
from enrich.pipeline.empty_inputs import set_aside_empty
from enrich.pipeline.finish import Finish, RunReport
from enrich.pipeline.grouping import grouping_of
from enrich.pipeline.home_format import check_room, home_suffix
from enrich.pipeline.inputs import read_inputs
from enrich.pipeline.outputs import InputFile, locked, plan_outputs
from enrich.pipeline.render import check_reports
from enrich.pipeline.sources import GivenKeys, sources_of
from enrich.signals import Interrupt
from enrich.stores import open_store


def run(
    settings: Settings,
    paths: Sequence[Path],
    *,
    listener: Listener,
    clock: Clock | None = None,
    key: GivenKeys = None,
    stem: str = "",
    unanswered: Mapping[str, Mapping[Indicator, Finding]] | None = None,
) -> RunReport:
    """Read ``paths``, look up what is not known, write the outputs.

    ``key`` is looked for in its usual places where it is needed and not given. ``stem`` names the outputs where the
    input's own name is not to. Whatever stops the asking (a signal, the quota, a refused key), the outputs are
    written, complete, with what was answered. ``unanswered`` says, by source, why names have no answer where another
    process did the asking. Raises ``EnrichError`` where nothing could be written.
    """
    clock = clock or SystemClock()
    began = utc(clock.time())
    with Interrupt() as interrupt, ExitStack() as stack:
        with interrupt.bounded(0):  # nothing is begun that could be lost
            intake = stack.enter_context(
                read_inputs(paths, settings, sets_of_columns(settings), complete=unanswered is None)
            )
            # Everything that may refuse the job comes before the store is opened and a call is booked: a lookup that is
            # paid for must not end in "no such column".
            set_aside_empty(intake, settings)
            grouping_of(intake.inputs, settings.group_by)  # a column that is not there is said before a call is spent
            inputs = [InputFile(item.path, home_suffix(item)) for item in intake.inputs]
            planned = plan_outputs(settings, inputs, stem, intake.warnings)
            check_reports(planned, settings)
            sources = sources_of(settings, began, key)
            columns = chosen_columns(settings, sources)
            check_room(planned, intake, columns)
        store = stack.enter_context(closing(open_store(settings.store_url, clock)))
        finish = Finish(settings, intake, store, clock, began, interrupt, listener)
        # Held until the outputs stand: two nights of one cron job that overlap would write the same files.
        with locked([output.path for output in planned if not output.is_stream]):
            answers, report = None, None
            while answers is None or report is None:  # an input that was changed meanwhile is read again
                answers = asyncio.run(
                    ask(
                        intake.targets(),
                        sources,
                        columns,
                        store,
                        clock,
                        listener,
                        interrupt,
                        exclusions=intake.exclusions,
                        earlier=answers,
                    )
                )
                answers = answers.completed(unanswered or {})
                report = finish.write(answers, planned)
    if interrupt.exit_code is not None:  # it may have come while the outputs were being written
        report = replace(report, result=replace(report.result, exit_code=interrupt.exit_code))
    return report
