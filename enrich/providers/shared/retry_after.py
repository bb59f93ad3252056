"""``Retry-After`` (RFC 9110, 10.2.3): seconds, or a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from enrich.clock import utc

LONGEST_WAIT = 86_400.0
"""Seconds. A longer wait is cut to this: asking once a day costs nothing, sleeping for ever would."""


def retry_at(headers: Mapping[str, str], now: float) -> datetime | None:
    """Return when the service says to come back; None where it is not readable. ``now`` in Unix seconds.

    A date is measured by the server's own ``Date``, so that a wrong clock on either side does no harm.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        wait = float(int(text[:9]))
    else:
        then = stated(text)
        if then is None:
            return None
        wait = then - (stated(headers.get("Date", "")) or now)
    return utc(now + min(max(wait, 1.0), LONGEST_WAIT))


def stated(text: str) -> float | None:
    """Return an HTTP date in Unix seconds; None where it is none."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (date if date.tzinfo is not None else date.replace(tzinfo=UTC)).timestamp()
