"""A service that answers one question with one JSON document: how its errors are told, whatever it is asked.

A page of whoever stands between is never taken for the service's word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from enrich.clock import SystemClock
from enrich.errors import EnrichError, KeyProblem, Refused, Throttled, Transient
from enrich.model.quota import Allowance
from enrich.providers.shared.http import HttpClient, Reply, Secret
from enrich.providers.shared.interface import Access, Route
from enrich.providers.shared.origin import account_of, origin_of
from enrich.providers.shared.retry_after import retry_at
from enrich.version import __version__


class JsonService:
    """What services have in common that state no allowance: one address, one key at most, JSON answers."""

    def __init__(self, access: Access, *, name: str, own: str, routes: Sequence[Route], key_header: str = "") -> None:
        """``own`` is the service's own address; ``key_header`` carries the key, where there is one. Sends nothing."""
        self.origin = origin_of(name, own, access.address)
        self.account = account_of(self.origin, access.key)
        self.clock = SystemClock()
        headers = {"User-Agent": f"ioc-enrich/{__version__}", "Accept": "application/json", "Accept-Encoding": "gzip"}
        if key_header:
            headers[key_header] = access.key
        self.http = HttpClient(access, own, headers, Secret(access.key) if access.key else str, routes=routes)

    async def allowance(self) -> Allowance | None:
        """Return None: the service does not say what it allows."""
        return None

    stated_allowance = allowance

    async def close(self) -> None:
        await self.http.close()

    def document(self, reply: Reply, key_hint: str = "") -> Any:
        """Return the JSON of a good reply; raises what any other one means."""
        if reply.status == 200:
            try:
                return msgspec.json.decode(reply.body().read)
            except (ValueError, RecursionError):
                page = "it is a web page" if reply.is_page else "it is none"
                raise Transient(f"the answer is not the service's JSON ({page})") from None
        raise self._refusal(reply, key_hint)

    def _refusal(self, reply: Reply, key_hint: str) -> EnrichError:
        status, page = reply.status, reply.is_page
        words = f"{self.http.host}: {'a web page' if page else 'no answer'} (HTTP {status})"
        if status in (401, 403) and not page:
            return KeyProblem(f"{self.http.host} refused the key (HTTP {status})", hint=key_hint)
        if status == 429 or (status == 503 and "Retry-After" in reply.headers):
            return Throttled(words, retry_at=retry_at(reply.headers, self.clock.time()), own=not page)
        if 400 <= status < 500 and status not in (404, 408, 425):
            return Refused(words)
        return Transient(words)
