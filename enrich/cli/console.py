"""A run as a person at a terminal sees it: progress while it lasts, then what came of it and where it lies."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from enrich.cli.progress import choose
from enrich.cli.terminal import print_data, print_error, print_line, print_unread
from enrich.clock import Clock, utc
from enrich.config.settings import Settings
from enrich.errors import EnrichError, OutputError, SourceLeftOut, UsageError
from enrich.exit_codes import FAILED, GATE, PENDING, code_of
from enrich.files.paths import path_text
from enrich.indicators.hash.digests import KIND as HASH
from enrich.join.indicator_sheet import banner
from enrich.join.worst import not_asked_words
from enrich.locale import catalogue, translated
from enrich.logs.log import Logbook
from enrich.logs.metrics import record_failure, write_metrics
from enrich.logs.summary import ASKED, Summary, plain, problem_of, summary, unfinished
from enrich.model.event import Event, Listener
from enrich.model.file_counts import FileCounts
from enrich.model.finding import Status
from enrich.model.quantities import counted
from enrich.model.result import Result
from enrich.model.verdict import ALWAYS_COUNTED, Verdict
from enrich.pipeline.objects import objects_as_files
from enrich.pipeline.outputs import check_writable
from enrich.pipeline.parts import in_parts
from enrich.pipeline.path_uses import check_uses, uses_of
from enrich.pipeline.run import RunReport, run
from enrich.pipeline.sources import GivenKeys
from enrich.version import __version__

REASONS_SHOWN = 3
"""Of failed lookups, the commonest; the rest stands in the rows."""


def run_and_tell(settings: Settings, inputs: Sequence[Path], clock: Clock, *, key: GivenKeys = None) -> int:
    """Run once, and return the exit code; data goes to stdout (``--json``), words to stderr."""
    if not inputs:
        raise UsageError("no input was named", hint="enrich run INPUT...; - is standard input")
    files = objects_as_files(settings, inputs)
    settings, inputs = files.settings, files.inputs
    try:
        check_uses(uses_of(settings, inputs))
        return recorded(settings, clock, lambda session: session.run(settings, inputs, key=key, finish=files.finish))
    except EnrichError as error:
        files.named_error(error)
        raise


class Session:
    """The runs of one command: each is shown, and all of them are written to the log and the metrics."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """``OutputError`` where the log or the metrics cannot be written."""
        self._settings = settings
        self._clock = clock
        self._began = self._clock.time()
        if settings.metrics_file is not None:
            check_writable(settings.metrics_file)
        self._log = Logbook(settings.log_file, self._clock) if settings.log_file else None
        self._runs: list[tuple[Result, Summary]] = []
        self._last_problem: EnrichError | None = None

    def run(
        self,
        settings: Settings,
        inputs: Sequence[Path],
        *,
        key: GivenKeys = None,
        stem: str = "",
        finish: Callable[[RunReport], RunReport] = lambda report: report,
    ) -> int:
        """Run once, and return the exit code. ``finish`` takes the outputs to where they belong."""
        shown = choose(self._clock, quiet=settings.quiet, verbose=settings.verbose)

        def heard(event: Event) -> None:
            shown(event)
            if self._log is not None:
                self._log(event)

        self.note("run_started", version=__version__, inputs=[path_text(path) for path in inputs])
        try:
            report = finish(self._report(settings, inputs, heard, key, stem))
        finally:
            shown.close()
        told = summary(report.result, report.counts, report.unread, report.problem)
        self._runs.append((report.result, told))
        self._last_problem, facts = report.problem, plain(told)
        for _, error in report.unread:
            self.note("not_read", level="error", text=error.one_line)
        for warning in report.warnings:
            self.note("note", level="warning", text=warning)
        self.note("run_ended", level="error" if report.problem else "info", **facts)
        tell(report, settings)
        if settings.json:
            print_data(json.dumps(facts))
        return report.result.exit_code

    def _report(
        self, settings: Settings, inputs: Sequence[Path], listener: Listener, key: GivenKeys, stem: str
    ) -> RunReport:
        if in_parts(settings):
            from enrich.pipeline.parts.run import run_parts  # noqa: PLC0415 - numpy, which no other run needs

            return run_parts(settings, inputs, listener=listener, clock=self._clock, key=key)
        return run(settings, inputs, listener=listener, clock=self._clock, key=key, stem=stem)

    def failed(self, error: Exception, path: Path) -> None:
        """Tell a program of a file that could not be run, where others go on."""
        if self._settings.json:
            now = utc(self._clock.time())
            ours = error if isinstance(error, EnrichError) else EnrichError(problem_of(error))
            print_data(json.dumps(plain(unfinished(error, now, now, [(path_text(path), ours)]))))

    @property
    def last_sha256(self) -> str:
        """Digest of the first input of the last run, as it was written out; "" where there was none."""
        return self._runs[-1][0].sources[0].sha256 if self._runs else ""

    @property
    def lacks_a_source(self) -> bool:
        """Whether the last run went on without some of its sources, for want of their keys."""
        return isinstance(self._last_problem, SourceLeftOut)

    def end(self, code: int, error: BaseException | None = None) -> None:
        if error is not None and not isinstance(error, KeyboardInterrupt):
            self.note("error", level="error", text=problem_of(error), exit_code=code)
        if self._log is not None and self._log.trouble:
            print_line(f"note: the log is not whole: {self._log.trouble}")
        if self._settings.metrics_file is not None:
            write_metrics(self._settings.metrics_file, self._runs, code, self._began, self._clock.time())

    def note(self, event: str, level: str = "info", **facts: Any) -> None:
        if self._log is not None:
            self._log.note(event, level, **facts)


def recorded(settings: Settings, clock: Clock, work: Callable[[Session], int]) -> int:
    """Run ``work`` in a session; what ends it early is logged and raised again."""
    session = Session(settings, clock)
    try:
        code = work(session)
    except (Exception, KeyboardInterrupt) as error:
        try:
            session.end(code_of(error), error)
        except OutputError as further:
            print_error(further)  # what ended the run is the news
        raise
    try:
        session.end(code)
    except OutputError as error:  # not raised: what the runs came to is told, and a program wants one object each
        return print_error(error)
    return code


def tell_failure(error: BaseException, metrics_file: Path | None, began: float, clock: Clock, *, to_json: bool) -> None:
    """Tell machines as well of an ``error`` that ends a run, whatever it is and whenever it comes.

    Metrics that still tell of the night before would call it a success; a program that waits for one object gets it.
    """
    if metrics_file is not None:
        record_failure(metrics_file, code_of(error), began, clock.time())
    if to_json and not isinstance(error, BrokenPipeError):
        print_data(json.dumps(plain(unfinished(error, utc(began), utc(clock.time())))))


def tell(report: RunReport, settings: Settings) -> None:
    """Say warnings and what failed always, the outcome unless ``--quiet``."""
    for _, error in report.unread:
        print_unread(error)
    say = catalogue(settings.lang)
    for warning in report.warnings:
        print_line(translated(f"note: {warning}", say))
    if report.problem is not None:
        print_error(report.problem)
    if not settings.quiet:
        for text in banner(report.result, settings.lang):
            print_line(f"*** {text}")
        lines = outcome(report.result, report.counts, settings.fail_on, offline=settings.offline)
    else:
        lines = [*_failed(report.result, report.counts)]
    for line in lines:
        print_line(translated(line, say))


def outcome(result: Result, counts: FileCounts, gates: Sequence[str] = (), *, offline: bool = False) -> list[str]:
    """Return the run in a few lines, the answer first."""
    totals = result.totals
    noun = "file" if counts.kinds <= {HASH} else "indicator"
    lines = [f"{counted(totals.unique, noun)} in {counted(totals.rows, 'row')}:"]
    lines.append(f"  {', '.join(verdict_words(counts))}")
    calls = sum(service.calls for service in result.services)
    lines.append(f"  {totals.from_store:,} from the store, {counted(calls, 'call')} spent")
    if len(result.services) > 1:
        lines.append(f"  calls: {', '.join(f'{service.title} {service.calls:,}' for service in result.services)}")
        lines += _of_services(result, counts)
    if counts.changed:
        lines.append(f"  {counts.changed:,} changed since the last run")
    damaged = result.remarked("damaged")
    alike = result.remarked("left_out")
    if damaged or alike:
        words = f"{counted(damaged, 'damaged value')}, {counted(alike, 'look-alike')} left out"
        lines.append(f"  {words} (`enrich scan` lists them)")
        lines += [f"  left out ({count:,}): {reason}" for reason, count in _left_out(result)]
    if totals.not_asked:
        lines.append(f"  {not_asked_words(totals.not_asked)}")
    if result.stopped:
        lines.append(f"stopped early: {result.stopped}")
    lines += _failed(result, counts)
    lines += _open(result, counts, offline=offline)
    if result.exit_code == GATE:
        lines.append(f"exit code {GATE}: --fail-on {','.join(gates)}")
    lines += [f"wrote {output.path}" for output in result.outputs]
    return lines


def _of_services(result: Result, counts: FileCounts) -> Iterator[str]:
    for place, service in enumerate(result.services):
        ends = counts.service(place).ends
        words = ", ".join(f"{ends[status]:,} {status.value}" for status in ASKED if ends[status])
        if words:
            yield f"  {service.title}: {words}"


def _failed(result: Result, counts: FileCounts) -> Iterator[str]:
    for place, service in enumerate(result.services):
        for reason, count in counts.service(place).failed.most_common(REASONS_SHOWN):
            at = f" at {service.title}" if len(result.services) > 1 else ""
            yield f"failed{at} ({count:,}): {reason}"


def _open(result: Result, counts: FileCounts, *, offline: bool) -> Iterator[str]:
    """Yield what is left to do, and what does it."""
    totals, again = result.totals, "without --offline" if offline else "the same command again"
    if totals.pending or totals.failed:
        yield f"{counted(totals.pending, 'row')} pending, {totals.failed:,} failed: run {again} to go on"
    elif result.exit_code in (PENDING, FAILED):
        ends = [counts.service(place).ends for place in range(len(result.services))]
        if any(one[Status.PENDING] or one[Status.FAILED] for one in ends):
            yield f"not every source has answered: run {again} to go on"
        else:
            yield "older answers stand where none came: run the same command again to go on"


def _left_out(result: Result) -> list[tuple[str, int]]:
    """For what reasons values are left out, and how many for each; by whose word each is, is not told."""
    reasons = Counter(remark.text.split(", by ")[0] for remark in result.remarks if remark.kind == "left_out")
    return reasons.most_common(REASONS_SHOWN)


def verdict_words(counts: FileCounts) -> Iterator[str]:
    """Yield how the files ended, by verdict, and those without an answer by status: the words of the sheet."""
    yield from (f"{counts.verdicts[verdict]:,} {verdict.value}" for verdict in ALWAYS_COUNTED)
    if counts.verdicts[Verdict.NO_VERDICT]:
        yield f"{counts.verdicts[Verdict.NO_VERDICT]:,} {Verdict.NO_VERDICT.value}"
    yield from (f"{counts.open[status]:,} {status.value}" for status in Status if counts.open[status])
