"""What the ledger says to a booking."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """A call booked: ``permit`` names it until it is settled or given back."""

    permit: int


@dataclass(frozen=True, slots=True)
class Wait:
    """No call may be made before ``until`` (Unix seconds).

    ``window`` says what is full: ``minute``, ``day``, ``month``; ``cool-down`` is the service's own word.
    """

    until: float
    window: str
