"""ThreatFox of abuse.ch: indicators that people tied to a malware family: files, domains, addresses with ports, URLs.

It searches by substring: what is not the indicator itself, or the address with a port, is dropped. Shapes by the
service's connectors; none was seen live here, and fields may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from enrich.errors import Refused
from enrich.model.finding import Finding, Scalar, Status
from enrich.model.indicator import Indicator
from enrich.model.verdict import Verdict
from enrich.providers.shared.abusech import KEY_PLACES, Content, seconds_of
from enrich.providers.shared.abusech import QUOTA as DEFAULT_QUOTA
from enrich.providers.shared.declared import ColumnMaker
from enrich.providers.shared.defaults import NoOptions, columns_always, decode, spares, strongest_of
from enrich.providers.shared.interface import Access, Route, Service
from enrich.providers.shared.json_values import hashes_of, number_of, records_of, tags_of, text_of

NAME, TITLE, PREFIX = "threatfox", "ThreatFox", "tf"
ADDRESS = "https://threatfox-api.abuse.ch"
PAGE = "https://threatfox.abuse.ch/ioc/"
KINDS = ("hash", "domain", "ip", "url")
GATE = False
STATES_QUOTA = False
ROUTES = (
    Route(
        "POST",
        "/api/v1/",
        r'\{"query":"search_ioc","search_term":"[^"\\\x00-\x1f]{3,2048}"\}',
        "an indicator by its value",
    ),
)
SURE_FROM = 75
"""Confidence, of 100, from which an entry makes a verdict malicious; below it is suspicious."""

_VALUE = ("ioc", "ioc_value")
"""Where an entry's own indicator stands."""


OPTIONS = NoOptions
_COLUMNS = ColumnMaker(PREFIX, "TF")
DECLARED = _COLUMNS.column_set(
    TITLE,
    _COLUMNS.text("malware", "malware", "Malware family, as people call it"),
    _COLUMNS.text("threat", "threat", "What it is for: botnet_cc, payload ...", width=16),
    _COLUMNS.integer("confidence", "confidence", "How sure the reporter is, of 100"),
    _COLUMNS.date("first_seen", "first seen", "When it was first reported, UTC"),
    _COLUMNS.link("link", "link", "The entry's page", PAGE),
    _COLUMNS.text("tags", "tags", "ThreatFox's tags", default=False, width=30),
)


def make(access: Access) -> Service:
    """Return the service itself; the HTTP library is loaded here, where something will be asked."""
    from enrich.providers.shared.abusech_service import AbuseChService  # noqa: PLC0415

    return AbuseChService(access, name=NAME, own=ADDRESS, routes=ROUTES, question=question, read=read)


def question(indicator: Indicator) -> tuple[str, bytes, str]:
    body = msgspec.json.encode({"query": "search_ioc", "search_term": indicator.value})
    return "/api/v1/", body, "application/json"


def read(document: Mapping[str, Any], asked: Indicator) -> Content | None:
    """Return what the surest entry on the indicator says; None where none is. ``Refused`` where nobody can tell."""
    entries = records_of(document.get("data"))
    if not any(text_of(entry, *_VALUE) for entry in entries):
        raise Refused("the answer's entries cannot be read")
    own = sorted((entry for entry in entries if _is_about(entry, asked)), key=_surety, reverse=True)
    if not own:
        return None
    best = own[0]
    number = text_of(best, "id")
    fields: dict[str, Scalar] = {
        "tf_malware": text_of(best, "malware_printable", "malware"),
        "tf_threat": text_of(best, "threat_type"),
        "tf_confidence": number_of(best, "confidence_level", 100),
        "tf_first_seen": seconds_of(text_of(best, "first_seen")),
        "tf_link": f"{PAGE}{number}" if number.isdecimal() else "",
        "tf_tags": tags_of(best.get("tags")),
    }
    names = hashes_of(best, "sha256_hash", "sha1_hash", "md5_hash") if asked.kind == "hash" else ()
    return fields, names


def _is_about(entry: Mapping[str, Any], asked: Indicator) -> bool:
    value = text_of(entry, *_VALUE).lower()
    wanted = asked.value.lower()
    if asked.kind in ("ip", "domain"):
        host, _, port = value.rpartition(":")
        return value == wanted or (host == wanted and port.isdecimal())
    return value == wanted


def _surety(entry: Mapping[str, Any]) -> int:
    return number_of(entry, "confidence_level", 100) or 0


def verdict(finding: Finding, malicious_from: int) -> Verdict:  # noqa: ARG001 - as every provider has it
    """Return the verdict by the reporter's confidence."""
    if finding.status is not Status.FOUND:
        return Verdict.UNKNOWN if finding.status is Status.NOT_FOUND else Verdict.NONE
    confidence = finding.fields.get("tf_confidence")
    return Verdict.MALICIOUS if isinstance(confidence, int) and confidence >= SURE_FROM else Verdict.SUSPICIOUS


columns_for = columns_always(DECLARED)
preferred = strongest_of(KINDS)
__all__ = ["DEFAULT_QUOTA", "KEY_PLACES", "columns_for", "decode", "make", "preferred", "spares", "verdict"]
