"""The sources that a run asks, from the user's settings: which, in which order, how reached, and with which columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import partial

from enrich.clock import SystemClock, utc
from enrich.config.settings import Settings
from enrich.errors import KeyProblem, ServiceError, UsageError
from enrich.logs.audit import Audit
from enrich.lookup.freshness import Policy
from enrich.lookup.resolve import MOST_IN_FLIGHT
from enrich.lookup.source import Source, Spending
from enrich.model.column import Column
from enrich.model.quota import Allowance
from enrich.model.result import ServiceFacts
from enrich.providers import Access, Provider, Service, providers_named
from enrich.providers.shared.api_key import Key, find_key
from enrich.providers.shared.certificates import Authorities, find_authorities, trust
from enrich.providers.shared.options import CommonOptions, own_options
from enrich.providers.shared.origin import service_facts
from enrich.providers.shared.proxy import Proxy, find_proxy

GivenKeys = Key | Mapping[str, Key] | None
"""Keys that the caller has already: the leading source's, or several by their source's name."""
MINUTE = timedelta(minutes=1)


def sources_of(settings: Settings, now: datetime | None = None, key: GivenKeys = None) -> list[Source]:
    """Return the sources that ``--source`` names, in its order.

    ``key``: see ``GivenKeys``; others are looked for where they are needed. ``UsageError`` for a source that nobody
    knows, and for an address that must not be asked.
    """
    providers = providers_named(settings.source)
    lead = leading(providers)
    keys = key if isinstance(key, Mapping) else {lead.NAME: key}
    return [_source(provider, settings, now, keys.get(provider.NAME), leads=provider is lead) for provider in providers]


def leading(providers: Sequence[Provider]) -> Provider:
    """Return the first that is no gate: totals, quota and ``--per-day`` are about that one."""
    return next((provider for provider in providers if not provider.GATE), providers[0])


def leading_source(sources: Sequence[Source]) -> Source:
    """Return the one of the ``leading`` provider."""
    lead = leading([source.provider for source in sources])
    return next(source for source in sources if source.provider is lead)


def _source(provider: Provider, settings: Settings, now: datetime | None, key: Key | None, *, leads: bool) -> Source:
    common = CommonOptions.of(provider.NAME, settings.providers)
    options = own_options(provider.OPTIONS, settings.providers)
    return Source(
        provider=provider,
        facts=facts_of(provider, settings),
        options=options,
        columns=provider.columns_for(options),
        spending=_spending(settings, common, now or utc(SystemClock().time()), leads=leads),
        policy=policy(settings),
        malicious_from=settings.malicious_from,
        reach=partial(reach, provider, settings, key),
    )


def facts_of(provider: Provider, settings: Settings) -> ServiceFacts:
    """Return who answers for a provider, by the user's word on its address."""
    url = CommonOptions.of(provider.NAME, settings.providers).url
    return service_facts(provider.NAME, provider.TITLE, provider.PREFIX, provider.ADDRESS, url)


def _spending(settings: Settings, common: CommonOptions, now: datetime, *, leads: bool) -> Spending:
    """Return how a source's calls are spent: ``--per-minute`` and its sisters speak of the leading source alone."""
    general = settings if leads else Settings()
    return Spending(
        per_minute=common.per_minute or general.per_minute,
        per_day=common.per_day or general.per_day,
        per_month=common.per_month or general.per_month,
        budget=general.budget,
        reserve=general.reserve,
        until=deadline(settings, now),
        wait=settings.wait,
        concurrency=settings.concurrency,
    )


def key_for(provider: Provider, settings: Settings) -> Key:
    """Return the provider's key from the first place that holds one; ``KeyProblem`` where none does."""
    places = provider.KEY_PLACES
    if places is None:
        return Key("", "no key is needed")
    own = CommonOptions.of(provider.NAME, settings.providers).key_file
    lead = leading(providers_named(settings.source)) is provider
    file = own or (settings.key_file if lead else None)
    if not lead:
        places = replace(places, file_option=f"key-file in [providers.{provider.NAME}] of enrich.toml")
    return find_key(places, file, file_first=own is None and settings.is_on_command_line("key_file"))


def proxy_for(provider: Provider, settings: Settings) -> Proxy:
    address = CommonOptions.of(provider.NAME, settings.providers).url or provider.ADDRESS
    return find_proxy(address, settings.proxy, settings.place_of("proxy"), provider.KEY_PLACES)


