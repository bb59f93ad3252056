"""How far calls get, day by day, with the resets at 00:00 UTC. Arithmetic alone: no store, no clock, no service."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from enrich.clock import Day
from enrich.model.quota import Quota, Usage

MOST_DAYS: Final = 100_000
"""Days that are looked ahead."""


@dataclass(frozen=True, slots=True)
class Means:
    """What calls are paid from. ``hold``: seconds that a call takes its place in the minute for."""

    quota: Quota
    used: Usage
    hold: float

    def span(self, calls: int) -> float:
        """Return how many seconds lie between the first and the last of so many calls in one day."""
        per_minute = self.quota.per_minute
        return 0.0 if per_minute is None or calls < 1 else (calls - 1) // max(1, per_minute) * self.hold

    def fit(self, seconds: float) -> float:
        if seconds <= 0:
            return 0
        per_minute = self.quota.per_minute
        return math.inf if per_minute is None else per_minute * (1 + seconds // self.hold)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The calls of one day, from the Unix time ``begins`` on. ``dry``: with them the day's or month's are spent."""

    begins: float
    calls: int
    seconds: float
    dry: bool


def stretches(calls: int, means: Means, now: float) -> Iterator[Stretch]:
    """Yield how many of ``calls`` are made on each day; they add up to fewer where the allowance never suffices."""
    quota, at = means.quota, now
    if 0 in (quota.per_day, quota.per_month):
        return
    day = Day.at(at)
    day_left, month_left = _left(quota.per_day, means.used.day), _left(quota.per_month, means.used.month)
    for _ in range(MOST_DAYS):
        allowed = min(day_left, month_left)
        room = int(min(calls, allowed, means.fit(day.ends - at)))
        calls -= room
        yield Stretch(at, room, means.span(room), dry=room >= allowed)
        if calls <= 0:
            return
        month_left -= room
        at = day.month_ends if month_left < 1 else day.ends
        try:
            tomorrow = Day.at(at)
        except (OverflowError, ValueError):  # beyond the calendar: never
            return
        if tomorrow.month != day.month:
            month_left = _left(quota.per_month, 0)
        day, day_left = tomorrow, _left(quota.per_day, 0)


def _left(limit: int | None, used: int) -> float:
    return math.inf if limit is None else max(0, limit - used)
