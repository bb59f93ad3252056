"""The ledger in the database's own functions: one round trip a booking, the database's clock with a witness."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from enrich.clock import Clock, Day
from enrich.errors import StoreError
from enrich.model.quota import Quota
from enrich.stores.postgresql.clock import DatabaseClock, Witness
from enrich.stores.postgresql.connection import PostgresqlDatabase
from enrich.stores.postgresql.refusals import ConnectionLost
from enrich.stores.shared.booking import USUAL_TIMING, Ahead, Claim, Elsewhere, Grant, Timing, Wait
from enrich.stores.shared.holder import is_gone, new_holder
from enrich.stores.sql.ahead import ClaimedAhead, claimed_by
from enrich.stores.sql.counts import Counts
from enrich.stores.sql.days import periods
from enrich.stores.sql.leases import MOST_LEASED
from enrich.stores.sql.records import packed_name, prefixes

FAR_LEASE_SECONDS = 2.0
"""Seconds that a lease holds: so much later is another machine's cool-down heard of."""

Booked = Grant | Wait | Elsewhere


class PostgresqlLedger(Counts):
    """The ledger's part of ``Store``, where its methods are described."""

    def __init__(self, url: str, database: PostgresqlDatabase, clock: Clock, present: Clock | None) -> None:
        """``clock`` counts; ``present`` is a clock that the database's functions must take for theirs, in tests."""
        super().__init__(url, database, clock, FAR_LEASE_SECONDS)
        self.server = database
        self._present = present
        self._witness = Witness(database.machine)
        self._holder = new_holder()
        self._claimed = False
        self._ahead = ClaimedAhead(clock)

    def book(
        self,
        account: str,
        quota: Quota,
        *,
        claim: Claim | None = None,
        ahead: Ahead | None = None,
        timing: Timing = USUAL_TIMING,
    ) -> Booked:
        self._renew_clock()
        if self._witness.word() is None:
            # The machine slept: by its monotonic clock what was taken ahead still holds, in the database it lapsed, and
            # others may have asked since; nor did it hear of their cool-downs.
            self._ahead.clear()
            self._leases.suspend()
        day = self._days.running(account)
        leasing = quota.per_minute is None
        if leasing and (claim is None or self._ahead.use(claim)) and self._leases.has(account, day):
            return Grant(self._leases.use(account))
        if leasing:
            return self._book_lease(account, quota, day, timing, claim, ahead)
        return self._asked(account, quota, day, timing, [claim], (False, 0, 0))[0]

    def book_many(
        self, account: str, quota: Quota, claims: Sequence[Claim | None], *, timing: Timing = USUAL_TIMING
    ) -> list[Booked]:
        """Return what ``book`` says for several calls at once, one round trip. For keys with a limit a minute."""
        self._renew_clock()
        return self._asked(account, quota, self._days.running(account), timing, claims, (False, 0, 0))

    def settle(self, calls: Sequence[tuple[str, int]], *, released: Sequence[Claim] = ()) -> None:
        booked = [call for call in calls if call[1] > 0]
        claimed = [one for claim in released for one in claimed_by(claim)]
        self._ahead.drop(claimed)
        if booked or claimed:
            origins, numbers = [origin for origin, _ in claimed], prefixes([name for _, name in claimed])
            self._hear(self.through("settle", self.ended(booked, origins, numbers))[0][0])
        self.settle_leased(calls)

    def ended(
        self, booked: Sequence[tuple[str, int]], origins: Sequence[str], numbers: Sequence[int]
    ) -> tuple[Any, ...]:
        """Return what the function ``settle`` is given before the time: permits, the day, and the freed claims."""
        day = self._days.running(booked[0][0] if booked else "").name
        if not self._claimed:  # nothing to look for: an import, an answer that was spilled
            origins, numbers = (), ()
        return [permit for _, permit in booked], day, list(origins), list(numbers), self._holder

    def give_back(self, account: str, permit: int) -> None:
        if permit < 0:
            self._leases.give_back(account, permit)
        else:
            self.server.call("give_back", (permit,))

    def end_bookings(self) -> None:
        for account, day, unused in self._leases.release():
            self.count(account, periods([day]), -unused)
        if self._claimed:
            self._claimed = False
            self._ahead.clear()
            self.database.run("DELETE FROM claims WHERE holder = ?", (self._holder,))

    def through(self, function: str, values: Sequence[Any]) -> list[Any]:
        """Return what the database's function says, the time last; a store repeats calls over an outage here."""
        return self.server.call(function, (*values, *self._times()))

    # --- inside ---

    def _renew_clock(self) -> None:
        """Before the days of calls are told by it. Where the database is away, the next booking does it."""
        if isinstance(self.clock, DatabaseClock):
            with suppress(ConnectionLost):
                self.clock.renew()

    def _book_lease(
        self, account: str, quota: Quota, day: Day, timing: Timing, claim: Claim | None, ahead: Ahead | None
    ) -> Booked:
        """Return one call of several that were booked ahead, and the claims of what comes next with it."""
        next_ones = list(ahead(MOST_LEASED - 1)) if ahead is not None else []
        # there may be a call left and only the claim was not ahead: then no further calls are leased
        leased = self._leases.has(account, day)
        size, unused = (0, 1) if leased else (MOST_LEASED, self._leases.unused(account, day))
        claims = [claim, *next_ones]
        first, *others = self._asked(account, quota, day, timing, claims, (True, size, unused))
        self._ahead.add(
            [one for one, said in zip(next_ones, others, strict=True) if isinstance(said, Grant)], FAR_LEASE_SECONDS
        )
        if not isinstance(first, Grant):
            return first
        if not leased:
            self._leases.renew(account, day, first.permit)
        return Grant(self._leases.use(account))

    def _asked(
        self,
        account: str,
        quota: Quota,
        day: Day,
        timing: Timing,
        claims: Sequence[Claim | None],
        lease: tuple[bool, int, int],
    ) -> list[Booked]:
        """Return what the database says to each request. ``lease``: whether, how many calls, how many are left."""
        days = [one.name for one in self._days.possible(account, day)]
        requests, numbers, names = list[int](), list[int](), list[bytes]()
        for place, claim in enumerate(claims, 1):
            if claim is not None:
                self._claimed = True
                requests += [place] * len(claim.names)
                numbers += prefixes(claim.names)
                names += [packed_name(name.value) for name in claim.names]
        rows = self.through(
            "book",
            (
                account,
                quota.per_minute,
                quota.per_day,
                quota.per_month,
                timing.after_end,
                timing.longest,
                " ".join(days),
                periods(days),
                *lease,
                self._holder,
                timing.longest + (FAR_LEASE_SECONDS if lease[0] else 0.0),
                [claim.origin if claim is not None else None for claim in claims],
                [claim.since if claim is not None else None for claim in claims],
                requests,
                numbers,
                names,
            ),
        )
        self._hear(rows[0][4])
        # a process of this machine that was killed: its claims are freed here, so that the next look finds them free
        if gone := [holder for _, said, holder, *_ in rows if said == "taken" and is_gone(holder)]:
            with suppress(StoreError):  # then they lapse by themselves
                self.database.run("DELETE FROM claims WHERE holder = ANY (?)", (gone,))
        return [self._said(account, day, said, permit, seconds) for _, said, permit, seconds, _ in rows]

    def _said(self, account: str, day: Day, said: str, permit: int | None, seconds: float) -> Booked:
        if said == "granted":
            return Grant(permit or 0)
        now = self.clock.time()
        if said == "answered":
            return Elsewhere(answered=True)
        if said == "taken":
            return Elsewhere(answered=False, until=now + seconds)
        window = said.removeprefix("wait:")
        if window in ("day", "month"):
            return Wait(self._days.reset(account, day.ends if window == "day" else day.month_ends), window)
        return Wait(now + seconds, window)

    def _times(self) -> tuple[float | None, float | None]:
        """Return what the functions need of time: this machine's word on the scale, and in tests the time itself."""
        return self._witness.word(), self._present.time() if self._present is not None else None

    def scale(self) -> float:
        scale = float(self.server.call("scale", self._times())[0][0])
        self._hear(scale)
        return scale

    def _hear(self, scale: Any) -> None:
        self._witness.hear(float(scale))
