"""What has a fresh answer, what must be asked, and in which order calls are spent. No network, no spreadsheets.

Cache and resume are this one step: an answer that is stored and fresh is never paid for again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from enrich.clock import AHEAD
from enrich.lookup.aliases import propagate
from enrich.lookup.never_sent import NeverSent, NothingWithheld, not_sent
from enrich.model.finding import Finding, Past, Status
from enrich.model.indicator import Indicator, Target
from enrich.stores import Store


@dataclass(frozen=True, slots=True)
class Policy:
    """How long an answer holds, by what it says, and what calls are spent on first."""

    max_age: timedelta
    max_age_unknown: timedelta
    """Of a file that the service does not know: the kind of answer that goes stale soonest."""
    max_age_rising: timedelta
    """Of a file whose last answer had more detections than the one before."""
    max_age_settled: timedelta
    """Of a file whose answers have agreed for ``SETTLED_FOR``."""
    refresh: bool = False
    offline: bool = False
    order: str = "value"


_FOUND, _NOT_FOUND = Status.FOUND, Status.NOT_FOUND  # a member looked up on its class costs, a million times
_AHEAD = timedelta(seconds=AHEAD)
SETTLED_FOR = timedelta(days=30)
SETTLED_WITHIN = 1
"""Detections may differ by this many and still count as settled: an engine more or less is noise."""


@dataclass(frozen=True, slots=True)
class Triage:
    """``fresh`` answers by indicator, ``stale`` ones that will be asked again, and the targets ``wanted`` in order.

    ``excluded`` are names that would be asked and are of an object that is never sent, as an answer shows.
    """

    fresh: dict[Indicator, Finding]
    stale: dict[Indicator, Finding]
    excluded: dict[Indicator, Finding]
    wanted: list[Target]


def triage(
    targets: Sequence[Target],
    store: Store,
    origin: str,
    policy: Policy,
    now: datetime,
    paid: Mapping[Indicator, Finding] = MappingProxyType({}),
    never_sent: NeverSent = NothingWithheld(),  # noqa: B008 - it has no state
) -> Triage:
    """Sort ``targets`` by what the store knows of ``origin``. One bulk look into the store, a second for the doubtful.

    What this very run ``paid`` for is fresh, whatever the policy says.
    """
    known = store.get_many(origin, (name for target in targets for name in target.names))
    known.update(paid)
    past = store.history(origin, _doubtful(known, policy, now))
    excluded: dict[Indicator, Finding] = {}
    fresh: dict[Indicator, Finding] = {}
    stale: dict[Indicator, Finding] = {}
    wanted: list[Target] = []

    def holds(name: Indicator) -> bool:
        return name in paid or is_fresh(known[name], past.get(name, ()), policy, now)

    for target in targets:
        if not target.others and target.ask in known and holds(target.ask):  # nearly all of a list that was run before
            fresh[target.ask] = known[target.ask]
            continue
        newer, older = _decided(target, known, holds)
        # a hash that the answer does not speak for is another file's: it is asked in its own right, when it is due
        asked = [target]
        if target.ask in newer:
            asked = [Target(name, weight=target.weight) for name in target.others if name not in newer]
        if asked and (reason := _withheld(target, known, never_sent)):
            excluded |= not_sent([name for name in target.names if name not in newer], reason)
            asked, older = [], {}
        fresh.update(newer)
        stale.update(older)
        wanted += asked
    if policy.offline:
        wanted = []
    return Triage(fresh, stale, excluded, in_order(wanted, stale, policy.order))


def _decided(
    target: Target, known: Mapping[Indicator, Finding], holds: Callable[[Indicator], bool]
) -> tuple[dict[Indicator, Finding], dict[Indicator, Finding]]:
    """Return what the store knows of a target's names: the answers that still hold, and the others."""
    answer = known.get(target.ask)
    if answer is None:
        decided, holding = {name: known[name] for name in target.others if name in known}, False
    else:
        decided, holding = propagate(target, answer, known), holds(target.ask)
    answers: list[Finding | None] = [*decided.values()]
    if answers.count(answer) == len(answers):  # nearly always: nothing is known, or one answer says it all
        return (decided, {}) if holding else ({}, decided)
    own = {name for name in target.others if name in known and (answer is None or name not in answer.aliases)}
    newer = {name: one for name, one in decided.items() if (holds(name) if name in own else holding)}
    return newer, {name: one for name, one in decided.items() if name not in newer}


