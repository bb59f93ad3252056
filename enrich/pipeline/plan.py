"""The run before the first lookup: what would be asked, what it costs, when it ends. Sends no hash.

With a key the service is asked, for nothing, what the key allows; without one a free key's allowance is assumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from enrich.clock import Clock, Day, iso, utc
from enrich.config.settings import Settings
from enrich.errors import KeyProblem
from enrich.indicators import identity
from enrich.logs.summary import plain, resets
from enrich.lookup.freshness import triage
from enrich.lookup.rate_limit import Pace
from enrich.lookup.resolve import MOST_IN_FLIGHT
from enrich.lookup.source import Source
from enrich.model.cell_reference import letters
from enrich.model.finding import Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Quota, Usage
from enrich.model.sighting import Found
from enrich.pipeline.ask import withheld_findings
from enrich.pipeline.inputs import Input, Intake, data_rows
from enrich.pipeline.sources import key_for, leading_source, sources_of, stated
from enrich.scan import Placement
from enrich.stores import Store
from enrich.version import __version__

ROUND_TRIP = 0.4
"""Seconds that one call takes at best: what limits a key without limits."""


@dataclass(frozen=True, slots=True)
class KeyAccount:
    """What is known of the key. ``fingerprint`` "": there is none, and ``quota`` is assumed."""

    quota: Quota
    used: Usage
    key_place: str = ""
    fingerprint: str = ""
    from_service: bool = False
    """Whether the service itself said what the key allows."""
    asked: bool = True
    held_until: datetime | None = None
    """Until when the service asked to wait, where it did."""
    silence: str = ""
    """Why the service did not say it, where it was asked and something kept it from that."""


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """What would be asked of one source besides the leading one. Counts of files."""

    source: Source
    fresh: int
    needed: int
    account: KeyAccount


@dataclass(frozen=True, slots=True)
class Plan:
    """Counts of files unless said otherwise."""

    rows: int
    cells: int
    unique: int
    fresh: int
    stale: int
    never_asked: int
    trivial: int
    skipped: int
    left_out: int
    """Cells that look like a hash and are none."""
    damaged: int
    """Cells that were meant to be a hash."""
    kinds: Mapping[str, int]
    """The unique ones by kind."""
    not_asked: Mapping[str, int]
    """Unique indicators of kinds that are not looked up."""
    skip_reasons: Mapping[str, int]
    """Why the skipped ones are: reason -> how many."""
    needed: int
    """Calls for all that has no fresh answer."""
    unconfirmed: int
    """Weaker hashes beside those: each costs a call of its own where the answer shows that it is another file's."""
    calls: int
    """Those of them that the budget allows."""
    today: int
    """Those of ``calls`` that can be made before 00:00 UTC."""
    reach: int
    """Those of ``calls`` that one run gets to, begun now."""
    account: KeyAccount
    seconds: float
    """Until the last call is made, resets included; infinite where the key allows none."""
    now: datetime
    source: Source
    """The leading one: that all of these counts are about."""
    further: tuple[SourcePlan, ...] = ()

    @property
    def ends(self) -> datetime | None:
        """None where there is no end within a century."""
        return self.now + timedelta(seconds=self.seconds) if self.seconds < 100 * 365 * 86_400 else None


async def account_of(source: Source, settings: Settings, store: Store) -> KeyAccount:
    """Return the key's allowance, asked of the service where there is a key and it may be asked.

    Raises ``KeyProblem`` for a key that the service refuses.
    """
    provider, spending = source.provider, source.spending
    try:
        key = key_for(provider, settings)
    except KeyProblem:
        if settings.key_file is not None:
            raise
        return KeyAccount(spending.quota(None, provider.DEFAULT_QUOTA), Usage(0, 0))
    asked = not settings.offline
    allowance, account, failure = await stated(provider, settings, key, asking=asked)
    if allowance is not None:
        store.correct(account, allowance.used, at=allowance.at)
    return KeyAccount(
        *(spending.quota(allowance, provider.DEFAULT_QUOTA), store.usage(account), key.place, account),
        from_service=allowance is not None,
        asked=asked,
        held_until=store.info().holds.get(account),
        silence=failure.one_line if failure is not None else "",  # the plan is as good without
    )


async def asked_plan(intake: Intake, store: Store, settings: Settings, clock: Clock) -> Plan:
    """Return everything but the lookups themselves; each source that takes a key is asked what that allows."""
    now = utc(store.clock.time())
    sources = sources_of(settings, now)
    lead = leading_source(sources)
    account = await account_of(lead, settings, store)
    further = [
        _further(source, intake, store, now, await account_of(source, settings, store))
        for source in sources
        if source is not lead
    ]
    return plan(intake, store, lead, clock, account, tuple(further))


def _further(source: Source, intake: Intake, store: Store, now: datetime, account: KeyAccount) -> SourcePlan:
    targets = intake.targets()
    ended = withheld_findings(targets, intake.exclusions, store)
    open_ = [target for target in targets if target.ask not in ended]
    known = triage(open_, store, source.origin, source.policy, now, never_sent=intake.exclusions)
    return SourcePlan(source, sum(target.ask in known.fresh for target in open_), len(known.wanted), account)


