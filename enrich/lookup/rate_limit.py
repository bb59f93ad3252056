"""The pace of one run: every call takes a permit here, which the ledger in the store grants, and waits for its turn.

The ledger alone keeps the limits, over processes and restarts. Knows no service and no HTTP.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from enrich.clock import Clock, utc
from enrich.errors import QuotaSpent
from enrich.lookup.far_booking import MOST_AHEAD, MOST_AT_ONCE, BookingRequest, FarBookings, booked
from enrich.lookup.forecast import Means, Stretch, stretches
from enrich.lookup.permit import Permit
from enrich.lookup.store_access import StoreAccess
from enrich.model.quota import Allowance, Quota
from enrich.stores import USUAL_TIMING, Ahead, Claim, Elsewhere, Grant, Store, Timing, Wait

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

UNSPREAD_PER_MINUTE: Final = 60
"""Calls a minute that may all be sent at once where the permits allow; more are spread, for 600 at once is rude."""
SPREAD_SPEED: Final = 4.0
"""The spread calls go out at this many times the key's own rate, so that the spreading is not what limits."""
SMALLEST_BURST: Final = 4
SHORTEST_SLEEP: Final = 0.001
"""Seconds: the shortest sleep, so that a coarse clock makes no busy loop."""

LONGEST_HOLD: Final = 15 * 60.0
"""Seconds that a plain run waits because the service asked to; where it is longer the run ends and says until when."""

OnWait = Callable[[float, str], None]