def _withheld(target: Target, known: Mapping[Indicator, Finding], never_sent: NeverSent) -> str:
    """Return why nothing of a target is to be asked; what is known shows which names are one object's."""
    names = target.names
    for answer in [known[name] for name in names if name in known]:
        never_sent.learn((*names, *answer.aliases))
    return never_sent.withheld(names)


def is_fresh(answer: Finding, past: Sequence[Past], policy: Policy, now: datetime) -> bool:
    """Return whether a stored answer still holds. ``past`` is its history, oldest first; may be empty."""
    if policy.offline:
        return True
    if policy.refresh or answer.fetched_at is None:
        return False
    # a date ahead of now is a clock's error, and would hold for ever
    return -_AHEAD < now - answer.fetched_at < _lifetime(answer, past, policy)


def holding(statuses: Sequence[Status], at: Sequence[int], policy: Policy, now: datetime) -> list[bool]:
    """Return of which stored answers ``is_fresh`` is true whatever their history is. ``at``: Unix seconds."""
    found = min(policy.max_age, policy.max_age_rising, policy.max_age_settled)
    first = {_FOUND: (now - found).timestamp(), _NOT_FOUND: (now - policy.max_age_unknown).timestamp()}
    last = (now + _AHEAD).timestamp()
    if policy.offline or policy.refresh:
        return [policy.offline] * len(at)
    return [first[status] < when < last for status, when in zip(statuses, at, strict=True)]


def _lifetime(answer: Finding, past: Sequence[Past], policy: Policy) -> timedelta:
    if answer.status is _NOT_FOUND:
        return policy.max_age_unknown
    if not past:
        return policy.max_age
    counts = [(p.fetched_at, p.malicious) for p in past if p.malicious is not None]
    if len(counts) < 2:
        return policy.max_age
    (_, before), (latest, last) = counts[-2:]
    if last > before:
        return policy.max_age_rising
    steady = [when for when, count in counts if abs(count - last) <= SETTLED_WITHIN]
    if len(steady) == len(counts) and latest - steady[0] >= SETTLED_FOR:
        return policy.max_age_settled
    return policy.max_age


def _doubtful(known: dict[Indicator, Finding], policy: Policy, now: datetime) -> list[Indicator]:
    """Return the answers whose age lies where only the history decides; the others need no look at it."""
    if policy.offline or policy.refresh:
        return []
    # younger than all of these is fresh whatever the history says, older than all is stale: few lie between
    ages = (policy.max_age, policy.max_age_rising, policy.max_age_settled)
    youngest, oldest = min(ages), max(ages)
    return [
        indicator
        for indicator, answer in known.items()
        if answer.status is _FOUND and answer.fetched_at is not None and youngest <= now - answer.fetched_at < oldest
    ]


def in_order(wanted: list[Target], stale: dict[Indicator, Finding], order: str) -> list[Target]:
    """Return the order ``value``: never asked before stale, then the most frequent in the sheets, then the oldest
    answer.

    ``oldest``: the oldest answer first, never asked before all. ``sheet``: as they stand.
    """

    def age(target: Target) -> float:
        answer = stale.get(target.ask)
        return answer.fetched_at.timestamp() if answer is not None and answer.fetched_at is not None else 0.0

    if order == "value":
        return sorted(wanted, key=lambda t: (t.ask in stale, -t.weight, age(t)))
    if order == "oldest":
        return sorted(wanted, key=age)
    return wanted
