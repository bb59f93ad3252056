"""The lookup service that is asked, and how it is reached: the one room that names it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from enrich.clock import SystemClock
from enrich.config.settings import Settings
from enrich.errors import KeyProblem
from enrich.logs.audit import Audit
from enrich.lookup.engines.local import MOST_IN_FLIGHT
from enrich.providers import Access, Entry, Service, entry_named
from enrich.providers.shared.api_key import Key, find_key
from enrich.providers.shared.certificates import Authorities, find_authorities, trust
from enrich.providers.shared.proxy import Proxy, find_proxy

PROVIDER = "virustotal"


def provider() -> Entry:
    """What is to be had of it without a key and without the HTTP library."""
    return entry_named(PROVIDER)


def key_for(settings: Settings) -> Key:
    """Return the service's key from the first place that holds one; ``KeyProblem`` where none does."""
    first = settings.is_on_command_line("key_file")
    return find_key(provider().KEY_PLACES, settings.key_file, file_first=first)


def proxy_for(settings: Settings) -> Proxy:
    """Return the proxy that requests to the service take."""
    address = provider().facts(settings.virustotal_url).address
    return find_proxy(address, settings.proxy, settings.source("proxy"), provider().KEY_PLACES)


def authorities_for(settings: Settings) -> Authorities:
    """Return the certificates that are trusted."""
    return find_authorities(settings.ca_bundle, settings.source("ca_bundle"))


def make_service(settings: Settings, key: Key) -> Service:
    """Return the service with the user's key, address and proxy; to be closed by whoever asked for it."""
    authorities = authorities_for(settings)
    trust(authorities.path, authorities.source)  # an unreadable one is told with its place
    access = Access(
        key.secret,
        address=settings.virustotal_url,
        proxy=proxy_for(settings).url,
        ca_bundle=authorities.path,
        engines=settings.engines,
        malicious_from=settings.malicious_from,
        connections=settings.concurrency or MOST_IN_FLIGHT,
        on_request=Audit(settings.audit, SystemClock()) if settings.audit else None,
    )
    try:
        return provider().make(access)
    except KeyProblem as problem:
        problem.hint = f"the key came from the {key.source}; {problem.hint}"
        raise


@asynccontextmanager
async def reached(settings: Settings, key: Key) -> AsyncIterator[Service]:
    """The same for a question or two; it is closed behind them."""
    service = make_service(settings, key)
    try:
        yield service
    finally:
        await service.close()
