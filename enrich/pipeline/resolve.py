"""Everything that is or becomes known of the targets: the store first, then the service for what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

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
from enrich.model.lazy_fields import strongest
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
    changes: dict[Indicator, str] = field(default_factory=dict)
    """What differs from the list's last run, in words."""


async def ask(
    targets: list[Target],
    store: Store,
    settings: Settings,
    clock: Clock,
    listener: Listener,
    interrupt: Interrupt,
    key: Key | None,
    held: Held | None = None,
) -> Answers:
    """Answers to all ``targets``; those that are ``held`` back get their word without a look. A key is looked for only
    where something must be asked.

    Raises ``KeyProblem`` where none is found; a key that the service refuses is in the outcome instead, since by then
    there may be answers to write.
    """
    asked = provider()
    known, ended = look_around(targets, held or Held(), store, settings, utc(clock.time()))
    open_ = [target for target in targets if target.ask not in ended]
    answers = Answers(
        known.fresh | ended,
        {},
        asked,
        columns_of(settings),
        asked.facts(settings.virustotal_url),
        limits(settings, None, asked.DEFAULT_QUOTA),
        from_store=sum(target.ask in known.fresh for target in open_),
    )
    if known.wanted:
        key = key or key_for(settings)
        service = make_service(settings, key)
        work = Work(known.wanted, answers.findings, deadline(settings, utc(clock.time())))
        done = await look_up(work, service, store, settings, clock, listener, interrupt)
        answers.quota, answers.calls, answers.outcome = done.quota, done.calls, done.outcome
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


def look_around(
    targets: Sequence[Target], held: Held, store: Store, settings: Settings, now: datetime
) -> tuple[Triage, dict[Indicator, Finding]]:
    """All that can be said before the first call: what the store knows and what is wanted, and what is held back."""
    ended = held.findings(targets)
    known = triage([t for t in targets if t.ask not in ended], store, PROVIDER, policy(settings), now)
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
                files[name] = name.value if len(name.value) == LONGEST else strongest(finding.aliases)
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
