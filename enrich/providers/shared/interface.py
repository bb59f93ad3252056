"""What every lookup service offers, and how it is told to be asked. Knows no service, and nothing of HTTP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from enrich.model.column import Column
from enrich.model.finding import Answer, Finding
from enrich.model.indicator import Indicator
from enrich.model.quota import Allowance, Quota
from enrich.model.result import Service as Facts
from enrich.model.verdict import MALICIOUS_FROM, Verdict
from enrich.providers.shared.api_key import KeyPlaces

Unread = Callable[[], Answer]
"""What came for one indicator. Reading it takes longer than its way through the event loop, and less where many are
read one after the other: so whoever keeps the answers says when."""
OnRequest = Callable[[str], Callable[[int, str], None]]
"""Called with the path, from which the key is taken, as a request goes out; what it returns is called when that ended,
with the status (0: no answer) and the reason."""


@dataclass(frozen=True, slots=True)
class Access:
    """How the user wants a service to be asked."""

    key: str = field(repr=False)
    address: str | None = None
    """None: the service's own."""
    proxy: str | None = None
    ca_bundle: str | None = None
    """A file or folder of certificates to trust instead of the machine's own."""
    engines: Sequence[str] = ()
    """Those whose single verdicts become columns."""
    connections: int = 32
    malicious_from: int = MALICIOUS_FROM
    """Engines that make a verdict ``malicious``."""
    on_request: OnRequest | None = None


class Service(Protocol):
    """One lookup service."""

    name: str
    """Stable machine name, as stored: ``virustotal``."""
    default_quota: Quota
    """What holds where the service does not say."""
    account: str
    """Fingerprint of the key: names its ledger in the store; never the key."""

    async def fetch(self, indicator: Indicator) -> Unread:
        """Exactly one request. What came is returned unread; calling it gives the answer, found or not found.

        All else raises ``ServiceError`` or ``KeyProblem``: here where the status says so, from the call where only
        the body does (no report, of another file, a gzip bomb). The caller holds a permit for the request, so nothing
        below may send a second time: no redirect, no hidden retry. ``NotSent`` where the request cannot have arrived.
        The answer's ``fetched_at`` is when it came by the wall clock.
        """
        ...

    async def allowance(self) -> Allowance | None:
        """The service's word on the key; costs nothing. None where it does not say."""
        ...

    async def stated_allowance(self) -> Allowance | None:
        """The same, and ``ServiceError`` with the reason where it cannot be asked."""
        ...

    async def close(self) -> None: ...


class Entry(Protocol):
    """What a provider's module offers. All but ``make`` is to be had without a key and without the HTTP library."""

    NAME: str
    PREFIX: str
    """Of its columns: ``vt``."""
    DEFAULT_QUOTA: Quota
    KEY_PLACES: KeyPlaces

    def make(self, access: Access) -> Service:
        """The service itself. ``KeyProblem`` for a key that cannot be one, ``UsageError`` for an unsafe address."""
        ...

    def columns_for(self, engines: Sequence[str]) -> tuple[Column, ...]:
        """All columns, those of the chosen ``engines`` included."""
        ...

    def facts(self, address: str | None) -> Facts:
        """Who answers at ``address`` (None: the service's own), for the result document. No key, no network."""
        ...

    def verdict(self, finding: Finding, malicious_from: int) -> Verdict:
        """What an answer of this service says, by its status, counts and fields; ``Verdict.NONE`` where it is none.

        Asked for every finding of a run, stored ones included: the store keeps counts, not what was made of them.
        """
        ...

    def decode(self, body: bytes, finding: Finding, engines: Sequence[str]) -> Finding:
        """A stored answer read anew from its kept body, for columns that were not asked for when it came."""
        ...
