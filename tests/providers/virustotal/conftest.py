"""A made-up file report with every field that is read, and a provider whose service always answers alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from enrich.errors import EnrichError
from enrich.model.indicator import Indicator
from enrich.providers import Access
from enrich.providers.virustotal.client import VirusTotal

MD5, SHA1, SHA256 = "0a" * 16, "1b" * 20, "2c" * 32


KEY = "0123456789abcdef" * 4
ASKED = Indicator("hash", SHA256)
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
HTML = b"<!DOCTYPE html><html><title>Blocked</title>" + b"x" * 100


class Stopped:
    """A clock that stands at NOW."""

    def time(self) -> float:
        return NOW.timestamp()

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("a provider does not sleep")


def said(code: str, message: str = "words") -> bytes:
    return json.dumps({"error": {"code": code, "message": message}}).encode()


@pytest.fixture
async def provider(serve):
    """Makes a provider whose service always answers alike; its ``requests`` holds what arrived."""
    made = []

    async def make(status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None) -> VirusTotal:
        requests: list[web.Request] = []

        async def handler(request: web.Request) -> web.Response:
            requests.append(request)
            return web.Response(
                status=status, body=body, headers={"Content-Type": "application/json", **(headers or {})}
            )

        one = VirusTotal(Access(KEY, await serve(handler)), clock=Stopped())
        one.requests = requests  # type: ignore[attr-defined]
        made.append(one)
        return one

    yield make
    for one in made:
        await one.close()


async def refused(one: VirusTotal, kind: type[EnrichError]) -> EnrichError:
    """The error of one fetch, of exactly this kind, without the key."""
    with pytest.raises(EnrichError) as caught:
        (await one.fetch(ASKED))()
    assert type(caught.value) is kind, caught.value
    assert KEY not in f"{caught.value!s} {caught.value!r} {caught.value.hint}"
    return caught.value


@pytest.fixture
def whole() -> dict[str, Any]:
    return {"data": {"id": SHA256, "type": "file", "links": {"self": "x"}, "attributes": attributes()}}


def attributes() -> dict[str, Any]:
    return {
        "md5": MD5,
        "sha1": SHA1,
        "sha256": SHA256,
        "size": 4096,
        "type_description": "Win32 EXE",
        "type_tag": "peexe",
        "meaningful_name": "=cmd|'/c calc'!A1",
        "names": [f"name{i}.exe" for i in range(12)],
        "first_submission_date": 1600000000,
        "last_submission_date": 1700000000,
        "last_analysis_date": 1650000000,
        "creation_date": 0,
        "first_seen_itw_date": 1500000000,
        "times_submitted": 7,
        "unique_sources": 5,
        "reputation": -12,
        "tags": ["peexe", "signed"],
        "ssdeep": "3:abc:def",
        "tlsh": "TNULL",
        "vhash": "01",
        "total_votes": {"malicious": 3, "harmless": 1},
        "last_analysis_stats": {
            "malicious": 40,
            "suspicious": 2,
            "undetected": 20,
            "harmless": 1,
            "timeout": 1,
            "confirmed-timeout": 2,
            "failure": 3,
            "type-unsupported": 4,
        },
        "last_analysis_results": {
            "Microsoft": {
                "engine_name": "Microsoft",
                "category": "malicious",
                "result": "Trojan:Win32/X",
                "method": "b",
            },
            "Lionic": {"engine_name": "AegisLab", "category": "malicious", "result": "Trojan.Y"},
            "ESET-NOD32": {"engine_name": "ESET-NOD32", "category": "undetected", "result": None},
        },
        "popular_threat_classification": {
            "suggested_threat_label": "trojan.x/y",
            "popular_threat_category": [{"count": 19, "value": "trojan"}, {"count": 2, "value": "dropper"}],
            "popular_threat_name": [{"count": 9, "value": "x"}],
        },
        "signature_info": {"verified": "Signed", "signers": "Some Maker; Some CA; Root", "file version": "1.0"},
        "sandbox_verdicts": {
            "Zenbox": {"category": "malicious", "sandbox_name": "Zenbox", "malware_names": ["X"], "confidence": 80},
            "C2AE": {"category": "harmless", "sandbox_name": "C2AE"},
        },
        "crowdsourced_yara_results": [{"rule_name": "rule_a"}, {"rule_name": "rule_b"}, {"rule_name": "rule_a"}],
        "sigma_analysis_stats": {"critical": 0, "high": 3, "medium": 1, "low": 0},
        "crowdsourced_ids_stats": {"high": 0, "medium": 2, "low": 0, "info": 4},
        "known_distributors": {"distributors": ["Open Source"], "products": ["P"]},
        "trusted_verdict": {"verdict": "goodware", "organization": "Maker"},
        "pe_info": {"imphash": "3d" * 16, "sections": [{"name": ".text"}]},
    }
