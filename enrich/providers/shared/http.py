"""One careful request: one host, a route that its provider declares, one real send, no redirect, no secret in an error.

Shared by the providers. What no ``Route`` allows is never sent: by these a provider can read and do nothing else.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

import aiohttp
from msgspec import Struct
from yarl import URL

from enrich.errors import EnrichError, Refused, Transient, UsageError
from enrich.extras import how_to_install, missing
from enrich.files.gzip import BODY_LIMIT, inflate
from enrich.model.sent_request import SentRequest
from enrich.providers.shared.address import SOCKS, checked_address
from enrich.providers.shared.certificates import trust
from enrich.providers.shared.failures import failure_of
from enrich.providers.shared.interface import Access, Route


class Body(Struct, frozen=True):
    """A body to read and the bytes to keep of it, both without the key: whoever stands between may repeat headers."""

    read: bytes
    """Inflated."""
    kept: bytes
    """As it came over the wire, where nothing was taken out."""


class Reply(Struct, frozen=True):
    """What came back, whatever it says. ``wire`` is the body as it came; header names in any case."""

    status: int
    headers: Mapping[str, str]
    wire: bytes
    without_key: Callable[[bytes], bytes] = bytes

    def body(self) -> Body:
        """Return the body; the only way to it for who reads or keeps it. ``Transient`` where its gzip is broken."""
        inflated = inflate(self.wire)
        read = self.without_key(inflated)
        return Body(read, self.wire if read is inflated else read)

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people, as whoever stands between sends them."""
        return "html" in self.headers.get("Content-Type", "").lower() or self.wire[:100].lstrip().startswith(b"<")


SHORTEST_KEY = 16
"""Characters. A shorter one may be a word: hidden where it stands alone, and nowhere where it is letters only."""
READ_SIZE = 256 * 1024
"""Bytes that asyncio reads at once."""
LATE = 2.0
"""Seconds by which a timer comes late after a suspend, and that a paid answer then gets to be read."""


class Secret:
    """Hides a secret: calling it takes the secret out of a text, and its own ``repr`` does not show it."""

    def __init__(self, value: str) -> None:
        self._value = value
        # A word of a language, typed by mistake for a key, is no secret: it must not blot out parts of the sentence.
        hidden = len(value) >= SHORTEST_KEY or not value.isalpha()
        forms = "|".join({re.escape(value), re.escape(quote(value, safe=""))}) if hidden else r"(?!)"
        whole = rf"(?<!\w)(?:{forms})(?!\w)" if len(value) < SHORTEST_KEY else forms
        self._pattern = re.compile(whole, re.IGNORECASE)
        self._bytes = re.compile(whole.encode(), re.IGNORECASE)
        spelt = {value, value.lower(), value.upper(), quote(value, safe="")} if hidden else set[str]()
        self._spelt = tuple(form.encode() for form in spelt)

    def __call__(self, text: str) -> str:
        return self._pattern.sub("[key]", text)

    def out_of(self, body: bytes) -> bytes:
        """Return the bytes without it: the same object where they hold nothing of it."""
        if not any(form in body for form in self._spelt):  # a search without pattern costs next to nothing
            return body
        return self._bytes.sub(b"[key]", body)

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


