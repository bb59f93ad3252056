"""One careful GET: one host, one real send, no redirect, nothing inflated past a limit, no secret in any error.

Shared by the providers. Knows HTTP and nothing of any service; it can do nothing but GET.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp
from msgspec import Struct
from yarl import URL

from enrich.config.extras import how_to_install, missing
from enrich.errors import NotSent, ServiceError, Transient, UsageError
from enrich.files.gzip import BODY_LIMIT
from enrich.providers.shared.address import SOCKS, checked_address
from enrich.providers.shared.certificates import trust
from enrich.providers.shared.interface import OnRequest


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for the whole exchange, and for one new connection with its TLS handshake."""

    total: float = 60.0
    connect: float = 15.0


PATIENCE = Patience()


class Reply(Struct, frozen=True):
    """What came back, whatever it says. ``wire`` is the body as it came; header names in any case."""

    status: int
    headers: Mapping[str, str]
    wire: bytes


SHORTEST_KEY = 16
READ_SIZE = 256 * 1024
"""Bytes that asyncio reads at once."""


class Secret:
    """Hides a secret: calling it takes the secret out of a text, and its own ``repr`` does not show it."""

    def __init__(self, value: str) -> None:
        self._value = value
        # A word of a language, typed by mistake for a key, is no secret: it must not blot out parts of the sentence.
        hidden = len(value) >= SHORTEST_KEY or not value.isalpha()
        forms = "|".join({re.escape(value), re.escape(quote(value, safe=""))}) if hidden else r"(?!)"
        whole = rf"(?<!\w)(?:{forms})(?!\w)" if len(value) < SHORTEST_KEY else forms
        self._pattern = re.compile(whole, re.IGNORECASE)

    def __call__(self, text: str) -> str:
        return self._pattern.sub("[key]", text)

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(hidden)"


class _Once:
    """aiohttp sends an idempotent request again when a kept-alive connection breaks, which would spend a second unit
    of quota unseen. As a middleware this runs for every real send and refuses the second.
    """

    __slots__ = ("sent",)

    def __init__(self) -> None:
        self.sent = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if self.sent:
            raise aiohttp.ServerDisconnectedError("the connection broke before an answer came")
        self.sent = True
        return await handler(request)


class Getter:
    """GETs paths of one address. The session is opened by the first ``get``, in the loop that runs then."""

    def __init__(
        self,
        address: str,
        headers: Mapping[str, str],
        hide: Callable[[str], str],
        *,
        proxy: str | None = None,
        ca_bundle: str | None = None,
        connections: int = 32,
        patience: Patience = PATIENCE,
        on_request: OnRequest | None = None,
    ) -> None:
        self._on_request = on_request
        self.address = checked_address(address, proxy)
        self._url = URL(self.address)
        self.host = self._url.host or ""
        # As the session's defaults the headers, key included, would go to a proxy too, in its clear-text CONNECT.
        self._shared: Mapping[str, str] | None = None if proxy else headers
        self._own: Mapping[str, str] | None = headers if proxy else None
        self._hide = hide
        self._proxy = proxy
        self._through_socks = _is_socks(proxy)
        self._ssl = trust(ca_bundle)
        self._connections = connections
        self._timeout = aiohttp.ClientTimeout(total=patience.total, sock_connect=patience.connect)
        self._session: aiohttp.ClientSession | None = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            _teach_allocator()
            self._session = aiohttp.ClientSession(
                headers=self._shared,
                connector=self._connector(),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                proxy=None if self._through_socks else self._proxy,
                trust_env=False,  # the environment was read before, and .netrc is never
            )
        return self._session

    def _connector(self) -> aiohttp.TCPConnector:
        if self._through_socks and self._proxy is not None:
            from enrich.providers.shared import socks  # noqa: PLC0415 - an extra

            return socks.connector(self._proxy, limit=self._connections, ssl=self._ssl)
        return aiohttp.TCPConnector(limit=self._connections, ssl=self._ssl, ttl_dns_cache=300)

    async def get(self, path: str) -> Reply:
        """One request, sent at most once. ``path`` begins with a slash and is already quoted.

        Raises ``NotSent`` where the request cannot have arrived and ``Transient`` where no whole answer came.
        """
        ended = self._on_request(self._hide(path)) if self._on_request is not None else _unheard
        status, reason = 0, "stopped before an answer came"
        try:
            reply = await self._get(path)
            status, reason = reply.status, ""
            return reply
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = self._failure(error)
            reason = str(failure)
        except ServiceError as error:
            reason, failure = str(error), error
        finally:
            ended(status, reason)
        # Raised out here, so that the library's exception, whose text may hold the URL, is not its context.
        raise failure

    async def _get(self, path: str) -> Reply:
        url = self._url.with_path(self._url.raw_path.rstrip("/") + path, encoded=True)
        async with self._open().get(url, headers=self._own, allow_redirects=False, middlewares=(_Once(),)) as response:
            return Reply(response.status, response.headers, await _body(response))

    def _failure(self, error: Exception) -> ServiceError:
        arrived, reason, hint = _told(error)
        text = self._hide(f"{self.host}: {reason}")
        return Transient(text, hint=hint) if arrived else NotSent(text, hint=hint)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _is_socks(proxy: str | None) -> bool:
    """Whether ``proxy`` is a SOCKS proxy; ``UsageError`` where the library for these is not installed."""
    if proxy is None or URL(proxy).scheme not in SOCKS:
        return False
    if missing(["aiohttp_socks"]):
        hint = f"{how_to_install('aiohttp_socks')}; or name an HTTP proxy: --proxy http://host:port"
        raise UsageError("a SOCKS proxy needs the library aiohttp-socks", hint=hint)
    return True


