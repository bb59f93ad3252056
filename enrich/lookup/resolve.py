"""Targets in, answers out, for one source: what the store knows, what is asked, what stays open and why.

One direction: nothing that is handed in is changed, and all comes back at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any, TypeVar

from msgspec import structs

from enrich.clock import Clock, utc
from enrich.errors import EnrichError, KeyProblem, StoreError, Unreachable, Untrusted
from enrich.lookup.fallback import fill_open
from enrich.lookup.freshness import Triage, triage
from enrich.lookup.never_sent import NeverSent, NothingWithheld
from enrich.lookup.rate_limit import Pace
from enrich.lookup.source import Source
from enrich.lookup.workers import Outcome, Workers
from enrich.model.event import Event, EventKind, Listener
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import UNUSED
from enrich.model.result import ServiceFacts
from enrich.stores import Store, ahead_of

MOST_IN_FLIGHT = 32
"""More buys nothing: measured on loopback, where it would show first."""
WORTH_SAYING = 90.0
"""Seconds."""

T = TypeVar("T")
OnStop = Callable[[Callable[[str], None]], AbstractContextManager[None]]
"""A context in which the function handed in is called with the reason as soon as the run is to end."""


def never_stopped(_stop: Callable[[str], None]) -> AbstractContextManager[None]:
    """For who is asked to end by nobody."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class SourceAnswers:
    """What one source says of the targets, once the asking is over; every name of every target has a finding.

    ``facts`` says who answered and what it cost. ``problem`` is the error that ended the asking, where one did.
    ``cut_short``: something that was wanted did not get a new answer, and an old one stands for it.
    """

    source: Source
    findings: dict[Indicator, Finding]
    facts: ServiceFacts
    problem: EnrichError | None = None
    cut_short: bool = False
    paid: Mapping[Indicator, Finding] = field(default_factory=dict)
    """What the calls brought, by every name that it answers."""
    missed: Mapping[Indicator, Finding] = field(default_factory=dict)
    """What was asked for in vain, with the reason."""
    wanted: Sequence[Target] = ()
    """What a call would be made for, where none was to be made."""

    @property
    def stopped(self) -> str:
        """Why the asking ended early, in words; "" where it did not."""
        return self.facts.stopped

    @property
    def silent_columns(self) -> list[str]:
        """The titles of chosen columns that no answer fills: a name may be mistyped."""
        known = [finding.fields for finding in self.findings.values() if finding.status is Status.FOUND]
        chosen = self.source.chosen_columns
        return [c.title for c in chosen if known and not any(c.name in fields for fields in known)]


async def resolve(  # noqa: PLR0913 - the seam to who asks several sources
    targets: Sequence[Target],
    source: Source,
    store: Store,
    clock: Clock,
    listener: Listener,
    *,
    on_stop: OnStop = never_stopped,
    never_sent: NeverSent = NothingWithheld(),  # noqa: B008 - it has no state
    earlier: SourceAnswers | None = None,
    asking: bool = True,
) -> SourceAnswers:
    """Return the answers of ``source`` to ``targets``: those of the store that are fresh, else the service's. Not
    ``asking``: no call is made, and what one would be made for is ``wanted``.

    ``earlier`` is what this very run asked for an input that was then found changed: nothing of it is asked again, and
    what stopped it has stopped this too.

    Raises ``KeyProblem`` where something must be asked and no key is found; a key that the service refuses is in the
    answers instead, since by then there may be others to write.
    """
    before = earlier or SourceAnswers(source, {}, source.facts)
    everything, targets = targets, [one for target in targets if (one := source.target_of(target)) is not None]
    known = triage(targets, store, source.origin, source.policy, utc(store.clock.time()), before.paid, never_sent)
    open_ = [target for target in targets if target.ask not in known.excluded]
    from_store = sum(target.ask in known.fresh and target.ask not in before.paid for target in open_)
    outcome, facts = Outcome({}, dict(before.missed), before.stopped, before.problem), before.facts
    if not facts.key_fingerprint:
        facts = replace(facts, quota=source.spending.quota(None, source.provider.DEFAULT_QUOTA))
    wanted = [target for target in known.wanted if target.ask not in before.missed]
    if wanted and asking and not before.stopped:
        going_on = replace(source, spending=replace(source.spending, spent=facts.calls))
        outcome, facts = await _asked(wanted, known, going_on, store, clock, listener, on_stop, never_sent)
        outcome.missed.update({name: why for name, why in before.missed.items() if name not in outcome.missed})
    findings = known.fresh  # no copy: there may be millions, and nobody else looks from here on
    for more in (known.excluded, _unanswerable(everything, targets, source), outcome.findings):
        findings.update(more)
    cut_short = fill_open(findings, open_, known, outcome, source.origin)
    used, problem = UNUSED, outcome.problem
    try:  # the answers are there: a store that fails now must not keep them from being written
        _reread(findings, source, store)
        used = store.usage(facts.key_fingerprint) if facts.key_fingerprint else UNUSED
    except StoreError as error:
        problem = problem or error
    facts = replace(facts, used=used, from_store=from_store, stopped=outcome.stopped)
    paid, findings = {**before.paid, **outcome.findings}, judged(findings, source)
    return SourceAnswers(source, findings, facts, problem, cut_short, paid, outcome.missed, () if asking else wanted)


def _unanswerable(targets: Sequence[Target], asked: Sequence[Target], source: Source) -> dict[Indicator, Finding]:
    """Return the findings for targets that this source cannot look up under any of their names."""
    if len(asked) == len(targets):
        return {}
    names = {name for target in asked for name in target.names}
    kinds, title = source.provider.KINDS, source.provider.TITLE
    of_kind = f"{title} knows no indicators of this kind"
    by_name = f"{title} knows nothing by this kind of hash"
    return {
        name: Finding(name, "", Status.SKIPPED, detail=by_name if name.kind in kinds else of_kind)
        for target in targets
        for name in target.names
        if name not in names
    }


