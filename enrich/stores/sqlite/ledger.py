"""The ledger of calls by account: permits in the minute, counts of day and month, one shared cool-down.

A permit is held from the booking until the call's answer and a minute and a margin more: the service counts a call
when it arrives, which only the answer's time bounds from above. Every booking is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from enrich.clock import Clock, Day
from enrich.model.quota import Quota
from enrich.stores.shared.booking import USUAL_TIMING, Ahead, Claim, Elsewhere, Grant, Timing, Wait
from enrich.stores.sql.ahead import claimed_by
from enrich.stores.sql.counts import Counts
from enrich.stores.sql.days import periods
from enrich.stores.sql.leases import LEASE_SECONDS, MOST_LEASED
from enrich.stores.sql.records import prefixes, reading_rows
from enrich.stores.sqlite.claims import Claims
from enrich.stores.sqlite.connection import SqliteDatabase
from enrich.stores.sqlite.steady_clock import Steady

LOOK_HOLDS_SECONDS = 0.02
"""Seconds for which one look whether another process wrote does for all leased calls: a few turns of the loop."""


class SqliteLedger(Counts):
    """The ledger's part of ``Store``, where its methods are described."""

    def __init__(self, url: str, database: SqliteDatabase, clock: Clock) -> None:
        super().__init__(url, database, clock, LEASE_SECONDS)
        self._file = database
        self.claims = Claims(database, clock)
        self._steady = Steady(database, clock)
        self._seen_version = -1
        self._looked_at = float("-inf")

    def book(
        self,
        account: str,
        quota: Quota,
        *,
        claim: Claim | None = None,
        ahead: Ahead | None = None,
        timing: Timing = USUAL_TIMING,
    ) -> Grant | Wait | Elsewhere:
        day, leasing = self._days.running(account), quota.per_minute is None
        if leasing and (leased := self._leased(account, day, claim)) is not None:
            return Grant(leased)
        self._file.check_room()
        # One transaction from the first look to the permit, and the write lock from its start: two processes that both
        # looked before either wrote would both take the last place of the minute.
        with self.database.writing():
            now = self._steady.now()
            if (wait := self._wait(account, quota, day, now, timing)) is not None:
                return wait
            # A call could be made. Who must wait for the minute claims nothing yet: others would wait with it.
            if claim is not None and (elsewhere := self._claim(claim, now, timing, leasing=leasing)) is not None:
                return elsewhere
            self._steady.keep(now)
            if not leasing:
                return Grant(self._permit(account, day, now, timing))
            size = self._lease(account, quota, day)
            next_ones = list(ahead(MOST_LEASED - 1)) if ahead is not None else []
            claimed = self.claims.take_ahead(next_ones, now, now + LEASE_SECONDS + timing.longest)
        # only now: were it undone, calls that nobody counted and claims that nobody sees would be used
        if size:
            self._leases.renew(account, day, size)
        self.claims.ahead.add(claimed, LEASE_SECONDS)
        return Grant(self._leases.use(account))

    def book_many(
        self, account: str, quota: Quota, claims: Sequence[Claim | None], *, timing: Timing = USUAL_TIMING
    ) -> list[Grant | Wait | Elsewhere]:
        # one by one: in one file a transaction costs less than what a second way of booking would have to be kept true
        return [self.book(account, quota, claim=claim, timing=timing) for claim in claims]

    def settle(self, calls: Sequence[tuple[str, int]], *, released: Sequence[Claim] = ()) -> None:
        if released or any(permit > 0 for _, permit in calls):
            with self.database.writing():
                self.settle_in(calls)
                claimed = [one for claim in released for one in claimed_by(claim)]
                self.claims.free(claimed, prefixes([name for _, name in claimed]))
        self.settle_leased(calls)

    def settle_in(self, calls: Sequence[tuple[str, int]]) -> None:
        """End those of ``calls`` that have a permit of the ledger's own. Inside a transaction."""
        for account, permit in calls:
            if permit > 0:
                self._settle(account, permit)

    def _settle(self, account: str, permit: int) -> None:
        day = self._days.running(account)
        now = self._steady.now()
        rows = self.database.rows("SELECT day, hold FROM permits WHERE permit = ? AND settled = 0", (permit,))
        with reading_rows():
            booked = [(booked_on.split(), now + hold) for booked_on, hold in rows]
        for days, free_at in booked:
            # The place is not free at once: the service counted the call when it arrived, at some moment since the
            # booking, and of that moment now is the latest. A minute (and a margin) after it nobody counts it any more.
            self.database.run("UPDATE permits SET settled = 1, free_at = ? WHERE permit = ?", (free_at, permit))
            if day.name not in days:  # it arrived before or after midnight: it counts for both
                self._add(account, [day], 1)
        self._steady.keep(now)

    def give_back(self, account: str, permit: int) -> None:
        # Only for what never left this machine. A call that broke on its way may have been counted over there, so its
        # permit is settled: too few calls cost a minute, one too many costs a refusal and a cool-down for all.
        if permit < 0:
            self._leases.give_back(account, permit)
            return
        with self.database.writing():
            rows = self.database.rows("SELECT day FROM permits WHERE permit = ? AND settled = 0", (permit,))
            with reading_rows():
                booked = [booked_on.split() for (booked_on,) in rows]
            for days in booked:
                self.database.run("DELETE FROM permits WHERE permit = ?", (permit,))
                self.count(account, periods(days), -1)

    def end_bookings(self) -> None:
        leases = self._leases.release()
        if leases or self.claims.any_taken:
            with self.database.writing():
                for account, day, unused in leases:
                    self.count(account, periods([day]), -unused)
                self.claims.free_all()

    def scale(self) -> float:
        return self._steady.now()

    def anchor(self, now: float) -> None:
        self._steady.keep(now)

    # --- inside a booking ---

    def _leased(self, account: str, day: Day, claim: Claim | None) -> int | None:
        """Return a call that was booked ahead, if no cool-down holds it and its claim was taken ahead as well."""
        monotonic = self.clock.monotonic()
        # the claim last but one: ``use`` is true once, and must not be used up where a cool-down holds the call
        if not self._calm(account, monotonic) or (claim is not None and not self.claims.ahead.use(claim)):
            return None
        return self._leases.use(account) if self._leases.has(account, day) else None

    def _calm(self, account: str, now: float) -> bool:
        """Return whether no cool-down holds leased calls back. It is looked up where another process wrote since."""
        if 0 < now - self._looked_at < LOOK_HOLDS_SECONDS:
            return True
        self._looked_at = now
        seen, self._seen_version = self._seen_version, self._file.data_version()
        if seen == self._seen_version or self._cooling(account, self._steady.now()) is None:
            return True
        self._leases.suspend()
        return False

    def _wait(self, account: str, quota: Quota, day: Day, now: float, timing: Timing) -> Wait | None:
        wait = self._cooling(account, now) or self._spent(account, quota, day)
        if wait is None and quota.per_minute is not None:
            return self._crowded(account, quota.per_minute, now, timing.after_end)
        return wait

    def _cooling(self, account: str, now: float) -> Wait | None:
        rows = self.database.rows("SELECT until FROM holds WHERE account = ?", (account,))
        with reading_rows():
            return Wait(self.clock.time() + rows[0][0] - now, "cool-down") if rows and rows[0][0] > now else None

    def _spent(self, account: str, quota: Quota, day: Day) -> Wait | None:
        if quota.per_month is not None and self._left(account, quota.per_month, day, day.month) <= 0:
            return Wait(self._days.reset(account, day.month_ends), "month")
        if quota.per_day is not None and self._left(account, quota.per_day, day, day.name) <= 0:
            return Wait(self._days.reset(account, day.ends), "day")
        return None

    def _crowded(self, account: str, per_minute: int, now: float, hold: float) -> Wait | None:
        """Return until when the minute is full; a call under way frees its place a hold from now at best."""
        # What is left are the places that count. The one at OFFSET is the last that must be free for there to be room:
        # with 4 a minute and 6 places (another run allows itself 6) it is the third to end, not the first.
        self.database.run("DELETE FROM permits WHERE account = ? AND free_at <= ?", (account, now))
        if self.database.rows("SELECT count(*) FROM permits WHERE account = ?", (account,))[0][0] < per_minute:
            return None
        sql = (
            "SELECT CASE settled WHEN 1 THEN free_at ELSE min(free_at, ?) END AS soonest"
            " FROM permits WHERE account = ? ORDER BY soonest DESC LIMIT 1 OFFSET ?"
        )
        rows = self.database.rows(sql, (now + hold, account, max(per_minute, 1) - 1))
        with reading_rows():
            return Wait(self.clock.time() + (rows[0][0] - now if rows else hold), "minute")

    def _claim(self, claim: Claim, now: float, timing: Timing, *, leasing: bool) -> Elsewhere | None:
        self.claims.sweep(now)
        taken = self.claims.take(claim, now, now + timing.longest + (LEASE_SECONDS if leasing else 0.0))
        if taken is None or taken.answered:
            return taken
        return Elsewhere(answered=False, until=self.clock.time() + taken.until - now)

    def _permit(self, account: str, day: Day, now: float, timing: Timing) -> int:
        days = self._days.possible(account, day)
        self._add(account, days, 1)
        sql = "INSERT INTO permits (account, day, hold, free_at, settled) VALUES (?, ?, ?, ?, 0)"
        # a permit whose process was killed frees itself when its call must have ended, a minute and a margin later
        free_at = now + timing.longest + timing.after_end
        return self._file.insert(sql, (account, " ".join(day.name for day in days), timing.after_end, free_at))

    def _lease(self, account: str, quota: Quota, day: Day) -> int:
        """Return how many calls are leased by this: none where one is left, and only the claim was not ahead."""
        if self._leases.has(account, day):
            return 0
        left = [
            self._left(account, limit, day, period)
            for limit, period in ((quota.per_day, day.name), (quota.per_month, day.month))
            if limit is not None
        ]
        size = self._leases.size(min(left) if left else None)
        for account_, leased_on, unused in self._leases.left(account):
            self.count(account_, periods([leased_on]), -unused)
        self._add(account, self._days.possible(account, day), size)
        return size

    # --- counts ---

    def _left(self, account: str, limit: int, day: Day, period: str) -> int:
        """Return the calls left of a limit; what we leased ourselves and did not use is ours to use."""
        return limit - self.used(account, period) + self._leases.unused(account, day)

    def _add(self, account: str, days: Iterable[Day], calls: int) -> None:
        self.count(account, periods(day.name for day in days), calls)
