"""URLhaus of abuse.ch: URLs that spread malware, the hosts that they stand on, and the files that came from them.

A listed host may be a shared one that somebody abused: that alone makes nothing malicious. Two answers about hosts were
recorded (counts are strings there), URLs and payloads are known from connectors. It knows files by MD5 and SHA-256.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from enrich.errors import Transient
from enrich.model.finding import Finding, Scalar, Status
from enrich.model.indicator import Indicator
from enrich.model.verdict import Verdict
from enrich.providers.shared.abusech import KEY_PLACES, Content, seconds_of
from enrich.providers.shared.abusech import QUOTA as DEFAULT_QUOTA
from enrich.providers.shared.declared import ColumnMaker
from enrich.providers.shared.defaults import NoOptions, columns_always, decode, spares
from enrich.providers.shared.interface import Access, Route, Service
from enrich.providers.shared.json_values import hashes_of, records_of, tags_of, text_of

NAME, TITLE, PREFIX = "urlhaus", "URLhaus", "uh"
ADDRESS = "https://urlhaus-api.abuse.ch"
KINDS = ("hash", "domain", "ip", "url")
GATE = False
STATES_QUOTA = False
ROUTES = (
    Route("POST", "/v1/payload/", "(?:md5_hash=[0-9a-f]{32}|sha256_hash=[0-9a-f]{64})", "a file by its hash"),
    Route("POST", "/v1/host/", "host=[A-Za-z0-9._%-]{3,300}", "a domain or address"),
    Route("POST", "/v1/url/", "url=[A-Za-z0-9._~%-]{8,8000}", "a URL"),
)
_FORM = "application/x-www-form-urlencoded"


OPTIONS = NoOptions
_COLUMNS = ColumnMaker(PREFIX, "UH")
DECLARED = _COLUMNS.column_set(
    TITLE,
    _COLUMNS.text("threat", "threat", "What was spread: malware_download ...", width=18),
    _COLUMNS.date("date_added", "date added", "When it was first listed, UTC"),
    _COLUMNS.text("tags", "tags", "URLhaus's tags", width=30),
    _COLUMNS.link("link", "link", "The entry's page", "https://urlhaus.abuse.ch/"),
    _COLUMNS.text(
        "url_status", "URL status", "Whether the URL still answers: online, offline", default=False, width=12
    ),
    _COLUMNS.integer("urls", "URLs", "How many URLs of a host, or of a file, are listed", default=False),
)


def make(access: Access) -> Service:
    """Return the service itself; the HTTP library is loaded here, where something will be asked."""
    from enrich.providers.shared.abusech_service import AbuseChService  # noqa: PLC0415

    return AbuseChService(access, name=NAME, own=ADDRESS, routes=ROUTES, question=question, read=read)


def question(indicator: Indicator) -> tuple[str, bytes, str]:
    if indicator.kind == "hash":
        name = "md5_hash" if len(indicator.value) == 32 else "sha256_hash"
        return "/v1/payload/", f"{name}={indicator.value}".encode(), _FORM
    if indicator.kind == "url":
        return "/v1/url/", f"url={quote(indicator.value, safe='')}".encode(), _FORM
    return "/v1/host/", f"host={quote(indicator.value, safe='')}".encode(), _FORM


def read(document: Mapping[str, Any], asked: Indicator) -> Content:
    """Return what an answer says. ``Transient`` where it is about something else."""
    urls = records_of(document.get("urls"))
    first: Mapping[str, Any] = urls[0] if urls else {}
    names = hashes_of(document, "sha256_hash", "md5_hash") if asked.kind == "hash" else ()
    of_another = {"hash": names and asked not in names, "url": False}.get(asked.kind, _other_host(document, asked))
    if of_another:
        raise Transient("the answer is about something else than what was asked for")
    count = text_of(document, "url_count")
    fields: dict[str, Scalar] = {
        "uh_threat": text_of(document, "threat") or text_of(first, "threat"),
        "uh_date_added": seconds_of(text_of(document, "date_added", "firstseen") or text_of(first, "date_added")),
        "uh_tags": tags_of(document.get("tags")) or tags_of(first.get("tags")),
        "uh_link": text_of(document, "urlhaus_reference") or text_of(first, "urlhaus_reference"),
        "uh_url_status": text_of(document, "url_status") or text_of(first, "url_status"),
        "uh_urls": int(count) if count.isdecimal() else len(urls) or None,
    }
    return fields, names


def _other_host(document: Mapping[str, Any], asked: Indicator) -> bool:
    host = text_of(document, "host").lower()
    return bool(host) and host != asked.value.lower()


def preferred(names: Sequence[Indicator]) -> Indicator | None:
    """Return the strongest name that it knows: of hashes no SHA-1."""
    return next((name for name in names if name.kind in KINDS and len(name.value) != 40), None) or next(
        (name for name in names if name.kind in KINDS and name.kind != "hash"), None
    )


def verdict(finding: Finding, malicious_from: int) -> Verdict:  # noqa: ARG001 - as every provider has it
    """Return the verdict: what spread malware, or was spread, is malicious; a host that it stands on is suspicious."""
    if finding.status is Status.FOUND:
        return Verdict.MALICIOUS if finding.indicator.kind in ("hash", "url") else Verdict.SUSPICIOUS
    return Verdict.UNKNOWN if finding.status is Status.NOT_FOUND else Verdict.NONE


columns_for = columns_always(DECLARED)
__all__ = ["DEFAULT_QUOTA", "KEY_PLACES", "columns_for", "decode", "make", "preferred", "spares", "verdict"]
