"""Progress: what a person reads while lookups run. Nothing moves unless an event says so."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from enrich.cli.progress import Bar, Lines, Listener, choose
from enrich.clock import utc
from enrich.model.event import Event, EventKind
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.quantities import span
from enrich.model.verdict import Verdict
from tests.support.virtual_time import VirtualClock

FOUND = Finding(Indicator("hash", "a" * 64), "virustotal", Status.FOUND, verdict=Verdict.MALICIOUS)
FOUND_TOO = Finding(Indicator("hash", "c" * 64), "virustotal", Status.FOUND, verdict=Verdict.MALICIOUS)
FAILED = Finding(Indicator("hash", "b" * 64), "virustotal", Status.FAILED)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (3600, "60 min"),
        (7500, "2 h 05 min"),
        (24 * 86400, "24 days"),
        (-5, "0 s"),
    ],
)
def test_spans_are_said_in_the_unit_that_matters(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_the_day_on_which_a_run_is_to_end_is_said_when_it_begins() -> None:
    clock, out = VirtualClock(), io.StringIO()
    end = datetime(2026, 11, 24, 6, 30).astimezone()
    Lines(clock, out)(Event(EventKind.STARTED, total=40, reach=40, seconds=600, until=end.astimezone(UTC)))
    assert out.getvalue() == "40 lookups to make, about 10 min; to end by 2026-11-24 06:30\n"


def test_plain_lines_come_now_and_then_with_what_is_left() -> None:
    clock, out = VirtualClock(), io.StringIO()
    lines = Lines(clock, out, every=30)
    lines(Event(EventKind.STARTED, total=40, reach=40, seconds=600))
    for finding in (FOUND, FOUND_TOO, FOUND, FOUND):
        clock.advance(15)
        lines(Event(EventKind.ANSWERED, finding=finding))
    lines(Event(EventKind.WAITING, text="the service asked to wait", until=datetime(2026, 11, 23, tzinfo=UTC)))
    lines(Event(EventKind.WAITING, text="the day is spent", until=datetime(2026, 11, 24, tzinfo=UTC)))
    lines(Event(EventKind.STOPPED, text="interrupted"))
    told = out.getvalue().splitlines()
    assert told[0] == "40 lookups to make, about 10 min"
    assert told[1] == "2 of 40 done, 2 malicious so far, 10 min left", "38 more take nine and a half"
    assert told[2].startswith("4 of 40 done")
    assert told[3] == "the service asked to wait; waiting until 00:00:00 UTC"
    assert told[4] == "the day is spent; waiting until 2026-11-24 00:00 UTC"
    assert told[-1] == "interrupted"


def test_no_time_is_told_where_the_pace_sets_none() -> None:
    clock, out = VirtualClock(), io.StringIO()
    Lines(clock, out)(Event(EventKind.STARTED, total=5000, reach=5000, seconds=0))
    assert out.getvalue() == "5,000 lookups to make\n"


def test_several_sources_are_told_apart_and_counted_together() -> None:
    clock, out = VirtualClock(), io.StringIO()
    lines = Lines(clock, out, every=0)
    lines(Event(EventKind.STARTED, "VirusTotal", total=2, reach=2, seconds=30))
    lines(Event(EventKind.STARTED, "MalwareBazaar", total=2, reach=2, seconds=1, joins=True))
    for finding in (FOUND, FOUND, FOUND_TOO, FOUND_TOO):
        lines(Event(EventKind.ANSWERED, finding=finding))
    told = out.getvalue().splitlines()
    assert told[:2] == ["2 lookups to make at VirusTotal, about 30 s", "2 lookups to make at MalwareBazaar, about 1 s"]
    assert told[-1] == "4 of 4 done, 2 malicious so far, 0 s left"


def test_nothing_to_look_up_is_nothing_to_say() -> None:
    clock, out = VirtualClock(), io.StringIO()
    for listener in (Lines(clock, out), Bar(clock, out), Listener()):
        listener(Event(EventKind.STARTED, total=0))
        listener(Event(EventKind.ENDED))
        listener.close()
    assert out.getvalue() == ""


def test_the_bar_counts_by_answer_and_leaves_the_terminal_as_it_was() -> None:
    clock, out = VirtualClock(), io.StringIO()
    bar = Bar(clock, out)
    bar(Event(EventKind.STARTED, total=3, reach=3, seconds=45))
    for finding in (FOUND, FOUND_TOO, FAILED):
        clock.advance(1)
        bar(Event(EventKind.ANSWERED, finding=finding))
    bar(Event(EventKind.ENDED))
    bar.close()
    told = out.getvalue()
    assert "3/3" in told
    assert "2 malicious so far, 1 failed" in told


def test_a_terminal_gets_a_bar_a_pipe_gets_lines_and_quiet_gets_nothing() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    clock = VirtualClock()
    assert isinstance(choose(clock, quiet=False, out=Terminal()), Bar)
    assert isinstance(choose(clock, quiet=False, out=io.StringIO()), Lines)
    assert type(choose(clock, quiet=True, out=Terminal())) is Listener


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (500, "2,000 lookups to make, 500 of them in this run, about 2 h 05 min"),
        (0, "2,000 lookups to make, none of them in this run"),
    ],
)
@pytest.mark.parametrize("make", [Lines, Bar])
def test_what_one_run_gets_to_is_told_apart_from_the_whole_list(
    make: type[Lines | Bar], reach: int, words: str
) -> None:
    clock, out = VirtualClock(), io.StringIO()
    listener = make(clock, out)
    listener(Event(EventKind.STARTED, total=2000, reach=reach, seconds=7500 if reach else 0))
    listener.close()
    assert words in out.getvalue()


def test_the_bar_counts_the_time_down_while_nothing_is_answered() -> None:
    """At four a minute nothing is answered for a minute at a time."""
    clock, out = VirtualClock(), io.StringIO()
    bar = Bar(clock, out)
    bar(Event(EventKind.STARTED, total=8, reach=8, seconds=61))
    clock.advance(20)
    bar.close()
    assert "41 s left" in out.getvalue()


@pytest.mark.parametrize("make", [Lines, Bar])
def test_while_the_pace_has_it_wait_the_time_of_the_next_call_is_told(make: type[Lines | Bar]) -> None:
    clock, out = VirtualClock(), io.StringIO()
    listener = make(clock, out)
    listener(Event(EventKind.STARTED, total=8, reach=8, seconds=120))
    clock.advance(61)
    listener(Event(EventKind.PACED, until=utc(clock.time() + 13)))
    listener(Event(EventKind.ANSWERED, finding=FOUND))
    listener.close()
    there = utc(clock.time() + 13).astimezone()
    assert f"next call at {there:%H:%M:%S}" in out.getvalue()


def test_once_the_next_call_went_out_its_time_is_told_no_more() -> None:
    clock, out = VirtualClock(), io.StringIO()
    lines = Lines(clock, out, every=1)
    lines(Event(EventKind.STARTED, total=8, reach=8, seconds=120))
    lines(Event(EventKind.PACED, until=utc(clock.time() + 13)))
    clock.advance(14)
    lines(Event(EventKind.ANSWERED, finding=FOUND))
    assert "1 of 8 done" in out.getvalue()
    assert "next call" not in out.getvalue()


def test_off_a_terminal_a_line_comes_a_minute() -> None:
    clock, out = VirtualClock(), io.StringIO()
    lines = Lines(clock, out)
    lines(Event(EventKind.STARTED, total=1000, reach=1000, seconds=6000))
    for _ in range(600):
        clock.advance(1)
        lines(Event(EventKind.ANSWERED, finding=FOUND))
    assert out.getvalue().count("\n") == 11


def test_what_is_being_written_is_told_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    bar = Bar(VirtualClock(), out)
    bar(Event(EventKind.STARTED, total=1, reach=1))
    bar(Event(EventKind.ANSWERED, finding=FOUND))
    bar(Event(EventKind.WRITING, text="report\x1b[2J.pdf"))
    bar.close()
    assert "writing report\\x1b[2J.pdf" in out.getvalue()


@pytest.mark.parametrize("width", [40, 80])
def test_the_bar_is_never_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    clock, out = VirtualClock(), io.StringIO()
    bar = Bar(clock, out)
    bar(Event(EventKind.STARTED, total=100_000, reach=100_000, seconds=2_000_000))
    bar(Event(EventKind.PACED, until=utc(clock.time() + 50)))
    bar(Event(EventKind.ANSWERED, finding=FAILED))
    bar.close()
    lines = out.getvalue().splitlines()
    assert lines
    assert max(map(len, lines)) <= width
