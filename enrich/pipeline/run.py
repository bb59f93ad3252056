"""The one path from file to file: the only room that knows both the sheet side and the call side.

Its end: the answers are joined to the rows, and all outputs appear together or none does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from enrich.clock import Clock, SystemClock, iso, utc
from enrich.config.settings import Settings
from enrich.errors import WORK_BOUND, EnrichError, InputError, OutputError, SourceLeftOut, StoreError
from enrich.model.event import Listener
from enrich.model.file_counts import FileCounts
from enrich.model.result import Result
from enrich.pipeline import changes
from enrich.pipeline.ask import Resolution, ask
from enrich.pipeline.assemble import assemble, entries_of, make_joiner, tally_of
from enrich.pipeline.changed_inputs import Rereading
from enrich.pipeline.grouping import grouping_of
from enrich.pipeline.home_format import check_room, holds_pages, home_suffix
from enrich.pipeline.inputs import Intake, read_inputs, set_aside_empty
from enrich.pipeline.kept_answers import check_kept
from enrich.pipeline.output_origins import copies_elsewhere, remember_outputs, replaced_outputs
from enrich.pipeline.outputs import InputFile, Planned, locked, plan_outputs
from enrich.pipeline.render import check_reports
from enrich.pipeline.row_context import in_context
from enrich.pipeline.sources import GivenKeys, chosen_columns, sets_of_columns, sources_of
from enrich.pipeline.write import Writer
from enrich.signals import Interrupt
from enrich.stores import Store, ahead_of, open_store

_NOT_WRITTEN = (
    f"the outputs take longer than {WORK_BOUND:.0f} s to write and were not: those of an earlier run stand; "
    "what was answered is stored, run the same command again"
)


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run came to: the result document, and what the person at the terminal should hear."""

    result: Result
    counts: FileCounts
    """How the files ended."""
    warnings: tuple[str, ...] = ()
    unread: tuple[tuple[str, InputError], ...] = ()
    problem: EnrichError | None = None


@dataclass(slots=True)
class Finish:
    """The end of a run: joins the answers to the rows and writes the outputs, unless an input changed meanwhile."""

    settings: Settings
    intake: Intake
    store: Store
    clock: Clock
    began: datetime
    interrupt: Interrupt
    listener: Listener
    """Hears of each output that is begun."""
    _rereading: Rereading = field(init=False)

    def __post_init__(self) -> None:
        now = lambda: iso(utc(self.clock.time()))  # noqa: E731
        self._rereading = Rereading(self.intake, self._pause, now, self.settings.in_place)

    def _pause(self, seconds: float) -> None:
        asyncio.run(self.clock.sleep(seconds))

    def write(self, answers: Resolution, planned: Sequence[Planned]) -> RunReport | None:
        """Write all outputs; none where an input was changed meanwhile: it is read again then, and None returned.

        ``InputError`` where it can neither be read again nor written of what was scanned.
        """
        planned = self._without_dropped_inputs(planned)
        try:
            done = self._write_outputs(answers, planned)
        except Exception:  # a reader may well stumble over a file that was changed under it
            try:
                done = self._rereading.changed()
            except OSError:  # in place the inputs are closed before the outputs take their places
                done = []
            if not done:
                raise
        if isinstance(done, RunReport):
            return done
        with self.interrupt.bounded(work=_NOT_WRITTEN):
            for index in done:
                self._rereading.read_again(index)
        return None

    def _without_dropped_inputs(self, planned: Sequence[Planned]) -> list[Planned]:
        """Return ``planned`` without outputs of inputs that were emptied meanwhile, or change too often."""
        inputs = self.intake.inputs
        if not any(item.asks_something for item in inputs):
            set_aside_empty(self.intake, self.settings)
        return [
            output
            for output in planned
            if output.input_index is None
            or (inputs[output.input_index].asks_something and output.input_index not in self._rereading.unsettled)
        ]

    def _write_outputs(self, answers: Resolution, planned: Sequence[Planned]) -> RunReport | list[int]:
        """Write all outputs; or none, where inputs were changed, and return the indices of these."""
        lead, settings = answers.lead, self.settings
        lists = changes.lists(self.intake, settings.list, settings.kinds, findings=lead.findings)
        with self.interrupt.bounded(work=_NOT_WRITTEN):
            # What an earlier run wrote may know more than this one (another store, --offline): never replaced unasked.
            check_kept(planned, lead.findings, answers.columns, settings)
            writer, counts, problem = self._prepared(answers, lists, planned)
        with writer:
            with self.interrupt.bounded(work=_NOT_WRITTEN):
                result, warnings = writer.write(planned)
            # The last look before anything is replaced: what was written aside by now belongs to the bytes scanned.
            if changed := self._rereading.changed():
                return changed
            made = copies_elsewhere(planned, [item.path for item in self.intake.inputs])
            warnings += replaced_outputs(made, self.store).values()
            warnings += writer.commit()
        # Only behind the commit: a run that wrote nothing must not make its news old.
        problem, result = remembered(problem, result, lists, made, self.store)
        said = (*self.intake.warnings, *warnings, *answers.notes)
        return RunReport(result, counts, said, tuple(self.intake.unread), problem)

    def _prepared(
        self, answers: Resolution, lists: changes.Lists, planned: Sequence[Planned]
    ) -> tuple[Writer, FileCounts, EnrichError | None]:
        """Join the answers to the rows; return what writes them, how the files ended, and the problem."""
        intake, settings = self.intake, self.settings
        lead = answers.lead
        problem = answers.problem or self._unsettled_problem()
        try:
            began = self.began + timedelta(seconds=ahead_of(self.store, self.clock))
            changed = changes.changes(lists, lead.findings, self.store, lead.source.origin, began)
        except StoreError as error:  # the answers are there: they are written without what changed
            changed, problem = {}, problem or error
        problem = problem or answers.left_out
        answers = replace(answers, changes=changed)
        joiner = make_joiner(answers, language=settings.lang)
        ended = utc(self.clock.time())
        tally = tally_of(intake.inputs, joiner, placed=any(map(self._lists_entries, planned)))
        entries = entries_of(tally, answers, joiner)
        result, counts = assemble(intake, answers, tally, entries, settings, self.began, ended, self.interrupt)
        if problem is not None:
            result = replace(result, exit_code=problem.exit_code)
        grouping = grouping_of(intake.inputs, settings.group_by, needed=False)
        if any(output.form for output in planned):
            result = in_context(result, intake.inputs, grouping)
        writer = Writer(intake, result, answers, joiner, settings, grouping, self.listener)
        return writer, counts, problem

    def _lists_entries(self, output: Planned) -> bool:
        """Return whether an output tells of single indicators, and not of rows alone."""
        return output.input_index is None or holds_pages(self.intake.inputs[output.input_index], output)

    def _unsettled_problem(self) -> OutputError | None:
        """Return what stands against writing some inputs in place."""
        names = ", ".join(self.intake.inputs[index].name for index in sorted(self._rereading.unsettled))
        if not names:
            return None
        return OutputError(
            f"{names}: it was changed again and again while lookups ran, and nothing was written over it",
            hint="every answer is stored: run again when nobody writes it, or name another place with -o",
        )