def unasked(
    targets: Sequence[Target], source: Source, reason: str, problem: EnrichError | None = None
) -> SourceAnswers:
    """Return the answers of a source that could not be asked at all: every name is pending, with the reason."""
    names = [name for target in targets for name in target.names]
    findings = {name: Finding(name, source.origin, Status.PENDING, detail=reason) for name in names}
    facts = replace(source.facts, quota=source.spending.quota(None, source.provider.DEFAULT_QUOTA), stopped=reason)
    return SourceAnswers(source, findings, facts, problem)


async def _asked(
    wanted: Sequence[Target],
    known: Triage,
    source: Source,
    store: Store,
    clock: Clock,
    listener: Listener,
    on_stop: OnStop,
    never_sent: NeverSent,
) -> tuple[Outcome, ServiceFacts]:
    """Ask about all that is wanted and close the service. ``known`` are the answers that there are.

    Returns what came, by which limits, how many calls this run really sent, and on whose account.
    """
    service, default, listener = source.reach(), source.provider.DEFAULT_QUOTA, _judging(listener, source)
    spending = source.spending
    facts = replace(source.facts, key_fingerprint=service.account, quota=default, calls=spending.spent)
    try:
        try:
            allowance = await _unless_stopped(service.allowance(), on_stop)
        except KeyProblem as problem:
            outcome = _unasked_for(wanted, service.origin, problem.ends_with, listener, problem)
            return outcome, facts
        except Unreachable as problem:
            if isinstance(problem, Untrusted) or not spending.wait:
                outcome = _unasked_for(wanted, service.origin, problem.one_line, listener)
                first = wanted[0].ask  # the first question did not leave the house: one failed, and all others would
                outcome.missed[first] = structs.replace(outcome.missed[first], status=Status.FAILED)
                return outcome, facts
            allowance = None
        quota = spending.quota(allowance, default)
        pace = Pace(
            store,
            service.account,
            quota,
            clock,
            budget=spending.budget,
            spent=spending.spent,
            reserve=spending.reserve,
            until=spending.until.timestamp() if spending.until else None,
            wait=spending.wait,
            on_wait=partial(_tell, listener, clock, store),
        )
        if allowance is not None:
            await pace.access.ask(store.correct, service.account, allowance.used, at=allowance.at)
        in_flight = spending.concurrency or min(MOST_IN_FLIGHT, quota.per_minute or MOST_IN_FLIGHT)
        chance = Random()  # noqa: S311 - spreads retries
        workers = Workers(service, store, pace, clock, listener, concurrency=in_flight, chance=chance)
        try:
            with on_stop(workers.stop):
                outcome = await workers.run(wanted, known.fresh, known.stale, never_sent)
        finally:
            await pace.access.close()
        return outcome, replace(facts, quota=quota, calls=spending.spent + pace.calls)
    finally:
        await service.close()


async def _unless_stopped(question: Coroutine[Any, Any, T], on_stop: OnStop) -> T | None:
    """Return what ``question`` returns; None where the run was to end first: it may hang for a minute."""
    asked = asyncio.ensure_future(question)

    def stop(_reason: str) -> None:
        asked.cancel()

    with on_stop(stop):
        await asyncio.wait((asked,))
    return None if asked.cancelled() else await asked


def _tell(listener: Listener, clock: Clock, store: Store, until: float, reason: str) -> None:
    """Tell of a wait: one of the rate is the pace itself, a longer one is news. ``until`` is by the store's clock."""
    until -= ahead_of(store, clock)
    kind = EventKind.WAITING if until - clock.time() > WORTH_SAYING else EventKind.PACED
    listener(Event(kind, text=reason, until=utc(until)))


def _unasked_for(
    wanted: Sequence[Target], origin: str, reason: str, listener: Listener, problem: KeyProblem | None = None
) -> Outcome:
    """Return every target as pending, with the ``reason`` for which nothing was asked, which ``listener`` hears."""
    listener(Event(EventKind.STOPPED, text=reason))
    missed = {target.ask: Finding(target.ask, origin, Status.PENDING, detail=reason) for target in wanted}
    return Outcome({}, missed, reason, problem)


def judged(findings: dict[Indicator, Finding], source: Source) -> dict[Indicator, Finding]:
    """Return the findings, each with its verdict by this run's threshold: neither services nor stores say one.

    They change where they stand: there may be millions.
    """
    verdict_of, malicious_from = source.provider.verdict, source.malicious_from
    for name, finding in findings.items():
        verdict = verdict_of(finding, malicious_from)
        if verdict is not finding.verdict:
            findings[name] = structs.replace(finding, verdict=verdict)
    return findings


def _judging(listener: Listener, source: Source) -> Listener:
    """Return who tells ``listener`` of each finding with its verdict."""

    def hear(event: Event) -> None:
        if event.finding is not None:
            verdict = source.provider.verdict(event.finding, source.malicious_from)
            event = structs.replace(event, finding=structs.replace(event.finding, verdict=verdict))
        listener(event)

    return hear


def _reread(findings: dict[Indicator, Finding], source: Source, store: Store) -> None:
    """Fill chosen columns of answers that came before these were chosen: from the kept bodies, without a call."""
    columns = {column.name for column in source.chosen_columns}
    if not columns:
        return
    lacking = [
        name
        for name, finding in findings.items()
        if finding.status is Status.FOUND and columns.isdisjoint(finding.fields)
    ]
    for name, body in store.bodies(source.origin, lacking).items():
        findings[name] = source.provider.decode(body, findings[name], source.options)
