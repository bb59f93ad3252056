"""SOCKS proxies, by aiohttp-socks: an extra, imported only where the user's proxy is one."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import aiohttp
import python_socks
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError
from yarl import URL

from enrich.errors import NotSent

if TYPE_CHECKING:
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace


class SocksConnector(ProxyConnector):
    """aiohttp-socks, with ``NotSent`` for every failure to connect: the request never left."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the library's own parameter
    ) -> Connection:
        try:
            return await super().connect(req, traces, timeout)
        except (ProxyError, ProxyConnectionError, ProxyTimeoutError, OSError) as error:
            reason = _reason(error)
        # Raised out here, so that the library's exception is not its context.
        raise NotSent(reason, hint="check --proxy")


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the service's certificate is not trusted ({error.verify_message}); behind a proxy: --ca-bundle"
    if isinstance(error, ProxyError):
        return f"the SOCKS proxy refused: {error}"
    if isinstance(error, ProxyTimeoutError | TimeoutError):
        return "no connection through the SOCKS proxy in time"
    return "no connection through the SOCKS proxy"


_TYPES = {
    "socks4": python_socks.ProxyType.SOCKS4,
    "socks5": python_socks.ProxyType.SOCKS5,
    "socks5h": python_socks.ProxyType.SOCKS5,
}


def connector(proxy: str, **options: Any) -> SocksConnector:
    """Return a connector through ``proxy``. The proxy looks the service's name up: inside, it is often not known."""
    url = URL(proxy)
    return SocksConnector(
        proxy_type=_TYPES[url.scheme],
        host=url.host or "",
        port=url.port or 1080,
        username=url.user,
        password=url.password,
        rdns=True,
        **options,
    )
