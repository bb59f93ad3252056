"""The back ends that keep answers, their history and the quota ledger, one module each, behind one small interface.

A store's module offers ``open(url: str, clock: Clock) -> Store``; the scheme of the URL names the module. Every store
passes ``tests/stores/contract.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from enrich.model import Answer, Finding, Indicator, Past, Quota, Usage


@dataclass(frozen=True, slots=True)
class Grant:
    """A call booked: ``permit`` names it until it is settled or given back."""

    permit: int


@dataclass(frozen=True, slots=True)
class Wait:
    """No call may be made before ``until`` (Unix seconds). ``window`` is ``minute``, ``day`` or ``month``."""

    until: float
    window: str


class Store(Protocol):
    """Answers by any of an object's names, and the ledger of calls by account."""

    url: str

    def get_many(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, Finding]:
        """The newest answer to each indicator that has one, whatever its age, found by any alias."""
        ...

    def put_many(self, answers: Sequence[Answer]) -> None:
        """Keep answers (found, not found; all else is refused with ValueError). Durable when it returns."""
        ...

    def bodies(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, bytes]:
        """The kept wire bodies."""
        ...

    def history(self, provider: str, indicators: Iterable[Indicator]) -> dict[Indicator, list[Past]]:
        """All answers ever given, oldest first."""
        ...

    def changed_elsewhere(self) -> bool:
        """Whether another connection wrote since this was last asked: cheap enough to ask before every send."""
        ...

    def book(self, account: str, quota: Quota) -> Grant | Wait:
        """Book one call in one atomic step, or say until when to wait."""
        ...

    def settle(self, account: str, permit: int) -> None:
        """The booked call ended: its place in the minute is free a minute (and a margin) from now."""
        ...

    def give_back(self, account: str, permit: int) -> None:
        """The booked call was never sent: it costs nothing."""
        ...

    def usage(self, account: str) -> Usage:
        """Calls used in the running UTC day and month."""
        ...

    def correct(self, account: str, used: Usage) -> None:
        """The service's own count; where it is higher than ours, somebody else uses the key."""
        ...

    def hold_off(self, account: str, until: float) -> None:
        """No process may send for this account before ``until`` (Unix seconds): one shared cool-down."""
        ...

    def info(self) -> dict[str, Any]: ...

    def export(self) -> Iterator[dict[str, Any]]:
        """Every answer and its history as plain JSON values."""
        ...

    def merge(self, records: Iterable[dict[str, Any]]) -> int:
        """Take in exported records; the newer answer and all history survive. Returns how many were new."""
        ...

    def prune(self, older_than: float, *, bodies_only: bool = False) -> int: ...

    def close(self) -> None: ...
