"""The lookup service that is asked, and how it is reached: the one room that names it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from enrich.clock import SystemClock
from enrich.config.settings import Settings
from enrich.logs.audit import Audit
from enrich.lookup.engines.local import MOST_IN_FLIGHT
from enrich.providers import Access, Entry, Service, entry_named
from enrich.providers.shared.api_key import Key, find_key

PROVIDER = "virustotal"


def provider() -> Entry:
    """What is to be had of it without a key and without the HTTP library."""
    return entry_named(PROVIDER)


def key_for(settings: Settings) -> Key:
    """The service's key from the first place that holds one; ``KeyProblem`` where none does."""
    return find_key(provider().KEY_PLACES, settings.key_file)


def make_service(settings: Settings, key: Key) -> Service:
    """The service with the user's key, address and proxy; to be closed by whoever asked for it."""
    access = Access(
        key.secret,
        address=settings.virustotal_url,
        proxy=settings.proxy,
        ca_bundle=str(settings.ca_bundle) if settings.ca_bundle else None,
        engines=settings.engines,
        connections=settings.concurrency or MOST_IN_FLIGHT,
        on_request=Audit(settings.audit, SystemClock()) if settings.audit else None,
    )
    return provider().make(access)


@asynccontextmanager
async def reached(settings: Settings, key: Key) -> AsyncIterator[Service]:
    """The same for a question or two; it is closed behind them."""
    service = make_service(settings, key)
    try:
        yield service
    finally:
        await service.close()
