"""Which path asks about which indicator, whatever its kind."""

from __future__ import annotations

import re
from functools import cache

from enrich.errors import Refused
from enrich.model.indicator import Indicator
from enrich.providers.shared.interface import Route
from enrich.providers.virustotal.kinds import kind_names, kinds

FILE_PATHS = r"/api/v3/files/(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})"


@cache
def routes() -> tuple[Route, ...]:
    """Return the routes of all that is ever sent: a question about one object of each kind, and what the key allows.

    The last asks by the key itself, which the service takes for its owner's name.
    """
    return (
        Route("GET", FILE_PATHS, meaning="a file by its hash"),
        *(Route("GET", kind.PATHS, meaning=kind.MEANING) for kind in kinds().values()),
        Route("GET", r"/api/v3/users/[^/?#]+/overall_quotas", meaning="what the key allows"),
    )


def path_for(indicator: Indicator) -> str:
    """Return the path that ``indicator`` is asked by; ``Refused`` for what the service must not be asked."""
    if indicator.kind == "hash":
        path, allowed = f"/api/v3/files/{indicator.value}", FILE_PATHS
    elif indicator.kind in kind_names():
        kind = kinds()[indicator.kind]
        path, allowed = kind.path(indicator.value), kind.PATHS
    else:
        raise Refused(f"not asked: VirusTotal does not look up what is called {indicator.kind!r}")
    if not re.fullmatch(allowed, path):
        raise Refused("not asked: VirusTotal looks up files by MD5, SHA-1 or SHA-256, domains, IP addresses and URLs")
    return path
