"""Which day a call counts for: the service's, as far as its clock is known. Arithmetic alone."""

from __future__ import annotations

from collections.abc import Iterable

from enrich.clock import Clock, Day

MIDNIGHT_SECONDS = 5.0
"""Seconds on both sides of midnight that may be another day for the service: its clock and ours are never the same.

A day lasts so much longer for us, and what is booked so close to its end counts for both days.
"""
SAME_CLOCK_SECONDS = 2.0
"""Seconds that our clock may be off the service's by what its whole-second ``Date`` and the way here make uncertain."""


class Days:
    """The running day of each account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._running: dict[str, Day] = {}
        self._offsets: dict[str, float] = {}

    def learn(self, account: str, at: float) -> None:
        """Take what the account's service said: its time is ``at`` (Unix seconds)."""
        # a difference that the whole seconds of ``Date`` explain is none: else each answer would move midnight
        offset = at - self._clock.time()
        self._offsets[account] = offset if abs(offset) > SAME_CLOCK_SECONDS else 0.0

    def offset(self, account: str) -> float:
        """Return by how many seconds the service's clock is ahead of ours; 0 where it is not known."""
        return self._offsets.get(account, 0.0)

    def running(self, account: str) -> Day:
        """Return the day that calls of now count for."""
        # a day begins late for us: a call counted for a day that is over there costs nothing, one for a day that has
        # not begun there is refused
        wall = self._clock.time() + self.offset(account) - MIDNIGHT_SECONDS
        day = self._running.get(account)
        if day is None or not day.begins <= wall < day.ends:
            day = self._running[account] = Day.at(wall)
        return day

    def possible(self, account: str, day: Day) -> list[Day]:
        """Return the days that a call of now may count for, ``day`` running."""
        late = self._clock.time() + self.offset(account) >= day.ends - MIDNIGHT_SECONDS
        return [day, Day.at(day.ends)] if late else [day]

    def reset(self, account: str, ends: float) -> float:
        """Return when, by our clock, the day or month is over that ends at ``ends`` by the service's."""
        return ends + MIDNIGHT_SECONDS - self.offset(account)


def periods(days: Iterable[str]) -> list[str]:
    """Return what is counted for calls of ``days`` (``2026-11-22``): these, and their months."""
    return sorted({period for day in days for period in (day, day[:7])})
