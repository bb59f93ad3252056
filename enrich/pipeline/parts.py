"""Many inputs in parts: read and joined by workers, looked up by this process alone. Memory does not grow with rows.

Three phases. *Extract*: each part is scanned by the tool's own scan, and its unique targets come back. *Look up*: as in
any run. *Join*: each part is scanned again, takes the answers from one file beside the others, and is written whole.
Workers get paths, columns and public settings; never the key, the store or a way out.
"""

from __future__ import annotations

import asyncio
import pickle
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from contextlib import ExitStack, closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from enrich.clock import Clock, SystemClock, utc
from enrich.config.settings import Settings
from enrich.errors import EnrichError, InputError, NotInInput, OutputError, UsageError
from enrich.exclusions.lists import Held
from enrich.exit_codes import exit_code
from enrich.files.atomic import Staged
from enrich.formats import creator_for, suffixes_written
from enrich.join.answer_table import answer_table
from enrich.model.event import Event, EventKind, Listener
from enrich.model.finding import Answer
from enrich.model.indicator import Target
from enrich.model.result import Entry, Output, Result, Totals, one_entry_a_file
from enrich.model.verdict import Verdict
from enrich.pipeline.assemble import make_joiner
from enrich.pipeline.engines import engine_named
from enrich.pipeline.inputs import STANDARD_INPUT, expand, made_of
from enrich.pipeline.outputs import Given, Known, Planned, locked, plan_outputs
from enrich.pipeline.part_jobs import Extract, Joined, Joining, Unanswered, extract, join
from enrich.pipeline.resolve import Resolution, ask
from enrich.pipeline.run import Report
from enrich.pipeline.sources import GivenKeys, choice_of, sets_of_columns, sources_of
from enrich.reports import forms
from enrich.scan import merged_targets
from enrich.signals import Interrupt
from enrich.stores import open_store
from enrich.version import __version__

TRIES = 3
"""Times that a part is given to workers that die over it."""
_COUNTED = ("rows", "cells", "found", "not_found", "pending", "failed", "invalid", "trivial", "skipped")
"""The totals that count rows or cells, which add up over parts."""
_FOR_ONE = ("in_place", "changes_only", "inbox")
"""Options that are about single inputs."""

Job = TypeVar("Job")
Out = TypeVar("Out")


def in_parts(settings: Settings) -> bool:
    """Whether the user wants parts."""
    return settings.workers is not None or settings.engine != "local"


