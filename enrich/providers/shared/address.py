"""Which addresses a service may be asked at: https, or http to this machine itself. Sends nothing."""

from __future__ import annotations

import ipaddress

from yarl import URL

from enrich.errors import UsageError

PROXY_SCHEMES = ("http", "https", "socks4", "socks5", "socks5h")
SOCKS = ("socks4", "socks5", "socks5h")


def checked_address(address: str, proxy: str | None = None) -> str:
    """Return the address without its closing slash; ``UsageError`` unless https, or http to this machine."""
    try:
        url = URL(address)
        host, scheme = url.host, url.scheme
        relay = URL(proxy) if proxy else None
    except ValueError:
        raise UsageError("the service's or the proxy's address is no URL") from None
    if not host or scheme not in ("https", "http"):
        raise UsageError(f"not an http(s) address: {_shown(url)}")
    if url.user or url.password or url.query_string or url.fragment:
        raise UsageError(f"the service's address must be scheme, host and port alone: {_shown(url)}")
    if relay is not None and (relay.scheme not in PROXY_SCHEMES or not relay.host):
        raise UsageError(f"not an HTTP or SOCKS proxy: {_shown(relay)}")
    if scheme == "http" and is_loopback(host) and relay is not None and not is_loopback(relay.host or ""):
        hint = "what runs on this machine is asked without one: --proxy none"
        raise UsageError(f"{_shown(url)} would be asked through the proxy {_shown(relay)}", hint=hint)
    if scheme == "http" and not is_loopback(host):
        hint = "http would show the key to everyone on the way; only this machine itself may be asked by http"
        raise UsageError(f"the service must be asked by https: {_shown(url)}", hint=hint)
    return str(url).rstrip("/")


def _shown(url: URL) -> str:
    """Return the address for a message: without a password, a path or a query."""
    return f"{url.scheme}://{url.host}" if url.host else "no host given"


def is_loopback(host: str) -> bool:
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
