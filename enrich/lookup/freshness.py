"""What has a fresh answer, what must be asked, and in which order calls are spent. No network, no spreadsheets.

Cache and resume are this one step: an answer that is stored and fresh is never paid for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, groupby
from types import MappingProxyType

from enrich.clock import AHEAD
from enrich.model.finding import Finding, Past, Status
from enrich.model.indicator import Indicator, Target
from enrich.stores import Store


@dataclass(frozen=True, slots=True)
class Policy:
    """How long an answer holds, by what it says, and what calls are spent on first."""

    max_age: timedelta = timedelta(days=7)
    max_age_unknown: timedelta = timedelta(days=1)
    """Of a file that the service does not know: the kind of answer that goes stale soonest."""
    max_age_rising: timedelta = timedelta(days=1)
    """Of a file whose last answer had more detections than the one before."""
    max_age_settled: timedelta = timedelta(days=30)
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
    """``fresh`` answers by indicator, ``stale`` ones that will be asked again, and the targets ``wanted`` in order."""

    fresh: dict[Indicator, Finding]
    stale: dict[Indicator, Finding]
    wanted: list[Target]


def triage(
    targets: Sequence[Target],
    store: Store,
    provider: str,
    policy: Policy,
    now: datetime,
    paid: Mapping[Indicator, Finding] = MappingProxyType({}),
) -> Triage:
    """Sort ``targets`` by what the store knows. Takes one bulk look into the store, a second for those in doubt.

    What this very run ``paid`` for is fresh, whatever the policy says.
    """
    known = store.get_many(provider, _names(targets))
    known.update(paid)
    past = store.history(provider, _doubtful(known, policy, now))
    fresh: dict[Indicator, Finding] = {}
    stale: dict[Indicator, Finding] = {}
    wanted: list[Target] = []
    for target in targets:
        answer = known.get(target.ask)
        if answer is None:
            wanted.append(target)
        elif target.ask in paid or is_fresh(answer, past.get(target.ask, ()), policy, now):
            if not target.others:
                fresh[target.ask] = answer
                continue
            spread(target, answer, known, fresh)
            wanted.extend(left_over(target, answer, known))
        else:
            spread(target, answer, known, stale)
            wanted.append(target)
    if policy.offline:
        wanted = []
    return Triage(fresh, stale, in_order(wanted, stale, policy.order))


def is_fresh(answer: Finding, past: Sequence[Past], policy: Policy, now: datetime) -> bool:
    """Whether a stored answer still holds. ``past`` is its history, oldest first; may be empty."""
    if policy.offline:
        return True
    if policy.refresh or answer.fetched_at is None:
        return False
    # a date ahead of now is a clock's error, and would hold for ever
    return -_AHEAD < now - answer.fetched_at < _lifetime(answer, past, policy)


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
    """Those whose age lies where only the history decides; the others need no look at it."""
    if policy.offline or policy.refresh:
        return []
    ages = (policy.max_age, policy.max_age_rising, policy.max_age_settled)
    youngest, oldest = min(ages), max(ages)
    return [
        indicator
        for indicator, answer in known.items()
        if answer.status is _FOUND and answer.fetched_at is not None and youngest <= now - answer.fetched_at < oldest
    ]


def _names(targets: Iterable[Target]) -> Iterable[Indicator]:
    for target in targets:
        yield target.ask
        yield from target.others


def spread(target: Target, answer: Finding, known: dict[Indicator, Finding], into: dict[Indicator, Finding]) -> None:
    """Give ``answer`` to every hash of ``target`` that it speaks for.

    A file that is not known under its strongest hash is not known under a weaker one that the sheet says is the same
    file's, unless the store knows better. A found file whose report holds another md5 than the row's does not speak
    for that md5: the row contradicts itself.
    """
    into[target.ask] = answer
    if not target.others:
        return
    for other in target.others:
        if other in answer.aliases:
            into[other] = answer
        elif other in known:
            into[other] = known[other]
        elif answer.status is Status.NOT_FOUND:
            into[other] = Finding(
                other,
                answer.provider,
                Status.NOT_FOUND,
                detail=f"asked as {target.ask.value}",
                fetched_at=answer.fetched_at,
            )


def left_over(target: Target, answer: Finding, known: dict[Indicator, Finding]) -> list[Target]:
    """The weaker hashes that ``answer`` does not speak for: another file's, to be asked in their own right."""
    if not target.others or answer.status is not Status.FOUND:
        return []
    return [
        Target(other, weight=target.weight)
        for other in target.others
        if other not in answer.aliases and other not in known
    ]


def in_order(wanted: list[Target], stale: dict[Indicator, Finding], order: str) -> list[Target]:
    """``value``: never asked before stale, then the most frequent in the sheets, then the oldest answer.

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


def turns(wanted: Sequence[Target], size: int) -> Iterator[list[Target]]:
    """Runs of targets with hashes of one length, strongest first within each ``size`` of the given order.

    Small enough that a run that is cut short has spent its calls by the given order; large enough that waiting for the
    last of one turn costs nothing that shows.
    """
    chunks = (sorted(wanted[i : i + size], key=_strength, reverse=True) for i in range(0, len(wanted), size))
    for _, turn in groupby(chain.from_iterable(chunks), key=_strength):
        yield list(turn)


def _strength(target: Target) -> int:
    return len(target.ask.value)
