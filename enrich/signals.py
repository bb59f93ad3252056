"""A signal to end as a request instead of a crash: remembered, handed on, and never in the middle of a write."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

from enrich.errors import WORK_BOUND, Interrupted

T = TypeVar("T")
_AGAIN = 2.0
"""Seconds after which it is raised once more: where the first one fell into a finaliser, Python drops it."""


@contextmanager
def at_once() -> Iterator[None]:
    """Within it a signal raises ``Interrupted``: around a wait that may last for ever, such as standard input's."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise Interrupted(number)

    before = _handled_by(leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _handled_by(handler: Callable[[int, FrameType | None], None]) -> dict[int, Any]:
    """Set it for the signals that ask a command to end; returns what stood before.

    Outside the main thread, where Python lets nobody set one, it sets none.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}
    wanted = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        wanted.append(signal.SIGHUP)
    return {number: signal.signal(number, handler) for number in wanted}


class Interrupt:
    """While entered, the first signal to end is kept in ``signal`` and told to all that are ``calling``.

    A second Ctrl-C raises ``KeyboardInterrupt`` after all: the user means it. Outside the main thread it does nothing.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._on_signal: list[Callable[[str], None]] = []
        self._before: dict[int, Any] = {}
        self._came = 0.0
        """When, on the monotonic clock."""
        self._bound: tuple[float, str] | None = None

    @property
    def reason(self) -> str:
        """In words; "" where no signal came."""
        if self.signal is None:
            return ""
        return str(Interrupted(self.signal))

    @property
    def exit_code(self) -> int | None:
        """128 and the signal's number, as shells have it."""
        return None if self.signal is None else 128 + self.signal

    @contextmanager
    def calling(self, stop: Callable[[str], None]) -> Iterator[None]:
        """Within a running event loop: have ``stop`` called with the reason, at once if the signal came before.

        Several may wait at a time: each source that is asked is told.
        """
        loop = asyncio.get_running_loop()

        def tell(reason: str) -> None:
            loop.call_soon_threadsafe(stop, reason)

        self._on_signal.append(tell)
        if self.reason:
            stop(self.reason)
        try:
            yield
        finally:
            self._on_signal.remove(tell)

    @contextmanager
    def bounded(self, seconds: float = WORK_BOUND, work: str = "") -> Iterator[None]:
        """Within it ``Interrupted`` is raised once a signal is so many seconds old: ``work`` that nothing would be lost
        by takes longer. It gets a second in any case, unless 0 seconds are wanted: then the signal itself raises.
        """
        self._bound = (seconds, work)
        if self.signal is not None:
            self._arm()
        try:
            yield
        finally:
            self._bound = None
            if sys.platform != "win32":
                signal.setitimer(signal.ITIMER_REAL, 0)

    def _arm(self) -> None:
        """Have the work that is bounded end in time."""
        assert self._bound is not None
        assert self.signal is not None
        seconds, work = self._bound
        if not seconds:
            raise Interrupted(self.signal, work)
        if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
            signal.setitimer(signal.ITIMER_REAL, max(1.0, self._came + seconds - time.monotonic()), _AGAIN)

    def _expire(self, _number: int, _frame: FrameType | None) -> None:
        if self._bound is not None and self.signal is not None:
            raise Interrupted(self.signal, self._bound[1])

    def __enter__(self) -> Self:
        self._before = _handled_by(self._note)
        if sys.platform != "win32" and self._before:
            self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._expire)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if self.signal is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        if self.signal is None:
            self.signal, self._came = number, time.monotonic()
            if self._bound is not None:
                self._arm()
        for tell in self._on_signal:
            tell(self.reason)