def run_parts(
    settings: Settings, paths: Sequence[Path], *, listener: Listener, clock: Clock | None = None, key: GivenKeys = None
) -> Report:
    """``run`` for many inputs: see the module. Reports are not made; the table of answers alone is."""
    clock = clock or SystemClock()
    given = _given(settings, paths)
    began = utc(clock.time())
    with Interrupt() as interrupt, ExitStack() as stack:
        with interrupt.bounded(0):
            extracts, unread = _extracts(settings, given)
            parts = [path for path in given if path in extracts]
            inputs = [Given(path, extracts[path].home) for path in parts]
            planned = plan_outputs(settings, inputs, Known(suffixes_written(), forms()))
            if any(output.form for output in planned):
                raise UsageError("reports are made without --workers", hint="-o answers.parquet --only-answers is made")
            sources = sources_of(settings, began, key)
            columns = choice_of(settings).of(sources)
            held = Held.from_settings(settings, stack, sets_of_columns(settings))
            for part in extracts.values():
                held.add(part.held)
            unmatched = held.unmatched()
            _check_columns(settings, extracts.values())
            targets = merged_targets([part.targets for part in extracts.values()])
        store = stack.enter_context(closing(open_store(settings.store_url, clock)))
        places = [output.path for output in planned if output.source is None]  # workers lock their own parts
        stack.enter_context(locked([*places, *filter(None, [settings.out_dir])]))
        answers = asyncio.run(ask(targets, sources, columns, store, clock, listener, interrupt, held=held))
        with interrupt.bounded(work="the parts that were not written stand as they were; run the same command again"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ioc-enrich-")))
            sheets = [output for output in planned if output.source is not None]
            done, problem = _join(settings, parts, sheets, answers, folder, clock, listener)
            entries = _entries(targets, answers)
            tables = _tables(planned, entries, answers)
    warnings = [*unmatched, *(text for part in extracts.values() for text in part.warnings)]
    warnings += [text for part in done for text in part.warnings if text not in warnings]
    totals = _totals(done, entries, answers)
    problem = answers.problem or problem
    code = exit_code(
        totals,
        entries,
        settings.fail_on,
        signal_code=interrupt.exit_code,
        problem=problem,
        unread=bool(unread),
        cut_short=answers.cut_short,
    )
    result = Result(
        version=__version__,
        started=began,
        ended=utc(clock.time()),
        exit_code=code,
        services=answers.services,
        sources=tuple(part.source for part in done),
        outputs=(*(output for part in done for output in part.outputs), *tables),
        totals=totals,
        columns=answers.columns,
        entries=tuple(entries),
        remarks=(),
        incident_date=settings.incident_date,
        stopped="; ".join(filter(None, (service.stopped for service in answers.services))),
        malicious_from=settings.malicious_from,
    )
    return Report(result, (*warnings, *answers.notes), tuple(unread), problem)


def _given(settings: Settings, paths: Sequence[Path]) -> list[Path]:
    """The parts: what folders and patterns stand for, without what earlier runs made of them."""
    for name in _FOR_ONE:
        if getattr(settings, name):
            raise UsageError(f"--{name.replace('_', '-')} is for runs without --workers", hint="leave one of them out")
    if settings.out_dir is None and not settings.only_answers:
        raise UsageError("--workers needs --out-dir", hint="say where the parts go: --out-dir DIR")
    folders = [path for path in paths if path.is_dir()]
    inside = [
        path for folder in folders for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] not in ".~"
    ]
    given = expand([*(path for path in paths if path not in folders), *inside])
    if STANDARD_INPUT in given:
        raise UsageError("standard input is no part", hint="leave --workers out")
    made = made_of(given)
    return [path for path in given if path not in made]


def _check_columns(settings: Settings, parts: Iterable[Extract]) -> None:
    """``NotInInput`` for a column that the user named and no part has."""
    there = {name for part in parts for name in part.columns}
    if missing := [name for name in settings.column if name not in there]:
        raise NotInInput(f"no input has a column {missing[0]!r}", hint="`enrich scan` shows what is seen")


def _public(settings: Settings) -> Settings:
    """What workers may know: nothing that leads to the key, the store or out of the house."""
    return replace(
        settings,
        store="memory:",
        offline=True,
        refresh=False,
        key_file=None,
        proxy=None,
        log_file=None,
        audit=None,
        metrics_file=None,
        workers=None,
        engine="local",
        scheduler=None,
        fail_on=(),
    )


def _extracts(settings: Settings, paths: Sequence[Path]) -> tuple[dict[Path, Extract], list[tuple[str, InputError]]]:
    """What each part asks for, and the parts that cannot be read. Raises ``InputError`` where none can."""
    public = _public(settings)
    done, failed = _each(settings, extract, {path: (public, path) for path in paths})
    unread = [(str(path), error) for path, error in failed.items() if isinstance(error, InputError)]
    others = [error for error in failed.values() if not isinstance(error, InputError)]
    if others or not done:
        raise next(iter(others or failed.values()), InputError("no part was named"))
    return done, unread


def _each(
    settings: Settings, function: Callable[[Any], Out], jobs: Mapping[Path, Any]
) -> tuple[dict[Path, Out], dict[Path, EnrichError]]:
    """``function`` of each job by the engine's workers; what failed by an error of ours is told apart.

    Workers that die take their job with them: it is given out again, ``TRIES`` times at most.
    """
    engine, done, failed = engine_named(settings.engine), dict[Path, Out](), dict[Path, EnrichError]()
    for _ in range(TRIES):
        try:
            with engine.executor(settings) as executor:
                left = [path for path in jobs if path not in done and path not in failed]
                futures = {executor.submit(function, jobs[path]): path for path in left}
                for future in as_completed(futures):
                    try:
                        done[futures[future]] = future.result()
                    except EnrichError as error:
                        failed[futures[future]] = error
        except BrokenExecutor:
            continue
        return done, failed
    left = [path for path in jobs if path not in done and path not in failed]
    failed |= {
        path: OutputError(f"{path}: {TRIES} workers died over it", hint="is the memory enough?") for path in left
    }
    return done, failed


