"""Everything that is or becomes known of the targets: the store first, then the service for what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from msgspec import structs

from enrich.clock import Clock, utc
from enrich.config.settings import Settings
from enrich.errors import KeyProblem
from enrich.exclusions.lists import Held
from enrich.indicators.hash.digests import LONGEST
from enrich.lookup.engines.local import Work, limits, look_up
from enrich.lookup.freshness import Policy, Triage, spread, triage
from enrich.lookup.workers import Outcome
from enrich.model.column import Column
from enrich.model.event import Listener
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.quota import Quota
from enrich.model.result import Service
from enrich.providers import Entry
from enrich.providers.shared.api_key import Key
from enrich.providers.shared.columns import columns_of
from enrich.providers.shared.open import PROVIDER, key_for, make_service, provider
from enrich.signals import Interrupt
from enrich.stores import Store

_NOTHING_ASKED = "not in the store, and nothing was asked (--offline)"


@dataclass(slots=True)
class Answers:
    """What is known once the asking is over. ``cut_short``: something that was wanted did not get a new answer."""

    findings: dict[Indicator, Finding]
    files: dict[Indicator, str]
    """Which file each indicator is of: the same name for all hashes of one."""
    provider: Entry
    columns: tuple[Column, ...]
    service: Service
    quota: Quota
    from_store: int = 0
    calls: int = 0
    outcome: Outcome = field(default_factory=lambda: Outcome({}))
    cut_short: bool = False
    until: datetime | None = None
    """No call is made after it."""
    paid: dict[Indicator, Finding] = field(default_factory=dict)
    """What the calls brought, by every name that it answers."""
    changes: dict[Indicator, str] = field(default_factory=dict)
    """What differs from the list's last run, in words."""


async def ask(  # noqa: PLR0913 - the seam between both sides
    targets: list[Target],
    store: Store,
    settings: Settings,
    clock: Clock,
    listener: Listener,
    interrupt: Interrupt,
    key: Key | None,
    *,
    held: Held | None = None,
    earlier: Answers | None = None,
) -> Answers:
    """Answers to all ``targets``; those that are ``held`` back get their word without a look. A key is looked for only
    where something must be asked.

    ``earlier`` is what this very run asked for an input that was then found changed: nothing of it is asked again, and
    what stopped it has stopped this too.

    Raises ``KeyProblem`` where none is found; a key that the service refuses is in the outcome instead, since by then
    there may be answers to write.
    """
    asked = provider()
    paid = earlier.paid if earlier is not None else {}
    known, ended = look_around(targets, held or Held(), store, settings, utc(clock.time()), paid)
    open_ = [target for target in targets if target.ask not in ended]
    answers = Answers(
        known.fresh | ended,
        {},
        asked,
        columns_of(settings),
        asked.facts(settings.virustotal_url),
        limits(settings, None, asked.DEFAULT_QUOTA),
        from_store=sum(target.ask in known.fresh and target.ask not in paid for target in open_),
        until=earlier.until if earlier is not None else deadline(settings, utc(clock.time())),
    )
    wanted = known.wanted
    if earlier is not None:
        settings = _go_on(answers, earlier, settings)
        wanted = [target for target in wanted if target.ask not in earlier.outcome.missed]
    if wanted and not answers.outcome.stopped:
        key = key or key_for(settings)
        service = make_service(settings, key)
        done = await look_up(
            Work(wanted, answers.findings, answers.until), service, store, settings, clock, listener, interrupt
        )
        done.outcome.missed = answers.outcome.missed | done.outcome.missed
        answers.quota, answers.outcome = done.quota, done.outcome
        answers.calls += done.calls
        names = (name for target in wanted for name in (target.ask, *target.others))
        answers.paid |= {name: finding for name in names if (finding := done.outcome.findings.get(name)) is not None}
        answers.service = replace(answers.service, key_fingerprint=done.account)
        if isinstance(done.outcome.problem, KeyProblem):
            done.outcome.problem.hint = f"the key came from the {key.source}; {done.outcome.problem.hint}"
    _fill(answers, open_, known)
    if settings.engines:
        _reread(answers, store, settings.engines)
    judge(answers.findings, asked, settings.malicious_from)
    answers.files = _files(targets, answers.findings)
    return answers


def judge(findings: dict[Indicator, Finding], provider: Entry, malicious_from: int) -> None:
    """Give every answer its verdict, by this run's ``malicious_from``: stored ones were judged by another run's."""
    for name, finding in findings.items():
        verdict = provider.verdict(finding, malicious_from)
        if verdict is not finding.verdict:
            findings[name] = structs.replace(finding, verdict=verdict)


def _go_on(answers: Answers, earlier: Answers, settings: Settings) -> Settings:
    """Take over what ``earlier`` spent and why it ended; the settings with what is left of the budget."""
    answers.quota, answers.calls, answers.service = earlier.quota, earlier.calls, earlier.service
    answers.paid = dict(earlier.paid)
    answers.outcome = replace(earlier.outcome, findings=answers.findings)
    return replace(settings, budget=settings.budget - earlier.calls if settings.budget is not None else None)


