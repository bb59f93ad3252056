"""What a store holds, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from enrich.model.finding import Status
from enrich.model.quota import Usage


@dataclass(frozen=True, slots=True)
class Info:
    """Counts are of objects: a file with all its hashes is one."""

    url: str
    size: int
    """Bytes of the whole store."""
    statuses: Mapping[Status, int]
    """The answers that stand, by what they say."""
    origins: Mapping[str, int]
    """The same by who gave them: a provider's name, or ``NAME@HOST`` where another host answered in its place."""
    past: int
    """Answers that newer ones replaced."""
    bodies: int
    body_size: int
    """Bytes of the kept bodies, a part of ``size``."""
    oldest: datetime | None
    newest: datetime | None
    """Of the answers that stand; None in an empty store."""
    ledger: Mapping[str, Usage]
    """Calls of the running day and month, by account."""
    machines: Mapping[str, datetime]
    """Hosts that used the store, and when last."""
    holds: Mapping[str, datetime]
    """Accounts for which the service asked to wait, and until when."""

    @property
    def objects(self) -> int:
        return sum(self.statuses.values())
