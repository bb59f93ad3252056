"""Where VirusTotal is, and who it is that answers at another address. No network."""

from __future__ import annotations

from urllib.parse import urlsplit

from enrich.model import Service

ADDRESS = "https://www.virustotal.com"
HOST = "www.virustotal.com"


def facts(address: str | None) -> Service:
    """Who answers at ``address`` (None: VirusTotal itself). Any other host's word is not VirusTotal's."""
    there = (address or ADDRESS).rstrip("/")
    return Service("virustotal", "VirusTotal", there, stand_in=urlsplit(there).hostname != HOST)
