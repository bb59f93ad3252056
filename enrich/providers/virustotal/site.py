"""Where VirusTotal is, and who it is that answers at another address. No network."""

from __future__ import annotations

from urllib.parse import urlsplit

from enrich.model.result import Service
from enrich.providers.shared.address import checked_address

NAME = "virustotal"
"""As findings and the store have it."""
HOST = "www.virustotal.com"
ADDRESS = f"https://{HOST}"


def facts(address: str | None) -> Service:
    """Who answers at ``address`` (None: VirusTotal itself). Any other host's word is not VirusTotal's.

    ``UsageError`` for an address that must not be asked.
    """
    there = checked_address(address or ADDRESS)
    return Service(NAME, "VirusTotal", there, stand_in=urlsplit(there).hostname != HOST)
