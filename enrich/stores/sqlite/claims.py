"""Who asks about which object at this moment, over processes: nobody pays for what another is asking.

A claim is taken in the transaction that books its call, and before the look whether there is an answer: one that came
between a look and a claim would be asked again. It is freed with the answer; that of a process which was killed lapses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from enrich.clock import Clock
from enrich.model.indicator import Indicator
from enrich.stores.shared.booking import Claim, Elsewhere
from enrich.stores.shared.holder import is_gone, new_holder
from enrich.stores.sql.ahead import Claimed, ClaimedAhead
from enrich.stores.sql.database import Database
from enrich.stores.sql.records import prefixes

Answered = Callable[[str, Mapping[Indicator, float]], set[Indicator]]
"""Which names the store has an answer of an origin about, each of its Unix time or later."""


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
        numbers = prefixes(claim.names)
        if theirs := self._of_others(claim.origin, numbers, now):
            return Elsewhere(answered=False, until=max(theirs.values()))
        if claim.since is not None and self.answered(claim.origin, dict.fromkeys(claim.names, claim.since)):
            return Elsewhere(answered=True)
        self._keep(claim.origin, numbers, until)
        return None

    def take_ahead(self, claims: Iterable[Claim], now: float, until: float) -> list[Claim]:
        """Claim of what will be asked next whatever can be, and return that."""
        taken = list[Claim]()
        # what is taken or answered is left out without a word: its own booking will say so when its turn comes
        by_origin: dict[str, list[Claim]] = {}
        for claim in claims:
            by_origin.setdefault(claim.origin, []).append(claim)
        for origin, some in by_origin.items():
            names = [name for claim in some for name in claim.names]
            number_of = dict(zip(names, prefixes(names), strict=True))
            theirs = self._of_others(origin, list(number_of.values()), now)
            barred = {name for name, number in number_of.items() if number in theirs}
            since = {name: claim.since for claim in some if claim.since is not None for name in claim.names}
            barred |= self.answered(origin, since)
            free = [claim for claim in some if barred.isdisjoint(claim.names)]
            self._keep(origin, [number_of[name] for claim in free for name in claim.names], until)
            taken += free
        return taken

    def _of_others(self, origin: str, numbers: Sequence[int], now: float) -> dict[int, float]:
        """Return which names, by prefix, other living processes have claimed, and until when."""
        sql = (
            "SELECT prefix, holder, until FROM EACH(?) JOIN claims ON prefix = value"
            " WHERE origin = ? AND holder <> ? AND until > ?"
        )
        rows = self._database.rows(sql, (sorted(set(numbers)), origin, self._holder, now))
        # a claim of a process that does not run any more is none: it is overwritten by the next who wants it
        return {prefix: until for prefix, holder, until in rows if not is_gone(holder)}

    def _keep(self, origin: str, numbers: Iterable[int], until: float) -> None:
        sql = (
            "INSERT INTO claims (origin, prefix, holder, until) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (prefix, origin) DO UPDATE SET holder = excluded.holder, until = excluded.until"
        )
        self._database.run_many(sql, [(origin, number, self._holder, until) for number in sorted(numbers)])
        self.any_taken = True

    def free(self, claimed: Sequence[Claimed], numbers: Sequence[int]) -> None:
        """End this process's claims, as far as it has them; ``numbers`` are the prefixes of their names."""
        if self.any_taken:  # an import has none
            self.ahead.drop(claimed)
            own = [(origin, number, self._holder) for (origin, _), number in zip(claimed, numbers, strict=True)]
            self._database.run_many("DELETE FROM claims WHERE origin = ? AND prefix = ? AND holder = ?", own)

    def free_all(self) -> None:
        self.ahead.clear()
        self.any_taken = False
        self._database.run("DELETE FROM claims WHERE holder = ?", (self._holder,))

    def sweep(self, now: float) -> None:
        """Forget what lapsed: of processes that were killed."""
        self._database.run("DELETE FROM claims WHERE until <= ?", (now,))
