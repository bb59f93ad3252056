"""VirusTotal, API v3: what it knows of a file by one of its hashes. Holds the entry; the parts lie beside it."""

from __future__ import annotations

from collections.abc import Sequence

from enrich.model.column import Column
from enrich.model.finding import Finding
from enrich.model.verdict import Verdict, verdict_of_counts
from enrich.providers.shared.interface import Access, Service
from enrich.providers.virustotal import columns as declared
from enrich.providers.virustotal import engine_verdicts as chosen_engines
from enrich.providers.virustotal import report
from enrich.providers.virustotal.key import PLACES as KEY_PLACES
from enrich.providers.virustotal.quota import PUBLIC as DEFAULT_QUOTA
from enrich.providers.virustotal.record_check import contradiction
from enrich.providers.virustotal.site import NAME, facts

PREFIX = "vt"


def make(access: Access) -> Service:
    """The service itself; the HTTP library is loaded here, where something will be asked."""
    from enrich.providers.virustotal.client import VirusTotal  # noqa: PLC0415

    return VirusTotal(access)


def columns_for(engines: Sequence[str]) -> tuple[Column, ...]:
    """All columns, those of the chosen ``engines`` included."""
    return declared.columns(column for _, column in chosen_engines.chosen(engines))


def verdict(finding: Finding, malicious_from: int) -> Verdict:
    """By how many engines detect it."""
    return verdict_of_counts(finding.status, finding.malicious, malicious_from)


def decode(body: bytes, finding: Finding, engines: Sequence[str]) -> Finding:
    """``finding`` with every column that its kept ``body`` fills; as it was where that says nothing of the file."""
    return report.again(body, finding, chosen_engines.chosen(engines))


__all__ = [
    "DEFAULT_QUOTA",
    "KEY_PLACES",
    "NAME",
    "PREFIX",
    "columns_for",
    "contradiction",
    "decode",
    "facts",
    "make",
    "verdict",
]
