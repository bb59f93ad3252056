"""Bookings in a store that is far: what several workers wait for goes there in one question."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from enrich.lookup.store_access import StoreAccess
from enrich.model.quota import Quota
from enrich.stores import Claim, Elsewhere, Grant, Store, Timing, Wait

MOST_AT_ONCE = 32
"""Calls that are booked in one question to a store that is far."""
MOST_AHEAD = 63
"""Calls whose claims are taken ahead of their turn."""

Booked = Grant | Wait | Elsewhere


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """One worker's wish for a call, what comes next after it, and where the answer goes."""

    claim: Claim | None
    ahead: Sequence[Claim]
    answer: asyncio.Future[Grant | Elsewhere]


@dataclass(slots=True)
class FarBookings:
    """A queue of requests; while one question is on its way the next ones gather.

    ``room`` says how many may be booked now and raises where none may be any more; ``book`` asks the store, as many
    answers as requests; ``wait`` sleeps until it is worth asking again, or raises; ``unused`` takes a grant that nobody
    waits for any more.
    """

    room: Callable[[], int]
    book: Callable[[Sequence[BookingRequest]], Awaitable[Sequence[Booked]]]
    wait: Callable[[Wait], Awaitable[None]]
    unused: Callable[[Grant], None]
    _requests: list[BookingRequest] = field(default_factory=list)
    _asking: asyncio.Task[None] | None = None

    async def take(self, claim: Claim | None, ahead: Sequence[Claim]) -> Grant | Elsewhere:
        """Return a grant, or who has the target. Raises what ends the run."""
        request = BookingRequest(claim, ahead, asyncio.get_running_loop().create_future())
        self._requests.append(request)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._work())
        return await request.answer

    async def _work(self) -> None:
        """Serve requests until none is left; what ends the run ends all of them."""
        try:
            while self._waiting():
                # no more than may be sent: with 3 calls left of a budget 32 would be booked, and missed by others
                batch = self._requests[: self.room()]
                answers = await self.book(batch)
                waits = [answer for answer in answers if isinstance(answer, Wait)]
                for request, answer in zip(batch, answers, strict=True):
                    if not isinstance(answer, Wait):
                        self._requests.remove(request)
                        self._give(request, answer)
                # requests that must wait stay in front, in their order; nobody asks for them before it is worth asking
                if waits:
                    await self.wait(min(waits, key=lambda wait: wait.until))
        except BaseException as error:  # noqa: BLE001 - whoever waits here must hear of it, or waits for ever
            requests, self._requests = self._requests, []
            for request in requests:
                if not request.answer.done():
                    request.answer.set_exception(error)

    def _waiting(self) -> bool:
        self._requests = [request for request in self._requests if not request.answer.done()]
        return bool(self._requests)

    def _give(self, request: BookingRequest, answer: Grant | Elsewhere) -> None:
        if not request.answer.done():
            request.answer.set_result(answer)
        elif isinstance(answer, Grant):  # its worker was stopped meanwhile
            self.unused(answer)


async def booked(
    access: StoreAccess, store: Store, account: str, quota: Quota, timing: Timing, requests: Sequence[BookingRequest]
) -> Sequence[Booked]:
    """Return what the store says to each of ``requests``: one question where the key has a limit a minute.

    Else most of them need none, for calls and claims are taken several at a time.
    """
    if quota.per_minute is not None:
        claims = [request.claim for request in requests]
        return await access.ask(store.book_many, account, quota, claims, timing=timing)

    def one(request: BookingRequest) -> Booked:
        return store.book(
            account, quota, claim=request.claim, ahead=lambda count: request.ahead[:count], timing=timing
        )  # fmt: skip

    return await access.ask(lambda: list(map(one, requests)))
