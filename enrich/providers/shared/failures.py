"""What each way means in which no answer came: whether the request may have arrived, in words, and what to do about it.

The words are ours, because those of the HTTP library hold the URL, and with it what was asked.
"""

from __future__ import annotations

import aiohttp

from enrich.errors import NotSent, ProxyRefused, ServiceError, Transient, Unreachable, Untrusted

_DNS = "check the network, its DNS and --proxy"
_NETWORK, _AUTHORITY = "check the network and --proxy", "behind a proxy: --ca-bundle"
_MEANINGS: tuple[tuple[type[Exception], type[ServiceError], str, str], ...] = (
    (aiohttp.ClientConnectorDNSError, Unreachable, "its name cannot be resolved", _DNS),
    (aiohttp.ClientConnectorCertificateError, Untrusted, "its certificate is not trusted", _AUTHORITY),
    (aiohttp.ClientConnectorSSLError, NotSent, "no TLS connection", _AUTHORITY),
    (aiohttp.ClientProxyConnectionError, NotSent, "the proxy cannot be reached", "check --proxy"),
    (aiohttp.ClientHttpProxyError, NotSent, "the proxy refused the connection", "check --proxy and its password"),
    (aiohttp.ConnectionTimeoutError, NotSent, "no connection in time", _NETWORK),
    (aiohttp.ClientConnectorError, NotSent, "no connection", _NETWORK),
    (TimeoutError, Transient, "no answer in time", "--timeout gives it longer"),
    (aiohttp.ClientPayloadError, Transient, "the answer was cut short", ""),
    (aiohttp.ServerDisconnectedError, Transient, "the connection broke before an answer came", ""),
    (aiohttp.ClientResponseError, Transient, "the answer is not HTTP", ""),
    (OSError, Transient, "the connection broke", ""),
)
"""The library's error, ours, what happened, and what to do. The first that fits counts."""
ASK_FOR_PROXY = "check the name and password in HTTPS_PROXY=http://name:password@host:port (every user sees a --proxy)"


def failure_of(error: Exception, host: str) -> ServiceError | ProxyRefused:
    """Return our error for what the library raised; ``host`` is who was asked."""
    if isinstance(error, aiohttp.ClientHttpProxyError) and error.status == 407:
        return ProxyRefused("the proxy refused the name or password (HTTP 407)", hint=ASK_FOR_PROXY)
    for kind, ours, words, hint in _MEANINGS:
        if isinstance(error, kind):
            return ours(f"{host}: {words}{_cause(error)}", hint=hint)
    return Transient(f"{host}: no answer ({type(error).__name__})")


def _cause(error: Exception) -> str:
    """Return the operating system's or the certificate check's own words, or the proxy's status."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = getattr(error.certificate_error, "verify_message", "")
    elif isinstance(error, aiohttp.ClientHttpProxyError):
        cause = f"HTTP {error.status}"
    elif isinstance(error, OSError) and not isinstance(error, TimeoutError):
        cause = error.strerror or ""
    else:
        cause = ""
    return f" ({cause})" if cause else ""
