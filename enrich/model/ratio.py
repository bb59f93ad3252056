"""The one way to write a detection ratio."""

from __future__ import annotations


def ratio(malicious: int | None, engines: int | None, none: str = "") -> str:
    """Return ``53/72``; ``none`` where no engine gave a verdict."""
    return none if malicious is None or engines is None else f"{malicious}/{engines}"
