"""Many inputs in parts: read and joined by workers, looked up by this process alone. Memory does not grow with rows.

Three phases. *Extract*: each part is scanned by the tool's own scan, and its unique targets come back. *Look up*: as in
any run. *Join*: each part takes the answers from one file beside the others, and is written whole. What each phase did
is kept beside the outputs until all is answered, so the same command goes on where it stopped. Workers get paths,
columns and public settings; never the key, the store or a way out.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from enrich.clock import Clock, SystemClock, utc
from enrich.config.settings import Settings
from enrich.errors import EnrichError, InputError, NotInInput, StoreError, UsageError
from enrich.exclusions.lists import Exclusions
from enrich.files.paths import path_text
from enrich.formats import CellForm
from enrich.lookup.source import Source
from enrich.model.column import Column
from enrich.model.event import Listener
from enrich.model.finding import Status
from enrich.model.indicator import Indicator, Target
from enrich.pipeline import changes
from enrich.pipeline.ask import Resolution, ask
from enrich.pipeline.engines import engine_named
from enrich.pipeline.named_options import unheeded_encoding
from enrich.pipeline.output_origins import copies_elsewhere, replaced_outputs
from enrich.pipeline.outputs import InputFile, Planned, locked, plan_outputs
from enrich.pipeline.parts.answer_file import AnswerFile, read_answers
from enrich.pipeline.parts.cell_file import CellFile
from enrich.pipeline.parts.jobs import named_as
from enrich.pipeline.parts.look_up import LookUp
from enrich.pipeline.parts.other_outputs import write_others
from enrich.pipeline.parts.phases import PartRun
from enrich.pipeline.parts.state_folder import Extract, PartFolder
from enrich.pipeline.parts.stored_answers import StoredAnswers
from enrich.pipeline.parts.unique_targets import UniqueTargets
from enrich.pipeline.path_uses import STANDARD_INPUT, expand, to_read
from enrich.pipeline.render import check_reports
from enrich.pipeline.run import RunReport, remembered
from enrich.pipeline.sources import GivenKeys, chosen_columns, sets_of_columns, sources_of
from enrich.signals import Interrupt
from enrich.stores import Store, ahead_of, open_store

ROUNDS = 3
"""Times that a part which changes under the run is read."""
_FILES_A_VALUE = 20
"""A part with less than one value for so many files of the run makes its own cells: that costs less than a search."""
_FOR_ONE = ("in_place", "changes_only", "inbox")
"""Options that are about single inputs."""
_GO_ON = "the parts that were not written stand as they were; run the same command again"


def run_parts(
    settings: Settings, paths: Sequence[Path], *, listener: Listener, clock: Clock | None = None, key: GivenKeys = None
) -> RunReport:
    """Return what ``run`` comes to for many inputs: see the module."""
    clock = clock or SystemClock()
    given, left_out = _parts_of(settings, paths)
    engine_named(settings.engine)
    began = utc(clock.time())
    with Interrupt() as interrupt, ExitStack() as stack:
        with interrupt.bounded(0):  # what is begun is kept
            base = settings.out_dir or settings.output[0].parent
            base.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locked([base]))
            folder = PartFolder(base)
            stack.callback(folder.leave)
            folder.sweep()
            run = PartRun(settings, {path.absolute(): path for path in given}, folder, began)
            run.warnings |= dict.fromkeys(left_out)
            run.scan(list(run.given))
            formats = (scan.source.format for scan in run.scans.values())
            run.warnings |= dict.fromkeys(unheeded_encoding(settings, formats))
            there = {name for scan in run.scans.values() for name in scan.columns}
            if missing := [name for name in settings.column if name not in there]:
                raise NotInInput(f"no input has a column {missing[0]!r}", hint="`enrich scan` shows what is seen")
            parts = run.parts
            inputs = [InputFile(run.given[part], run.scans[part].home) for part in parts]
            planned = plan_outputs(settings, inputs)
            run.warnings |= dict.fromkeys(check_reports(planned, settings))
            run.placed = any(output.form for output in planned)
            sources = sources_of(settings, began, key)
            exclusions = Exclusions.read(settings, stack, sets_of_columns(settings))
        store = stack.enter_context(closing(open_store(settings.store_url, clock)))
        stack.enter_context(locked([output.path for output in planned if output.input_index is None]))
        sheets = {parts[output.input_index]: output for output in planned if output.input_index is not None}
        made = copies_elsewhere(planned, [item.path for item in inputs])
        replaced = replaced_outputs(made, store)
        answers, problem = _written(run, sheets, sources, exclusions, store, clock, listener, interrupt)
        with interrupt.bounded(work=_GO_ON):
            result = run.result(sheets, answers, interrupt, problem, clock)
            outputs, warnings = write_others(planned, result, run.written(answers), settings, parts)
            result = replace(result, outputs=(*result.outputs, *outputs))
        written = {sheets[part].path for part in run.joined}
        warnings += [said for output, said in replaced.items() if output in written]
        made = [(output, path) for output, path in made if output in written]
        problem, result = remembered(problem, result, run.lists(), made, store)
        if problem is None and run.counts.ends.isdisjoint((Status.PENDING, Status.FAILED)):
            folder.remove()  # a further run has nothing to go on with
    unread = tuple((path_text(run.given[part]), error) for part, error in run.unread.items())
    said = dict.fromkeys([*_said(run), *warnings, *run.looked_up.notes])
    return RunReport(result, run.counts, tuple(said), unread, problem)


def _written(
    run: PartRun,
    sheets: Mapping[Path, Planned],
    sources: Sequence[Source],
    exclusions: Exclusions,
    store: Store,
    clock: Clock,
    listener: Listener,
    interrupt: Interrupt,
) -> tuple[Resolution, EnrichError | None]:
    """Look up, and write the parts; what was changed since its scan is scanned again. Returns the run's error, too."""
    answers, columns = None, chosen_columns(run.settings, sources)

    async def asked(targets: Sequence[Target], *, earlier: Resolution | None, asking: bool = True) -> Resolution:
        return await ask(
            *(targets, sources, columns, store, clock, listener, interrupt),
            exclusions=exclusions,
            earlier=earlier,
            asking=asking,
        )

    for left in reversed(range(ROUNDS)):
        with interrupt.bounded(0):
            for scan in run.scans.values():
                exclusions.add(scan.marks.exclusions())
            run.warnings |= dict.fromkeys(exclusions.unmatched())
            targets = UniqueTargets.of(map(run.folder.targets_of, run.parts))
            file, began = AnswerFile(run.folder.answers), run.began + timedelta(seconds=ahead_of(store, clock))
            since = changes.oldest_run(run.lists(), store, began)
        with _cell_file(run, sheets, columns, len(targets)) as cells:
            # what this very run learned before parts were found changed is looked at closely
            stored = StoredAnswers.of(sources, columns, store, exclusions, since) if answers is None else None
            run.looked_up = LookUp(targets, asked, file, store, since, answers, stored, cells)
            answers = asyncio.run(run.looked_up.run())
        told, problem = _changes(run, answers, store, began)
        digest = file.finish(told)
        run.looked_up.note_changes(told, run.written(answers))
        with interrupt.bounded(work=_GO_ON):
            changed = run.join(sheets, answers, digest, listener)
            if not changed or not left:
                break
            run.scan(changed)
    assert answers is not None
    for part in changed:
        hint = "run again when nobody writes it"
        run.failed[part] = InputError(f"{run.given[part]}: it was changed again and again while it was read", hint=hint)
    return answers, answers.problem or next(iter(run.failed.values()), problem) or answers.left_out