class Pace:
    """Permits for one run with one key.

    ``budget``: calls that this run may make, of which ``spent`` are made. ``reserve``: calls of the day left to
    others. ``until``: Unix seconds after which none is made. ``wait``: sleep over the resets of day and month
    instead of raising ``QuotaSpent``. ``timing.longest``: seconds that no call takes longer than, by its own
    time-out. ``on_wait`` hears until when (Unix seconds) and why all wait.
    """

    def __init__(  # noqa: PLR0913 - each a word of the user's, by keyword
        self,
        store: Store,
        account: str,
        quota: Quota,
        clock: Clock,
        *,
        timing: Timing = USUAL_TIMING,
        budget: int | None = None,
        spent: int = 0,
        reserve: int = 0,
        until: float | None = None,
        wait: bool = False,
        on_wait: OnWait | None = None,
    ) -> None:
        self._store = store
        self.access = StoreAccess(store)
        self._far = FarBookings(self._room, self._book_far, self._wait, lambda grant: self.give_back(grant.permit))
        self.account = account
        self._clock = store.clock if store.far else clock
        self.timing = timing
        self._budget = None if budget is None else budget - spent
        self._full_budget = budget
        self._reserve = reserve
        self._until = until
        self.may_wait = wait
        self._on_wait = on_wait
        self.calls = 0
        """Calls really sent by this run, those under way included."""
        self._turn = asyncio.Lock()
        self._returned = asyncio.Event()
        self._announced: tuple[str, float] = ("", 0.0)
        self._adopt(quota)

    @property
    def until(self) -> datetime | None:
        """When the user wants it to end (UTC)."""
        return None if self._until is None else _moment(self._until)

    @property
    def quota(self) -> Quota:
        """What the key allows, as far as is known."""
        return self._quota

    def permit(self, claim: Claim | None = None, ahead: Ahead | None = None) -> Permit:
        """Return an async context that opens when a call may be made, or when ``claim`` needs none
        (``Permit.elsewhere``).

        Raises ``QuotaSpent`` when no call may be made any more. ``claim`` and ``ahead`` as ``Store.book`` has them.
        """
        return Permit(self, claim, ahead)

    async def cool_down(self, until: float) -> None:
        """No process sends with this key before ``until`` (Unix seconds by the store's clock)."""
        await self.access.ask(self._store.hold_off, self.account, until)

    async def correct(self, allowance: Allowance) -> None:
        """Take the service's word: its count where it is higher than ours, its limits where they are lower."""
        allowed, known = allowance.quota, self._quota
        self._adopt(
            Quota(
                _lower(allowed.per_minute, known.per_minute),
                _lower(allowed.per_day, known.per_day),
                _lower(allowed.per_month, known.per_month),
            )
        )
        await self.access.ask(self._store.correct, self.account, allowance.used, at=allowance.at)

    async def forecast(self, calls: int) -> tuple[int, float]:
        """Return how many of ``calls`` this run gets to (``reach``), and about how many seconds these take."""
        reach = await self.access.ask(self.reach, calls)
        return reach, await self.access.ask(self.seconds_for, reach)

    def stretches(self, calls: int) -> Iterator[Stretch]:
        """Return when ``calls`` more can be made from now, day by day."""
        return stretches(calls, self._means(), self._clock.time())

    def seconds_for(self, calls: int) -> float:
        """About how long ``calls`` more calls take from now, resets at 00:00 UTC included; infinite if for ever."""
        end = self._clock.time()
        start = end
        for stretch in self.stretches(calls):
            calls, end = calls - stretch.calls, stretch.begins + stretch.seconds
        return end - start if calls <= 0 else math.inf

    def reach(self, calls: int) -> int:
        """Return how many of ``calls`` this run gets to before its budget, time or, unless it waits, quota ends it."""
        means, reached = self._means(), 0
        for stretch in self.stretches(calls if self._budget is None else min(calls, self._budget - self.calls)):
            in_time = math.inf if self._until is None else means.fit(self._until - stretch.begins)
            reached += int(min(stretch.calls, in_time))
            if in_time < stretch.calls or (stretch.dry and not self.may_wait):
                break
        return reached

    # --- for the permit ---

    async def take(self, claim: Claim | None, ahead: Ahead | None) -> Grant | Elsewhere:
        """Wait for a permit; first come, first served, and one at a time asks the store."""
        if self.access.far:
            if self._gate is not None:
                await self._gate.acquire()
            leasing = self._bookable.per_minute is None
            return await self._far.take(claim, ahead(MOST_AHEAD) if ahead is not None and leasing else ())
        # One asks at a time and the others queue behind: each would otherwise write to the store to hear the same wait,
        # and the one that woke first, not the one that came first, would get the place.
        async with self._turn:
            if self._gate is not None:
                await self._gate.acquire()
            while True:
                self._returned.clear()
                answer = self._book(claim, ahead)
                if not isinstance(answer, Wait):
                    return answer
                self._check_worth_waiting(answer)
                await self._sleep(answer)

    def settle(self, permit: int) -> None:
        """End the call. If the store cannot note it, its place becomes free later by itself, and no answer is lost."""
        self.access.settle(((self.account, permit),))

    def give_back(self, permit: int) -> None:
        """Give a permit back: no call was made. Where nobody can note that it counts until its place frees itself."""
        self.calls -= 1
        self.access.tell(self._store.give_back, self.account, permit)
        self._returned.set()

    # --- inside ---

    def _room(self) -> int:
        """Return how many calls may be booked at once; ``QuotaSpent`` where none may be any more."""
        self._check_own_limits()
        return MOST_AT_ONCE if self._budget is None else min(MOST_AT_ONCE, self._budget - self.calls)

    async def _wait(self, wait: Wait) -> None:
        self._check_worth_waiting(wait)
        await self._sleep(wait)

    async def _book_far(self, requests: Sequence[BookingRequest]) -> Sequence[Grant | Wait | Elsewhere]:
        """Return what ``Store.book`` says for several calls: in one question where the key has a limit a minute."""
        self._returned.clear()
        answers = await booked(self.access, self._store, self.account, self._bookable, self.timing, requests)
        self.calls += sum(isinstance(answer, Grant) for answer in answers)
        return answers

    def _book(self, claim: Claim | None, ahead: Ahead | None) -> Grant | Wait | Elsewhere:
        self._check_own_limits()
        answer = self._store.book(self.account, self._bookable, claim=claim, ahead=ahead, timing=self.timing)
        if isinstance(answer, Grant):
            self.calls += 1
        return answer

    def _adopt(self, quota: Quota) -> None:
        """Take ``quota`` as the key's; calls beyond ``UNSPREAD_PER_MINUTE`` a minute pass a gate that spreads them."""
        self._quota = quota
        per_day = quota.per_day
        self._bookable = Quota(
            quota.per_minute, None if per_day is None else max(0, per_day - self._reserve), quota.per_month
        )
        per_minute = quota.per_minute
        self._gate: AsyncLimiter | None = None
        if per_minute is not None and per_minute > UNSPREAD_PER_MINUTE:
            from aiolimiter import AsyncLimiter  # noqa: PLC0415 - for fast keys alone, and a start is to be short

            burst = max(SMALLEST_BURST, per_minute // 600)
            self._gate = AsyncLimiter(burst, burst * self.timing.minute / (SPREAD_SPEED * per_minute))

    def _check_own_limits(self) -> None:
        if self._budget is not None and self._full_budget is not None and self.calls >= self._budget:
            raise QuotaSpent(f"the run's budget of {_calls(self._full_budget)} is spent", limit="budget")
        if self._until is not None and self._clock.time() >= self._until:
            raise QuotaSpent(f"the time set for the run is over ({utc(self._until):%H:%M} UTC)", limit="time")

    def _check_worth_waiting(self, wait: Wait) -> None:
        """Raise where waiting leads nowhere or is not wanted."""
        if self._until is not None and wait.until >= self._until:
            reason = f"the time set for the run is over before the next call is free ({utc(self._until):%H:%M} UTC)"
            raise QuotaSpent(reason, resets=_moment(wait.until), limit="time")
        if wait.window in ("day", "month") and not self.may_wait:
            raise QuotaSpent(self._spent(wait), resets=_moment(wait.until), limit=wait.window)
        if wait.window == "cool-down" and not self.may_wait and wait.until - self._clock.time() > LONGEST_HOLD:
            reason = f"the service asked to wait until {_shown(wait.until)}"
            lift = "--wait sleeps until then, `enrich cache clear-holds` lifts it"
            raise QuotaSpent(f"{reason}; {lift}", resets=_moment(wait.until), limit=wait.window)

    def _spent(self, wait: Wait) -> str:
        allowed = self._bookable.per_day if wait.window == "day" else self._bookable.per_month
        are = "is" if allowed == 1 else "are"
        kept = f" ({self._reserve:,} more left to others)" if wait.window == "day" and self._reserve else ""
        return f"the key's {_calls(allowed or 0)} a {wait.window} {are} spent{kept}; more from {_shown(wait.until)}"

    async def _sleep(self, wait: Wait) -> None:
        """Sleep until it is worth asking again, in short stretches.

        So a suspended machine, a clock that was set, a permit that another process returned are noticed soon.
        """
        window, until = self._announced
        if self._on_wait is not None and (window != wait.window or abs(until - wait.until) > 1):
            self._announced = (wait.window, wait.until)
            self._on_wait(wait.until, self._spent(wait) if wait.window in ("day", "month") else _REASONS[wait.window])
        minute = self.timing.minute
        # a third of a minute: what may have changed meanwhile (a place given back, a clock set) costs no more than that
        longest = minute if wait.window in ("day", "month") else minute / 3
        seconds = min(max(wait.until - self._clock.time(), SHORTEST_SLEEP), longest)
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        waking = asyncio.ensure_future(self._returned.wait())
        try:
            await asyncio.wait((sleeping, waking), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()

    def _means(self) -> Means:
        return Means(self._bookable, self._store.usage(self.account), self.timing.after_end)


_REASONS: Final = {"minute": "the key's calls in this minute are made", "cool-down": "the service asked to wait"}


def _lower(allowed: int | None, known: int | None) -> int | None:
    return min((limit for limit in (allowed, known) if limit is not None), default=None)


def _calls(count: int) -> str:
    return f"{count:,} call" if count == 1 else f"{count:,} calls"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(math.floor(seconds), UTC)


def _shown(seconds: float) -> str:
    return f"{_moment(seconds):%Y-%m-%d %H:%M} UTC"
