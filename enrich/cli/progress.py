"""Listens to events and tells a person: a bar on a terminal, plain lines elsewhere, or nothing; on stderr only."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from enrich.cli.terminal import NonFailingStream, print_line, printable
from enrich.clock import Clock, utc
from enrich.model.event import Event, EventKind
from enrich.model.finding import Status
from enrich.model.ratio import ratio

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID
    from rich.text import Text


class Listener(Protocol):
    """Hears what the lookup does; ``close`` leaves the terminal as it was."""

    def __call__(self, event: Event) -> None: ...
    def close(self) -> None: ...


class Chain:
    """Several listeners as one."""

    def __init__(self, *listeners: Callable[[Event], None]) -> None:
        self._listeners = listeners

    def __call__(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


class Silence:
    """For ``--quiet`` and for library use."""

    def __call__(self, event: Event) -> None:
        pass

    def close(self) -> None:
        pass


def span(seconds: float) -> str:
    """``38 s``, ``4 min``, ``2 h 05 min``, ``24 days``."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        hours, minutes = divmod(round(seconds / 60), 60)
        return f"{hours} h {minutes:02} min"
    return f"{round(seconds / 86400)} days"


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2,000 files``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


class Forecast:
    """How long the rest takes: what the pace allows, or what was measured where that is slower."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.total = self.done = 0
        self._seconds = self._began = 0.0

    def begin(self, total: int, seconds: float) -> None:
        self.total, self.done, self._seconds, self._began = total, 0, seconds, self._clock.monotonic()

    @property
    def passed(self) -> float:
        """Seconds since the first lookup."""
        return self._clock.monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds to go."""
        open_ = max(0, self.total - self.done)
        measured = self.passed / self.done * open_ if self.done else 0.0
        return max(measured, self._seconds - self.passed) if open_ else 0.0


class Lines:
    """A plain line now and then: for logs, cron and pipes."""

    def __init__(self, clock: Clock, out: TextIO, *, every: float = 30.0) -> None:
        self._clock = clock
        self._forecast = Forecast(clock)
        self._out = out
        self._every = every
        self._last = float("-inf")

    def __call__(self, event: Event) -> None:
        forecast = self._forecast
        if event.kind is EventKind.STARTED and event.total:
            forecast.begin(event.reach, event.seconds)
            self._last = self._clock.monotonic()
            self._say(f"{counted(event.total, 'lookup')} to make{_in_this_run(event)}")
        elif event.kind is EventKind.ANSWERED:
            forecast.done += 1
            if self._clock.monotonic() - self._last >= self._every:
                self._last = self._clock.monotonic()
                self._say(f"{forecast.done} of {forecast.total} done, about {span(forecast.left)} left")
        elif event.kind in (EventKind.WAITING, EventKind.STOPPED):
            self._say(event.text + (f"; waiting until {_at(event.until, self._clock)}" if event.until else ""))

    def close(self) -> None:
        pass

    def _say(self, text: str) -> None:
        print_line(text, self._out)


class Detail(Lines):
    """Every answer and every further try on a line of its own: ``--verbose``."""

    def __call__(self, event: Event) -> None:
        if event.kind is EventKind.ANSWERED and event.finding is not None:
            finding = event.finding
            detected = ratio(finding.malicious, finding.engines)
            reason = f": {finding.detail}" if finding.detail else ""
            self._say(f"{finding.indicator.value} {finding.status.value}{detected and ' '}{detected}{reason}")
        elif event.kind is EventKind.RETRYING:
            self._say(event.text)
        super().__call__(event)


class Bar:
    """A bar with counts by answer, rate and the time that is left; it moves on while nothing is answered."""

    def __init__(self, clock: Clock, out: TextIO) -> None:
        self._clock = clock
        self._forecast = Forecast(clock)
        self._out = out
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._counts: Counter[Status] = Counter()

    def __call__(self, event: Event) -> None:
        if event.kind is EventKind.STARTED and event.total:
            self._start(event)
        elif self._bar is None:
            return
        elif event.kind is EventKind.ANSWERED and event.finding is not None:
            self._forecast.done += 1
            self._counts[event.finding.status] += 1
            self._draw()
        elif event.kind is EventKind.WAITING:
            self._say(f"{event.text}; waiting until {_at(event.until, self._clock)}")
        elif event.kind is EventKind.STOPPED:
            self._say(f"stopped: {event.text}")

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _start(self, event: Event) -> None:
        from rich.console import Console  # noqa: PLC0415 - only where a bar is drawn
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, RenderableColumn, TextColumn  # noqa: PLC0415
        from rich.table import Column  # noqa: PLC0415

        self._forecast.begin(event.reach, event.seconds)
        self._bar = Progress(
            TextColumn("looking up"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            RenderableColumn(_Live(self._words), table_column=Column(no_wrap=True)),
            console=Console(file=cast("TextIO", NonFailingStream(self._out))),
        )
        if event.reach < event.total:
            self._say(f"{counted(event.total, 'lookup')} to make{_in_this_run(event)}")
        self._task = self._bar.add_task("", total=event.reach)
        self._bar.start()

    def _say(self, text: str) -> None:
        assert self._bar is not None
        self._bar.console.print(printable(text), markup=False, highlight=False)

    def _draw(self) -> None:
        assert self._bar is not None
        assert self._task is not None
        forecast = self._forecast
        self._bar.update(self._task, completed=forecast.done, total=max(forecast.total, forecast.done))

    def _words(self) -> str:
        counts, forecast = self._counts, self._forecast
        failed = f" {counts[Status.FAILED]} failed" if counts[Status.FAILED] else ""
        speed = f" {forecast.done / forecast.passed * 60:.0f}/min" if forecast.passed > 5 and forecast.done else ""
        return (
            f"{counts[Status.FOUND]} found {counts[Status.NOT_FOUND]} unknown{failed}{speed} {span(forecast.left)} left"
        )


class _Live:
    """Words that are asked for anew whenever the bar is drawn, which is several times a second."""

    def __init__(self, words: Callable[[], str]) -> None:
        self._words = words

    def __rich__(self) -> Text:
        from rich.text import Text  # noqa: PLC0415

        return Text(self._words(), no_wrap=True)


def _in_this_run(event: Event) -> str:
    """How many of the lookups this run gets to before its budget, its time or the quota ends it, and in how long."""
    if not event.reach:
        return ", none of them in this run"
    here = f", {event.reach:,} of them in this run" if event.reach < event.total else ""
    # what the pace lets through at once takes as long as the service does, which nobody knows yet
    return f"{here}, about {span(event.seconds)}" if event.seconds >= 1 else here


def _at(when: datetime | None, clock: Clock) -> str:
    """A UTC time; its day only where that is not near."""
    if when is None:
        return "it is free again"
    near = when - utc(clock.time()) < timedelta(hours=12)
    return f"{when:%H:%M:%S} UTC" if near else f"{when:%Y-%m-%d %H:%M} UTC"


def choose(clock: Clock, *, quiet: bool, verbose: bool = False, out: TextIO | None = None) -> Listener:
    """The listener that fits where stderr goes."""
    stream = out or sys.stderr
    if quiet or stream is None:
        return Silence()
    if verbose:
        return Detail(clock, stream)
    return Bar(clock, stream) if stream.isatty() else Lines(clock, stream)
