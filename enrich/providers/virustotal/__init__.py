"""VirusTotal, API v3: what it knows of a file by one of its hashes. Holds the entry; the parts lie beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from enrich.model import Column, Finding
from enrich.providers.virustotal import columns as declared
from enrich.providers.virustotal import engines as chosen_engines
from enrich.providers.virustotal import report
from enrich.providers.virustotal.allowance import PUBLIC as DEFAULT_QUOTA
from enrich.providers.virustotal.place import facts

if TYPE_CHECKING:
    from enrich.providers._http import OnRequest
    from enrich.providers.virustotal.service import Provider

NAME = report.NAME
PREFIX = "vt"


def make(
    key: str,
    *,
    address: str | None = None,
    proxy: str | None = None,
    ca_bundle: str | None = None,
    engines: Sequence[str] = (),
    connections: int = 32,
    on_request: OnRequest | None = None,
) -> Provider:
    """The service itself; the HTTP library is loaded here, where something will be asked."""
    from enrich.providers.virustotal.service import Provider  # noqa: PLC0415

    return Provider(
        key,
        address=address,
        proxy=proxy,
        ca_bundle=ca_bundle,
        engines=engines,
        connections=connections,
        on_request=on_request,
    )


def columns_for(engines: Sequence[str]) -> tuple[Column, ...]:
    """All columns, those of the chosen ``engines`` included."""
    return declared.columns(column for _, column in chosen_engines.chosen(engines))


def decode(body: bytes, finding: Finding, engines: Sequence[str]) -> Finding:
    """``finding`` with every column that its kept ``body`` fills; as it was where that says nothing of the file."""
    return report.again(body, finding, chosen_engines.chosen(engines))


__all__ = ["DEFAULT_QUOTA", "NAME", "PREFIX", "columns_for", "decode", "facts", "make"]
