"""Where VirusTotal is. No network."""

from __future__ import annotations

NAME, TITLE, PREFIX = "virustotal", "VirusTotal", "vt"
"""As findings and the store have it."""
HOST = "www.virustotal.com"
ADDRESS = f"https://{HOST}"
