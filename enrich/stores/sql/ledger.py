"""The ledger of calls by account: permits in the minute, counts of day and month, one shared cool-down.

A permit is held from the booking until the call's answer and a minute and a margin more: the service counts a call
when it arrives, which only the answer's time bounds from above. Every booking is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from enrich.clock import Clock, Day
from enrich.model.quota import Quota, Usage
from enrich.stores.shared.booking import Ahead, Claim, Elsewhere, Grant, Wait
from enrich.stores.sql.claims import Claims
from enrich.stores.sql.connection import Database
from enrich.stores.sql.leases import LIFETIME, MOST, Leases
from enrich.stores.sql.steady_clock import Steady

GRACE = 5.0
"""Seconds on both sides of midnight that may be another day for the service: its clock and ours are never the same.

A day lasts so much longer for us, and what is booked so close to its end counts for both days.
"""
STEADY = 2.0
"""Seconds that our clock may be off the service's by what its whole-second ``Date`` and the way here make uncertain."""

LOOK = 0.005
"""Seconds for which one look whether another process wrote does for all leased calls: about a turn of the loop."""


@dataclass(frozen=True, slots=True)
class Hold:
    """For how long a call takes its place, in seconds: ``minute`` after it ended, ``longest`` while it is under way."""

    minute: float
    longest: float


