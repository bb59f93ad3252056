"""IP addresses: their one written form, which are global, and what stands for a whole network."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

LEADING_ZERO = "an IP address with a leading zero: decimal or octal, nobody can tell"
_NOT_UNICAST = tuple(
    (ip_network(network), reason)
    for network, reason in (
        ("192.0.0.0/24", "address that protocols use among themselves"),
        ("192.88.99.0/24", "address of 6to4 relays"),
        ("64:ff9b::/96", "address that stands for an IPv4 address (NAT64)"),
        ("64:ff9b:1::/48", "address that stands for an IPv4 address (NAT64)"),
        ("2002::/16", "address that stands for an IPv4 address (6to4)"),
        ("2001::/32", "address that stands for an IPv4 address (Teredo)"),
        ("192.0.2.0/24", "address kept for documentation"),
        ("198.51.100.0/24", "address kept for documentation"),
        ("203.0.113.0/24", "address kept for documentation"),
        ("2001:db8::/32", "address kept for documentation"),
        ("3fff::/20", "address kept for documentation"),
        ("100.64.0.0/10", "address shared behind a provider (CGNAT)"),
    )
)
"""What ``is_global`` of Python 3.11 lets pass, and what deserves a better word than "private"."""
# all that IANA has given to anybody yet
_PORT = re.compile(r"/(\d{1,5})")
_MOST_BITS, _LAST_PORT = 32, 65_535
_GLOBAL_IPV6 = ip_network("2000::/3")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_NUMBER = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_CANONICAL = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}){{3}}")
"""Most addresses as they are written; told without taking them apart, as lists of telemetry hold them in every row."""
# 10/8, 100.64/10, 127/8, 169.254/16, 172.16/12, 192.168/16 ...: only below these the slow look is needed
_SPECIAL = (0, 10, 100, 127, 169, 172, 192, 198, 203, *range(224, 256))
"""First numbers of IPv4 addresses under which IANA keeps some for something special; all others are global unicast."""
_GLOBAL = re.compile(rf"(?!(?:{'|'.join(map(str, _SPECIAL))})\.){_CANONICAL.pattern}")
ORDINARY = re.compile(rf"(?!1\.3\.6\.1|.*\.0$){_GLOBAL.pattern}")
"""Addresses that nothing but what stands around them makes anything else of: no version, no object identifier."""


PRIVATE = "private address; never sent"
_PRIVATE = re.compile(rf"(?=10\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.){_CANONICAL.pattern}")
"""RFC 1918: the machines of one's own, in every row of telemetry."""


@lru_cache(maxsize=65536)
def canonical(text: str) -> str:
    """Return the address in its compressed form, a mapped IPv4 address as itself; "" where ``text`` is none."""
    if _CANONICAL.fullmatch(text):
        return text
    address = _parsed(text)
    return "" if address is None else address.compressed


def fault(text: str) -> str:
    """Return why a text of four numbers is no address: a leading zero; "" where nothing is wrong with it, or all is."""
    if not _DOTTED.fullmatch(text):
        return ""
    parts = text.split(".")
    leading = any(len(part) > 1 and part.startswith("0") for part in parts)
    return LEADING_ZERO if leading and all(int(part) <= 255 for part in parts) else ""


@lru_cache(maxsize=65536)
def withheld(value: str) -> str:
    """Return why an address must not be sent: "" for global unicast alone.

    VirusTotal answers ``192.168.0.1`` with "0 of 94": a call spent on what reads as clean.
    """
    if _GLOBAL.fullmatch(value):
        return ""
    if _PRIVATE.fullmatch(value):
        return PRIVATE
    address = _parsed(value)
    if address is None:
        return "no IP address"
    for network, reason in _NOT_UNICAST:
        if address in network:
            return f"{reason}; never sent"
    reason = _why_not_global(address)
    return f"{reason}; never sent" if reason else ""


def _why_not_global(address: IPv4Address | IPv6Address) -> str:
    if address.is_multicast:
        return "multicast address"
    if address.is_loopback:
        return "loopback address"
    if address.is_link_local:
        return "link-local address"
    if address.is_unspecified or address.is_reserved:
        return "reserved address"
    if not address.is_global:
        return "private address"
    return "reserved address" if isinstance(address, IPv6Address) and address not in _GLOBAL_IPV6 else ""


def network(text: str) -> str:
    """Return the network that ``text`` writes as CIDR, canonical; "" where it is none. One address alone is none."""
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        return ""
    # 1.2.3.4/32 is an address
    return found.compressed if "/" in text and found.num_addresses > 1 else ""


def logged_port(address: str, path: str, before: str) -> str:
    """Return the port of ``80.87.12.9/41234``, as Cisco's logs write one; "" where a network or a path stands there.

    No network has more than 32 bits; ``inside:10.1.1.7/22``, behind the name of an interface, begins no network.
    """
    found = _PORT.fullmatch(path)
    if found is None or int(found[1]) > _LAST_PORT:
        return ""
    is_endpoint = is_behind_interface(before) and network(f"{address}{path}") != f"{address}{path}"
    return found[1] if int(found[1]) > _MOST_BITS or is_endpoint else ""


def is_behind_interface(before: str) -> bool:
    """Return whether an address stands right behind the name of an interface: ``inside:10.1.1.7``."""
    return before.endswith(":") and before[-2:-1].isalnum()


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    if ":" not in text and not text[-1:].isdigit():
        return None  # a host's name, as most are
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        # fe80::1%eth0 is known on one machine only; ::ffff:1.2.3.4 is the IPv4 address
        return None if address.scope_id else address.ipv4_mapped or address
    return address
