"""The ledger of calls by account: permits in the minute, counts of day and month, one shared cool-down.

A permit is held from the booking until the call's answer and a minute and a margin more: the service counts a call
when it arrives, which only the answer's time bounds from above. Every booking is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from enrich.clock import Clock, Day
from enrich.model.quota import Quota, Usage
from enrich.stores.shared.booking import Ahead, Claim, Elsewhere, Grant, Wait
from enrich.stores.sql.days import Days, periods
from enrich.stores.sql.leases import LIFETIME, MOST, Leases
from enrich.stores.sql.part import Part
from enrich.stores.sqlite.claims import Claims
from enrich.stores.sqlite.connection import SqliteDatabase
from enrich.stores.sqlite.steady_clock import Steady

LOOK = 0.005
"""Seconds for which one look whether another process wrote does for all leased calls: about a turn of the loop."""


class Hold(NamedTuple):
    """For how long a call takes its place, in seconds: ``minute`` after it ended, ``longest`` while it is under way."""

    minute: float
    longest: float


class Ledger(Part):
    """The ledger's part of ``Store``, where its methods are described."""

    def __init__(self, url: str, database: SqliteDatabase, clock: Clock) -> None:
        super().__init__(url, database, clock)
        self._file = database
        self.claims = Claims(database, clock)
        self._steady = Steady(database, clock)
        self._days = Days(clock)
        self._leases = Leases(clock)
        self._seen_version = -1
        self._looked_at = float("-inf")

    def book(
        self,
        account: str,
        quota: Quota,
        *,
        claim: Claim | None = None,
        ahead: Ahead | None = None,
        minute: float = 60.0,
        margin: float = 1.0,
        longest: float = 90.0,
    ) -> Grant | Wait | Elsewhere:
        hold = Hold(minute + margin, longest)
        day, leasing = self._days.running(account), quota.per_minute is None
        if leasing and (leased := self._leased(account, day, claim)) is not None:
            return Grant(leased)
        with self.database.writing():
            now = self._steady.now()
            if (wait := self._wait(account, quota, day, now, hold)) is not None:
                return wait
            # a call could be made; who must wait for the minute claims nothing yet
            if claim is not None and (elsewhere := self._claim(claim, now, hold, leasing=leasing)) is not None:
                return elsewhere
            if leasing:
                permit = self._lease(account, quota, day)
                if ahead is not None:
                    self.claims.take_ahead(ahead(MOST - 1), now, now + LIFETIME + longest, LIFETIME)
            else:
                permit = self._permit(account, day, now, hold)
            self._steady.keep(now)
            return Grant(permit)

    def book_many(
        self,
        account: str,
        quota: Quota,
        claims: Sequence[Claim | None],
        *,
        minute: float = 60.0,
        margin: float = 1.0,
        longest: float = 90.0,
    ) -> list[Grant | Wait | Elsewhere]:
        return [
            self.book(account, quota, claim=claim, minute=minute, margin=margin, longest=longest) for claim in claims
        ]

    def release(self, claim: Claim) -> None:
        with self.database.writing():
            self.claims.free(claim.origin, claim.names)

    def settle(self, account: str, permit: int) -> None:
        if permit == -self._days.running(account).number:  # a leased call of today: the count has it already
            self._leases.settle(account)
            return
        with self.database.writing():
            self.settle_in(account, permit)

    def settle_in(self, account: str, permit: int) -> None:
        """``settle`` inside the caller's transaction."""
        day = self._days.running(account)
        if permit < 0:
            self._leases.settle(account)
            if permit != -day.number:
                self._add(account, [day], 1)
            return
        now = self._steady.now()
        rows = self.database.rows("SELECT day, hold FROM permits WHERE permit = ? AND settled = 0", (permit,))
        for booked_on, hold in rows:
            self.database.run("UPDATE permits SET settled = 1, free_at = ? WHERE permit = ?", (now + hold, permit))
            if day.name not in booked_on.split():  # it arrived before or after midnight: it counts for both
                self._add(account, [day], 1)
        self._steady.keep(now)

    def give_back(self, account: str, permit: int) -> None:
        if permit < 0:
            self._leases.give_back(account, permit)
            return
        with self.database.writing():
            rows = self.database.rows("SELECT day FROM permits WHERE permit = ? AND settled = 0", (permit,))
            for (booked_on,) in rows:
                self.database.run("DELETE FROM permits WHERE permit = ?", (permit,))
                self._subtract(account, booked_on, 1)

    def usage(self, account: str) -> Usage:
        day = self._days.running(account)
        unused = self._leases.unused(account, day)
        return Usage(self._used(account, day.name) - unused, self._used(account, day.month) - unused)

    def correct(self, account: str, used: Usage, *, at: float | None = None) -> None:
        """Where the service counts more than we do, somebody else uses the key: its count, and our calls under way.

        Never lowered: the service may count late, and calls under way are in our count and not yet in its.
        """
        if at is not None:
            self._days.learn(account, at)
        day = self._days.running(account) if at is None else Day.at(at)
        with self.database.writing():
            sql = "SELECT count(*) FROM permits WHERE account = ? AND settled = 0 AND free_at > ?"
            flying = self.database.rows(sql, (account, self._steady.now()))[0][0] + self._leases.flying(account)
            unused = self._leases.unused(account, day)
            for period, count in ((day.name, used.day), (day.month, max(used.month, used.day))):
                if count > self._used(account, period) - unused:
                    sql = (
                        "INSERT INTO counts (account, period, used) VALUES (?, ?, ?)"
                        " ON CONFLICT (account, period) DO UPDATE SET used = excluded.used"
                    )
                    self.database.run(sql, (account, period, count + flying + unused))

    def hold_off(self, account: str, until: float) -> None:
        with self.database.writing():
            now = self._steady.now()
            sql = (
                "INSERT INTO holds (account, until) VALUES (?, ?)"
                " ON CONFLICT (account) DO UPDATE SET until = max(until, excluded.until)"
            )
            self.database.run(sql, (account, now + until - self.clock.time()))
            self._steady.keep(now)
        self._leases.suspend()

    def holds(self) -> dict[str, float]:
        """Until when (Unix seconds) which account is held off; only what still holds."""
        with self.database.reading():
            now = self._steady.now()
            rows = self.database.rows("SELECT account, until FROM holds WHERE until > ? ORDER BY account", (now,))
        return {account: self.clock.time() + until - now for account, until in rows}

    def clear_holds(self) -> int:
        held = len(self.holds())
        with self.database.writing():
            self.database.run("DELETE FROM holds")
        return held

    def accounts(self) -> dict[str, Usage]:
        """The usage of every account that ever booked a call."""
        rows = self.database.rows("SELECT DISTINCT account FROM counts ORDER BY account")
        return {account: self.usage(account) for (account,) in rows}

    def end_bookings(self) -> None:
        """Give back what was leased and not used, and what was claimed and not answered."""
        leases = self._leases.release()
        if leases or self.claims.any_taken:
            with self.database.writing():
                for account, day, unused in leases:
                    self._subtract(account, day, unused)
                self.claims.free_all()

    # --- inside a booking ---

    def _leased(self, account: str, day: Day, claim: Claim | None) -> int | None:
        """A call that was booked ahead, if no cool-down holds it and its claim was taken ahead as well."""
        monotonic = self.clock.monotonic()
        if not self._calm(account, monotonic) or (claim is not None and not self.claims.ahead.use(claim)):
            return None
        return self._leases.take(account, day, monotonic)

    def _calm(self, account: str, now: float) -> bool:
        """Whether no cool-down holds leased calls back. It is looked up where another process wrote since."""
        if 0 < now - self._looked_at < LOOK:
            return True
        self._looked_at = now
        seen, self._seen_version = self._seen_version, self._file.data_version()
        if seen == self._seen_version or self._cooling(account, self._steady.now()) is None:
            return True
        self._leases.suspend()
        return False

    def _wait(self, account: str, quota: Quota, day: Day, now: float, hold: Hold) -> Wait | None:
        wait = self._cooling(account, now) or self._spent(account, quota, day)
        if wait is None and quota.per_minute is not None:
            return self._crowded(account, quota.per_minute, now, hold.minute)
        return wait

    def _cooling(self, account: str, now: float) -> Wait | None:
        rows = self.database.rows("SELECT until FROM holds WHERE account = ?", (account,))
        if rows and rows[0][0] > now:
            return Wait(self.clock.time() + rows[0][0] - now, "cool-down")
        return None

    def _spent(self, account: str, quota: Quota, day: Day) -> Wait | None:
        if quota.per_month is not None and self._left(account, quota.per_month, day, day.month) <= 0:
            return Wait(self._days.reset(account, day.month_ends), "month")
        if quota.per_day is not None and self._left(account, quota.per_day, day, day.name) <= 0:
            return Wait(self._days.reset(account, day.ends), "day")
        return None

    def _crowded(self, account: str, per_minute: int, now: float, hold: float) -> Wait | None:
        """Until when all places in the minute are taken; a call under way frees its place a hold from now at best."""
        self.database.run("DELETE FROM permits WHERE account = ? AND free_at <= ?", (account, now))
        if self.database.rows("SELECT count(*) FROM permits WHERE account = ?", (account,))[0][0] < per_minute:
            return None
        sql = (
            "SELECT CASE settled WHEN 1 THEN free_at ELSE min(free_at, ?) END AS soonest"
            " FROM permits WHERE account = ? ORDER BY soonest DESC LIMIT 1 OFFSET ?"
        )
        rows = self.database.rows(sql, (now + hold, account, max(per_minute, 1) - 1))
        return Wait(self.clock.time() + (rows[0][0] - now if rows else hold), "minute")

    def _claim(self, claim: Claim, now: float, hold: Hold, *, leasing: bool) -> Elsewhere | None:
        self.claims.sweep(now)
        taken = self.claims.take(claim, now, now + hold.longest + (LIFETIME if leasing else 0.0))
        if taken is None or taken.answered:
            return taken
        return Elsewhere(answered=False, until=self.clock.time() + taken.until - now)

    def _permit(self, account: str, day: Day, now: float, hold: Hold) -> int:
        days = self._days.possible(account, day)
        self._add(account, days, 1)
        sql = "INSERT INTO permits (account, day, hold, free_at, settled) VALUES (?, ?, ?, ?, 0)"
        # a permit whose process was killed frees itself when its call must have ended, a minute and a margin later
        free_at = now + hold.longest + hold.minute
        return self._file.insert(sql, (account, " ".join(day.name for day in days), hold.minute, free_at))

    def _lease(self, account: str, quota: Quota, day: Day) -> int:
        leased = self._leases.take(account, day, self.clock.monotonic())
        if leased is not None:  # only the claim was not ahead
            return leased
        left = [
            self._left(account, limit, day, period)
            for limit, period in ((quota.per_day, day.name), (quota.per_month, day.month))
            if limit is not None
        ]
        size = self._leases.size(min(left) if left else None)
        for account_, leased_on, unused in self._leases.renew(account, day, size):
            self._subtract(account_, leased_on, unused)
        self._add(account, self._days.possible(account, day), size)
        leased = self._leases.take(account, day, self.clock.monotonic())
        assert leased is not None
        return leased

    # --- counts ---

    def _left(self, account: str, limit: int, day: Day, period: str) -> int:
        """Calls left of a limit; what we leased ourselves and did not use is ours to use."""
        return limit - self._used(account, period) + self._leases.unused(account, day)

    def _used(self, account: str, period: str) -> int:
        rows = self.database.rows("SELECT used FROM counts WHERE account = ? AND period = ?", (account, period))
        return int(rows[0][0]) if rows else 0

    def _add(self, account: str, days: Iterable[Day], calls: int) -> None:
        sql = (
            "INSERT INTO counts (account, period, used) VALUES (?, ?, ?)"
            " ON CONFLICT (account, period) DO UPDATE SET used = used + excluded.used"
        )
        self.database.run_many(sql, [(account, period, calls) for period in periods(day.name for day in days)])

    def _subtract(self, account: str, days: str, calls: int) -> None:
        """``days`` with a space between."""
        sql = "UPDATE counts SET used = max(0, used - ?) WHERE account = ? AND period = ?"
        self.database.run_many(sql, [(calls, account, period) for period in periods(days.split())])
