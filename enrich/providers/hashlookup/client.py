"""CIRCL hashlookup, asked: MD5s and SHA-1s many at once, SHA-256s one by one.

What is asked in one turn of the event loop and the next goes out together; answers are matched by hash, never by place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from enrich.clock import utc
from enrich.errors import Refused, Transient
from enrich.model.finding import Answer, Finding, Scalar, Status
from enrich.model.indicator import Indicator
from enrich.providers.shared.http import Reply
from enrich.providers.shared.interface import Access, Route, Unread
from enrich.providers.shared.json_service import JsonService
from enrich.providers.shared.json_values import hashes_of, number_of, text_of

ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}
MOST_AT_ONCE = 100
"""Hashes in one request; what the service takes at most is not published."""

Waiting = list[tuple[Indicator, asyncio.Future[Unread]]]


class Hashlookup(JsonService):
    """The public instance, or one of the user's own."""

    def __init__(self, access: Access, *, name: str, own: str, routes: Sequence[Route]) -> None:
        super().__init__(access, name=name, own=own, routes=routes)
        self._waiting: dict[str, Waiting] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def fetch(self, indicator: Indicator) -> Unread:
        """Ask about one file: see :class:`enrich.providers.Service`. Several that come together share a request."""
        algorithm = ALGORITHMS.get(len(indicator.value))
        if algorithm is None or indicator.kind != "hash":
            raise Refused("not asked: it looks up files by MD5, SHA-1 or SHA-256")
        if algorithm == "sha256":
            return await self._one(algorithm, indicator)
        loop = asyncio.get_running_loop()
        waiting = self._waiting.setdefault(algorithm, [])
        if not waiting:
            loop.call_soon(loop.call_soon, self._send_all, algorithm)
        answer: asyncio.Future[Unread] = loop.create_future()
        waiting.append((indicator, answer))
        return await answer

    async def _one(self, algorithm: str, indicator: Indicator) -> Unread:
        reply = await self.http.get(f"/lookup/{algorithm}/{indicator.value}")
        if reply.status == 404:
            return partial(self._answer, None, indicator)
        return partial(self._answer, self.document(reply), indicator, reply.body().kept)

    def _send_all(self, algorithm: str) -> None:
        waiting = self._waiting.pop(algorithm, [])
        for start in range(0, len(waiting), MOST_AT_ONCE):
            task = asyncio.ensure_future(self._send(algorithm, waiting[start : start + MOST_AT_ONCE]))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _send(self, algorithm: str, waiting: Waiting) -> None:
        """Ask about several; whoever waits gets the answer, or the error."""
        try:
            wanted = {"hashes": [indicator.value for indicator, _ in waiting]}
            reply = await self.http.send("POST", f"/bulk/{algorithm}", msgspec.json.encode(wanted), "application/json")
            by_hash = self._by_hash(reply)
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, or waits for ever
            for _, answer in waiting:
                if not answer.done():
                    answer.set_exception(error)
            return
        for indicator, answer in waiting:
            if not answer.done():
                answer.set_result(partial(self._answer, by_hash.get(indicator), indicator))

    def _by_hash(self, reply: Reply) -> dict[Indicator, Any]:
        """Return the records of an answer about several files, by each of their hashes."""
        document = [] if reply.status == 404 else self.document(reply)
        if not isinstance(document, list):
            raise Transient("the answer to several hashes is no list")
        return {name: record for record in document if isinstance(record, dict) for name in _names_of(record)}

    def _answer(self, record: Any, asked: Indicator, wire: bytes = b"") -> Answer:
        at = utc(self.clock.time())
        if record is None:
            return Answer(Finding(asked, self.origin, Status.NOT_FOUND, fetched_at=at, aliases=(asked,)))
        if not isinstance(record, dict) or asked not in (names := _names_of(record, asked)):
            raise Transient("the answer is about another file than the one asked for")
        aliases = tuple(dict.fromkeys((asked, *names)))
        return Answer(Finding(asked, self.origin, Status.FOUND, fields(record), "", at, aliases), wire)


def _names_of(record: Mapping[str, Any], asked: Indicator | None = None) -> tuple[Indicator, ...]:
    """Return the file's hashes in a record; ``asked`` where it names none at all, as older records of SHA-256s do."""
    names = hashes_of(record, "SHA-256", "SHA-1", "MD5")
    if asked is not None and len(asked.value) == 64 and not hashes_of(record, "SHA-256"):
        return (asked, *names)
    return names


def fields(record: Mapping[str, Any]) -> dict[str, Scalar]:
    """Return the values of the columns that a record fills."""
    filled: dict[str, Scalar] = {
        "hl_name": text_of(record, "FileName", "PackageName"),
        "hl_product": product_of(record),
        "hl_trust": number_of(record, "hashlookup:trust", 100),
        "hl_malicious": malicious_of(record.get("KnownMalicious")),
        "hl_source": text_of(record, "source", "db"),
    }
    return {name: value for name, value in filled.items() if value not in ("", None)}


def product_of(record: Mapping[str, Any]) -> str:
    """Return a product's name and version; "" where the record holds its bare number, as in answers about several."""
    product = record.get("ProductCode")
    if isinstance(product, dict):
        return " ".join(filter(None, (text_of(product, "ProductName"), text_of(product, "ProductVersion"))))
    package = text_of(record, "PackageName")
    return " ".join(filter(None, (package, text_of(record, "PackageVersion")))) if package else ""


def malicious_of(value: Any) -> str:
    """Return the names of the sets of malicious files; whatever stands there counts."""
    if isinstance(value, list):
        return ", ".join(str(name) for name in value)
    return "" if value in (None, "", False) else str(value)