def plan(
    intake: Intake, store: Store, lead: Source, clock: Clock, account: KeyAccount, further: tuple[SourcePlan, ...] = ()
) -> Plan:
    """Return what would be asked of ``lead``, with the key's ``account``; asks nobody."""
    targets, now, spending = intake.targets(), utc(store.clock.time()), lead.spending
    ended = withheld_findings(targets, intake.exclusions, store)
    open_ = [target for target in targets if target.ask not in ended]
    known = triage(open_, store, lead.origin, lead.policy, now, never_sent=intake.exclusions)
    ended |= known.excluded
    answered = known.fresh.keys() | known.stale.keys() | ended.keys()
    needed = len(known.wanted)
    calls = needed if spending.budget is None else min(needed, spending.budget)
    until = spending.until.timestamp() if spending.until is not None else None
    pace = Pace(
        store, account.fingerprint, account.quota, clock, reserve=spending.reserve, until=until, wait=spending.wait
    )
    midnight = Day.at(now.timestamp()).ends
    in_flight = spending.concurrency or MOST_IN_FLIGHT
    columns = [column for placement in intake.placements() for column in placement.columns]
    own_trivial = {identity(Indicator(s.kind, s.value)) for p in intake.placements() for s in p.trivial()}
    excluded = Counter(finding.status for finding in (ended[target.ask] for target in targets if target.ask in ended))
    return Plan(
        rows=intake.rows,
        cells=sum(placement.count for placement in intake.placements()),
        unique=len(targets) + len(own_trivial),
        fresh=sum(target.ask in known.fresh for target in targets),
        stale=sum(target.ask in known.stale and target.ask not in ended for target in targets),
        never_asked=sum(target.ask not in answered for target in targets),
        trivial=len(own_trivial) + excluded[Status.TRIVIAL],
        skipped=excluded[Status.SKIPPED],
        left_out=sum(column.left_out for column in columns),
        damaged=sum(column.damaged for column in columns),
        kinds=Counter(target.ask.kind for target in targets),
        not_asked=intake.not_asked(),
        skip_reasons=Counter(
            finding.detail
            for target in targets
            if (finding := ended.get(target.ask)) and finding.status is Status.SKIPPED
        ),
        needed=needed,
        unconfirmed=sum(name not in known.fresh for target in known.wanted for name in target.others),
        calls=calls,
        today=sum(stretch.calls for stretch in pace.stretches(calls) if stretch.begins < midnight),
        reach=pace.reach(calls),
        account=account,
        # Without limits the network decides: so many calls in flight, each at best a round trip.
        seconds=max(pace.seconds_for(calls), calls * ROUND_TRIP / in_flight),
        now=utc(store.clock.time()),  # after the estimate: a call that waits for midnight is made on the new day
        source=lead,
        further=further,
    )


def document(plan: Plan, intake: Intake, settings: Settings) -> dict[str, Any]:
    """Plain JSON values: the counts as in ``run --json``, and what was found by input, sheet and column."""
    account, facts = plan.account, plan.source.facts
    counts = ("rows", "cells", "unique", "fresh", "stale", "never_asked", "trivial", "skipped", "left_out", "damaged")
    return {
        "version": __version__,
        "service": facts.address,
        "stand_in": facts.stand_in,
        **{name: getattr(plan, name) for name in counts},
        "never_send": {rule.words: use.rows for rule, use in intake.exclusions.uses.items()},
        "kinds": dict(plan.kinds),
        "not_asked": dict(plan.not_asked),
        "held_back": dict(plan.skip_reasons),
        "needed": plan.needed,
        "needed_at_most": plan.needed + plan.unconfirmed,
        "calls": plan.calls,
        "calls_today": plan.today,
        "calls_this_run": plan.reach,
        "key": {"source": account.key_place, "fingerprint": account.fingerprint} if account.fingerprint else None,
        "quota": {
            "told_by_service": account.from_service,
            "silence": account.silence,
            "allowed": asdict(account.quota),
            "used": asdict(account.used),
            "left": account.quota.left(account.used, settings.reserve),
            "resets": plain(resets(plan.now)),
        },
        "further": [
            {
                "source": further.source.name,
                "service": further.source.facts.address,
                "fresh": further.fresh,
                "needed": further.needed,
                "allowed": asdict(further.account.quota),
                "used": asdict(further.account.used),
            }
            for further in plan.further
        ],
        "seconds": round(plan.seconds, 1) if plan.ends else None,
        "ends": iso(plan.ends) if plan.ends else None,
        "inputs": [_input(item) for item in intake.inputs],
        "unread": [{"path": path, "reason": str(error)} for path, error in intake.unread],
    }


def _input(item: Input) -> dict[str, Any]:
    facts = item.facts()
    return {
        "path": facts.path,
        "sha256": facts.sha256,
        "format": facts.format,
        "rows": item.rows,
        "indicators": sum(placement.count for placement in item.placements.values()),
        "sheets": [_sheet(name, placement) for name, placement in item.placements.items()],
    }


def _sheet(name: str, placement: Placement) -> dict[str, Any]:
    why = reasons(placement)
    columns = [
        {
            "column": letters(column.column),
            "heading": column.heading,
            "why": column.why,
            "indicators": column.indicators,
            "trivial": column.trivial,
            "left_out": column.left_out,
            "damaged": column.damaged,
            "reasons": dict(why[column.column].most_common()),
        }
        for column in placement.columns
    ]
    return {"name": name, "rows": data_rows(placement), "header_row": placement.header_row, "columns": columns}


def reasons(placement: Placement) -> dict[int, Counter[str]]:
    """Return why values were left out or are damaged: reason -> cells, by column."""
    counts: dict[int, Counter[str]] = {column.column: Counter() for column in placement.columns}
    seen = Counter(zip(placement.values.columns, placement.values.classes, strict=True))
    for (column, verdict), cells in seen.items():
        found, reason, *_ = placement.table[verdict]
        if found in (Found.LEFT_OUT, Found.DAMAGED):
            counts[column][reason] += cells
    return counts
