"""Domains: ``GET /domains/{name}``."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList

from enrich.model.finding import Scalar
from enrich.providers.virustotal.attributes import joined
from enrich.providers.virustotal.kinds.shared.reading import categories, date
from enrich.providers.virustotal.kinds.shared.schema import CommonAttributes, DnsRecord, Rank
from enrich.providers.virustotal.site import ADDRESS

KIND, TYPE = "domain", "domain"
PATHS = r"/api/v3/domains/[a-z0-9._-]{3,253}"
MEANING = "a domain by its name"
PAGE = f"{ADDRESS}/gui/domain/"
MOST_RECORDS = 10
"""Addresses shown of those that a name resolves to."""


class Attributes(CommonAttributes, gc=False):
    """https://docs.virustotal.com/reference/domains-object, checked against recorded bodies."""

    categories: dict[str, str | None] | None = None
    creation_date: int | None = None
    registrar: str | None = None
    popularity_ranks: dict[str, Rank | None] | None = None
    last_dns_records: list[DnsRecord] | None = None
    jarm: str | None = None
    whois_date: int | None = None


SHAPE = Attributes


def path(value: str) -> str:
    return f"/api/v3/domains/{value}"


def named(value: str, identity: str, attributes: Attributes) -> tuple[str, ...]:  # noqa: ARG001 - as every kind
    """Return the name where the answer is about it."""
    return (value,) if identity.rstrip(".").lower() == value else ()


def fields(identity: str, attributes: Attributes) -> dict[str, Scalar]:
    """Return what is filled for a domain. VirusTotal has no date of first submission of one."""
    records = [record.value for record in attributes.last_dns_records or () if record.type in ("A", "AAAA")]
    ranks = [place.rank for place in (attributes.popularity_ranks or {}).values() if place and place.rank]
    return {
        "vt_registered": date(attributes.creation_date) if _is_registrable(identity.lower()) else None,
        "vt_owner": attributes.registrar,
        "vt_categories": categories(attributes.categories),
        "vt_resolves_to": joined(records, ", ", MOST_RECORDS),
        "vt_rank": min(ranks, default=None),
        "vt_jarm": attributes.jarm,
        "vt_whois_date": date(attributes.whois_date),
    }


def _is_registrable(name: str) -> bool:
    """Return whether somebody registered just this name.

    ``creation_date`` of a subdomain is its parent's, even of one that a host gives away: ``x.blogspot.com`` has the
    date of ``blogspot.com``.
    """
    return _suffixes().privatesuffix(name) == name


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)
