"""What this process claimed before its turn, so that a booking need not ask the database."""

from __future__ import annotations

from collections.abc import Iterable

from enrich.clock import Clock
from enrich.model.indicator import Indicator
from enrich.stores.shared.booking import Claim
from enrich.stores.sql.records import prefixes

Pair = tuple[str, int]
"""Origin and prefix of a name."""


def pairs_of(origin: str, names: Iterable[Indicator]) -> set[Pair]:
    """Return what a claim on ``names`` takes."""
    return {(origin, number) for number in prefixes(list(names))}


class ClaimedAhead:
    """Claims by pair, and until when (monotonic) each may be used without a look."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: dict[Pair, float] = {}

    def add(self, claims: Iterable[Claim], seconds: float) -> None:
        now = self._clock.monotonic()
        self._ends = {pair: end for pair, end in self._ends.items() if end > now}
        for claim in claims:
            self._ends.update(dict.fromkeys(pairs_of(claim.origin, claim.names), now + seconds))

    def use(self, claim: Claim) -> bool:
        """Return whether ``claim`` was taken ahead of its turn and still holds. True once."""
        pairs, now = pairs_of(claim.origin, claim.names), self._clock.monotonic()
        if not all(self._ends.get(pair, now) > now for pair in pairs):
            return False
        self.drop(pairs)
        return True

    def drop(self, pairs: Iterable[Pair]) -> None:
        for pair in pairs:
            self._ends.pop(pair, None)

    def clear(self) -> None:
        self._ends.clear()
