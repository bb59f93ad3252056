"""What a key may spend, read from ``overall_quotas`` (https://docs.virustotal.com/reference/user-overall-quotas)."""

from __future__ import annotations

from enrich.model.quota import Allowance, Quota, Usage
from enrich.providers.virustotal.schema import Counter, QuotaCount, Quotas, read

PUBLIC = Quota(per_minute=4, per_day=500, per_month=15_500)
"""What a public key is given, where the service does not say."""
UNLIMITED = 1_000_000_000
"""VirusTotal writes "no limit" as this number or a larger one."""


def allowance(body: bytes, at: float | None = None) -> Allowance | None:
    """Return the smaller of user and group for each period; None where nothing is counted. ``Transient``: no JSON."""
    data = read(body, Quotas).data
    if data is None:
        return None
    hour, day, month = (
        _binding(c) for c in (data.api_requests_hourly, data.api_requests_daily, data.api_requests_monthly)
    )
    if hour is None and day is None and month is None:
        return None
    per_hour = _limit(hour, None)
    # The service tells an hour and enforces a minute; without its word a public key's pace is the safe one.
    per_minute = PUBLIC.per_minute if hour is None else None if per_hour is None else max(1, per_hour // 60)
    quota = Quota(per_minute, _limit(day, PUBLIC.per_day), _limit(month, PUBLIC.per_month))
    return Allowance(quota, Usage(day=_used(day), month=_used(month)), at)


def _binding(counter: Counter | None) -> QuotaCount | None:
    """Return the count that runs out first. A user with 0 in a group that is allowed more lives on the group's."""
    if counter is None:
        return None
    flat = QuotaCount(counter.allowed, counter.used)
    # fewer than none is no number of calls: nothing is said
    counts = [c for c in (counter.user, counter.group, flat) if c is not None and _is_said(c)]
    if any(c.allowed for c in counts):
        counts = [c for c in counts if c.allowed]
    return min(counts, key=_remaining, default=None)


def _is_said(count: QuotaCount) -> bool:
    return count.allowed is not None and count.allowed >= 0


def _remaining(count: QuotaCount) -> float:
    allowed = _limit(count, 0)
    return float("inf") if allowed is None else allowed - _used(count)


def _limit(count: QuotaCount | None, default: int | None) -> int | None:
    """Return the calls allowed; None is unlimited; ``default`` where nothing is said."""
    if count is None or count.allowed is None:
        return default
    return None if count.allowed >= UNLIMITED else count.allowed


def _used(count: QuotaCount | None) -> int:
    return max(0, count.used or 0) if count is not None else 0
