"""What this process claimed before its turn, so that a booking need not ask the database."""

from __future__ import annotations

from collections.abc import Iterable

from enrich.clock import Clock
from enrich.model.indicator import Indicator
from enrich.stores.shared.booking import Claim

Claimed = tuple[str, Indicator]
"""An origin, and a name that it is asked about."""


class ClaimedAhead:
    """What was claimed, and until when (monotonic) each may be used without a look."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: dict[Claimed, float] = {}

    def add(self, claims: Iterable[Claim], seconds: float) -> None:
        now = self._clock.monotonic()
        self._ends = {claimed: end for claimed, end in self._ends.items() if end > now}
        for claim in claims:
            self._ends.update(dict.fromkeys(claimed_by(claim), now + seconds))

    def use(self, claim: Claim) -> bool:
        """Return whether ``claim`` was taken ahead of its turn and still holds. True once."""
        claimed, now = claimed_by(claim), self._clock.monotonic()
        if any(self._ends.get(one, now) <= now for one in claimed):
            return False
        self.drop(claimed)
        return True

    def drop(self, claimed: Iterable[Claimed]) -> None:
        for one in claimed:
            self._ends.pop(one, None)

    def clear(self) -> None:
        self._ends.clear()


def claimed_by(claim: Claim) -> list[Claimed]:
    return [(claim.origin, name) for name in claim.names]
