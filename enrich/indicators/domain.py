"""domain names: found in text as lists write them, in one canonical form, and which of them are never sent."""

from __future__ import annotations

from enrich.indicators import SILENT, Link, Match, Reading
from enrich.indicators.shared import domain_name, headings
from enrich.indicators.shared.candidates import may_hold
from enrich.indicators.shared.defaults import identity, strength, trivial
from enrich.indicators.shared.matching import matches
from enrich.indicators.shared.suffixes import owner

KIND = "domain"
TITLE = "domain names"
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
    """Return the domain names in the text of one cell, in order."""
    return matches(KIND, text, expected)


def reads(words: str, link: Link) -> Reading:
    """Return what ``words`` say of domain names: indicators, references, victims, files ..."""
    return headings.reads(words, link)


def withheld(value: str) -> str:
    """Return why a canonical value must not be sent; "" where it may."""
    return domain_name.withheld(value)