class Ledger:
    """The ledger's part of ``Store``, where its methods are described."""

    def __init__(self, database: Database, claims: Claims, clock: Clock) -> None:
        self._database = database
        self._claims = claims
        self._clock = clock
        self._steady = Steady(database, clock)
        self._running: dict[str, Day] = {}
        self._offsets: dict[str, float] = {}
        """Seconds that the service's clock is ahead of ours, by account."""
        self._leases = Leases(clock)
        self._seen_version = -1
        self._looked_at = float("-inf")

    def book(
        self, account: str, quota: Quota, hold: Hold, *, claim: Claim | None, ahead: Ahead | None
    ) -> Grant | Wait | Elsewhere:
        day, leasing = self._day(account), quota.per_minute is None
        if leasing and self._calm(account, monotonic := self._clock.monotonic()):  # noqa: SIM102 - in this order
            if claim is None or self._claims.is_ahead(claim):
                leased = self._leases.take(account, day, monotonic)
                if leased is not None:
                    return Grant(leased)
        with self._database.writing():
            now = self._steady.now()
            if (wait := self._wait(account, quota, day, now, hold)) is not None:
                return wait
            # a call could be made; who must wait for the minute claims nothing yet
            if claim is not None and (elsewhere := self._claim(claim, now, hold, leasing=leasing)) is not None:
                return elsewhere
            if leasing:
                permit = self._lease(account, quota, day)
                if ahead is not None:
                    ends = now + LIFETIME + hold.longest
                    self._claims.take_ahead(ahead(MOST - 1), now, ends, LIFETIME)
            else:
                permit = self._permit(account, day, now, hold)
            self._steady.keep(now)
            return Grant(permit)

    def _wait(self, account: str, quota: Quota, day: Day, now: float, hold: Hold) -> Wait | None:
        wait = self._cooling(account, now) or self._spent(account, quota, day)
        if wait is None and quota.per_minute is not None:
            return self._crowded(account, quota.per_minute, now, hold.minute)
        return wait

    def _claim(self, claim: Claim, now: float, hold: Hold, *, leasing: bool) -> Elsewhere | None:
        self._claims.sweep(now)
        taken = self._claims.take(claim, now, now + hold.longest + (LIFETIME if leasing else 0.0))
        if taken is None or taken.answered:
            return taken
        return Elsewhere(answered=False, until=self._clock.time() + taken.until - now)

    def _permit(self, account: str, day: Day, now: float, hold: Hold) -> int:
        self._count(account, day, 1)
        sql = "INSERT INTO permits (account, day, hold, free_at, settled) VALUES (?, ?, ?, ?, 0)"
        # a permit whose process was killed frees itself when its call must have ended, a minute and a margin later
        days = " ".join(name.name for name in self._days(account, day))
        return self._database.run(sql, (account, days, hold.minute, now + hold.longest + hold.minute))

    def release(self, claim: Claim) -> None:
        with self._database.writing():
            self._claims.free(claim.origin, claim.names)

    def settle(self, account: str, permit: int) -> None:
        if permit == -self._day(account).number:  # a leased call of today: the count has it already
            self._leases.settle(account)
            return
        with self._database.writing():
            self.settle_in(account, permit)

    def settle_in(self, account: str, permit: int) -> None:
        """``settle`` inside the caller's transaction."""
        day = self._day(account)
        if permit < 0:
            self._leases.settle(account)
            if permit != -day.number:
                self._add(account, [day], 1)
            return
        now = self._steady.now()
        rows = self._database.rows("SELECT day, hold FROM permits WHERE permit = ? AND settled = 0", (permit,))
        for booked_on, hold in rows:
            sql = "UPDATE permits SET settled = 1, free_at = ? WHERE permit = ?"
            self._database.run(sql, (now + hold, permit))
            if day.name not in booked_on.split():  # it arrived before or after midnight: it counts for both
                self._add(account, [day], 1)
        self._steady.keep(now)

    def give_back(self, account: str, permit: int) -> None:
        if permit < 0:
            self._leases.give_back(account, permit)
            return
        with self._database.writing():
            rows = self._database.rows("SELECT day FROM permits WHERE permit = ? AND settled = 0", (permit,))
            for (booked_on,) in rows:
                self._database.run("DELETE FROM permits WHERE permit = ?", (permit,))
                self._uncount(account, booked_on, 1)

    def usage(self, account: str) -> Usage:
        day = self._day(account)
        unused = self._leases.unused(account, day)
        return Usage(self._used(account, day.name) - unused, self._used(account, day.month) - unused)

    def correct(self, account: str, used: Usage, at: float | None) -> None:
        """Where the service counts more than we do, somebody else uses the key: its count, and our calls under way.

        Never lowered: the service may count late, and calls under way are in our count and not yet in its.
        """
        if at is not None:
            offset = at - self._clock.time()
            self._offsets[account] = offset if abs(offset) > STEADY else 0.0
        day = self._day(account) if at is None else Day.at(at)
        with self._database.writing():
            sql = "SELECT count(*) FROM permits WHERE account = ? AND settled = 0 AND free_at > ?"
            flying = self._database.rows(sql, (account, self._steady.now()))[0][0] + self._leases.flying(account)
            unused = self._leases.unused(account, day)
            for period, count in ((day.name, used.day), (day.month, max(used.month, used.day))):
                if count > self._used(account, period) - unused:
                    sql = "REPLACE INTO counts VALUES (?, ?, ?)"
                    self._database.run(sql, (account, period, count + flying + unused))

    def hold_off(self, account: str, until: float) -> None:
        with self._database.writing():
            now = self._steady.now()
            end = now + until - self._clock.time()
            sql = (
                "INSERT INTO holds VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET until = max(until, excluded.until)"
            )
            self._database.run(sql, (account, end))
            self._steady.keep(now)
        self._leases.suspend()

    def holds(self) -> dict[str, float]:
        """Until when (Unix seconds) which account is held off; only what still holds."""
        with self._database.reading():
            now = self._steady.now()
            rows = self._database.rows("SELECT account, until FROM holds WHERE until > ? ORDER BY account", (now,))
        return {account: self._clock.time() + until - now for account, until in rows}

    def clear_holds(self) -> int:
        """Lift every cool-down. Returns how many held."""
        held = len(self.holds())
        with self._database.writing():
            self._database.run("DELETE FROM holds")
        return held

    def accounts(self) -> dict[str, Usage]:
        """The usage of every account that ever booked a call."""
        rows = self._database.rows("SELECT DISTINCT account FROM counts ORDER BY account")
        return {account: self.usage(account) for (account,) in rows}

    def close(self) -> None:
        """Give back what was leased and not used, and what was claimed and not answered."""
        leases, claimed = self._leases.release(), self._claims.any_taken
        if leases or claimed:
            with self._database.writing():
                for account, day, unused in leases:
                    self._uncount(account, day, unused)
                if claimed:
                    self._claims.free_all()

    def _calm(self, account: str, now: float) -> bool:
        """Whether no cool-down holds leased calls back. It is looked up where another process wrote since."""
        if 0 < now - self._looked_at < LOOK:
            return True
        self._looked_at = now
        seen, self._seen_version = self._seen_version, self._database.data_version()
        if seen == self._seen_version or self._cooling(account, self._steady.now()) is None:
            return True
        self._leases.suspend()
        return False

    def _day(self, account: str) -> Day:
        """The service's day, as far as its clock is known."""
        wall = self._time(account) - GRACE
        running = self._running.get(account)
        if running is None or not running.begins <= wall < running.ends:
            running = self._running[account] = Day.at(wall)
        return running

    def _days(self, account: str, day: Day) -> list[Day]:
        """The days that a call of now may count for."""
        return [day, Day.at(day.ends)] if self._time(account) >= day.ends - GRACE else [day]

    def _time(self, account: str) -> float:
        return self._clock.time() + self._offsets.get(account, 0.0)

    def _cooling(self, account: str, now: float) -> Wait | None:
        rows = self._database.rows("SELECT until FROM holds WHERE account = ?", (account,))
        if rows and rows[0][0] > now:
            return Wait(self._clock.time() + rows[0][0] - now, "cool-down")
        return None

    def _spent(self, account: str, quota: Quota, day: Day) -> Wait | None:
        if quota.per_month is not None and self._left(account, quota.per_month, day, day.month) <= 0:
            return Wait(day.month_ends + GRACE - self._offsets.get(account, 0.0), "month")
        if quota.per_day is not None and self._left(account, quota.per_day, day, day.name) <= 0:
            return Wait(day.ends + GRACE - self._offsets.get(account, 0.0), "day")
        return None

    def _crowded(self, account: str, per_minute: int, now: float, hold: float) -> Wait | None:
        """Until when all places in the minute are taken; a call under way frees its place a hold from now at best."""
        self._database.run("DELETE FROM permits WHERE account = ? AND free_at <= ?", (account, now))
        if self._database.rows("SELECT count(*) FROM permits WHERE account = ?", (account,))[0][0] < per_minute:
            return None
        sql = (
            "SELECT CASE settled WHEN 1 THEN free_at ELSE min(free_at, ?) END AS soonest"
            " FROM permits WHERE account = ? ORDER BY soonest DESC LIMIT 1 OFFSET ?"
        )
        rows = self._database.rows(sql, (now + hold, account, max(per_minute, 1) - 1))
        return Wait(self._clock.time() + (rows[0][0] - now if rows else hold), "minute")

    def _lease(self, account: str, quota: Quota, day: Day) -> int:
        left = [
            self._left(account, limit, day, period)
            for limit, period in ((quota.per_day, day.name), (quota.per_month, day.month))
            if limit is not None
        ]
        leased = self._leases.take(account, day, self._clock.monotonic())
        if leased is not None:  # only the claim was not ahead
            return leased
        size = self._leases.size(min(left) if left else None)
        for account_, leased_on, unused in self._leases.renew(account, day, size):
            self._uncount(account_, leased_on, unused)
        self._count(account, day, size)
        leased = self._leases.take(account, day, self._clock.monotonic())
        assert leased is not None
        return leased

    def _left(self, account: str, limit: int, day: Day, period: str) -> int:
        """Calls left of a limit; what we leased ourselves and did not use is ours to use."""
        return limit - self._used(account, period) + self._leases.unused(account, day)

    def _used(self, account: str, period: str) -> int:
        rows = self._database.rows("SELECT used FROM counts WHERE account = ? AND period = ?", (account, period))
        return int(rows[0][0]) if rows else 0

    def _count(self, account: str, day: Day, calls: int) -> None:
        self._add(account, self._days(account, day), calls)

    def _add(self, account: str, days: Iterable[Day], calls: int) -> None:
        periods = {period for day in days for period in (day.name, day.month)}
        sql = (
            "INSERT INTO counts VALUES (?, ?, ?)"
            " ON CONFLICT (account, period) DO UPDATE SET used = used + excluded.used"
        )
        self._database.run_many(sql, [(account, period, calls) for period in sorted(periods)])

    def _uncount(self, account: str, days: str, calls: int) -> None:
        """``days`` with a space between."""
        periods = {period for day in days.split() for period in (day, day[:7])}
        sql = "UPDATE counts SET used = max(0, used - ?) WHERE account = ? AND period = ?"
        self._database.run_many(sql, [(calls, account, period) for period in sorted(periods)])
