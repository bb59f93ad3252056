"""The way to the store from the event loop: direct where it is near, by a thread of its own where it crosses a network.

One thread, so that what is handed over in an order is done in it; what nobody waits for is done in its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

from enrich.errors import StoreError
from enrich.stores import Claim, Store

P = ParamSpec("P")
T = TypeVar("T")


class StoreAccess:
    """Asks one store for one run."""

    def __init__(self, store: Store) -> None:
        self.far = store.far
        self._store = store
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store") if store.far else None
        self._ended_calls: list[tuple[str, int]] = []
        self._released: list[Claim] = []

    async def ask(self, question: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Return what ``question``, a method of the store, returns or raises."""
        if self._thread is None:
            return question(*args, **named)
        return await asyncio.wrap_future(self._thread.submit(question, *args, **named))

    def tell(self, note: Callable[..., Any], *args: Any) -> None:
        """Have the store note something. Where it cannot, that lapses by itself, and nobody is stopped by it."""
        if self._thread is None:
            with suppress(StoreError):
                note(*args)
            return
        noted = self._thread.submit(note, *args)
        noted.add_done_callback(_unheard)

    def settle(self, calls: Sequence[tuple[str, int]], *, released: Sequence[Claim] = ()) -> None:
        """Have the store note what ended, a far one all of a few turns at once; what it cannot note lapses."""
        if self._thread is None:
            self.tell(partial(self._store.settle, calls, released=released))
            return
        if not self._ended_calls and not self._released:
            call_in_turns(self._settle_gathered)
        self._ended_calls += calls
        self._released += released

    def _settle_gathered(self) -> None:
        if self._ended_calls or self._released:
            self.tell(partial(self._store.settle, self._ended_calls, released=self._released))
        self._ended_calls, self._released = [], []

    async def close(self) -> None:
        """Wait until all that was told is done."""
        if self._thread is not None:
            self._settle_gathered()  # what the loop has not come to any more
            await asyncio.to_thread(self._thread.shutdown)


def call_in_turns(callback: Callable[[], None], turns: int = 4) -> None:
    """Have the event loop call ``callback`` so many turns from now: what came by then shares its work.

    A loop that has nothing to do takes its turns at once, and a busy one has more to share after four than after one;
    more than these bring little.
    """
    loop = asyncio.get_running_loop()
    if turns > 1:
        loop.call_soon(call_in_turns, callback, turns - 1)
    else:
        loop.call_soon(callback)


def _unheard(noted: Future[Any]) -> None:
    error = noted.exception()
    if error is not None and not isinstance(error, StoreError):
        raise error  # shown with its traceback by the executor: a bug
