"""What every lookup service offers, the user's settings for access to it, and the requests that may be sent to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from enrich.model.finding import Answer
from enrich.model.indicator import Indicator
from enrich.model.quota import Allowance
from enrich.model.sent_request import SentRequest

Unread = Callable[[], Answer]
"""What came for one indicator. Reading it takes longer than its way through the event loop, and less where many are
read one after the other: so whoever keeps the answers says when."""


OnRequest = Callable[[SentRequest], Callable[[int, str], None]]
"""Called as a request goes out; what it returns is called when that ended, with the status (0: no answer) and why."""


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of request that a provider may send: a method, a path and a body that each match as a whole.

    ``path`` and ``body`` are regular expressions; a body that is not allowed is the empty one. Routes read: none of
    them submits or publishes anything, and a body holds indicators and nothing else.
    """

    method: str
    path: str
    body: str = ""
    meaning: str = ""
    """What it asks, for people."""

    def allows(self, method: str, path: str, body: bytes) -> bool:
        return (
            method == self.method
            and re.fullmatch(self.path, path) is not None
            and re.fullmatch(self.body.encode(), body) is not None
        )


@dataclass(frozen=True, slots=True)
class Access:
    """How the user wants a service to be asked."""

    key: str = field(default="", repr=False)
    """"" for a service that takes none."""
    address: str | None = None
    """None: the service's own."""
    proxy: str | None = None
    ca_bundle: str | None = None
    """A file or folder of certificates to trust instead of the machine's own."""
    options: Any = None
    """The provider's own; None: its defaults."""
    connections: int = 32
    timeout: float = 60.0
    """Seconds that one answer may take."""
    on_request: OnRequest | None = None


class Service(Protocol):
    """One lookup service, reached."""

    origin: str
    """Who answers: findings and claims are kept by it. The provider's name for its own service, ``NAME@HOST[:PORT]``
    where another address answers."""
    account: str
    """Fingerprint of the key at this origin: names its ledger in the store; never the key."""

    async def fetch(self, indicator: Indicator) -> Unread:
        """Send exactly one request. What came is returned unread; calling it gives the answer, found or not found.

        All else raises ``ServiceError`` or ``KeyProblem``: here where the status says so, from the call where only
        the body does (no report, of another file, a gzip bomb). The caller holds a permit for the request, so nothing
        below may send a second time: no redirect, no hidden retry. ``NotSent`` where the request cannot have arrived.
        The answer's ``fetched_at`` is when it came by the wall clock.
        """
        ...

    async def allowance(self) -> Allowance | None:
        """Return the service's word on the key; costs nothing. None where it does not say.

        Raises ``KeyProblem`` for a refused key, and ``Unreachable`` where no lookup would get further either.
        """
        ...

    async def stated_allowance(self) -> Allowance | None:
        """Return the same; ``ServiceError`` with the reason where it cannot be asked."""
        ...

    async def close(self) -> None: ...
