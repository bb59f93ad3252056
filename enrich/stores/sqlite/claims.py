"""Who asks about which object at this moment, over processes: nobody pays for what another is asking.

A claim is taken in the transaction that books its call, and before the look whether there is an answer: one that came
between a look and a claim would be asked again. It is freed with the answer; that of a process which was killed lapses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from enrich.clock import Clock
from enrich.model.indicator import Indicator
from enrich.stores.shared.booking import Claim, Elsewhere
from enrich.stores.shared.holder import is_gone, new_holder
from enrich.stores.sql.ahead import ClaimedAhead, pairs_of
from enrich.stores.sql.database import Database
from enrich.stores.sql.records import prefixes

HasAnswer = Callable[[str, Iterable[Indicator], float], bool]
"""Whether the store has an answer of an origin about one of these names, of this Unix time or later."""


class Claims:
    """The claims of one store. All runs inside the caller's transaction; times are on the steady scale.

    ``holder`` tells this process's claims from all others'.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self.has_answer: HasAnswer = lambda *_: False
        self._holder = new_holder()
        self.any_taken = False
        """Whether this process ever claimed anything."""
        self.ahead = ClaimedAhead(clock)

    def take(self, claim: Claim, now: float, until: float) -> Elsewhere | None:
        """Claim all names, or say who has them. ``Elsewhere.until`` is on the steady scale too."""
        numbers = sorted(set(prefixes(claim.names)))
        sql = (
            "SELECT holder, until FROM EACH(?) JOIN claims ON prefix = value"
            " WHERE origin = ? AND holder <> ? AND until > ?"
        )
        theirs = self._database.rows(sql, (numbers, claim.origin, self._holder, now))
        if living := [until for holder, until in theirs if not is_gone(holder)]:
            return Elsewhere(answered=False, until=max(living))
        if claim.since is not None and self.has_answer(claim.origin, claim.names, claim.since):
            return Elsewhere(answered=True)
        rows = [(claim.origin, number, self._holder, until) for number in numbers]
        sql = (
            "INSERT INTO claims (origin, prefix, holder, until) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (prefix, origin) DO UPDATE SET holder = excluded.holder, until = excluded.until"
        )
        self._database.run_many(sql, rows)
        self.any_taken = True
        return None

    def take_ahead(self, claims: Iterable[Claim], now: float, until: float, seconds: float) -> None:
        """Claim of what will be asked next whatever can be; it may be used for ``seconds`` without a look."""
        self.ahead.add([claim for claim in claims if self.take(claim, now, until) is None], seconds)

    def free(self, origin: str, names: Iterable[Indicator]) -> None:
        """End this process's claims on ``names``."""
        pairs = pairs_of(origin, names)
        self.ahead.drop(pairs)
        sql = "DELETE FROM claims WHERE origin = ? AND prefix = ? AND holder = ?"
        self._database.run_many(sql, [(*pair, self._holder) for pair in pairs])

    def free_all(self) -> None:
        """End all claims of this process."""
        self.ahead.clear()
        self.any_taken = False
        self._database.run("DELETE FROM claims WHERE holder = ?", (self._holder,))

    def sweep(self, now: float) -> None:
        """Forget what lapsed: of processes that were killed."""
        self._database.run("DELETE FROM claims WHERE until <= ?", (now,))
