"""VirusTotal, API v3: what it knows of a file by one of its hashes. Holds the entry; the parts lie beside it."""

from enrich.providers.virustotal.service import Provider

__all__ = ["Provider"]
