"""One provider as a run asks it: the user's wishes as small values, and how its service is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from enrich.config.parsing import UNLIMITED
from enrich.lookup.freshness import Policy
from enrich.model.column import Column
from enrich.model.indicator import Target
from enrich.model.quota import Allowance, Quota
from enrich.model.result import ServiceFacts
from enrich.providers import Provider, Service


@dataclass(frozen=True, slots=True)
class Spending:
    """What the user says of calls to one service; None where nothing is said, ``UNLIMITED`` for no limit."""

    per_minute: int | None = None
    per_day: int | None = None
    per_month: int | None = None
    budget: int | None = None
    """Calls that this run may make."""
    spent: int = 0
    """Those of them that it has made."""
    reserve: int = 0
    """Calls of the day left to others."""
    until: datetime | None = None
    """After which none is made."""
    wait: bool = False
    """Sleep over the resets of day and month, and over hours without network, instead of stopping."""
    concurrency: int | None = None
    """Calls in flight at once."""

    def quota(self, allowance: Allowance | None, default: Quota) -> Quota:
        """Return the user's word over the service's over the default, each limit on its own."""
        said = allowance.quota if allowance is not None else default
        return Quota(
            _over(self.per_minute, said.per_minute),
            _over(self.per_day, said.per_day),
            _over(self.per_month, said.per_month),
        )


def _over(wish: int | None, otherwise: int | None) -> int | None:
    if wish is None:
        return otherwise
    return None if wish == UNLIMITED else wish


@dataclass(frozen=True, slots=True)
class Source:
    """A provider with all that a run says of it. ``reach`` finds the key and gives the service, to be closed."""

    provider: Provider
    facts: ServiceFacts
    options: Any
    """The provider's own."""
    columns: tuple[Column, ...]
    """All that it has under these options."""
    spending: Spending
    policy: Policy
    malicious_from: int
    reach: Callable[[], Service]
    """Raises ``KeyProblem`` where no key is found or it can be none."""

    @property
    def name(self) -> str:
        return self.provider.NAME

    @property
    def origin(self) -> str:
        """What its answers are kept under."""
        return self.facts.origin

    def target_of(self, target: Target) -> Target | None:
        """Return ``target`` as this source is asked about it, by the name that it prefers; None where it knows none."""
        preferred = self.provider.preferred(target.names)
        if preferred is None or preferred is target.ask:
            return None if preferred is None else target
        others = tuple(name for name in target.names if name != preferred)
        return Target(preferred, others, target.weight)

    @property
    def chosen_columns(self) -> tuple[Column, ...]:
        """Those that are there for the user's options alone: chosen engines."""
        plain = self.provider.columns_for(self.provider.OPTIONS())
        return tuple(column for column in self.columns if column not in plain)
