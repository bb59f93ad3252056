"""Counts and spans of time in words."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 file``, ``2,000 files``; ``plural`` where an s does not make it ("hashes")."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def span(seconds: float) -> str:
    """Return ``38 s``, ``4 min``, ``2 h 05 min``, ``24 days``."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        hours, minutes = divmod(round(seconds / 60), 60)
        return f"{hours} h {minutes:02} min"
    return f"{round(seconds / 86400)} days"
