"""Calls allowed and calls used. Days and months are UTC."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """Calls allowed; None is unlimited."""

    per_minute: int | None
    per_day: int | None
    per_month: int | None

    def left(self, used: Usage, reserve: int = 0) -> dict[str, int | None]:
        """Return the calls left of the ``day`` and the ``month``; ``reserve`` calls of the day are for others."""
        return {
            "day": None if self.per_day is None else max(0, self.per_day - reserve - used.day),
            "month": None if self.per_month is None else max(0, self.per_month - used.month),
        }


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls used in the running UTC day and month."""

    day: int
    month: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """The service's own word on a key: what it allows and what is used, the smaller of user and group."""

    quota: Quota
    used: Usage
    at: float | None = None
    """When the service counted, by its own clock (Unix seconds); None where it did not say."""


UNMETERED = Quota(None, None, None)
UNUSED = Usage(0, 0)
