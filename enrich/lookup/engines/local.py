"""The lookup core in this process: asks the service for its limits, then lets the core run at their pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random

from enrich.clock import Clock, utc
from enrich.config.parsing import UNLIMITED
from enrich.config.settings import Settings
from enrich.errors import KeyProblem
from enrich.lookup.rate_limit import Pace
from enrich.lookup.workers import Lookup, Outcome
from enrich.model.event import Event, EventKind, Listener
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Allowance, Quota
from enrich.providers import Service
from enrich.signals import Interrupt
from enrich.stores import Store

MOST_IN_FLIGHT = 32
"""More buys nothing: measured on loopback, where it would show first."""

WORTH_SAYING = 90.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Work:
    """One run's lookups: what is wanted, what is known already, and until when calls may be made."""

    wanted: list[Target]
    known: dict[Indicator, Finding]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """How it went, by which limits, and how many calls were really sent."""

    outcome: Outcome
    quota: Quota
    calls: int
    account: str


async def look_up(
    work: Work,
    service: Service,
    store: Store,
    settings: Settings,
    clock: Clock,
    listener: Listener,
    interrupt: Interrupt,
) -> Done:
    """Ask about all that is wanted and close the service. A refused key is an outcome, not an exception."""
    try:
        try:
            allowance = await interrupt.answer(service.allowance())
        except KeyProblem as problem:
            return Done(refused(work, service, problem, listener), service.default_quota, 0, service.account)
        quota = limits(settings, allowance, service.default_quota)
        pace = Pace(
            store,
            service.account,
            quota,
            clock,
            budget=settings.budget,
            reserve=settings.reserve,
            until=work.until.timestamp() if work.until else None,
            wait=settings.wait,
            on_wait=partial(_tell, listener, clock),
        )
        if allowance is not None:
            store.correct(service.account, allowance.used, at=allowance.at)
        in_flight = settings.concurrency or min(MOST_IN_FLIGHT, quota.per_minute or MOST_IN_FLIGHT)
        lookup = Lookup(service, store, pace, clock, listener, concurrency=in_flight, chance=Random())  # noqa: S311 - spreads tries
        with interrupt.calling(lookup.stop):
            outcome = await lookup.run(work.wanted, work.known)
        return Done(outcome, quota, pace.calls, service.account)
    finally:
        await service.close()


def _tell(listener: Listener, clock: Clock, until: float, reason: str) -> None:
    """Waits of the rate are the pace itself; a longer one is news."""
    kind = EventKind.WAITING if until - clock.time() > WORTH_SAYING else EventKind.PACED
    listener(Event(kind, text=reason, until=utc(until)))


def refused(work: Work, service: Service, problem: KeyProblem, listener: Listener) -> Outcome:
    """Nothing was asked: every target is pending, and the reason says so."""
    reason = f"the service refused the key: {problem}"
    listener(Event(EventKind.STOPPED, text=reason))
    missed = {t.ask: Finding(t.ask, service.name, Status.PENDING, detail=reason) for t in work.wanted}
    return Outcome(work.known, stopped=reason, problem=problem, missed=missed)


def limits(settings: Settings, allowance: Allowance | None, default: Quota) -> Quota:
    """The user's word over the service's over the default, each limit on its own."""
    said = allowance.quota if allowance is not None else default

    def pick(wish: int | None, otherwise: int | None) -> int | None:
        if wish is None:
            return otherwise
        return None if wish == UNLIMITED else wish

    return Quota(
        pick(settings.per_minute, said.per_minute),
        pick(settings.per_day, said.per_day),
        pick(settings.per_month, said.per_month),
    )
