"""The lookup services, one module each. A provider knows its service and nothing of spreadsheets or stores.

A provider's module offers ``Provider``, a class that fulfils :class:`Service` below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from enrich.model import Allowance, Answer, Column, Finding, Indicator, Quota


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

    async def fetch(self, indicator: Indicator) -> Answer:
        """Exactly one request. Found and not found are answers; all else raises ``ServiceError`` or ``KeyProblem``.

        The caller holds a permit for it, so nothing below may send a second time: no redirect, no hidden retry.
        ``NotSent`` where the request cannot have arrived. The answer's ``fetched_at`` is the wall clock's.
        """
        ...

    async def allowance(self) -> Allowance | None:
        """The service's word on the key; costs nothing. None where it does not say."""
        ...

    def decode(self, body: bytes, asked: Indicator, finding: Finding) -> Finding:
        """A stored answer read anew from its body, for columns that were not kept (chosen engines)."""
        ...

    async def close(self) -> None: ...


class Maker(Protocol):
    """What a provider's module offers as ``Provider``."""

    def __call__(
        self,
        key: str,
        *,
        address: str | None = None,
        proxy: str | None = None,
        ca_bundle: str | None = None,
        engines: Sequence[str] = (),
        connections: int = 32,
    ) -> Service: ...
