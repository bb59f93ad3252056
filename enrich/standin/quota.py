"""The quota as VirusTotal keeps it: calls per minute, day and month, of a key and of its group.

Calls count at arrival. The minute is a sliding window, a fixed one, or both; days and months are the UTC calendar's.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from enrich.clock import utc
from enrich.standin.options import OptionGroup, StandinOptions, Window

USER = "stand-in-user"
"""The name of every key's owner."""
UNLIMITED = 1_000_000_000
"""How VirusTotal spells "no limit" for a day or a month."""
UNLIMITED_HOURLY = 60_000_000_000
Quotas = dict[str, dict[str, dict[str, int | str]]]
"""Allowance name -> ``user`` or ``group`` -> ``allowed``, ``used``."""


@dataclass(frozen=True, slots=True)
class Instant:
    """When a request arrived: wall seconds for the calendar, monotonic seconds for the sliding window."""

    wall: float
    monotonic: float


@dataclass(slots=True)
class CallCounts:
    """Calls by UTC day and month of one payer: a key or a group."""

    per_day: int | None
    per_month: int | None
    days: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, terms: StandinOptions | OptionGroup, now: Instant) -> Self:
        """Return the counts by these ``terms``, with what they say was used before ``now``."""
        counts, day = cls(terms.per_day, terms.per_month), day_of(now)
        counts.pay(day, terms.used_day)
        counts.months[day[:7]] = max(terms.used_month, terms.used_day)
        return counts

    def spent(self, day: str) -> str:
        """Return which allowance has run out: ``month``, ``day`` or ``""``."""
        if self.per_month is not None and self.months[day[:7]] >= self.per_month:
            return "month"
        if self.per_day is not None and self.days[day] >= self.per_day:
            return "day"
        return ""

    def pay(self, day: str, calls: int = 1) -> None:
        self.days[day] += calls
        self.months[day[:7]] += calls

    def daily(self, day: str) -> dict[str, int | str]:
        return {"allowed": allowed(self.per_day), "used": self.days[day]}

    def monthly(self, day: str) -> dict[str, int | str]:
        return {"allowed": allowed(self.per_month), "used": self.months[day[:7]]}


@dataclass(slots=True)
class Minute:
    """Arrivals of one key within the running minute, for one way of counting."""

    limit: int | None
    seconds: float
    window: Window
    recent: deque[float] = field(default_factory=deque)
    slot: int = -1
    in_slot: int = 0

    def _turn(self, at: Instant) -> None:
        while self.recent and self.recent[0] <= at.monotonic - self.seconds:
            self.recent.popleft()
        slot = int(at.wall // self.seconds)
        if slot != self.slot:
            self.slot, self.in_slot = slot, 0

    def full(self, at: Instant) -> bool:
        self._turn(at)
        if self.limit is None:
            return False
        sliding = self.window is not Window.FIXED and len(self.recent) >= self.limit
        fixed = self.window is not Window.SLIDING and self.in_slot >= self.limit
        return sliding or fixed

    def count(self, at: Instant) -> None:
        self._turn(at)
        self.recent.append(at.monotonic)
        self.in_slot += 1


class Account:
    """One key's quota, and the group's that it pays into."""

    def __init__(self, options: StandinOptions, group: CallCounts | None, now: Instant) -> None:
        self.options = options
        self.group = group
        self.counts = CallCounts.of(options, now)
        self.minute = Minute(options.per_minute, options.minute_seconds, options.window)
        self.asked = Minute(None, options.minute_seconds, options.window)
        """Every charged request, the refused ones too: what the client really did."""
        self.most_sliding = 0
        self.most_fixed = 0
        self.hours: Counter[int] = Counter()

    def refusal(self, at: Instant) -> str:
        """Return what stands against one more call (``minute``, ``day``, ``month``), or ``""``. Notes that it was
        asked.
        """
        self.asked.count(at)
        self.most_sliding = max(self.most_sliding, len(self.asked.recent))
        self.most_fixed = max(self.most_fixed, self.asked.in_slot)
        day = day_of(at)
        spent = self.counts.spent(day) or (self.group.spent(day) if self.group else "")
        return spent or ("minute" if self.minute.full(at) else "")

    def charge(self, at: Instant) -> None:
        """Books one call, to the key and to its group."""
        day = day_of(at)
        self.minute.count(at)
        self.counts.pay(day)
        self.hours[int(at.wall // 3600)] += 1
        if self.group:
            self.group.pay(day)

    def overall_quotas(self, at: Instant) -> Quotas:
        """Return ``data`` of ``/users/{id}/overall_quotas``: no wrapper, and a ``group`` only where there is one."""
        day = day_of(at)
        per_minute = self.options.per_minute
        hourly = UNLIMITED_HOURLY if per_minute is None else per_minute * 60
        quotas: Quotas = {
            "api_requests_hourly": {"user": {"allowed": hourly, "used": self.hours[int(at.wall // 3600)]}},
            "api_requests_daily": {"user": self.counts.daily(day)},
            "api_requests_monthly": {"user": self.counts.monthly(day)},
        }
        if self.group and self.options.group:
            inherited: dict[str, int | str] = {"inherited_from": self.options.group.name}
            quotas["api_requests_daily"]["group"] = inherited | self.group.daily(day)
            quotas["api_requests_monthly"]["group"] = inherited | self.group.monthly(day)
        return quotas

    def usage(self) -> dict[str, object]:
        """Return ``data`` of ``/users/{id}/api_usage``: calls by day."""
        daily = {day: {"files": calls} for day, calls in sorted(self.counts.days.items()) if calls}
        return {"daily": daily, "total": {"files": sum(self.counts.days.values())}}

    def profile(self, at: Instant) -> dict[str, object]:
        """Return ``data`` of ``/users/{id}``: quotas flat, without user and group."""
        quotas = {name: quota["user"] for name, quota in self.overall_quotas(at).items()}
        attributes = {"first_name": "Stand-in", "status": "active", "quotas": quotas, "privileges": {}}
        link = {"self": f"https://www.virustotal.com/api/v3/users/{USER}"}
        return {"id": USER, "type": "user", "links": link, "attributes": attributes}


class Accounts:
    """The accounts of all keys."""

    def __init__(self, options: StandinOptions) -> None:
        self.options = options
        self.accounts: dict[str, Account] = {}
        self.group: CallCounts | None = None

    def account(self, key: str, now: Instant) -> Account:
        """Return the key's account, opened at its first request."""
        if key not in self.accounts:
            if self.group is None and self.options.group:
                self.group = CallCounts.of(self.options.group, now)
            self.accounts[key] = Account(self.options, self.group, now)
        return self.accounts[key]


def allowed(limit: int | None) -> int:
    return UNLIMITED if limit is None else limit


def day_of(at: Instant) -> str:
    """Return the UTC day as ``2026-11-22``; its first seven characters are the month."""
    return _calendar(int(at.wall // 86400))


@lru_cache(maxsize=64)
def _calendar(days: int) -> str:
    return utc(days * 86400).strftime("%Y-%m-%d")