def remembered(
    problem: EnrichError | None, result: Result, lists: changes.Lists, made: Sequence[tuple[Path, Path]], store: Store
) -> tuple[EnrichError | None, Result]:
    """Have the next run compared with this one where no ``problem`` ended it; return both as they are from here on."""
    if problem is None or isinstance(problem, SourceLeftOut):
        try:
            changes.remember(lists, store)
            remember_outputs(made, store)
        except StoreError as error:  # said, and no reason to take back what is written
            return error, replace(result, exit_code=error.exit_code)
    return problem, result


def run(
    settings: Settings,
    paths: Sequence[Path],
    *,
    listener: Listener,
    clock: Clock | None = None,
    key: GivenKeys = None,
    stem: str = "",
) -> RunReport:
    """Read ``paths``, look up what is not known, write the outputs.

    ``key`` is looked for in its usual places where it is needed and not given. ``stem`` names the outputs where the
    input's own name is not to. Whatever stops the asking (a signal, the quota, a refused key), the outputs are
    written, complete, with what was answered. Raises ``EnrichError`` where nothing could be written.
    """
    clock = clock or SystemClock()
    began = utc(clock.time())
    with Interrupt() as interrupt, ExitStack() as stack:
        with interrupt.bounded(0):  # nothing is begun that could be lost
            intake = stack.enter_context(read_inputs(paths, settings, sets_of_columns(settings)))
            # Everything that may refuse the job comes before the store is opened and a call is booked: a lookup that is
            # paid for must not end in "no such column".
            set_aside_empty(intake, settings)
            grouping_of(intake.inputs, settings.group_by)  # a column that is not there is said before a call is spent
            inputs = [InputFile(item.path, home_suffix(item)) for item in intake.inputs]
            planned = plan_outputs(settings, inputs, stem, intake.warnings)
            intake.warnings += check_reports(planned, settings)
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
                report = finish.write(answers, planned)
    if interrupt.exit_code is not None:  # it may have come while the outputs were being written
        report = replace(report, result=replace(report.result, exit_code=interrupt.exit_code))
    return report
