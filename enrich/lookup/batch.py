"""Reads what came and makes it durable, what came in two turns of the event loop in one go: as safe, at half the cost.

Code that runs for many answers in a row finds itself and its tables in the processor's caches; a write of many answers
is little dearer than one of one.
"""

from __future__ import annotations

import asyncio

from msgspec import Struct, structs

from enrich.errors import StoreError
from enrich.model.finding import Answer
from enrich.providers import Unread
from enrich.stores import Store


class Kept(Struct, frozen=True):
    """What became of one answer. ``unreadable`` is why there is none; ``problem`` why it could not be made durable: it
    is paid for all the same, and not lost.
    """

    answer: Answer | None = None
    unreadable: Exception | None = None
    problem: StoreError | None = None


class Keeper:
    """Collects what comes in this turn of the event loop and the next: what else has come by then shares the write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batch: list[tuple[Unread, asyncio.Future[Kept]]] = []

    async def keep(self, unread: Unread) -> Kept:
        """Done once the answer is durable, or cannot be."""
        loop = asyncio.get_running_loop()
        if not self._batch:
            loop.call_soon(loop.call_soon, self._write)
        kept: asyncio.Future[Kept] = loop.create_future()
        self._batch.append((unread, kept))
        return await kept

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        read = [(_read(unread), kept) for unread, kept in batch]
        problem = self._put([one.answer for one, _ in read if one.answer is not None])
        for one, kept in read:
            if not kept.done():
                kept.set_result(one if problem is None else structs.replace(one, problem=problem))

    def _put(self, answers: list[Answer]) -> StoreError | None:
        try:
            self._store.put_many(answers)
        except StoreError as error:
            return error
        except Exception as error:  # noqa: BLE001 - whoever waits here must hear of it, or waits for ever
            return StoreError(f"answers could not be stored: {type(error).__name__}: {error}", hint="this is a bug")
        return None


def _read(unread: Unread) -> Kept:
    try:
        return Kept(unread())
    except Exception as error:  # noqa: BLE001 - around one lookup: whoever waits for it is told
        return Kept(unreadable=error)


class Others:
    """Whether another process wrote into the store; asked once for all that is sent in one turn of the event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.seen = False
        """Whether any was met."""
        self._asked = False

    def have_written(self) -> bool:
        """Whether any ever did: who has written once may write again."""
        if not self.seen and not self._asked:
            self._asked = True
            asyncio.get_running_loop().call_soon(self._turn_ends)
            self.seen = self._store.changed_elsewhere()
        return self.seen

    def _turn_ends(self) -> None:
        self._asked = False
