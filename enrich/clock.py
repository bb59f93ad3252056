"""Time as a thing that is handed in, so that tests never wait."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

AHEAD = 300.0
"""Seconds that a date of another machine may lie ahead of now: clocks that are kept at all differ by less."""


class Clock(Protocol):
    """Wall time in Unix seconds, monotonic seconds, and sleep."""

    def time(self) -> float: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own clock."""

    def time(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        from asyncio import sleep  # noqa: PLC0415 - half of what `enrich --help` would import

        await sleep(seconds)


def utc(seconds: float) -> datetime:
    """Return Unix seconds as an aware UTC time."""
    return datetime.fromtimestamp(seconds, UTC)


utc_of_answer = lru_cache(maxsize=1024)(utc)
"""The same for the times of answers, which come in bursts: many are of one second."""


def iso(when: datetime) -> str:
    """Return a UTC time to the second, as ``2026-11-22T12:00:00Z``."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def iso_milliseconds(seconds: float) -> str:
    """Return Unix seconds as ``2026-11-22T12:00:00.250Z``: for logs, where requests come closer than a second."""
    return utc(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Day:
    """A UTC day, which quotas are counted in. ``name`` as ``2026-11-22``, ``month`` as ``2026-11``.

    ``number`` counts days; ``begins`` and the ends of day and month are Unix seconds.
    """

    name: str
    month: str
    number: int
    begins: float
    ends: float
    month_ends: float

    @classmethod
    def at(cls, seconds: float) -> Day:
        """Return the day that the Unix time ``seconds`` lies in."""
        midnight = utc(seconds).replace(hour=0, minute=0, second=0, microsecond=0)
        next_month = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
        begins = midnight.timestamp()
        name = midnight.date().isoformat()
        return cls(name, name[:7], midnight.toordinal(), begins, begins + 86_400, next_month.timestamp())
