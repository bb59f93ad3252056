"""Makes foreign text safe to show, and writes dates in the reader's time zone. Knows nothing of any form.

Names, labels and cells come from attackers: what they hold is shown as text, and what cannot be seen is spelled out.
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from enrich.visible import visible

LONGEST = 120
"""Characters of a foreign text that a report shows; the whole stands in ``result.json``."""

PAGES = "https://www.virustotal.com/gui/"
"""The service's own pages. They are checked against this, as a result document may come from anybody: no report links
to anywhere else."""
_PAGE = re.compile(
    r"(?:file|url)/[0-9a-f]{64}|domain/[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?|ip-address/[0-9a-f.:]{2,45}"
)


def shown(text: str, longest: int = LONGEST) -> str:
    """``text`` on one line with every invisible character spelled out (right-to-left marks, controls, lone halves)."""
    if len(text) > longest:
        text = f"{text[: longest - 1]}… ({len(text):,})"
    return visible(text)


def page(link: str) -> str:
    """The link, if it leads to one of the service's own pages of a file, domain, address or URL; else ""."""
    return link if link.startswith(PAGES) and _PAGE.fullmatch(link, len(PAGES)) else ""


def day(seconds: int | None, zone: tzinfo) -> str:
    """Unix seconds as a date in ``zone``; "" where there is none, or none that a calendar has."""
    if seconds is None:
        return ""
    try:
        return datetime.fromtimestamp(seconds, zone).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def moment(time: datetime | None, zone: tzinfo) -> str:
    """A time to the minute in ``zone``, without the zone's name."""
    return "" if time is None else time.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def zone_name(zone: tzinfo, at: datetime) -> str:
    """The zone's name for people: ``UTC``, ``Europe/Berlin``."""
    return str(getattr(zone, "key", "")) or at.astimezone(zone).tzname() or "UTC"
