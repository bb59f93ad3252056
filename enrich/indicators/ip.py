"""IP addresses: found in text as lists write them, in one canonical form, and which of them are never sent."""

from __future__ import annotations

from enrich.indicators import SILENT, Link, Match, Reading
from enrich.indicators.shared import headings, ip_address
from enrich.indicators.shared.candidates import may_hold
from enrich.indicators.shared.defaults import identity, strength, trivial
from enrich.indicators.shared.matching import matches

KIND = "ip"
TITLE = "IP addresses"
LOOKED_UP = True
ORDINARY = ip_address.ORDINARY
"""Most addresses: telemetry has one in every row."""

__all__ = ["KIND", "LOOKED_UP", "TITLE", "find", "identity", "may_hold", "reads", "strength", "trivial", "withheld"]


def find(text: str, expected: Reading = SILENT) -> list[Match]:
    """Return the IP addresses in the text of one cell, in order."""
    return matches(KIND, text, expected)


def reads(words: str, link: Link) -> Reading:
    """Return what ``words`` say of IP addresses: indicators, references, victims, files ..."""
    return headings.reads_address(words, link)


def withheld(value: str) -> str:
    """Return why a canonical value must not be sent; "" where it may."""
    return ip_address.withheld(value)
