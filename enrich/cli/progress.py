"""Listens to events and tells a person: a bar on a terminal, plain lines elsewhere, or nothing; on stderr only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TextIO, cast

from enrich.cli.terminal import NonFailingStream, print_line
from enrich.clock import Clock, SystemClock, utc
from enrich.model.event import Event, EventKind
from enrich.model.finding import Status
from enrich.model.indicator import Indicator
from enrich.model.quantities import counted, span
from enrich.model.ratio import ratio
from enrich.model.verdict import Verdict
from enrich.visible import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.status import Status as Spinner
    from rich.text import Text


class Listener:
    """Hears what the lookup does, and as it is here tells nobody: for ``--quiet`` and for library use."""

    def __call__(self, event: Event) -> None:
        pass

    def close(self) -> None:
        """Leave the terminal as it was."""


class State:
    """What is known of a run while it lasts: how many lookups are done, how they ended, when the next call goes out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.total = self.done = 0
        self.failed = 0
        self._malicious: set[Indicator] = set()  # one that several sources call so is one
        self.next_call: datetime | None = None
        self._seconds = self._began = 0.0

    def hear(self, event: Event) -> None:
        if event.kind is EventKind.STARTED:
            self._start(event)
        elif event.kind is EventKind.ANSWERED and event.finding is not None:
            self.done += 1
            if event.finding.verdict is Verdict.MALICIOUS:
                self._malicious.add(event.finding.indicator)
            self.failed += event.finding.status is Status.FAILED
        elif event.kind in (EventKind.PACED, EventKind.WAITING):
            self.next_call = event.until

    def _start(self, event: Event) -> None:
        """Count anew, or add what a further source is asked while others are."""
        if event.joins:
            self.total += event.reach
            self._seconds = max(self._seconds, self.passed + event.seconds)
            return
        self.total, self.done = event.reach, 0
        self._seconds, self._began = event.seconds, self._clock.monotonic()

    @property
    def passed(self) -> float:
        """Seconds since the first lookup."""
        return self._clock.monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds to go: what the pace allows, or what was measured where that is slower."""
        open_ = max(0, self.total - self.done)
        measured = self.passed / self.done * open_ if self.done else 0.0
        return max(measured, self._seconds - self.passed) if open_ else 0.0

    def words(self) -> str:
        """Return ``3 malicious so far, 1 failed, next call at 23:13:01, 24 min left``."""
        parts = [f"{len(self._malicious):,} malicious so far"]
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        if self.next_call is not None and self.next_call > utc(self._clock.time()):
            parts.append(f"next call at {local(self.next_call, self._clock)}")
        parts.append(f"{span(self.left)} left")
        return ", ".join(parts)


class Lines(Listener):
    """A plain line a minute: for logs, cron and pipes."""

    def __init__(self, clock: Clock, out: TextIO, *, every: float = 60.0) -> None:
        self._clock = clock
        self._state = State(clock)
        self._out = out
        self._every = every
        self._last = float("-inf")

    def __call__(self, event: Event) -> None:
        self._state.hear(event)
        if event.kind is EventKind.STARTED and event.total:
            self._last = self._clock.monotonic()
            self._say(_to_make(event))
        elif event.kind is EventKind.ANSWERED and self._is_time():
            self._say(f"{self._state.done:,} of {self._state.total:,} done, {self._state.words()}")
        elif event.kind is EventKind.WRITING and self._last > float("-inf") and self._is_time():
            self._say(f"writing {event.text}")
        elif event.kind in (EventKind.WAITING, EventKind.STOPPED):
            self._say(event.text + (f"; waiting until {_at(event.until, self._clock)}" if event.until else ""))

    def _is_time(self) -> bool:
        """Return whether the last line is long enough ago; if so, another one counts as said now."""
        if self._clock.monotonic() - self._last < self._every:
            return False
        self._last = self._clock.monotonic()
        return True

    def _say(self, text: str) -> None:
        print_line(text, self._out)


class Detail(Lines):
    """Every answer and every further try on a line of its own: ``--verbose``."""

    def __call__(self, event: Event) -> None:
        if event.kind is EventKind.ANSWERED and event.finding is not None:
            finding = event.finding
            detected = ratio(finding.malicious, finding.engines)
            if detected:
                detected = f"{finding.verdict.value} {detected}"
            reason = f": {finding.detail}" if finding.detail else ""
            self._say(f"{finding.indicator.value} {finding.status.value}{detected and ' '}{detected}{reason}")
        elif event.kind is EventKind.RETRYING:
            self._say(event.text)
        super().__call__(event)


class Bar(Listener):
    """A bar with what was found so far and the time that is left; it moves on while nothing is answered."""

    def __init__(self, clock: Clock, out: TextIO) -> None:
        self._clock = clock
        self._state = State(clock)
        self._out = out
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._writing: Spinner | None = None

    def __call__(self, event: Event) -> None:
        self._state.hear(event)
        if event.kind is EventKind.STARTED and event.total:
            self._start(event)
        elif event.kind is EventKind.WRITING:
            self._show_writing(event.text)
        elif self._bar is None:
            return
        elif event.kind is EventKind.ANSWERED:
            self._draw()
        elif event.kind is EventKind.WAITING:
            self._say(f"{event.text}; waiting until {_at(event.until, self._clock)}")
        elif event.kind is EventKind.STOPPED:
            self._say(f"stopped: {event.text}")

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        if self._writing is not None:
            self._writing.stop()
            self._writing = None

    def _start(self, event: Event) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, RenderableColumn  # noqa: PLC0415
        from rich.table import Column  # noqa: PLC0415

        if event.joins and self._bar is not None:
            self._draw()
            return
        self.close()  # an input that was changed is looked up again
        live = RenderableColumn(_Live(self._state.words), table_column=Column(no_wrap=True, overflow="ellipsis"))
        bar = BarColumn(bar_width=None, table_column=Column(ratio=1, min_width=4))
        self._bar = Progress(MofNCompleteColumn(), bar, live, console=self._console(), expand=True)
        if event.reach < event.total:
            self._say(_to_make(event))
        self._task = self._bar.add_task("", total=event.reach)
        self._bar.start()

    def _show_writing(self, path: str) -> None:
        """Say what is being written, for as long as that takes."""
        from rich.text import Text  # noqa: PLC0415

        if self._writing is None:
            if self._bar is not None:
                self._bar.stop()  # it stays as it is: what was looked up
                self._bar = None
            self._writing = self._console().status("")
            self._writing.start()
        self._writing.update(Text(f"writing {visible(path)}", no_wrap=True, overflow="ellipsis"))

    def _console(self) -> Console:
        from rich.console import Console  # noqa: PLC0415 - only where a bar is drawn

        return Console(file=cast("TextIO", NonFailingStream(self._out)))

    def _say(self, text: str) -> None:
        assert self._bar is not None
        self._bar.console.print(visible(text), markup=False, highlight=False)

    def _draw(self) -> None:
        assert self._bar is not None
        assert self._task is not None
        state = self._state
        self._bar.update(self._task, completed=state.done, total=max(state.total, state.done))


class _Live:
    """Words that are asked for anew whenever the bar is drawn, which is several times a second."""

    def __init__(self, words: Callable[[], str]) -> None:
        self._words = words

    def __rich__(self) -> Text:
        from rich.text import Text  # noqa: PLC0415

        return Text(self._words(), no_wrap=True)


def _to_make(event: Event) -> str:
    """Return ``75 lookups to make at VirusTotal, about 19 min``: the source is named where there are several."""
    place = f" at {event.text}" if event.text else ""
    # with its day: a time of day that was over when the run began means tomorrow
    end = f"; to end by {event.until.astimezone():%Y-%m-%d %H:%M}" if event.until else ""
    return f"{counted(event.total, 'lookup')} to make{place}{_in_this_run(event)}{end}"


def _in_this_run(event: Event) -> str:
    """Return how many of the lookups this run makes before budget, time or quota ends it, and in how long."""
    if not event.reach:
        return ", none of them in this run"
    here = f", {event.reach:,} of them in this run" if event.reach < event.total else ""
    # what the pace lets through at once takes as long as the service does, which nobody knows yet
    return f"{here}, about {span(event.seconds)}" if event.seconds >= 1 else here


def _at(when: datetime | None, clock: Clock) -> str:
    """Return a UTC time; its day only where that is not near."""
    if when is None:
        return "it is free again"
    near = when - utc(clock.time()) < timedelta(hours=12)
    return f"{when:%H:%M:%S} UTC" if near else f"{when:%Y-%m-%d %H:%M} UTC"


def local(when: datetime, clock: Clock) -> str:
    """Return a UTC time as the clock on the wall shows it; with its day where that is another one."""
    there, now = when.astimezone(), utc(clock.time()).astimezone()
    return f"{there:%H:%M:%S}" if there.date() == now.date() else f"{there:%Y-%m-%d %H:%M:%S}"


def progress_bar() -> Listener:
    """Return a listener that draws a bar, for ``enrich_frame(df, progress=...)``: on a terminal, or in a notebook."""
    return Bar(SystemClock(), sys.stderr)


def choose(clock: Clock, *, quiet: bool, verbose: bool = False, out: TextIO | None = None) -> Listener:
    """Return the listener that fits where stderr goes."""
    stream = out or sys.stderr
    if quiet or stream is None:
        return Listener()
    if verbose:
        return Detail(clock, stream)
    return Bar(clock, stream) if stream.isatty() else Lines(clock, stream)
