"""Numbers that a number format shows as dates: which formats do, and serial numbers to ISO text and back."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

SHIFT_1904 = 1462
"""Days between the two epochs that workbooks count from."""
UNIX_EPOCH = 25569
"""1970-01-01 as a serial number of the 1900 system."""
_BUILT_IN_DATES = {14, 15, 16, 17, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 57, 58}
_BUILT_IN_TIMES = {18, 19, 20, 21, 22, 32, 33, 45, 46, 47, 55, 56}
_DAY_ZERO = date(1899, 12, 30).toordinal()
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


class Shown(Enum):
    """What a number format makes of a number."""

    NUMBER = 0
    DATE = 1
    TIME = 2
    """With hours, or hours alone."""


def shown_as(number_format: int, code: str | None) -> Shown:
    """Return how a number in that format is shown; ``code`` is the workbook's own definition, if it has one."""
    if code is None:
        if number_format in _BUILT_IN_DATES:
            return Shown.DATE
        return Shown.TIME if number_format in _BUILT_IN_TIMES else Shown.NUMBER
    # A code has up to four sections (positive; negative; zero; text). The first shows what a date would. `\h` and "h"
    # are letters to show, `[Red]` a colour, `[h]` hours beyond a day.
    bare = _LITERAL.sub("", code.partition(";")[0]).lower()
    if bare in ("", "general", "@") or "e+" in bare or "e-" in bare or "general" in bare:
        return Shown.NUMBER
    if "h" in bare or "s" in bare:
        return Shown.TIME
    return Shown.DATE if set(bare) & set("ymdeg") and not set(bare) & set("0#?") else Shown.NUMBER


def iso(raw: str, date1904: bool) -> str:
    """Return a serial number as ISO text; what is no date any more comes back as it is."""
    try:
        serial = float(raw)
    except ValueError:
        return raw
    if not 0 <= serial < 2_958_466:
        return raw
    days = int(serial)
    seconds = round((serial - days) * 86400)
    if days == 0 and not date1904:
        return str(timedelta(seconds=seconds)).zfill(8) if seconds < 86400 else raw
    if date1904:
        days += SHIFT_1904
    elif days < 60:
        days += 1  # the 1900 system counts a 29 February 1900 that never was
    if seconds == 86400:
        days, seconds = days + 1, 0
    day = date.fromordinal(_DAY_ZERO + days).isoformat()
    return f"{day}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds else day


def serial(seconds: int, date1904: bool) -> str | None:
    """Return Unix seconds as a serial number to the second; None where a workbook has no such date."""
    days, rest = divmod(seconds, 86400)
    days += UNIX_EPOCH - (SHIFT_1904 if date1904 else 0)
    if not (0 if date1904 else 61) <= days < 2_958_466 - (SHIFT_1904 if date1904 else 0):
        return None
    return f"{days}{_part_of_a_day(rest)}" if rest else str(days)


@lru_cache(maxsize=86_400)
def _part_of_a_day(seconds: int) -> str:
    """Behind the whole days: a point and ten digits at most."""
    return f"{seconds / 86400:.10f}"[1:].rstrip("0")
