"""Reports on domains, IP addresses and URLs, in the service's shape: from facts of the dataset, or made of the value.

Which attributes such a report has, and which are often missing, was read from recorded bodies.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import random
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from enrich.standin.engines import ENGINES, Facts
from enrich.standin.reports import dump
from enrich.standin.synthetic import absent

ROUTES = {"domains/": "domain", "ip_addresses/": "ip_address", "urls/": "url"}
"""Paths behind the API's own, and the type of object that each is about."""
LINKS = {kind: route.rstrip("/") for route, kind in ROUTES.items()}
ENGINES_OF_NETWORKS = 94
DETECTIONS = (0, 0, 0, 0, 0, 1, 2, 4, 6, 9, 12, 17)
"""Malicious verdicts, by a value's digest."""
DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21}
_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[\w-]{1,63}\.)+[\w-]{2,63}")


class Network:
    """The reports on all that is no file."""

    def __init__(self, dataset: Iterable[Facts], *, made_up: bool, absent_share: float) -> None:
        self._facts = {(str(facts["type"]), str(facts["id"])): facts for facts in dataset}
        self._made_up = made_up
        self._absent_share = absent_share

    def value(self, kind: str, identifier: str) -> str:
        """Return what a path asks about: a URL comes as base64 or as a digest; "" where that is neither."""
        if kind != "url":
            return identifier.lower()
        if re.fullmatch(r"[0-9a-f]{64}", identifier):
            known = (value for of, value in self._facts if of == "url" and _digest(value) == identifier)
            return next(known, identifier)
        try:
            return canonical(base64.urlsafe_b64decode(identifier + "=" * (-len(identifier) % 4)).decode("utf-8"))
        except (binascii.Error, UnicodeDecodeError):
            return ""

    def malformed(self, kind: str, value: str) -> str:
        """Return the service's words where a value cannot be asked about; "" where it can."""
        if kind == "domain" and not _DOMAIN.fullmatch(value):
            return f'Domain "{value}" is not a valid domain pattern'
        if kind == "ip_address" and not _is_address(value):
            return f'IP address "{value}" is not valid'
        return "" if value else "URL id is not valid"

    def knows(self, kind: str, value: str) -> bool:
        """Return whether there is a report."""
        if (kind, value) in self._facts:
            return True
        return self._made_up and not absent(_digest(value), self._absent_share)

    def body(self, kind: str, value: str) -> bytes:
        """Return the report on a value that is known."""
        facts = self._facts.get((kind, value)) or {}
        identity = _digest(value) if kind == "url" else value
        return dump(
            {
                "data": {
                    "id": identity,
                    "type": kind,
                    "links": {"self": f"https://www.virustotal.com/api/v3/{LINKS[kind]}/{identity}"},
                    "attributes": _attributes(kind, value, facts),
                }
            }
        )

    def other(self, kind: str) -> bytes:
        """Return the report on another object than was asked about."""
        another = {"domain": "another.example.com", "ip_address": "203.0.113.77", "url": "http://another.example.com/"}
        return self.body(kind, another[kind])


def canonical(url: str) -> str:
    """Return a URL as the service keeps it: its own small reading of the rules, to hold the client's against."""
    parts = urlsplit(url.strip())
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if scheme not in DEFAULT_PORTS or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != DEFAULT_PORTS[scheme] else ""
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    path = re.sub(r"/{2,}", "/", _unquoted(parts.path)) or "/"
    query = f"?{_unquoted(parts.query)}" if "?" in url.split("#", maxsplit=1)[0] else ""
    return f"{scheme}://{user}{shown}{port}{_quoted(path + query)}"


def _unquoted(text: str) -> str:
    while (once := unquote(text, "latin-1")) != text:
        text = once
    return text


def _quoted(text: str) -> str:
    return "".join(
        sign
        if 0x20 < ord(sign) < 0x7F and sign not in "#%"
        else f"%{ord(sign) & 0xFF:02X}"
        if ord(sign) < 0x100
        else "".join(f"%{byte:02X}" for byte in sign.encode())
        for sign in text
    )


def counts(value: str) -> tuple[int, int]:
    """Return what a correct answer about a made-up value says: engines that detect it, of how many."""
    return DETECTIONS[int(_digest(value), 16) % len(DETECTIONS)], ENGINES_OF_NETWORKS


def _attributes(kind: str, value: str, facts: Facts) -> dict[str, Any]:
    dice = random.Random(value)  # noqa: S311 - made-up data, no secret
    malicious, engines = counts(value)
    undetected = dice.randrange(5, 40)
    when = 1_700_000_000 + dice.randrange(60_000_000)
    stats = {"malicious": malicious, "suspicious": 0, "undetected": undetected}
    stats |= {"harmless": engines - malicious - undetected, "timeout": 0}
    attributes = {
        "last_analysis_stats": stats,
        "last_analysis_date": when,
        "last_modification_date": when + 3600,
        "reputation": -malicious,
        "total_votes": {"harmless": 0, "malicious": malicious // 3},
        "tags": [],
        **_of_kind(kind, value, dice, when),
    }
    attributes |= {name: _seconds(name, fact) for name, fact in facts.items() if name not in ("type", "id")}
    attributes["last_analysis_results"] = _results(attributes["last_analysis_stats"], dice)
    return {name: fact for name, fact in attributes.items() if fact != "absent"}


def _of_kind(kind: str, value: str, dice: random.Random, when: int) -> dict[str, Any]:
    if kind == "ip_address":
        return {
            "as_owner": "Stand-in Network",
            "asn": 64496,
            "country": dice.choice(("NL", "US", "DE", "RU")),
            "network": str(ipaddress.ip_network(f"{value}/{64 if ':' in value else 24}", strict=False)),
            "whois": "inetnum: made up\nperson: nobody",
            "whois_date": when - 86_400,
        }
    if kind == "domain":
        return {
            "creation_date": when - 90 * 86_400,
            "registrar": dice.choice(("Stand-in Registrar Inc.", None)),
            "categories": {"Stand-in Filter": "malware sites"},
            "popularity_ranks": {},
            "last_dns_records": [{"type": "A", "value": "203.0.113.5", "ttl": 300}, {"type": "MX", "value": ""}],
            "whois_date": when - 86_400,
        }
    return {
        "url": value,
        "first_submission_date": when - 30 * 86_400,
        "last_submission_date": when,
        "times_submitted": dice.randrange(1, 60),
        "last_final_url": value,
        "last_http_response_code": dice.choice((200, 403, 404)),
        "title": dice.choice(("", '=HYPERLINK("http://x.example.com","Sign in")', "Sign in")),
        "threat_names": [],
        "categories": {},
    }


def _results(stats: Facts, dice: random.Random) -> dict[str, dict[str, str]]:
    """Return one verdict word for each engine, as many as the counts say; here it is never null."""
    words = {"malicious": "malware", "suspicious": "suspicious", "undetected": "unrated", "harmless": "clean"}
    queue = [category for category in words for _ in range(int(stats.get(category) or 0))]
    names = [*ENGINES, *(f"Stand-in {number}" for number in range(len(queue)))][: len(queue)]
    dice.shuffle(names)
    return {
        name: {"engine_name": name, "category": category, "result": words[category], "method": "blacklist"}
        for name, category in zip(names, queue, strict=True)
    }


def _seconds(name: str, fact: Any) -> Any:
    return int(datetime.fromisoformat(fact).timestamp()) if name.endswith("_date") and isinstance(fact, str) else fact


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
