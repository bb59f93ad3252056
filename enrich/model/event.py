"""What a progress listener is told during a run of lookups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from enrich.model.finding import Finding


class EventKind(StrEnum):
    """What happened in a run of lookups, and what an event of the kind carries."""

    STARTED = "started"
    """``total`` lookups are to be made, ``reach`` of them in this run, which ends by ``until``; at the pace these take
    ``seconds``.

    Where a run has several sources, ``text`` is the title of the one that is asked; ``joins`` where others still are.
    """
    ANSWERED = "answered"
    """One target ended; ``finding`` holds how."""
    RETRYING = "retrying"
    """One target is asked about once more; ``text`` says why."""
    WAITING = "waiting"
    """All workers wait until ``until``: the rate, a Retry-After, a reset."""
    PACED = "paced"
    """The rate lets the next call through at ``until``, within a minute or so: the pace itself, and no news."""
    WRITING = "writing"
    """An output is begun; ``text`` is its path."""
    STOPPED = "stopped"
    """No further lookup is made; ``text`` says why."""
    ENDED = "ended"


class Event(Struct, frozen=True, gc=False):
    """What a progress listener hears."""

    kind: EventKind
    text: str = ""
    finding: Finding | None = None
    total: int = 0
    reach: int = 0
    seconds: float = 0.0
    until: datetime | None = None
    joins: bool = False


Listener = Callable[[Event], None]
"""Whoever listens to a run of lookups."""


def ignore_events(event: Event) -> None:
    """Ignore an event: a listener for who wants to hear nothing."""
