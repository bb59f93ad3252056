"""The lookup services, one module each. A provider knows its service and nothing of spreadsheets or stores.

A provider's module fulfils :class:`Entry` below, and its ``make`` gives a :class:`Service`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, cast

from enrich.model import Allowance, Answer, Column, Finding, Indicator, Quota
from enrich.registry import entries
from enrich.result import Service as Facts

Unread = Callable[[], Answer]
"""What came for one indicator. Reading it takes longer than its way through the event loop, and less where many are
read one after the other: so whoever keeps the answers says when."""


class Service(Protocol):
    """One lookup service."""

    name: str
    """Stable machine name, as stored: ``virustotal``."""
    title: str
    prefix: str
    """Of its columns: ``vt``."""
    kinds: frozenset[str]
    columns: tuple[Column, ...]
    """All columns that it can fill, the default ones first and in the contract's order."""
    default_quota: Quota
    """What holds where the service does not say."""
    address: str
    stand_in: bool
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


class Maker(Protocol):
    """What a provider's module offers as ``make``."""

    def __call__(
        self,
        key: str,
        *,
        address: str | None = None,
        proxy: str | None = None,
        ca_bundle: str | None = None,
        engines: Sequence[str] = (),
        connections: int = 32,
        on_request: Callable[[str], Callable[[int, str], None]] | None = None,
    ) -> Service:
        """``on_request`` hears of every request: the path, without the key, and then its status and reason."""
        ...


class Entry(Protocol):
    """What a provider's module offers. All but ``make`` is to be had without a key and without the HTTP library."""

    NAME: str
    PREFIX: str
    DEFAULT_QUOTA: Quota

    make: Maker

    def columns_for(self, engines: Sequence[str]) -> tuple[Column, ...]:
        """All columns, those of the chosen ``engines`` included."""
        ...

    def facts(self, address: str | None) -> Facts:
        """Who answers at ``address`` (None: the service's own), for the result document. No key, no network."""
        ...

    def decode(self, body: bytes, finding: Finding, engines: Sequence[str]) -> Finding:
        """A stored answer read anew from its kept body, for columns that were not asked for when it came."""
        ...


def entry_named(name: str) -> Entry:
    """The provider's module of this name."""
    return cast("Entry", entries(__name__)[name])
