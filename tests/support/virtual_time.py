"""Virtual time: an event loop whose clock leaps to the next timer whenever all tasks are idle. No test ever waits.

``run(main)`` runs a coroutine function that is handed a ``VirtualClock``. No sockets, no threads, no subprocesses:
the loop never looks at the real world, and fails a test that waits for it.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

T = TypeVar("T")

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp()
"""Unix seconds at which virtual time begins: noon, far from a reset."""

TURN = 1e-6
"""Seconds that a turn of the loop takes, so that code which asks again "until it is time" gets there."""


class VirtualClock:
    """Wall time, monotonic time and sleep on a virtual loop. ``set_by`` sets the wall clock, as an operator would."""

    def __init__(self, start: float = START) -> None:
        self._start = start
        self._elapsed = 0.0

    def time(self) -> float:
        return self._start + self._elapsed

    def monotonic(self) -> float:
        return 1000.0 + self._elapsed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def set_by(self, seconds: float) -> None:
        self._start += seconds

    def advance(self, seconds: float) -> None:
        """Let time pass at once, for tests that have no loop."""
        self._elapsed += seconds


class _Leaping(selectors.BaseSelector):
    """Instead of waiting for files, lets virtual time pass."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("every task waits, and nothing will ever wake one")
        self._clock.advance(max(timeout, TURN))
        return []

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = self._keys[fileobj] = selectors.SelectorKey(fileobj, 0, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj)

    def get_map(self) -> dict[Any, selectors.SelectorKey]:
        return self._keys


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(_Leaping(clock))
        self._virtual = clock
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self._virtual.monotonic()


def run(main: Callable[[VirtualClock], Awaitable[T]], *, start: float = START) -> T:
    """Run ``main`` to its end in virtual time."""
    clock = VirtualClock(start)

    async def begin() -> T:
        return await main(clock)

    with asyncio.Runner(loop_factory=lambda: _Loop(clock)) as runner:
        return runner.run(begin())
