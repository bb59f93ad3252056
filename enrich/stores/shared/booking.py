"""What is booked in the ledger, and what the ledger says to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from enrich.model.indicator import Indicator


class Claim(Struct, frozen=True):
    """What a call will be made for, so that no other process makes the same one.

    ``origin`` is who is asked: answers are kept by it. ``names`` are all names that a row gives of the object, the
    asked one among them. An answer that the store got at or after ``since`` (Unix seconds by the store's clock; None:
    none) makes the call needless.
    """

    origin: str
    names: tuple[Indicator, ...]
    since: float | None = None


class Timing(Struct, frozen=True):
    """How long a call takes its place in the minute, in seconds.

    Its place is free ``minute + margin`` after it was settled; ``minute`` differs from 60 in tests alone. ``longest``
    bounds how long it may be under way: the place of one that is never settled (its process was killed) is free that
    much later, and what it claimed is free after ``longest``. Not sooner, however long its holder is silent: a client
    that waits for an answer books nothing, a laptop that was shut goes on where it was, and behind a pooler or after a
    failover no session tells who is alive. A claim that is freed wrongly is a file paid for twice; one that lapses late
    costs those who want this one file a minute and a half, and only after a crash on another machine.
    """

    minute: float = 60.0
    margin: float = 1.0
    longest: float = 90.0

    @property
    def after_end(self) -> float:
        """Seconds for which a call that ended still counts."""
        return self.minute + self.margin


USUAL_TIMING: Final = Timing()


Ahead = Callable[[int], Sequence[Claim]]
"""Gives the claims of at most so many calls that will be booked next, in their order. They are looked at, not taken."""


class Grant(Struct, frozen=True, gc=False):
    """A call booked: ``permit`` names it until it is settled or given back."""

    permit: int


class Wait(Struct, frozen=True, gc=False):
    """No call may be made before ``until`` (Unix seconds by the store's clock).

    ``window`` says what is full: ``minute``, ``day``, ``month``; ``cool-down`` is the service's own word.
    """

    until: float
    window: str


class Elsewhere(Struct, frozen=True, gc=False):
    """Nothing is booked, for the call would be the second one for its object.

    ``answered``: the store has an answer since ``Claim.since``; take it with ``get_many``. Else another process asks
    at this moment: put the target to the back of the queue. Its claim lapses by itself at ``until`` (Unix seconds) at
    the latest, where that process was killed.
    """

    answered: bool
    until: float = 0.0