def _teach_allocator() -> None:
    """The event loop reads into 256 KiB and cuts that down to what came. glibc takes such blocks from the kernel and
    gives them back, three system calls an answer, until it has seen a large one freed whole: then it keeps them.
    """
    bytes(READ_SIZE * 4)


def _unheard(_status: int, _reason: str) -> None:
    """Nobody keeps an audit."""


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The body's bytes as they come, and never more than the limit of them."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise Transient(f"the answer came in an encoding that was not asked for ({encoding[:20]})")
    declared = response.content_length
    if declared is None or declared > BODY_LIMIT:
        chunks, size = [], declared or 0
        while size <= BODY_LIMIT and (chunk := await response.content.readany()):
            chunks.append(chunk)
            size += len(chunk)
        if size > BODY_LIMIT:
            raise Transient(f"the answer is larger than {BODY_LIMIT // 1024 // 1024} MiB")
        return b"".join(chunks)
    return await response.read()


# What each of the library's errors means: whether the request may have arrived, in words, and what to do about it.
# The first that fits counts. The words are ours, because those of the library hold the URL.
_MEANINGS: tuple[tuple[type[Exception], bool, str, str], ...] = (
    (aiohttp.ClientConnectorDNSError, False, "its name cannot be resolved", "check the network, its DNS and --proxy"),
    (aiohttp.ClientConnectorCertificateError, False, "its certificate is not trusted", "behind a proxy: --ca-bundle"),
    (aiohttp.ClientConnectorSSLError, False, "no TLS connection", "behind a proxy: --ca-bundle"),
    (aiohttp.ClientProxyConnectionError, False, "the proxy cannot be reached", "check --proxy"),
    (aiohttp.ClientHttpProxyError, False, "the proxy refused the connection", "check --proxy and its password"),
    (aiohttp.ConnectionTimeoutError, False, "no connection in time", "check the network and --proxy"),
    (aiohttp.ClientConnectorError, False, "no connection", "check the network and --proxy"),
    (TimeoutError, True, "no answer in time", ""),
    (aiohttp.ClientPayloadError, True, "the answer was cut short", ""),
    (aiohttp.ServerDisconnectedError, True, "the connection broke before an answer came", ""),
    (aiohttp.ClientResponseError, True, "the answer is not HTTP", ""),
    (OSError, True, "the connection broke", ""),
)


def _told(error: Exception) -> tuple[bool, str, str]:
    for kind, arrived, words, hint in _MEANINGS:
        if isinstance(error, kind):
            return arrived, words + _cause(error), hint
    return True, f"no answer ({type(error).__name__})", ""


def _cause(error: Exception) -> str:
    """The operating system's or the certificate check's own words, or the proxy's status."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = getattr(error.certificate_error, "verify_message", "")
    elif isinstance(error, aiohttp.ClientHttpProxyError):
        cause = f"HTTP {error.status}"
    elif isinstance(error, OSError) and not isinstance(error, TimeoutError):
        cause = error.strerror or ""
    else:
        cause = ""
    return f" ({cause})" if cause else ""
