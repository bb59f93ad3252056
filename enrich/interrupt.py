"""Ctrl-C and SIGTERM as a request instead of a crash: remembered, handed on, and never in the middle of a write."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any


class Interrupt:
    """While entered, the first SIGINT or SIGTERM is kept in ``signal`` and given to ``on_signal``.

    A second Ctrl-C raises ``KeyboardInterrupt`` after all: the user means it. Outside the main thread it does nothing.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self.on_signal: Callable[[str], None] | None = None
        self._before: dict[int, Any] = {}

    @property
    def reason(self) -> str:
        """In words; "" where no signal came."""
        if self.signal is None:
            return ""
        return "interrupted" if self.signal == signal.SIGINT else "terminated"

    @property
    def exit_code(self) -> int | None:
        """128 and the signal's number, as shells have it."""
        return None if self.signal is None else 128 + self.signal

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.signal is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.signal = self.signal or number
        if self.on_signal is not None:
            self.on_signal(self.reason)
