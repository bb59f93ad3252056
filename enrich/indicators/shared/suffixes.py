"""Where a registrable name begins, by the public suffix list that comes inside the package; nothing is fetched."""

from __future__ import annotations

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _icann() -> PublicSuffixList:
    """Return the suffixes that registries sell names under. Loaded at the first question: it takes 0.03 s."""
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@cache
def _all() -> PublicSuffixList:
    """With those under which firms give names away: ``trycloudflare.com``, ``blogspot.com``."""
    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=65536)
def registrable(name: str) -> str:
    """Return ``example.co.uk`` of ``www.example.co.uk``; "" for a public suffix itself, and for a name under none.

    ``name`` is lower case, in its ASCII form.
    """
    return _icann().privatesuffix(name) or ""


def owner(name: str) -> str:
    """Return the name that has one owner: as ``registrable``, and ``x.trycloudflare.com`` for what stands under it."""
    return _all().privatesuffix(name) or ""
