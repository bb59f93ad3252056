"""Who asks about which object at this moment, over processes: nobody pays for what another is asking.

A claim is taken in the transaction that books its call, and before the look whether there is an answer: one that came
between a look and a claim would be asked again. It is freed with the answer; that of a process which was killed lapses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from enrich.clock import Clock
from enrich.model.indicator import Indicator
from enrich.stores.shared.booking import Claim, Elsewhere
from enrich.stores.shared.holder import is_gone, new_holder
from enrich.stores.sql.ahead import ClaimedAhead, pairs_of
from enrich.stores.sql.database import Database
from enrich.stores.sql.records import prefixes

Answered = Callable[[str, Iterable[Indicator], float], set[Indicator]]
"""Which of these names the store has an answer of an origin about, of this Unix time or later."""


class Claims:
    """The claims of one store. All runs inside the caller's transaction; times are on the steady scale.

    ``holder`` tells this process's claims from all others'.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self.answered: Answered = lambda *_: set()
        self._holder = new_holder()
        self.any_taken = False
        """Whether this process ever claimed anything."""
        self.ahead = ClaimedAhead(clock)

    def take(self, claim: Claim, now: float, until: float) -> Elsewhere | None:
        """Claim all names, or say who has them. ``Elsewhere.until`` is on the steady scale too."""
        # Others' claims are looked for before answers: nobody frees a claim before its answer is stored, so where there
        # is none any more the answer is there to be found. The other way round it could come between the two looks.
        if theirs := self._of_others(claim.origin, claim.names, now):
            return Elsewhere(answered=False, until=max(theirs.values()))
        if claim.since is not None and self.answered(claim.origin, claim.names, claim.since):
            return Elsewhere(answered=True)
        self._keep([claim], until)
        return None

    def take_ahead(self, claims: Iterable[Claim], now: float, until: float, seconds: float) -> None:
        """Claim of what will be asked next whatever can be; it may be used for ``seconds`` without a look."""
        # what is taken or answered is left out without a word: its own booking will say so when its turn comes
        alike: dict[tuple[str, float | None], list[Claim]] = {}
        for claim in claims:
            alike.setdefault((claim.origin, claim.since), []).append(claim)
        free: list[Claim] = []
        for (origin, since), some in alike.items():
            names = [name for claim in some for name in claim.names]
            theirs = self._of_others(origin, names, now).keys()
            answered = self.answered(origin, names, since) if since is not None else set[Indicator]()
            free += [
                claim for claim in some if answered.isdisjoint(claim.names) and theirs.isdisjoint(prefixes(claim.names))
            ]
        self._keep(free, until)
        self.ahead.add(free, seconds)

    def _of_others(self, origin: str, names: Sequence[Indicator], now: float) -> dict[int, float]:
        """Return which names, by prefix, other living processes have claimed, and until when."""
        sql = (
            "SELECT prefix, holder, until FROM EACH(?) JOIN claims ON prefix = value"
            " WHERE origin = ? AND holder <> ? AND until > ?"
        )
        rows = self._database.rows(sql, (sorted(set(prefixes(names))), origin, self._holder, now))
        # a claim of a process that does not run any more is none: it is overwritten by the next who wants it
        return {prefix: until for prefix, holder, until in rows if not is_gone(holder)}

    def _keep(self, claims: Iterable[Claim], until: float) -> None:
        sql = (
            "INSERT INTO claims (origin, prefix, holder, until) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (prefix, origin) DO UPDATE SET holder = excluded.holder, until = excluded.until"
        )
        pairs = {pair for claim in claims for pair in pairs_of(claim.origin, claim.names)}
        self._database.run_many(sql, [(*pair, self._holder, until) for pair in sorted(pairs)])
        self.any_taken = True

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