@contextmanager
def _cell_file(
    run: PartRun, sheets: Iterable[Path], columns: Sequence[Column], files: int
) -> Iterator[CellFile | None]:
    """Yield the file of cells for parts that take them from there; None where none does, or a report wants places."""
    forms = [] if run.placed or not columns else _forms_of([run.scans[part] for part in sheets], files)
    if not forms:
        yield None
        return
    with closing(CellFile(run.folder.cells, columns, run.settings.lang, forms)) as file:
        yield file


def _forms_of(scans: Sequence[Extract], files: int) -> list[CellForm]:
    """Return the forms in which cells are made once for all parts.

    As text only where that saves work: the parts together hold more values than the run has ``files``, and a part has
    not too few of them, see ``_FILES_A_VALUE``.
    """
    cells, parts = Counter[CellForm](), Counter[CellForm]()
    for scan in scans:
        if scan.form is not None:
            cells[scan.form] += scan.cells
            parts[scan.form] += max(1, len(scan.slices))
    has_arrow = find_spec("pyarrow") is not None
    return [
        form
        for form, count in cells.items()
        if not form.dialect or (has_arrow and count >= files and count * _FILES_A_VALUE >= files * parts[form])
    ]


def _parts_of(settings: Settings, paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return the parts that folders and patterns stand for, without earlier outputs; and what is left out, told."""
    for name in _FOR_ONE:
        if getattr(settings, name):
            raise UsageError(f"--{name.replace('_', '-')} is for runs without --workers", hint="leave one of them out")
    if settings.out_dir is None and not settings.only_answers:
        raise UsageError("--workers needs --out-dir", hint="say where the parts go: --out-dir DIR")
    folders = [path for path in paths if path.is_dir()]
    inside = [path for folder in folders for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."]
    given, told = to_read(expand([*(path for path in paths if path not in folders), *inside]))
    if STANDARD_INPUT in given:
        raise UsageError("standard input is no part", hint="leave --workers out")
    return given, told


def _said(run: PartRun) -> list[str]:
    """Return what the user should hear of the parts, each named as the user named it."""
    said = [*run.warnings]
    for part, given in run.given.items():
        if part in run.scans:
            said += named_as(run.scans[part].warnings, part, given)
        if part in run.joined:
            said += run.joined[part].warnings
    return said


def _changes(
    run: PartRun, answers: Resolution, store: Store, began: datetime
) -> tuple[dict[Indicator, str], EnrichError | None]:
    """Return what changed since the last run of each part, in words; the error where the store refuses."""
    source, replaced = answers.lead.source, run.looked_up.replaced
    try:
        new, since = changes.news(run.lists(), replaced, store, began)
        said = read_answers(run.folder.answers, [source.name], list(new))[source.name]
        return changes.in_words(new, since, said | replaced, store, source.origin), None
    except StoreError as error:  # the answers are there: they are written without what changed
        return {}, error
