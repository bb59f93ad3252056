"""Reads and stores answers in batches: all that came within a few turns of the event loop in one transaction.

That is as safe as one transaction an answer, and costs half: a write of many answers costs little more than a write of
one, and code that runs many times in a row stays in the processor's caches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from msgspec import Struct, structs

from enrich.errors import StoreError
from enrich.lookup.store_access import StoreAccess, call_in_turns
from enrich.model.finding import Answer
from enrich.providers import Unread
from enrich.stores import Store

WORTH_DATING = 1.0
"""Seconds that two clocks differ, below which an answer keeps its date: stores keep whole seconds."""


class Kept(Struct, frozen=True):
    """What became of one answer: ``unreadable``, or paid for and not durable for this ``problem``, and not lost."""

    answer: Answer | None = None
    unreadable: Exception | None = None
    problem: StoreError | None = None


class Arrival(Struct):
    """What came for one call, and who waits for it."""

    unread: Unread
    call: tuple[str, int]
    """Account and permit of the call that brought it."""
    kept: asyncio.Future[Kept]


@dataclass(slots=True)
class AnswerWriter:
    """Collects what comes in this turn of the event loop and the next few: what else has come by then shares the write.

    Calls are settled with their answers, in one step; ``settle`` notes the end of one that brought nothing to keep.
    """

    store: Store
    settle: Callable[[int], None]
    access: StoreAccess
    ahead: Callable[[], float]
    """Seconds that the store's clock is ahead of the one that the service dates its answers by."""
    _writing: set[asyncio.Task[None]] = field(default_factory=set)
    _batch: list[Arrival] = field(default_factory=list)

    async def keep(self, unread: Unread, call: tuple[str, int]) -> Kept:
        """Return once the answer is durable, or cannot be."""
        if not self._batch:
            call_in_turns(self._write)
        arrival = Arrival(unread, call, asyncio.get_running_loop().create_future())
        self._batch.append(arrival)
        return await arrival.kept

    async def drain(self) -> None:
        """Return once all that came is written, also what was brought by a worker that was stopped meanwhile."""
        while self._batch or self._writing:
            if self._writing:
                await asyncio.wait(self._writing)
            else:
                await asyncio.sleep(0)

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        ahead = self.ahead()
        read = [_read(arrival.unread, ahead) for arrival in batch]
        if self.access.far:
            writing = asyncio.create_task(self._write_far(batch, read))
            self._writing.add(writing)
            writing.add_done_callback(self._writing.discard)
        else:
            self._end(batch, read, self._put(*_worth_keeping(batch, read)))

    async def _write_far(self, batch: list[Arrival], read: list[Kept]) -> None:
        self._end(batch, read, await self.access.ask(self._put, *_worth_keeping(batch, read)))

    def _end(self, batch: list[Arrival], read: list[Kept], problem: StoreError | None) -> None:
        # where something was stored its calls were settled in the same transaction, those without an answer among them
        answers = any(map(_is_worth_keeping, read))
        if problem is not None or not answers:
            for arrival in batch:
                self.settle(arrival.call[1])
        for arrival, kept in zip(batch, read, strict=True):
            if not arrival.kept.done():
                arrival.kept.set_result(kept if problem is None else structs.replace(kept, problem=problem))

    def _put(self, answers: list[Answer], calls: list[tuple[str, int]]) -> StoreError | None:
        if not answers:
            return None
        try:
            self.store.put_many(answers, settled=calls)
        except StoreError as error:
            return error
        except Exception as error:  # noqa: BLE001 - whoever waits here must hear of it, or waits for ever
            return StoreError(f"answers could not be stored: {type(error).__name__}: {error}", hint="this is a bug")
        return None


def _worth_keeping(batch: list[Arrival], read: list[Kept]) -> tuple[list[Answer], list[tuple[str, int]]]:
    """Return the answers that came, and the calls that they end."""
    answers = [kept.answer for kept in read if kept.answer is not None and _is_worth_keeping(kept)]
    return answers, [arrival.call for arrival in batch]


def _is_worth_keeping(kept: Kept) -> bool:
    """Return whether an answer came, and not one that says nothing of what was asked: that is asked again."""
    return kept.answer is not None and kept.answer.finding.status.is_answer


def _read(unread: Unread, ahead: float) -> Kept:
    try:
        return Kept(_dated(unread(), ahead))
    except Exception as error:  # noqa: BLE001 - around one lookup: whoever waits for it is told
        return Kept(unreadable=error)


def _dated(answer: Answer, ahead: float) -> Answer:
    """Return ``answer`` with its times by the store's clock, in the store and in the outputs alike."""
    at = answer.finding.fetched_at
    if at is None or abs(ahead) < WORTH_DATING:
        return answer
    return structs.replace(answer, finding=structs.replace(answer.finding, fetched_at=at + timedelta(seconds=ahead)))
