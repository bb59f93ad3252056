"""Reads what came and makes it durable, what came in two turns of the event loop in one go: as safe, at half the cost.

Code that runs for many answers in a row finds itself and its tables in the processor's caches; a write of many answers
is little dearer than one of one.
"""

from __future__ import annotations

import asyncio

from enrich.errors import StoreError
from enrich.model import Answer
from enrich.providers import Unread
from enrich.stores import Store

Kept = tuple[Answer, StoreError | None]
"""An answer, and why it could not be made durable where that failed: it is paid for, so it is not lost."""


class Keeper:
    """Collects what comes in this turn of the event loop and the next: what else has come by then shares the write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batch: list[tuple[Unread, asyncio.Future[Kept]]] = []

    def keep(self, unread: Unread) -> asyncio.Future[Kept]:
        """A future that is done once the answer is durable, or cannot be; it raises what reading the answer raises."""
        loop = asyncio.get_running_loop()
        if not self._batch:
            loop.call_soon(loop.call_soon, self._write)
        kept: asyncio.Future[Kept] = loop.create_future()
        self._batch.append((unread, kept))
        return kept

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        answers: list[tuple[Answer, asyncio.Future[Kept]]] = []
        for unread, kept in batch:
            try:
                answers.append((unread(), kept))
            except Exception as error:  # noqa: BLE001 - around one lookup: whoever waits for it is told
                if not kept.done():
                    kept.set_exception(error)
        problem = self._put([answer for answer, _ in answers])
        for answer, kept in answers:
            if not kept.done():
                kept.set_result((answer, problem))

    def _put(self, answers: list[Answer]) -> StoreError | None:
        try:
            self._store.put_many(answers)
        except StoreError as error:
            return error
        return None


class Others:
    """Whether another process wrote into the store; asked once for all that is sent in one turn of the event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = False
        self._asked = False

    def write(self) -> bool:
        """Whether any ever did: who has written once may write again."""
        if not self._seen and not self._asked:
            self._asked = True
            asyncio.get_running_loop().call_soon(self._turn_ends)
            self._seen = self._store.changed_elsewhere()
        return self._seen

    def _turn_ends(self) -> None:
        self._asked = False
