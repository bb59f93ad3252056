"""The lookup services, one module each. A provider knows its service and nothing of spreadsheets or stores.

A provider's module offers ``Provider``, a class that fulfils :class:`Service` below.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from enrich.model import Allowance, Answer, Column, Finding, Indicator, Quota


class Permit(Protocol):
    """The right to send one request; entered around every real send, hidden retries included.

    Leaving it after an answer starts the minute for which it stays spent. ``not_sent`` gives it back whole.
    """

    def not_sent(self) -> None: ...


class Gate(Protocol):
    """Where permits come from; ``permit`` waits for the pace and raises ``QuotaSpent`` when no call may be made.

    ``asked`` is what the call is about; the audit log and the last look into the store need it.
    """

    def permit(self) -> AbstractAsyncContextManager[Permit]: ...


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
        """One call. Found and not found are answers; all else raises a ``ServiceError`` or ``KeyProblem``."""
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
        gate: Gate,
        *,
        address: str | None = None,
        proxy: str | None = None,
        ca_bundle: str | None = None,
        engines: Sequence[str] = (),
        connections: int = 32,
    ) -> Service: ...