def authorities_for(settings: Settings) -> Authorities:
    return find_authorities(settings.ca_bundle, settings.place_of("ca_bundle"))


def reach(provider: Provider, settings: Settings, key: Key | None = None) -> Service:
    """Return the service with the user's key, address and proxy; to be closed by whoever asked for it.

    ``KeyProblem`` where no key is found, with where it came from where it can be none.
    """
    key = key or key_for(provider, settings)
    authorities = authorities_for(settings)
    trust(authorities.path, authorities.place)  # an unreadable one is told with its place
    access = Access(
        key.secret,
        address=CommonOptions.of(provider.NAME, settings.providers).url,
        proxy=proxy_for(provider, settings).url,
        ca_bundle=authorities.path,
        options=own_options(provider.OPTIONS, settings.providers),
        connections=settings.concurrency or MOST_IN_FLIGHT,
        timeout=settings.timeout,
        on_request=Audit(settings.audit, SystemClock()) if settings.audit else None,
    )
    try:
        return provider.make(access)
    except KeyProblem as problem:
        problem.hint = f"the key came from the {key.place}; {problem.hint}"
        raise


async def stated(
    provider: Provider, settings: Settings, key: Key, *, asking: bool = True
) -> tuple[Allowance | None, str, ServiceError | None]:
    """Return the service's word on the key, the key's account, and what kept the service from saying it.

    Raises ``KeyProblem`` for a key that the service refuses.
    """
    service = reach(provider, settings, key)
    try:
        return await service.stated_allowance() if asking else None, service.account, None
    except ServiceError as error:
        return None, service.account, error
    finally:
        await service.close()


def policy(settings: Settings) -> Policy:
    """Return the user's word on freshness and order: the options of these names."""
    return Policy(**{field.name: getattr(settings, field.name) for field in fields(Policy)})


def deadline(settings: Settings, now: datetime) -> datetime | None:
    """Return the next moment at which the clock on the wall shows ``--until``, or passes it where it is put forward.

    Put back, it shows some times twice: who begins between the two is not to run for another day.
    """
    if settings.until is None:
        return None
    before = now.astimezone()
    minute = now.replace(second=0, microsecond=0) + MINUTE
    # minute by minute: no rule on when clocks are put forward or back, and two days are soon walked through
    while True:
        after = minute.astimezone()
        shown = datetime.combine(after, settings.until)
        if before.replace(tzinfo=None) < shown <= after.replace(tzinfo=None):
            return after
        before, minute = after, minute + MINUTE


def chosen_columns(settings: Settings, sources: Sequence[Source]) -> tuple[Column, ...]:
    """Return the columns that a run over ``sources`` appends; chosen engines always.

    A bare name (``status``) is the leading source's. ``UsageError`` for one that no source has. Columns of kinds that
    are not looked up are only there by name, and those of changes with ``--changes-only`` whatever was chosen.
    """
    known = [column for source in sources for column in source.columns]
    change = [column for column in known if settings.changes_only and column.name.endswith("_change")]
    if not settings.columns:
        fitting = [column for column in known if not column.kinds or not set(settings.kinds).isdisjoint(column.kinds)]
        wanted = (column for column in fitting if column.default or settings.all_columns)
        return tuple(dict.fromkeys((*wanted, *change)))
    lead = leading_source(sources)
    first = sorted(sources, key=lambda source: source is not lead)
    bare = {c.name.partition("_")[2]: c for source in reversed(first) for c in source.columns}
    by_name = bare | {column.name: column for column in known}
    unknown = [name for name in settings.columns if name not in by_name]
    if unknown:
        raise UsageError(f"no column is called {unknown[0]!r}", hint=f"there are {', '.join(c.name for c in known)}")
    return tuple(dict.fromkeys((*(by_name[name] for name in settings.columns), *change)))


def sets_of_columns(settings: Settings) -> tuple[tuple[Column, ...], ...]:
    """Return the sets that an earlier run is likely to have appended: as this one, by default, and all there are."""
    sources = sources_of(settings)
    usual = replace(settings, columns=(), all_columns=False)
    every = tuple(dict.fromkeys(kind for source in sources for kind in source.provider.KINDS))
    asked = (
        settings,
        usual,
        replace(usual, all_columns=True),
        replace(usual, kinds=every),
        replace(usual, all_columns=True, kinds=every),
    )
    return tuple(dict.fromkeys(chosen_columns(each, sources) for each in asked))
