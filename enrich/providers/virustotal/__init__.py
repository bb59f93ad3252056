"""VirusTotal, API v3: what it knows of a file by one of its hashes. Holds the member; the parts lie beside it."""

from __future__ import annotations

from dataclasses import dataclass

from enrich.config.parsing import comma_list, option
from enrich.model.column import Column
from enrich.model.finding import Finding
from enrich.model.verdict import Verdict, verdict_of_counts
from enrich.providers.shared.defaults import spares, strongest_of
from enrich.providers.shared.interface import Access, Service
from enrich.providers.virustotal import columns as declared
from enrich.providers.virustotal import engine_verdicts as chosen_engines
from enrich.providers.virustotal import report
from enrich.providers.virustotal.key import PLACES as KEY_PLACES
from enrich.providers.virustotal.kinds import kind_names
from enrich.providers.virustotal.kinds.shared.paths import routes
from enrich.providers.virustotal.quota import PUBLIC as DEFAULT_QUOTA
from enrich.providers.virustotal.record_check import contradiction
from enrich.providers.virustotal.site import ADDRESS, NAME, PREFIX, TITLE

KINDS = ("hash", *kind_names())
ROUTES = routes()
GATE = False
STATES_QUOTA = True


@dataclass(frozen=True, slots=True)
class VirusTotalOptions:
    """VirusTotal's own options."""

    engines: tuple[str, ...] = option(
        (), "append these engines' verdicts, separated by commas", comma_list, metavar="A,B"
    )


OPTIONS = VirusTotalOptions


def make(access: Access) -> Service:
    """Return the service itself; the HTTP library is loaded here, where something will be asked."""
    from enrich.providers.virustotal.client import VirusTotal  # noqa: PLC0415

    return VirusTotal(access)


def columns_for(options: VirusTotalOptions) -> tuple[Column, ...]:
    """Return all columns, those of the chosen engines included."""
    return declared.columns(column for _, column in chosen_engines.chosen(options.engines))


def verdict(finding: Finding, malicious_from: int) -> Verdict:
    """Return the verdict by how many engines detect it."""
    return verdict_of_counts(finding.status, finding.malicious, malicious_from)


def decode(body: bytes, finding: Finding, options: VirusTotalOptions) -> Finding:
    """Return ``finding`` with every column that its kept ``body`` fills; as it was where that says nothing of it."""
    return report.again(body, finding, chosen_engines.chosen(options.engines))


preferred = strongest_of(KINDS)
__all__ = ["ADDRESS", "DEFAULT_QUOTA", "KEY_PLACES", "NAME", "PREFIX", "TITLE", "contradiction", "spares"]
