"""The ledger in the database's own functions: one round trip a booking, the database's clock with a witness."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from enrich.clock import Clock, Day
from enrich.model.quota import Quota, Usage
from enrich.stores.postgresql.clock import DatabaseClock, Witness
from enrich.stores.postgresql.connection import ConnectionLost, PostgresqlDatabase
from enrich.stores.shared.booking import Ahead, Claim, Elsewhere, Grant, Wait
from enrich.stores.shared.holder import new_holder
from enrich.stores.sql.ahead import ClaimedAhead, pairs_of
from enrich.stores.sql.days import Days, periods
from enrich.stores.sql.leases import MOST, Leases
from enrich.stores.sql.part import Part
from enrich.stores.sql.records import name_bytes, prefixes

LIFETIME = 2.0
"""Seconds that a lease holds: so much later is another machine's cool-down heard of."""

Booked = Grant | Wait | Elsewhere


class Ledger(Part):
    """The ledger's part of ``Store``, where its methods are described."""

    def __init__(self, url: str, database: PostgresqlDatabase, clock: Clock, present: Clock | None) -> None:
        """``clock`` counts; ``present`` is a clock that the database's functions must take for theirs, in tests."""
        super().__init__(url, database, clock)
        self.server = database
        self._present = present
        self._witness = Witness(database.machine)
        self._holder = new_holder()
        self._claimed = False
        self._ahead = ClaimedAhead(clock)
        self._days = Days(clock)
        self._leases = Leases(clock, LIFETIME)

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
    ) -> Booked:
        self._renew_clock()
        day = self._days.running(account)
        if quota.per_minute is None and (claim is None or self._ahead.use(claim)):
            leased = self._leases.take(account, day, self.clock.monotonic())
            if leased is not None:
                return Grant(leased)
        hold = (minute + margin, longest)
        if quota.per_minute is None:
            return self._book_lease(account, quota, day, hold, claim, ahead)
        return self._asked(account, quota, day, hold, [claim], (False, 0, 0))[0]

    def book_many(
        self,
        account: str,
        quota: Quota,
        claims: Sequence[Claim | None],
        *,
        minute: float = 60.0,
        margin: float = 1.0,
        longest: float = 90.0,
    ) -> list[Booked]:
        """``book`` for several calls at once, one round trip. For keys with a limit a minute."""
        self._renew_clock()
        return self._asked(
            account, quota, self._days.running(account), (minute + margin, longest), claims, (False, 0, 0)
        )

    def release(self, claim: Claim) -> None:
        pairs = pairs_of(claim.origin, claim.names)
        self._ahead.drop(pairs)
        sql = "DELETE FROM claims WHERE origin = ? AND prefix = ANY (?) AND holder = ?"
        self.database.run(sql, (claim.origin, [number for _, number in pairs], self._holder))

    def settle(self, account: str, permit: int) -> None:
        day = self._days.running(account)
        if permit < 0:
            self._leases.settle(account)
            if permit != -day.number:
                self.server.call("add_calls", (account, periods([day.name]), 1))
            return
        self._hear(self.server.call("settle", ([permit], day.name, *self._told()))[0][0])

    def give_back(self, account: str, permit: int) -> None:
        if permit < 0:
            self._leases.give_back(account, permit)
        else:
            self.server.call("give_back", (permit,))

    def usage(self, account: str) -> Usage:
        day = self._days.running(account)
        unused = self._leases.unused(account, day)
        return Usage(self._used(account, day.name) - unused, self._used(account, day.month) - unused)

    def correct(self, account: str, used: Usage, *, at: float | None = None) -> None:
        if at is not None:
            self._days.learn(account, at)
        day = self._days.running(account) if at is None else Day.at(at)
        with self.database.writing():
            flying = self.database.rows(
                "SELECT count(*) FROM permits WHERE account = ? AND settled = 0 AND free_at > ?",
                (account, self._scale()),
            )[0][0]
            unused = self._leases.unused(account, day)
            more = flying + self._leases.flying(account) + unused
            for period, count in ((day.name, used.day), (day.month, max(used.month, used.day))):
                known = self._used(account, period)
                if count > known - unused:
                    self.server.call("add_calls", (account, [period], count + more - known))

    def hold_off(self, account: str, until: float) -> None:
        end = self._scale() + until - self.clock.time()
        sql = (
            "INSERT INTO holds (account, until) VALUES (?, ?)"
            " ON CONFLICT (account) DO UPDATE SET until = greatest(holds.until, excluded.until)"
        )
        self.database.run(sql, (account, end))
        self._leases.suspend()

    def holds(self) -> dict[str, float]:
        """Until when (Unix seconds) which account is held off; only what still holds."""
        now = self._scale()
        rows = self.database.rows("SELECT account, until FROM holds WHERE until > ? ORDER BY account", (now,))
        return {account: self.clock.time() + until - now for account, until in rows}

    def clear_holds(self) -> int:
        held = len(self.holds())
        self.database.run("DELETE FROM holds")
        return held

    def accounts(self) -> dict[str, Usage]:
        """The usage of every account that ever booked a call."""
        rows = self.database.rows("SELECT DISTINCT account FROM counts ORDER BY account")
        return {account: self.usage(account) for (account,) in rows}

    def end_bookings(self) -> None:
        """Give back what was leased and not used, and what was claimed and not answered."""
        for account, day, unused in self._leases.release():
            self.server.call("add_calls", (account, periods([day]), -unused))
        if self._claimed:
            self._claimed = False
            self._ahead.clear()
            self.database.run("DELETE FROM claims WHERE holder = ?", (self._holder,))

    def through(self, function: str, values: Sequence[Any]) -> list[Any]:
        """``call`` of the database; a store that repeats calls over an outage does so here."""
        return self.server.call(function, values)

    # --- inside ---

    def _renew_clock(self) -> None:
        """Before the days of calls are told by it. Where the database is away, the next booking does it."""
        if isinstance(self.clock, DatabaseClock):
            with suppress(ConnectionLost):
                self.clock.renew()

    def _book_lease(
        self,
        account: str,
        quota: Quota,
        day: Day,
        hold: tuple[float, float],
        claim: Claim | None,
        ahead: Ahead | None,
    ) -> Booked:
        """One call of a handful, and the claims of what comes next with it."""
        next_ones = list(ahead(MOST - 1)) if ahead is not None else []
        leased = self._leases.take(account, day, self.clock.monotonic())  # only the claim was not ahead
        size, unused = (0, 1) if leased is not None else (MOST, self._leases.unused(account, day))
        claims = [claim, *next_ones]
        if claim is None and leased is not None:
            return Grant(leased)
        first, *others = self._asked(account, quota, day, hold, claims, (True, size, unused))
        self._ahead.add([one for one, said in zip(next_ones, others, strict=True) if isinstance(said, Grant)], LIFETIME)
        if not isinstance(first, Grant):
            if leased is not None:
                self._leases.give_back(account, leased)
            return first
        if leased is None:
            self._leases.renew(account, day, first.permit)
            leased = self._leases.take(account, day, self.clock.monotonic())
            assert leased is not None
        return Grant(leased)

    def _asked(
        self,
        account: str,
        quota: Quota,
        day: Day,
        hold: tuple[float, float],
        claims: Sequence[Claim | None],
        lease: tuple[bool, int, int],
    ) -> list[Booked]:
        """What the database says to each request. ``lease``: whether calls are leased, how many, how many left."""
        days = [one.name for one in self._days.possible(account, day)]
        requests, numbers, names = list[int](), list[int](), list[bytes]()
        for place, claim in enumerate(claims, 1):
            if claim is not None:
                self._claimed = True
                requests += [place] * len(claim.names)
                numbers += prefixes(claim.names)
                names += [name_bytes(name.value) for name in claim.names]
        rows = self.through(
            "book",
            (
                account,
                quota.per_minute,
                quota.per_day,
                quota.per_month,
                *hold,
                " ".join(days),
                periods(days),
                *lease,
                self._holder,
                hold[1] + (LIFETIME if lease[0] else 0.0),
                [claim.origin if claim is not None else None for claim in claims],
                [claim.since if claim is not None else None for claim in claims],
                requests,
                numbers,
                names,
                *self._told(),
            ),
        )
        self._hear(rows[0][4])
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

    def _used(self, account: str, period: str) -> int:
        rows = self.database.rows("SELECT used FROM counts WHERE account = ? AND period = ?", (account, period))
        return int(rows[0][0]) if rows else 0

    def _told(self) -> tuple[float | None, float | None]:
        """What the functions need of time: this machine's word on the scale, and in tests the time itself."""
        return self._witness.word(), self._present.time() if self._present is not None else None

    def _scale(self) -> float:
        scale = float(self.server.call("scale", self._told())[0][0])
        self._hear(scale)
        return scale

    def _hear(self, scale: Any) -> None:
        self._witness.hear(float(scale))
