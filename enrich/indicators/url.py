"""URLs: found in text as lists write them, in one canonical form, and which of them are never sent."""

from __future__ import annotations

from enrich.indicators import SILENT, Link, Match, Reading
from enrich.indicators.shared import headings, suffixes, url_form, url_privacy
from enrich.indicators.shared.candidates import may_hold
from enrich.indicators.shared.defaults import identity, strength, trivial
from enrich.indicators.shared.matching import matches

KIND = "url"
TITLE = "URLs"
LOOKED_UP = True

__all__ = [
    "KIND",
    "LOOKED_UP",
    "TITLE",
    "find",
    "identity",
    "may_hold",
    "owner",
    "reads",
    "strength",
    "trivial",
    "withheld",
]


def find(text: str, expected: Reading = SILENT) -> list[Match]:
    """Return the URLs in the text of one cell, in order."""
    return matches(KIND, text, expected)


def reads(words: str, link: Link) -> Reading:
    """Return what ``words`` say of URLs: indicators, references, victims, files ..."""
    return headings.reads_address(words, link)


def withheld(value: str) -> str:
    """Return why a canonical value must not be sent; "" where it may."""
    return url_privacy.withheld(value)


def owner(value: str) -> str:
    """Return the domain, as it was registered, that a canonical URL's host stands under; "" for an address."""
    parts = url_form.split(value)
    return suffixes.owner(parts.host) if parts else ""