class HttpClient:
    """Sends what ``routes`` allow to one address. The session is opened by the first request, in its loop."""

    def __init__(
        self,
        access: Access,
        own: str,
        headers: Mapping[str, str],
        hide: Callable[[str], str],
        *,
        routes: Sequence[Route],
        longest_connect: float = 15.0,
    ) -> None:
        """``own`` is the service's own address; ``longest_connect``: seconds for a new connection and its TLS."""
        proxy = access.proxy
        self._routes = tuple(routes)
        self._on_request = access.on_request
        self.address = checked_address(access.address or own, proxy)
        self._url = URL(self.address)
        self.host = self._url.host or ""
        # As the session's defaults the headers, key included, would go to a proxy too, in its clear-text CONNECT.
        self._shared: Mapping[str, str] | None = None if proxy else headers
        self._own: Mapping[str, str] | None = headers if proxy else None
        self._hide = hide
        self._without_key = hide.out_of if isinstance(hide, Secret) else bytes
        self._proxy = proxy
        self._through_socks = _is_socks(proxy)
        self._ssl = trust(access.ca_bundle)
        self._connections = access.connections
        self._longest = access.timeout
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=longest_connect)
        self._session: aiohttp.ClientSession | None = None
        self._retired: list[aiohttp.ClientSession] = []

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

    async def get(self, path: str, believed: Callable[[Reply], bool] | None = None) -> Reply:
        """Send one GET, at most once. ``path`` begins with a slash and is already quoted: see ``send``."""
        return await self.send("GET", path, believed=believed)

    async def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        content_type: str = "",
        believed: Callable[[Reply], bool] | None = None,
    ) -> Reply:
        """Send one request, at most once; ``Refused`` where no route of the provider's allows it.

        No connection is used again after an answer that is not ``believed``.

        Raises ``NotSent`` where the request cannot have arrived, ``Transient`` where no whole answer came, and
        ``ProxyRefused`` where the proxy wants another password.
        """
        if not any(route.allows(method, path, body) for route in self._routes):
            raise Refused(f"not asked: no route of this source allows {method} {self._hide(path)[:80]}")
        ended: Callable[[int, str], None] = _unheard
        if self._on_request is not None:
            ended = self._on_request(SentRequest(method, self.host, self._hide(path), self._hide(body.decode())))
        status, reason = 0, "stopped before an answer came"
        failure: EnrichError
        try:
            reply = await self._send(method, path, body, content_type, believed)
            status, reason = reply.status, ""
            return reply
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = failure_of(error, self.host)
            reason = str(failure)
        except EnrichError as error:
            reason, failure = str(error), error
        finally:
            ended(status, reason)
        # Raised out here, so that the library's exception, whose text may hold the URL, is not its context.
        raise failure

    async def _send(
        self, method: str, path: str, body: bytes, content_type: str, believed: Callable[[Reply], bool] | None
    ) -> Reply:
        url = self._url.with_path(self._url.raw_path.rstrip("/") + path, encoded=True)
        headers = self._own if not body else {**(self._own or {}), "Content-Type": content_type}
        request = self._open().request(
            method, url, data=body or None, headers=headers, allow_redirects=False, middlewares=(_Once(),)
        )
        limit = asyncio.timeout(None)
        timer = _end_after(self._longest, limit)
        try:
            async with limit, request as response:
                reply = Reply(response.status, response.headers, await _body(response), self._without_key)
        finally:
            timer.cancel()
        if believed is not None and not believed(reply):
            self._retire()
        return reply

    def _retire(self) -> None:
        """Use none of the connections any more: what answers another question may answer the next one, too.

        What is under way on the others goes on; they are closed in the end.
        """
        if self._session is not None:
            self._retired.append(self._session)
            self._session = None

    async def close(self) -> None:
        for session in (*self._retired, self._session):
            if session is not None:
                await session.close()
        self._retired.clear()


def _end_after(seconds: float, limit: asyncio.Timeout) -> asyncio.TimerHandle:
    """Return the timer that sets off ``limit`` after ``seconds``.

    After a suspend the time is over and the answer may lie in the socket, paid for: where the timer itself comes late,
    the loop gets ``LATE`` seconds to read it first.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds

    def over() -> None:
        limit.reschedule(loop.time() + LATE if loop.time() - due > LATE else loop.time())

    return loop.call_at(due, over)


def _is_socks(proxy: str | None) -> bool:
    """Return whether ``proxy`` is a SOCKS proxy; ``UsageError`` where the library for these is not installed."""
    if proxy is None or URL(proxy).scheme not in SOCKS:
        return False
    if missing(["aiohttp_socks"]):
        hint = f"{how_to_install('aiohttp_socks')}; or name an HTTP proxy: --proxy http://host:port"
        raise UsageError("a SOCKS proxy needs the library aiohttp-socks", hint=hint)
    return True


def _teach_allocator() -> None:
    """Keep the allocator from asking the kernel at each receive: the event loop reads into 256 KiB and cuts that down
    to what came. glibc takes such blocks from the kernel and gives them back, three system calls an answer, until it
    has seen a large one freed whole: then it keeps them.
    """
    bytes(READ_SIZE * 4)


def _unheard(_status: int, _reason: str) -> None:
    """Nobody keeps an audit."""


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Return the body's bytes as they come, and never more than the limit of them."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    # Asked for is gzip alone: another one (br, zstd) comes from something in between, which is not believed.
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
