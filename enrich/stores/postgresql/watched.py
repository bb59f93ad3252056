"""A connection that does not wait for ever: a server that is suspended, or whose network swallows all, says nothing.

The system notices a network that drops what is sent (``KEEPALIVES``). It notices nothing where somebody takes what is
sent and never answers: a machine that is suspended, a disk that hangs, a pooler or a firewall that holds the line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any, TypeVar

import psycopg

T = TypeVar("T")

SILENT_SECONDS = 10.0
"""Seconds without a word from the server after which it is asked, on a second connection, whether it is there at all.
A statement may take longer: it waits for a lock, or moves a large store."""
HURRIED_SECONDS = 1.0
"""Seconds without a word that are waited for once the run is to end."""


def start_thread(work: Callable[[], T]) -> Future[T]:
    """Begin ``work`` in a thread of its own, which nothing waits for, the end of the program included."""
    future = Future[T]()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future


class Silence(psycopg.OperationalError):
    """The server took what was sent, and says nothing."""


class WatchedConnection(psycopg.Connection[Any]):
    """Raises ``Silence``, and is closed, where the server is silent and ``is_there`` says that it is gone."""

    is_there: Callable[[], bool] = staticmethod(lambda: False)
    """Asked in a thread of its own. Until it is set, as for what is asked first, silence is enough."""
    hurry: Event | None = None

    def wait(self, gen: Generator[Any, Any, T], *given: Any, **named: Any) -> T:
        return super().wait(self._watched(gen), *given, **named)

    def _watched(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """Pass on what the driver waits for, and what came; that nothing came is told ten times a second."""
        try:
            state, heard = next(gen), time.monotonic()
            asked: Future[bool] | None = None
            while True:
                ready = yield state
                if ready:
                    heard, asked = time.monotonic(), None
                elif asked is None and time.monotonic() - heard > SILENT_SECONDS:
                    asked = start_thread(self.is_there)
                elif asked is not None and asked.done():
                    if not asked.result():
                        self._give_up(f"it has said nothing for {time.monotonic() - heard:.0f} s")
                    heard, asked = time.monotonic(), None
                if not ready and self._is_hurried and time.monotonic() - heard > HURRIED_SECONDS:
                    self._give_up("it says nothing, and the run is to end")
                state = gen.send(ready)
        except StopIteration as end:
            value: T = end.value
            return value

    @property
    def _is_hurried(self) -> bool:
        return self.hurry is not None and self.hurry.is_set()

    def _give_up(self, reason: str) -> None:
        self.pgconn.finish()
        raise Silence(reason)
