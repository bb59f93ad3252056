"""A target's calls: up to four, each with a permit, and what a refusal means for all the others of the run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from random import Random

from enrich.clock import Clock, utc
from enrich.errors import EnrichError, NotSent, QuotaSpent, Refused, ServiceError, Throttled, Unreachable, Untrusted
from enrich.lookup.answer_writer import AnswerWriter
from enrich.lookup.never_sent import NeverSent, NothingWithheld
from enrich.lookup.rate_limit import LONGEST_HOLD, Pace
from enrich.model.event import Event, EventKind, Listener
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.providers import Service
from enrich.stores import Ahead, Claim, Elsewhere, Store, ahead_of

CALLS_PER_LOOKUP = 4
REFUSALS_IN_A_ROW = 5
"""429s in a row, with no answer between them, before the run is stopped: somebody blocks this address."""
LONGEST_OUTAGE = 300.0
"""Seconds between two tries of a run that may wait, while there is no network: it goes on when that is back."""


class Stop(Exception):
    """Ends the run from inside a worker; carries the reason."""

    def __init__(self, reason: str, problem: EnrichError | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.problem = problem


@dataclass(slots=True)
class Attempts:
    """The calls of one run. ``end`` is told what must end the run though the answer at hand is good."""

    service: Service
    store: Store
    pace: Pace
    clock: Clock
    listener: Listener
    chance: Random
    end: Callable[[Stop], None]
    concurrency: int
    """Calls in flight at once. With a far store, writing earlier answers does not count."""
    writer: AnswerWriter = field(init=False)
    in_flight: set[asyncio.Task[None]] = field(default_factory=set)
    """The workers whose call is under way, or whose answer is not durable yet."""
    _slots: asyncio.Semaphore | None = field(init=False)
    _queued: dict[int, Claim] = field(default_factory=dict)
    """What the calls that wait for a slot will claim, in their order."""
    _quota_question: asyncio.Lock = field(default_factory=asyncio.Lock)
    _cooled_at: float = float("-inf")
    _refusals: int = 0
    _outage: float = 0.0
    """Seconds that the last wait for the network took; 0 while there is one."""
    _stopping: bool = False
    _known: Callable[[Indicator], Finding | None] = lambda _: None
    _never_sent: NeverSent = field(default_factory=NothingWithheld)

    def __post_init__(self) -> None:
        ahead = partial(ahead_of, self.store, self.clock)
        self.writer = AnswerWriter(self.store, self.pace.settle, self.pace.access, ahead)
        self._slots = asyncio.Semaphore(self.concurrency) if self.store.far else None

    def begin(self, known: Callable[[Indicator], Finding | None], never_sent: NeverSent) -> None:
        """Note who tells what answer there is to a name: one that the store was seen to have, or one that came."""
        self._known, self._never_sent = known, never_sent

    def stop(self) -> None:
        """Send nothing new."""
        self._stopping = True

    def claim_of(self, target: Target) -> Claim:
        """Return what a call about ``target`` claims, so that no other process pays for the same object."""
        names = target.names
        dates = [answer.fetched_at for name in names if (answer := self._known(name)) and answer.fetched_at]
        # What is newer than we know of is another process's, and taken. Where there was no answer any is, whenever it
        # came: it may have been stored long after that, by an outage, and a clock that was set back since dates it
        # before we began. Stores keep whole seconds.
        since = max(dates).timestamp() + 1 if dates else 0.0
        return Claim(self.service.origin, names, since)

    async def finding(self, target: Target, ahead: Ahead | None = None) -> Finding | Elsewhere:
        """Return the answer to up to ``CALLS_PER_LOOKUP`` calls; ``Elsewhere`` where another process asks just now.

        A lookup that failed, or is not to be made, is a value. Raises what ends the run.
        """
        claim = self.claim_of(target)
        answered = False
        try:
            finding = self._withheld(claim) or await self._tried(target.ask, claim, ahead)
        except (EnrichError, QuotaSpent, Stop):
            raise
        except Exception as error:  # noqa: BLE001 - around one lookup: a surprise costs one row, not the run
            return self._failed(target.ask, f"unexpected {type(error).__name__}: {error}")
        else:
            answered = isinstance(finding, Elsewhere) or finding.status.is_answer
            return finding
        finally:
            # with an answer the claim ended where it was stored; ``Elsewhere`` never had one
            if not answered:
                self.pace.access.settle((), released=(claim,))

    async def _tried(self, indicator: Indicator, claim: Claim, ahead: Ahead | None) -> Finding | Elsewhere:
        reason = ""
        tries = 0
        while tries < CALLS_PER_LOOKUP:
            sent_at = self.clock.monotonic()
            try:
                return await self._once(indicator, claim, ahead)
            except Throttled as error:
                # no try is used up: the refusal is of the key, not of this file, and what a key may do ends it
                await self._throttled(error, sent_at)
                continue
            except Refused as error:
                return self._failed(indicator, error.one_line)
            except NotSent as error:
                if self._ends_the_run(error):
                    return self._failed(indicator, error.one_line)
                if self.pace.may_wait:
                    await self._sleep_over_outage(error)
                    continue
                reason = error.one_line
            except ServiceError as error:
                reason = error.one_line
            tries += 1
            if tries < CALLS_PER_LOOKUP:
                text = f"{indicator.value}: {reason}; try {tries + 1} of {CALLS_PER_LOOKUP}"
                self.listener(Event(EventKind.RETRYING, text=text))
                # by chance, so that calls that failed together do not come back together
                await self.clock.sleep(self.chance.uniform(0.5, 1.0) * 2**tries)
        return self._failed(indicator, f"{reason} ({CALLS_PER_LOOKUP} tries)")

    async def _once(self, indicator: Indicator, claim: Claim, ahead: Ahead | None) -> Finding | Elsewhere:
        task = asyncio.current_task()
        assert task is not None
        try:
            async with self._turn(claim), self.pace.permit(claim, self._with_queued(ahead)) as permit:
                if permit.elsewhere is None:
                    self.in_flight.add(task)
                    if self._stopping:
                        permit.not_sent()
                        raise Stop("")
                    if (held := self._withheld(claim)) is not None:  # by an answer that came while this one waited
                        permit.not_sent()
                        return held
                    unread = await self.service.fetch(indicator)
                    call = permit.hand_over()
            if permit.elsewhere is not None:
                return await self._answered_elsewhere(indicator, claim, permit.elsewhere)
            self._outage = 0.0
            kept = await self.writer.keep(unread, call)
            if kept.answer is None:
                raise kept.unreadable or Stop("")
            self._refusals = 0
            if kept.problem is not None:  # the answer goes into the outputs, and nothing more is asked
                self.end(Stop(str(kept.problem), kept.problem))
            return kept.answer.finding
        finally:
            self.in_flight.discard(task)

    def _turn(self, claim: Claim) -> AbstractAsyncContextManager[None]:
        """Return what opens when fewer calls than allowed are in flight."""
        return nullcontext() if self._slots is None else self._slot(self._slots, claim)

    @asynccontextmanager
    async def _slot(self, slots: asyncio.Semaphore, claim: Claim) -> AsyncIterator[None]:
        """Hold one of ``slots``; who waits for it is next to be booked."""
        self._queued[id(claim)] = claim
        try:
            await slots.acquire()
        finally:
            del self._queued[id(claim)]
        try:
            yield
        finally:
            slots.release()

    def _with_queued(self, ahead: Ahead | None) -> Ahead | None:
        """Return the claims that wait for a slot already, then those of ``ahead``."""
        if ahead is None or not self._queued:
            return ahead

        def both(count: int) -> Sequence[Claim]:
            queued = list(islice(self._queued.values(), count))
            return [*queued, *ahead(count - len(queued))]

        return both

    async def _answered_elsewhere(
        self, indicator: Indicator, claim: Claim, elsewhere: Elsewhere
    ) -> Finding | Elsewhere:
        """Return the answer that another process stored while this one waited for its turn."""
        if not elsewhere.answered:
            return elsewhere
        answers = await self.pace.access.ask(self.store.get_many, claim.origin, claim.names)
        if indicator in answers:
            return answers[indicator]
        for answer in answers.values():
            self._never_sent.learn((*claim.names, *answer.aliases))
        # another of its names has the answer, and that is another file's: this one is asked by itself
        return await self._once(indicator, Claim(claim.origin, (indicator,), claim.since), None)

    async def _throttled(self, error: Throttled, sent_at: float) -> None:
        """Find out why, and set the cool-down that all workers share; the others of the same volley just wait."""
        async with self._quota_question:
            if self._cooled_at > sent_at:  # sent before the cool-down that holds everybody now
                return
            self._refusals += 1
            if self._refusals > REFUSALS_IN_A_ROW:
                times = f"{REFUSALS_IN_A_ROW} times in a row"
                raise Stop(f"the service refused {times} without saying that a quota is spent: {error}")
            # A proxy's refusal says nothing of the key: a cool-down for it in the store would stop the whole team.
            if not error.own:
                text = f"{error}: somebody between here and the service said so, and nobody else is held back by it"
                until = self.clock.time() + self.pace.timing.minute
                self.listener(Event(EventKind.WAITING, text=text, until=utc(until)))
                await self.clock.sleep(self.pace.timing.minute)
                self._cooled_at = self.clock.monotonic()
                return
            allowance = await self.service.allowance()
            if allowance is not None:
                await self.pace.correct(allowance)
            now = self.clock.time()
            pause = min(self.pace.timing.minute * 2 ** (self._refusals - 1), LONGEST_HOLD)
            until = error.retry_at.timestamp() if error.retry_at else now + pause
            await self.pace.cool_down(until + ahead_of(self.store, self.clock))
            if until - now > LONGEST_HOLD and error.retry_at and not self.pace.may_wait:
                raise Stop(f"the service asks to come back at {utc(until):%Y-%m-%d %H:%M:%S} UTC")
            self.listener(Event(EventKind.WAITING, text=f"the service refused: {error}", until=utc(until)))
            self._cooled_at = self.clock.monotonic()

    def _ends_the_run(self, error: NotSent) -> bool:
        """Return whether every further lookup would fail alike; then the run is told to end: the first is enough."""
        ends = isinstance(error, Untrusted) or (isinstance(error, Unreachable) and not self.pace.may_wait)
        if ends:
            self.end(Stop(error.one_line))
        return ends

    async def _sleep_over_outage(self, error: NotSent) -> None:
        """Wait for the network, each time longer. Nothing was sent, so nothing was spent."""
        if not self._outage:
            text = f"{error}: the run waits and goes on when the service can be reached again"
            self.listener(Event(EventKind.WAITING, text=text))
        self._outage = min(LONGEST_OUTAGE, max(2.0, 2 * self._outage))
        await self.clock.sleep(self.chance.uniform(0.5, 1.0) * self._outage)

    def _withheld(self, claim: Claim) -> Finding | None:
        """Return how a target ends that turned out to be an object which is never sent."""
        reason = self._never_sent.withheld(claim.names)
        return Finding(claim.names[0], "", Status.SKIPPED, detail=reason) if reason else None

    def _failed(self, indicator: Indicator, reason: str) -> Finding:
        return Finding(indicator, self.service.origin, Status.FAILED, detail=reason)
