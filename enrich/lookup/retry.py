"""A target's calls: up to four, each with a permit, and what a refusal means for all. Knows no queue, no outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from random import Random

from enrich.clock import Clock, utc
from enrich.errors import EnrichError, QuotaSpent, Refused, ServiceError, Throttled
from enrich.lookup.batch import Keeper, Others
from enrich.lookup.rate_limit import Pace
from enrich.model.event import Event, EventKind, Listener
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.providers import Service
from enrich.stores import Store

TRIES = 4
PATIENCE = 5
"""429s in a row, with no answer between them, before the run is stopped: somebody blocks this address."""
LONGEST_WAIT = timedelta(minutes=15)
"""A longer Retry-After ends the run (unless it may wait) instead of holding it."""


class Stop(Exception):
    """Ends the run from inside a worker; carries the reason."""

    def __init__(self, reason: str, problem: EnrichError | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.problem = problem


class Tries:
    """The calls of one run. ``end`` hears what must end the run though the answer at hand is good."""

    def __init__(
        self,
        service: Service,
        store: Store,
        pace: Pace,
        clock: Clock,
        hear: Listener,
        chance: Random,
        end: Callable[[Stop], None],
    ) -> None:
        self._service = service
        self._store = store
        self._pace = pace
        self._clock = clock
        self._hear = hear
        self._chance = chance
        self._end = end
        self._keeper = Keeper(store)
        self._others = Others(store)
        self._quota_question = asyncio.Lock()
        self._cooled_at = float("-inf")
        self._refusals = 0
        self._began = utc(clock.time())
        self._stopping = False
        self.in_flight: set[asyncio.Task[None]] = set()
        """The workers whose call is under way, or whose answer is not durable yet."""

    def stop(self) -> None:
        """Send nothing new."""
        self._stopping = True

    @property
    def company(self) -> bool:
        """Whether another process wrote into the store during this run."""
        return self._others.seen

    async def finding(self, indicator: Indicator) -> Finding:
        """The answer to up to ``TRIES`` calls; a lookup that failed is a value. Raises what ends the run."""
        reason = ""
        tries = 0
        while tries < TRIES:
            sent_at = self._clock.monotonic()
            try:
                return await self._once(indicator)
            except Throttled as error:
                await self._throttled(error, sent_at)
                continue
            except Refused as error:
                return self._failed(indicator, error.told)
            except ServiceError as error:
                reason = error.told
            except (EnrichError, QuotaSpent, Stop):
                raise
            except Exception as error:  # noqa: BLE001 - around one lookup: a surprise costs one row, not the run
                return self._failed(indicator, f"unexpected {type(error).__name__}: {error}")
            tries += 1
            if tries < TRIES:
                self._hear(Event(EventKind.RETRYING, text=f"{indicator.value}: {reason}; try {tries + 1} of {TRIES}"))
                await self._clock.sleep(self._chance.uniform(0.5, 1.0) * 2**tries)
        return self._failed(indicator, f"{reason} ({TRIES} tries)")

    async def _once(self, indicator: Indicator) -> Finding:
        task = asyncio.current_task()
        assert task is not None
        try:
            async with self._pace.permit() as permit:
                self.in_flight.add(task)
                if self._stopping:
                    permit.not_sent()
                    raise Stop("")
                if (finding := self._answered_elsewhere(indicator)) is not None:
                    permit.not_sent()
                    return finding
                unread = await self._service.fetch(indicator)
            kept = await self._keeper.keep(unread)
            if kept.answer is None:
                raise kept.unreadable or Stop("")
            self._refusals = 0
            if kept.problem is not None:  # the answer goes into the outputs, and nothing more is asked
                self._end(Stop(str(kept.problem), kept.problem))
            return kept.answer.finding
        finally:
            self.in_flight.discard(task)

    def _answered_elsewhere(self, indicator: Indicator) -> Finding | None:
        """The answer that another process stored while this one waited for its turn.

        Once anybody else has written, every later send takes this look: what they stored may be the next target.
        """
        if not self._others.have_written():
            return None
        found = self._store.get_many(self._service.name, [indicator]).get(indicator)
        if found is None or found.fetched_at is None or found.fetched_at < self._began:
            return None
        return found

    async def _throttled(self, error: Throttled, sent_at: float) -> None:
        """One worker finds out why and sets the cool-down that all share; the others of the same volley just wait."""
        async with self._quota_question:
            if self._cooled_at > sent_at:
                return
            self._refusals += 1
            if self._refusals > PATIENCE:
                raise Stop(
                    f"the service refused {PATIENCE} times in a row without saying that a quota is spent: {error}"
                )
            allowance = await self._service.allowance()
            if allowance is not None:
                self._pace.correct(allowance)
            now = self._clock.time()
            until = (
                error.retry_at.timestamp() if error.retry_at else now + self._pace.minute * 2 ** (self._refusals - 1)
            )
            if until - now > LONGEST_WAIT.total_seconds() and error.retry_at and not self._pace.may_wait:
                self._pace.cool_down(until)
                raise Stop(f"the service asks to come back at {utc(until):%Y-%m-%d %H:%M:%S} UTC")
            self._pace.cool_down(until)
            self._hear(Event(EventKind.WAITING, text=f"the service refused: {error}", until=utc(until)))
            self._cooled_at = self._clock.monotonic()

    def _failed(self, indicator: Indicator, reason: str) -> Finding:
        return Finding(indicator, self._service.name, Status.FAILED, detail=reason)
