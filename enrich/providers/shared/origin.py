"""Who it is that answers: a provider's own service, or somebody at another address. No network."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from enrich.model.result import ServiceFacts
from enrich.providers.shared.address import checked_address

AT = "@"
"""Between the provider's name and the host in an origin that is not the provider's own."""


def origin_of(name: str, own: str, address: str | None) -> str:
    """Return ``name`` where ``address`` is the service's ``own`` one (or None), else ``NAME@HOST[:PORT]``.

    Answers, claims and ledgers are kept by it: what a stand-in says is never taken for the service's word.
    """
    if address is None:
        return name
    there, home = urlsplit(checked_address(address)), urlsplit(own)
    if (there.scheme, there.hostname, there.port) == (home.scheme, home.hostname, home.port):
        return name
    return f"{name}{AT}{there.netloc.lower()}"


def provider_of(origin: str) -> str:
    """Return the name of the provider that an origin answers for."""
    return origin.partition(AT)[0]


def account_of(origin: str, key: str) -> str:
    """Return the fingerprint that names the ledger of ``key`` at ``origin``; never the key.

    Calls to another address are no calls of the service's: they spend nothing of the key's day there.
    """
    secret = key if AT not in origin else f"{key}{AT}{origin}"
    return hashlib.sha256((secret or origin).encode()).hexdigest()[:16]


def service_facts(name: str, title: str, prefix: str, own: str, address: str | None) -> ServiceFacts:
    """Return who answers at ``address`` (None: the service's own), for the result document.

    ``UsageError`` for an address that must not be asked.
    """
    origin = origin_of(name, own, address)
    return ServiceFacts(
        name,
        title,
        checked_address(address or own),
        stand_in=AT in origin,
        prefix=prefix,
        origin=origin,
        home=urlsplit(own).hostname or "",
    )
