"""Makes paid answers durable, those of two turns of the event loop in one write: as safe, at a third of the cost."""

from __future__ import annotations

import asyncio

from enrich.errors import StoreError
from enrich.model import Answer
from enrich.stores import Store


class Keeper:
    """Collects the answers of this turn of the event loop and the next: what else has come by then shares the write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batch: list[tuple[Answer, asyncio.Future[None]]] = []

    def keep(self, answer: Answer) -> asyncio.Future[None]:
        """A future that is done once the answer is durable; it raises ``StoreError`` where it could not be kept."""
        loop = asyncio.get_running_loop()
        if not self._batch:
            loop.call_soon(loop.call_soon, self._write)
        kept: asyncio.Future[None] = loop.create_future()
        self._batch.append((answer, kept))
        return kept

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        try:
            self._store.put_many([answer for answer, _ in batch])
        except StoreError as error:
            for _, kept in batch:
                if not kept.done():
                    kept.set_exception(error)
        else:
            for _, kept in batch:
                if not kept.done():
                    kept.set_result(None)


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
