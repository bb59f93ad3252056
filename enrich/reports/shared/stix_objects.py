"""The smaller objects of a STIX bundle: identities, TLP markings, observables, patterns, identifiers."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from enrich.model.indicator import Indicator
from enrich.model.result import ServiceFacts
from enrich.reports.shared import safe_text

NAMESPACE = uuid.UUID("5a0dbd1b-4c3c-5a49-9d7b-6e7c2d1f0c55")
"""Ours, for identifiers that the standard leaves to the producer."""
FIRST_DAY = "2026-01-01T00:00:00.000Z"
"""When the identity of a service was first written down: fixed, as its identifier is."""
ALGORITHMS = {32: "MD5", 40: "SHA-1", 64: "SHA-256"}
PATHS = {
    "domain-name": "domain-name:value",
    "ipv4-addr": "ipv4-addr:value",
    "ipv6-addr": "ipv6-addr:value",
    "url": "url:value",
}
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_MARKINGS = {
    "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""The marking definitions of TLP 2.0 that OASIS published on 2022-10-01; platforms know them by these identifiers."""


def author(stix2: ModuleType, name: str, *, person: bool) -> Any:
    """Return the identity that all objects are created by: the person named by ``--author``, else this tool."""
    return stix2.Identity(
        id=identifier("identity", "author", name),
        created=FIRST_DAY,
        modified=FIRST_DAY,
        name=name,
        identity_class="individual" if person else "system",
    )


def service(stix2: ModuleType, asked: ServiceFacts) -> Any:
    """Return the identity of who was asked."""
    title = safe_text.shown(asked.title)
    if asked.stand_in:
        title += " (stand-in, not the real service)"
    return stix2.Identity(
        id=identifier("identity", asked.name, str(asked.stand_in)),
        created=FIRST_DAY,
        modified=FIRST_DAY,
        name=title,
        identity_class="system" if asked.stand_in else "organization",
    )


def marking(stix2: ModuleType, tlp: str) -> Any:
    """Return the published marking definition of a TLP label; None where there is none, or none that is known."""
    if tlp not in TLP_MARKINGS:
        return None
    return stix2.MarkingDefinition(
        id=TLP_MARKINGS[tlp],
        created="2022-10-01T00:00:00.000Z",
        name=f"TLP:{tlp}",
        extensions={TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp.lower()}},
    )


def observable(stix2: ModuleType, indicator: Indicator, marks: dict[str, Any]) -> Any:
    """Return a domain, an address or a URL as it was asked."""
    kinds = {
        "domain-name": stix2.DomainName,
        "ipv4-addr": stix2.IPv4Address,
        "ipv6-addr": stix2.IPv6Address,
        "url": stix2.URL,
    }
    return kinds[observable_type(indicator)](value=indicator.value, **marks)


def observable_type(indicator: Indicator) -> str:
    """Return the standard's name for an indicator that is no file."""
    if indicator.kind == "ip":
        return f"ipv{ipaddress.ip_address(indicator.value).version}-addr"
    return "domain-name" if indicator.kind == "domain" else "url"


def hashes(values: Iterable[str]) -> dict[str, str]:
    """Return the hashes of one file, by the standard's names."""
    return {ALGORITHMS[len(value)]: value for value in values if len(value) in ALGORITHMS}


def pattern(indicator: Indicator, of_file: dict[str, str]) -> str:
    """Return what matches it: any of a file's hashes, else the value."""
    if of_file:
        each = [f"file:hashes.'{name}' = '{value}'" for name, value in sorted(of_file.items())]
        return f"[{' OR '.join(each)}]"
    value = indicator.value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{PATHS[observable_type(indicator)]} = '{value}']"


def optional(**properties: Any) -> dict[str, Any]:
    """Return the properties that have a value; the library refuses empty ones."""
    return {name: value for name, value in properties.items() if value}


def identifier(kind: str, *parts: str) -> str:
    """Return an identifier that follows from what it stands for."""
    return f"{kind}--{uuid.uuid5(NAMESPACE, chr(0).join((kind, *parts)))}"
