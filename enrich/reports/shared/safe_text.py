"""Makes foreign text safe to show, and writes dates in the reader's time zone.

Names, labels and cells come from attackers: what they hold is shown as text, and what cannot be seen is spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo

from enrich.visible import visible

LONGEST_SHOWN = 120
"""Characters of a foreign text that a report shows; the whole stands in ``result.json``."""

_STEP = "[A-Za-z0-9_:][A-Za-z0-9_.:-]{0,255}"
_IN_PAGES = re.compile(f"{_STEP}(?:/{_STEP}){{0,5}}/?")
"""A path below a source's pages: no way up, no query, nothing that a page could take for a script."""


def shown(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Return ``text`` on one line with every invisible character spelled out (right-to-left marks, controls, lone
    halves).
    """
    if len(text) > longest:
        text = f"{text[: longest - 1]}… ({len(text):,})"
    return visible(text)


def page(link: str, pages: Iterable[str]) -> str:
    """Return the link, if it leads to one of the sources' own ``pages``, told by what these begin with; else ""."""
    below = (link.removeprefix(f"{start.rstrip('/')}/") for start in pages)
    return link if any(path != link and _IN_PAGES.fullmatch(path) for path in below) else ""


def time_of(seconds: int | None, zone: tzinfo) -> datetime | None:
    """Return Unix seconds as a time in ``zone``; None where there are none, or none that a calendar has."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, zone)
    except (ValueError, OverflowError, OSError):
        return None


def day(seconds: int | None, zone: tzinfo) -> str:
    """Return Unix seconds as a date in ``zone``; "" where there is none."""
    time = time_of(seconds, zone)
    return time.date().isoformat() if time is not None else ""


def moment(time: datetime | None, zone: tzinfo) -> str:
    """Return a time to the minute in ``zone``, without the zone's name."""
    return "" if time is None else time.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def zone_name(zone: tzinfo, at: datetime) -> str:
    """Return the zone's name for people: ``UTC``, ``Europe/Berlin``."""
    return str(getattr(zone, "key", "")) or at.astimezone(zone).tzname() or "UTC"
