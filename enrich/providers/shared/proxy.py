"""Through which proxy requests leave: as the user says, else as the machine says. Sends nothing, reads no ``.netrc``.

The machine's words are those that curl and requests heed: ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, in lower
case too, then the proxy of the service's own tool, then the system's settings (Windows, macOS).
https://everything.curl.dev/usingcurl/proxies/env.html
"""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from yarl import URL

from enrich.errors import UsageError
from enrich.providers.shared.address import PROXY_SCHEMES, SOCKS, is_loopback
from enrich.providers.shared.api_key import KeyPlaces, entry_of

DIRECT = "none"
"""What ``--proxy`` takes for "no proxy, whatever the machine says"."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """The proxy to take; ``url`` is None where there is none. ``place`` says in words who says so."""

    url: str | None = field(repr=False)
    place: str

    @property
    def shown(self) -> str:
        """Scheme, host and port for people, without name and password."""
        if self.url is None:
            return "none"
        url = URL(self.url)
        return f"{url.scheme}://{url.host}" + (f":{url.port}" if url.port else "")


def find_proxy(
    address: str,
    stated: str | None,
    place: str,
    places: KeyPlaces | None,
    environment: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> Proxy:
    """Return the proxy for requests to ``address``.

    ``stated`` is the user's own ``--proxy``, set at ``place``: it holds for every address. What the machine says
    does not hold for the machine itself, nor for what ``NO_PROXY`` names.
    Raises ``UsageError`` for what is no proxy's address, with the place it came from.
    """
    if stated is not None:
        return Proxy(checked_proxy(stated, place) if stated and stated != DIRECT else None, place)
    environment = os.environ if environment is None else environment
    host = urlsplit(address).hostname or ""
    if is_loopback(host):
        return Proxy(None, f"{host} is this machine itself")
    named = _named(places, environment, home)
    if named is None:
        return Proxy(None, _unheeded(environment))
    no_proxy, without = _variable(environment, "no_proxy")
    if is_excepted(urlsplit(address).netloc, without):
        return Proxy(None, f"{no_proxy} names {host}")
    return Proxy(checked_proxy(named[1], named[0]), named[0])


def _named(places: KeyPlaces | None, environment: Mapping[str, str], home: Path | None) -> tuple[str, str] | None:
    """Return where the machine names a proxy, and the proxy; None where it names none."""
    for name in ("https_proxy", "all_proxy"):
        variable, value = _variable(environment, name)
        if value:
            return variable, value
    if places is None:
        return None
    if value := environment.get(places.proxy_variable, "").strip():
        return places.proxy_variable, value
    own = (home or Path("~").expanduser()) / places.file
    if places.proxy_entry and (value := entry_of(own, places.proxy_entry)):
        return str(own), value
    if sys.platform in ("win32", "darwin") and (value := getproxies().get("https", "")):
        return "the system's settings", value
    return None


def _variable(environment: Mapping[str, str], name: str) -> tuple[str, str]:
    """Return a variable's name and value; lower case wins, as in curl."""
    for spelt in (name, name.upper()):
        if value := environment.get(spelt, "").strip():
            return spelt, value
    return name, ""


def is_excepted(netloc: str, no_proxy: str) -> bool:
    """Return whether ``NO_PROXY`` names a host (``netloc`` has its port, where there is one).

    Its entries, divided by commas or spaces: a host, which stands for its subdomains too, with or without a dot before
    it; a host and a port; a network such as ``10.0.0.0/8``; ``*`` for all.
    """
    host, _, port = netloc.casefold().rpartition(":") if re.search(r":\d+$", netloc) else (netloc.casefold(), "", "443")
    bare = host.strip("[]")
    for entry in re.split(r"[,\s]+", no_proxy.casefold()):
        name, colon, of_port = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
        name = name.removeprefix("*").lstrip(".") if name != "*" else name
        if colon and of_port != port:
            continue
        if name and (name == "*" or bare == name.strip("[]") or bare.endswith(f".{name}") or _is_in(bare, name)):
            return True
    return False


def _is_in(host: str, network: str) -> bool:
    try:
        return "/" in network and ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _unheeded(environment: Mapping[str, str]) -> str:
    variable, value = _variable(environment, "http_proxy")
    if value:
        return f"{variable} is for http alone: HTTPS_PROXY would hold here"
    return "neither --proxy nor HTTPS_PROXY nor ALL_PROXY names one"


_RESERVED = {"#": "%23", "@": "%40", "/": "%2F", "?": "%3F", "[": "%5B", "]": "%5D", "\\": "%5C", " ": "%20"}


def checked_proxy(text: str, place: str) -> str:
    """Return the proxy's URL; ``host:port`` alone is an HTTP proxy, as everywhere.

    Raises ``UsageError``, which shows no password, for what is no proxy's address.
    """
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        scheme, rest = "http", text.strip()
    _refuse_raw_signs(rest, place)
    try:
        url = URL(f"{scheme.lower()}://{rest}")
        host, port = url.host, url.port
    except ValueError:
        raise UsageError(f"the proxy of {place} is no URL", hint="write http://host:port") from None
    if url.scheme not in PROXY_SCHEMES or not host:
        hint = f"there are {', '.join(PROXY_SCHEMES)}: write http://host:port"
        raise UsageError(f"the proxy of {place} is no HTTP or SOCKS proxy", hint=hint)
    if url.scheme in SOCKS and port is None:
        raise UsageError(f"the proxy of {place} names no port", hint="SOCKS is mostly at 1080: socks5h://host:1080")
    return str(url)


def _refuse_raw_signs(rest: str, place: str) -> None:
    """Raise ``UsageError`` for a raw sign that ends a name or password: the rest would be taken for the host."""
    words, at, _ = rest.rpartition("@")
    if not at:
        return
    raw = [sign for sign in _RESERVED if sign in words]
    if re.search(r"%(?![0-9A-Fa-f]{2})", words):
        raw.append("%")
    if raw:
        written = ", ".join(f"{sign!r} as {_RESERVED.get(sign, '%25')}" for sign in raw)
        raise UsageError(
            f"the proxy of {place} holds a raw {raw[0]!r} in its name or password", hint=f"write {written}"
        )