def look_around(
    targets: Sequence[Target],
    held: Held,
    store: Store,
    settings: Settings,
    now: datetime,
    paid: Mapping[Indicator, Finding] = MappingProxyType({}),
) -> tuple[Triage, dict[Indicator, Finding]]:
    """All that can be said before the first call: what the store knows and what is wanted, and what is held back."""
    ended = held.findings(targets)
    known = triage([t for t in targets if t.ask not in ended], store, PROVIDER, policy(settings), now, paid)
    hold_namesakes(known, held, ended)
    return known, ended


def hold_namesakes(known: Triage, held: Held, ended: dict[Indicator, Finding]) -> None:
    """Take out what would be asked about a file that is never sent, known by another of its hashes from an answer."""
    going = []
    for target in known.wanted:
        stale = known.stale.get(target.ask)
        reason = held.never_sent(stale.aliases) if stale is not None else ""
        if not reason:
            going.append(target)
            continue
        for name in (target.ask, *target.others):
            ended[name] = Finding(name, "", Status.SKIPPED, detail=f"{reason}, by another of its hashes")
    known.wanted[:] = going


def _fill(answers: Answers, targets: Sequence[Target], known: Triage) -> None:
    """Give every hash its end: a stale answer where no new one came, said so; else why there is none."""
    for target in targets:
        if target.ask not in answers.findings:
            missed = _missed(answers, target.ask)
            stale = known.stale.get(target.ask)
            answers.cut_short = answers.cut_short or stale is not None
            ended = missed if stale is None else structs.replace(stale, detail=_dated(stale, missed.detail))
            spread(target, ended, known.stale, answers.findings)
            if stale is None:
                for other in target.others:
                    answers.findings.setdefault(other, structs.replace(missed, indicator=other))
        for other in target.others:  # of another file than the row says, and nothing came for that one
            if other not in answers.findings:
                answers.findings[other] = _missed(answers, other)


def _missed(answers: Answers, indicator: Indicator) -> Finding:
    return answers.outcome.missed.get(indicator) or Finding(
        indicator, answers.provider.NAME, Status.PENDING, detail=answers.outcome.stopped or _NOTHING_ASKED
    )


def _reread(answers: Answers, store: Store, engines: Sequence[str]) -> None:
    """Chosen engines' verdicts for answers that came before they were chosen: from the bodies, without a call."""
    columns = {column.name for column in _engine_columns(answers.provider, engines)}
    lacking = [
        name
        for name, finding in answers.findings.items()
        if finding.status is Status.FOUND and columns.isdisjoint(finding.fields)
    ]
    for name, body in store.bodies(answers.provider.NAME, lacking).items():
        answers.findings[name] = answers.provider.decode(body, answers.findings[name], engines)


def silent_engines(answers: Answers, settings: Settings) -> list[str]:
    """What the user should hear of chosen engines that no answer knows: a name may be mistyped."""
    if not settings.engines:
        return []
    known = [finding.fields for finding in answers.findings.values() if finding.status is Status.FOUND]
    chosen = _engine_columns(answers.provider, settings.engines)
    silent = [column.title for column in chosen if not any(column.name in fields for fields in known)]
    if not known or not silent:
        return []
    return [f"no answer holds a verdict of {', '.join(silent)}: check the name, or ask again with --refresh"]


def _engine_columns(provider: Entry, engines: Sequence[str]) -> list[Column]:
    """The columns that are there for the chosen engines alone."""
    plain = provider.columns_for(())
    return [column for column in provider.columns_for(engines) if column not in plain]


def _files(targets: Sequence[Target], findings: Mapping[Indicator, Finding]) -> dict[Indicator, str]:
    """By the service's word where it knows the file, else by the strongest hash that the sheets give."""
    files = {}
    found = Status.FOUND
    for target in targets:
        if not target.others and len(target.ask.value) == LONGEST:  # there is no other name that could be the file's
            files[target.ask] = target.ask.value
            continue
        asked = findings[target.ask]
        for name in (target.ask, *target.others):
            finding = findings[name]
            if finding.status is found and finding.aliases:
                files[name] = (
                    name.value
                    if len(name.value) == LONGEST
                    else max((alias.value for alias in finding.aliases), key=len)
                )
            else:  # where the service knows the strongest hash's file and this is none of its hashes, it is another's
                another = asked.status is found and name not in asked.aliases
                files[name] = name.value if another else target.ask.value
    return files


def _dated(stale: Finding, reason: str) -> str:
    when = f"{stale.fetched_at:%Y-%m-%d}" if stale.fetched_at else "an earlier day"
    return "; ".join(part for part in (stale.detail, f"answer of {when}, not asked again: {reason}") if part)


def policy(settings: Settings) -> Policy:
    """The user's word on freshness and order."""
    return Policy(
        max_age=settings.max_age,
        max_age_unknown=settings.max_age_unknown,
        max_age_rising=settings.max_age_rising,
        max_age_settled=settings.max_age_settled,
        refresh=settings.refresh,
        offline=settings.offline,
        order=settings.order,
    )


def deadline(settings: Settings, now: datetime) -> datetime | None:
    """The next time that the clock on the wall shows ``--until``."""
    if settings.until is None:
        return None
    today = now.astimezone().date()
    ends = (datetime.combine(today + timedelta(days), settings.until).astimezone() for days in range(-1, 3))
    return next(end for end in ends if end > now)
