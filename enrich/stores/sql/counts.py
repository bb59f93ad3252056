"""How many calls each account made, and which are held off: the part of a ledger that every database keeps alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from enrich.clock import Clock, Day
from enrich.model.quota import Usage
from enrich.stores.sql.database import Database
from enrich.stores.sql.days import Days, periods
from enrich.stores.sql.leases import Leases
from enrich.stores.sql.part import Part
from enrich.stores.sql.records import reading_rows


class Counts(Part):
    """That part of ``Store``, where its methods are described; a back end brings the bookings and its scale of time."""

    def __init__(self, url: str, database: Database, clock: Clock, lease_seconds: float) -> None:
        super().__init__(url, database, clock)
        self._days = Days(clock)
        self._leases = Leases(clock, lease_seconds)

    def scale(self) -> float:
        """Return the seconds on the store's own scale of time."""
        raise NotImplementedError

    def anchor(self, now: float) -> None:
        """Note that the scale is at ``now``, for whoever stores a time on it. Inside a transaction."""

    def end_bookings(self) -> None:
        """Give back what was leased and not used, and what was claimed and not answered."""
        raise NotImplementedError

    def settle_leased(self, calls: Sequence[tuple[str, int]]) -> None:
        """End those of ``calls`` that were leased, once the others ended in the database."""
        for account, permit in calls:
            if permit < 0:
                self._leases.settle(account)
                day = self._days.running(account)
                if permit != -day.number:  # it arrived before or after midnight, nobody knows: it counts for both days
                    self.count(account, periods([day.name]), 1)

    def usage(self, account: str) -> Usage:
        day = self._days.running(account)
        unused = self._leases.unused(account, day)
        return Usage(self.used(account, day.name) - unused, self.used(account, day.month) - unused)

    def correct(self, account: str, used: Usage, *, at: float | None = None) -> None:
        """Take the service's count and our calls under way where it counts more than we do: somebody else uses the key.

        Never lowered: the service may count late, and calls under way are in our count and not yet in its.
        """
        if at is not None:
            self._days.learn(account, at)
        day = self._days.running(account) if at is None else Day.at(at)
        with self.database.writing():
            # it counted before our calls under way arrived there: they come on top, else they would be forgotten
            sql = "SELECT count(*) FROM permits WHERE account = ? AND settled = 0 AND free_at > ?"
            flying = self.database.rows(sql, (account, self.scale()))[0][0] + self._leases.flying(account)
            unused = self._leases.unused(account, day)
            for period, count in ((day.name, used.day), (day.month, max(used.month, used.day))):
                known = self.used(account, period)
                if count > known - unused:
                    self.count(account, [period], count + flying + unused - known)

    def hold_off(self, account: str, until: float) -> None:
        sql = (
            "INSERT INTO holds (account, until) VALUES (?, ?)"
            " ON CONFLICT (account) DO UPDATE SET until = excluded.until WHERE excluded.until > holds.until"
        )
        with self.database.writing():
            # kept on the store's own scale: set by an hour, a wall clock would lift the cool-down, or prolong it
            now = self.scale()
            self.database.run(sql, (account, now + until - self.clock.time()))
            self.anchor(now)
        self._leases.suspend()

    def holds(self) -> dict[str, float]:
        """Return until when (Unix seconds) which account is held off; only what still holds."""
        now = self.scale()
        rows = self.database.rows("SELECT account, until FROM holds WHERE until > ? ORDER BY account", (now,))
        with reading_rows():
            return {str(account): float(self.clock.time() + until - now) for account, until in rows}

    def clear_holds(self) -> int:
        with self.database.writing():
            count = len(self.holds())
            self.database.run("DELETE FROM holds")
        return count

    def accounts(self) -> dict[str, Usage]:
        """Return the usage of every account that ever booked a call."""
        rows = self.database.rows("SELECT DISTINCT account FROM counts ORDER BY account")
        return {account: self.usage(account) for (account,) in rows}

    def used(self, account: str, period: str) -> int:
        """Return the calls booked in a day or month (``2026-11-22``, ``2026-11``), unused leased ones among them."""
        rows = self.database.rows("SELECT used FROM counts WHERE account = ? AND period = ?", (account, period))
        with reading_rows():
            return int(rows[0][0]) if rows else 0

    def count(self, account: str, days_and_months: Iterable[str], calls: int) -> None:
        """Add ``calls``, which may be fewer than none, to the count of each of ``days_and_months``."""
        sql = (
            "INSERT INTO counts (account, period, used) VALUES (?, ?, ?) ON CONFLICT (account, period) DO UPDATE"
            " SET used = CASE WHEN counts.used > ? THEN counts.used + ? ELSE 0 END"
        )
        self.database.run_many(sql, [(account, period, max(0, calls), -calls, calls) for period in days_and_months])
