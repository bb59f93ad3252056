"""The key in an answer, as who stands between and repeats headers puts it there: read, shown and kept without it."""

from __future__ import annotations

import gzip
import json
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web

from enrich.model.indicator import Indicator
from enrich.providers import Access, Provider, hashlookup, malwarebazaar, threatfox, urlhaus, virustotal
from enrich.providers.shared.http import Secret

KEY = "5ec7e7" * 10 + "abcd"
FILE = "ab" * 32


def document(name: str, echoed: str) -> Any:
    """Return an answer about the file with ``echoed`` in all texts that are read."""
    of_file = {"sha256_hash": FILE, "file_name": echoed, "signature": echoed, "tags": [echoed], "threat": echoed}
    return {
        "virustotal": {
            "data": {
                "type": "file",
                "id": FILE,
                "attributes": {
                    "sha256": FILE,
                    "meaningful_name": echoed,
                    "names": [f"x-apikey: {echoed}"],
                    "tags": [echoed],
                    "last_analysis_stats": {"malicious": 1, "undetected": 2},
                },
            }
        },
        "hashlookup": {"SHA-256": FILE.upper(), "FileName": echoed, "KnownMalicious": echoed},
        "malwarebazaar": {"query_status": "ok", "data": [of_file]},
        "threatfox": {"query_status": "ok", "data": [{"ioc": FILE, "malware": echoed, "tags": [echoed]}]},
        "urlhaus": {"query_status": "ok", **of_file, "urlhaus_reference": echoed},
    }[name]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", [KEY, KEY.upper(), f"see {KEY}, {KEY}"])
@pytest.mark.parametrize("provider", [virustotal, hashlookup, malwarebazaar, threatfox, urlhaus])
async def test_no_source_lets_the_key_in(serve: Any, provider: Provider, form: str, *, packed: bool) -> None:
    body = json.dumps(document(provider.NAME, form)).encode()

    async def handler(_request: web.Request) -> web.Response:
        if packed:
            return web.Response(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        return web.Response(body=body, content_type="application/json")

    service = provider.make(Access(KEY, await serve(handler), options=provider.OPTIONS()))
    try:
        answer = (await service.fetch(Indicator("hash", FILE)))()
    finally:
        await service.close()
    shown = repr(answer.finding)
    kept = gzip.decompress(answer.body) if answer.body[:2] == b"\x1f\x8b" else answer.body
    assert KEY not in shown.lower()
    assert KEY.encode() not in kept.lower()
    assert "[key]" in shown


@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_without_it_is_kept_as_it_came(serve: Any, *, packed: bool) -> None:
    body = json.dumps(document("virustotal", "a name")).encode()
    wire = gzip.compress(body) if packed else body

    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=wire, headers={"Content-Encoding": "gzip"} if packed else {})

    service = virustotal.make(Access(KEY, await serve(handler), options=virustotal.OPTIONS()))
    try:
        assert (await service.fetch(Indicator("hash", FILE)))().body == wire
    finally:
        await service.close()


@pytest.mark.parametrize(
    ("key", "body", "without"),
    [
        (KEY, f"{KEY}{KEY}", "[key][key]"),
        ("a/key+of 16 and more", quote("a/key+of 16 and more", safe=""), "[key]"),
        ("k3y", "k3y k3ys ak3y K3Y", "[key] k3ys ak3y [key]"),
        ("password", "a password", "a password"),
        (KEY, "nothing of it", "nothing of it"),
    ],
)
def test_bytes_lose_the_key_as_texts_do(key: str, body: str, without: str) -> None:
    assert Secret(key).out_of(body.encode()) == without.encode() == Secret(key)(body).encode()