def _join(
    settings: Settings,
    parts: Sequence[Path],
    sheets: Sequence[Planned],
    answers: Resolution,
    folder: Path,
    clock: Clock,
    listener: Listener,
) -> tuple[list[Joined], EnrichError | None]:
    """Write every part; the others stand where one fails, and the first error is the run's."""
    base = settings.out_dir or folder
    with tempfile.TemporaryDirectory(prefix=".enrich-", dir=base) as shared:  # where the workers of a cluster see it
        store, unanswered = Path(shared) / "answers.sqlite", Path(shared) / "unanswered"
        _spool(answers, f"sqlite:///{store}", unanswered, clock)
        public = replace(_public(settings), store=f"sqlite:///{store}", only_answers=False, out_dir=None)
        jobs = {}
        for output in sheets:
            assert output.source is not None
            listener(Event(EventKind.WRITING, text=str(output.path)))
            path = parts[output.source]
            jobs[path] = Joining(replace(public, output=(output.path.resolve(),)), path.resolve(), unanswered.resolve())
        done, failed = _each(settings, join, jobs)
    problem = next(iter(failed.values()), None)
    return [done[path] for path in jobs if path in done], problem


def _spool(answers: Resolution, url: str, unanswered: Path, clock: Clock) -> None:
    """The answers in a store of their own, and what has none, for the workers to read."""
    rest: Unanswered = {}
    with closing(open_store(url, clock)) as store:
        for one in answers.answers:
            known = {id(f): f for f in one.findings.values() if f.status.is_answer}
            store.put_many([Answer(finding) for finding in known.values()])
            rest[one.source.name] = {name: f for name, f in one.findings.items() if not f.status.is_answer}
    unanswered.write_bytes(pickle.dumps(rest))


def _entries(targets: Sequence[Target], answers: Resolution) -> list[Entry]:
    """One entry a name, without places: those stand in the parts."""
    joiner = make_joiner(answers)
    entries = []
    for target in targets:
        for name in (target.ask, *target.others):
            finding = answers.lead.findings[name]
            file = answers.files.get(name, name.value)
            entries.append(Entry(finding, (), target.weight, file, further=joiner.further(finding)))
    return entries


def _tables(planned: Sequence[Planned], entries: Sequence[Entry], answers: Resolution) -> list[Output]:
    """The table of answers alone, wherever it is wanted."""
    written = []
    for output in planned:
        if output.source is None:
            staged = Staged(output.path)
            try:
                table = answer_table(entries, make_joiner(answers), answers.columns)
                creator_for(output.suffix)(staged.file, [table], [])
                written.append(Output(str(output.path), staged.finish()))
                staged.commit()
            finally:
                staged.discard()
    return written


def _totals(parts: Sequence[Joined], entries: Sequence[Entry], answers: Resolution) -> Totals:
    """Rows add up over parts; files are counted once."""
    counts: dict[str, Any] = {name: sum(getattr(part.totals, name) for part in parts) for name in _COUNTED}
    files = one_entry_a_file(entries)
    names = {field.name for field in fields(Totals)}
    counts |= {v.value: sum(entry.verdict is v for entry in files) for v in Verdict if v.value in names}
    calls = sum(service.calls for service in answers.services)
    not_asked: dict[str, int] = {}
    for part in parts:
        for kind, count in part.totals.not_asked.items():
            not_asked[kind] = not_asked.get(kind, 0) + count
    return Totals(
        unique=len(files), from_store=answers.lead.facts.from_store, calls=calls, not_asked=not_asked, **counts
    )
