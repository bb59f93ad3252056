"""What the ledger says to a booking."""

from __future__ import annotations

from msgspec import Struct


class Grant(Struct, frozen=True, gc=False):
    """A call booked: ``permit`` names it until it is settled or given back."""

    permit: int


class Wait(Struct, frozen=True, gc=False):
    """No call may be made before ``until`` (Unix seconds).

    ``window`` says what is full: ``minute``, ``day``, ``month``; ``cool-down`` is the service's own word.
    """

    until: float
    window: str
