"""The shape of VirusTotal's JSON, as far as it is read, and a reading that no drift of one field can spoil.

Field names and types: https://docs.virustotal.com/reference/files, checked against recorded bodies. Every field may be
absent. Knows nothing of columns and findings.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import Struct, field

from enrich.errors import Transient

S = TypeVar("S", bound=Struct)

LENIENT_LIMIT = 4 * 1024 * 1024
"""Bytes that the lenient reader is trusted with: it builds every value, which hostile JSON makes a hundredfold of."""


class Stats(Struct, frozen=True, gc=False):
    """``last_analysis_stats``. Zero keys may be left out; None stands for a count that could not be read."""

    malicious: int | None = 0
    suspicious: int | None = 0
    undetected: int | None = 0
    harmless: int | None = 0
    timeout: int | None = 0
    confirmed_timeout: int | None = field(default=0, name="confirmed-timeout")
    failure: int | None = 0
    type_unsupported: int | None = field(default=0, name="type-unsupported")
    type_unsupported_camel: int | None = field(default=0, name="typeUnsupported")
    """As threat lists spell it."""


UNREADABLE_STATS = Stats(malicious=None, suspicious=None, undetected=None, harmless=None)
"""What is there and no object: absent counts say that nothing was analysed yet, these say nothing."""


class Counted(Struct, gc=False):
    value: str | None = None


class Threat(Struct, gc=False):
    suggested_threat_label: str | None = None
    popular_threat_category: list[Counted] | None = None
    popular_threat_name: list[Counted] | None = None


class Votes(Struct, gc=False):
    malicious: int | None = None
    harmless: int | None = None


class Signature(Struct, gc=False):
    """``verified`` is free text; its absence, not the signature's, says that nothing was verified."""

    verified: str | None = None
    signers: str | None = None


class Sandbox(Struct, gc=False):
    sandbox_name: str | None = None
    category: str | None = None
    malware_names: list[str] | None = None


class Yara(Struct, gc=False):
    rule_name: str | None = None


class Levels(Struct, gc=False):
    """Hits by level; ``info`` for network rules, ``critical`` for Sigma's."""

    critical: int | None = None
    high: int | None = None
    medium: int | None = None
    low: int | None = None
    info: int | None = None


class Known(Struct, gc=False):
    distributors: list[str] | None = None
    products: list[str] | None = None


class Trusted(Struct, gc=False):
    organization: str | None = None
    verdict: str | None = None


class Portable(Struct, gc=False):
    imphash: str | None = None


class Attributes(Struct, gc=False):
    """Dates are integer Unix seconds, UTC."""

    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    size: int | None = None
    type_description: str | None = None
    type_tag: str | None = None
    meaningful_name: str | None = None
    names: list[str] | None = None
    first_submission_date: int | None = None
    last_submission_date: int | None = None
    last_analysis_date: int | None = None
    creation_date: int | None = None
    first_seen_itw_date: int | None = None
    last_seen_itw_date: int | None = None
    times_submitted: int | None = None
    unique_sources: int | None = None
    reputation: int | None = None
    tags: list[str] | None = None
    ssdeep: str | None = None
    tlsh: str | None = None
    vhash: str | None = None
    last_analysis_stats: Stats | None = None
    popular_threat_classification: Threat | None = None
    total_votes: Votes | None = None
    signature_info: Signature | None = None
    sandbox_verdicts: dict[str, Sandbox] | None = None
    crowdsourced_yara_results: list[Yara] | None = None
    sigma_analysis_stats: Levels | None = None
    crowdsourced_ids_stats: Levels | None = None
    known_distributors: Known | None = None
    trusted_verdict: Trusted | None = None
    pe_info: Portable | None = None


class Object(Struct, gc=False):
    id: str | None = None
    type: str | None = None
    attributes: Attributes | None = None


class Problem(Struct, gc=False):
    code: str | None = None
    message: str | None = None


class FileBody(Struct, gc=False):
    """The body of ``GET /files/{hash}``, an error's included."""

    data: Object | None = None
    error: Problem | None = None


class EngineVerdict(Struct, gc=False):
    """One engine's word. ``engine_name`` may differ from the key after a rename."""

    engine_name: str | None = None
    category: str | None = None
    result: str | None = None


class EngineAttributes(Struct, gc=False):
    last_analysis_results: dict[str, EngineVerdict] | None = None


class EngineObject(Struct, gc=False):
    attributes: EngineAttributes | None = None


class EngineReport(Struct, gc=False):
    """The same body read for the single engines alone: half of its bytes, and seldom asked for."""

    data: EngineObject | None = None


class QuotaCount(Struct, gc=False):
    allowed: int | None = None
    used: int | None = None


class Counter(Struct, gc=False):
    """One counter of ``overall_quotas``; ``allowed`` and ``used`` stand here in the flat form of ``/users/{id}``."""

    user: QuotaCount | None = None
    group: QuotaCount | None = None
    allowed: int | None = None
    used: int | None = None


class Counters(Struct, gc=False):
    api_requests_hourly: Counter | None = None
    api_requests_daily: Counter | None = None
    api_requests_monthly: Counter | None = None


class Quotas(Struct, gc=False):
    data: Counters | None = None


@cache
def _decoder(shape: type[Struct]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def read(body: bytes, shape: type[S]) -> S:
    """Return ``body`` as ``shape``, without fields of an unexpected type. ``Transient`` where it is no JSON."""
    try:
        report: S = _decoder(shape).decode(body)
        return report
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        pass
    try:
        if len(body) <= LENIENT_LIMIT:
            return _salvaged(_second_opinion(body), shape)
    except (ValueError, RecursionError):
        pass
    raise Transient(f"the answer is not VirusTotal's JSON ({_kind(body)})")


def _second_opinion(body: bytes) -> Any:
    """Return what Python's more lenient reader makes of it: lone surrogates and broken UTF-8 become U+FFFD."""
    text = body.decode("utf-8-sig", "replace")
    value = json.loads(text, parse_constant=lambda _: None)
    whole = json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return json.loads(whole)


def _salvaged(value: Any, shape: type[S]) -> S:
    """Return ``value`` as ``shape`` field by field; None where a field cannot be read."""
    if not isinstance(value, dict):
        return shape()
    kept: dict[str, Any] = {}
    for part in msgspec.structs.fields(shape):
        if part.encode_name not in value:
            continue
        raw = value[part.encode_name]
        try:
            kept[part.name] = msgspec.convert(raw, part.type, strict=False)
        except (msgspec.ValidationError, OverflowError):
            inner = next((t for t in get_args(part.type) if isinstance(t, type) and issubclass(t, Struct)), None)
            if inner is not None and isinstance(raw, dict):
                kept[part.name] = _salvaged(raw, inner)
            else:
                kept[part.name] = UNREADABLE_STATS if inner is Stats else None
    return shape(**kept)


def _kind(body: bytes) -> str:
    start = body[:200].lstrip().lower()
    if not start:
        return "it is empty"
    if start.startswith(b"<"):
        return "it is a web page: a proxy or a sign-in page between"
    return "cut short or garbled" if start[:1] in (b"{", b"[") else "some other text"
