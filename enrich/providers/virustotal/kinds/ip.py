"""IP addresses: ``GET /ip_addresses/{address}``."""

from __future__ import annotations

from ipaddress import ip_address

from enrich.model.finding import Scalar
from enrich.providers.virustotal.kinds.shared.reading import date
from enrich.providers.virustotal.kinds.shared.schema import CommonAttributes
from enrich.providers.virustotal.site import ADDRESS

KIND, TYPE = "ip", "ip_address"
PATHS = r"/api/v3/ip_addresses/[0-9a-f.:]{3,45}"
MEANING = "an IP address"
PAGE = f"{ADDRESS}/gui/ip-address/"


class Attributes(CommonAttributes, gc=False):
    """https://docs.virustotal.com/reference/ip-object, checked against recorded bodies: no country for anycast."""

    as_owner: str | None = None
    asn: int | None = None
    country: str | None = None
    network: str | None = None
    jarm: str | None = None
    whois_date: int | None = None


SHAPE = Attributes


def path(value: str) -> str:
    """Return where an address is asked about; colons stand as they are."""
    return f"/api/v3/ip_addresses/{value}"


def named(value: str, identity: str, attributes: Attributes) -> tuple[str, ...]:  # noqa: ARG001 - as every kind
    """Return the address where the answer is about it, however it is written."""
    try:
        return (value,) if ip_address(identity) == ip_address(value) else ()
    except ValueError:
        return ()


def fields(identity: str, attributes: Attributes) -> dict[str, Scalar]:  # noqa: ARG001 - as every kind
    """Return what is filled for an address. VirusTotal has no date of first submission of one."""
    return {
        "vt_owner": attributes.as_owner,
        "vt_country": attributes.country,
        "vt_network": attributes.network,
        "vt_asn": attributes.asn,
        "vt_jarm": attributes.jarm,
        "vt_whois_date": date(attributes.whois_date),
    }
