"""What may be a domain, an IP address or a URL, with the facts by which the rest is decided."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct

DOMAIN, IP, URL = "domain", "ip", "url"
EMAIL, NETWORK = "email", "network"
"""Recognised and never sent."""
HIDDEN = "{} hides a part of it"
"""Why a value is damaged that a sign covers."""


class Stands(IntEnum):
    """How a value stands on its line or in its field: the more alone, the surer it is meant."""

    IN_TEXT = 0
    FIRST = 1
    """Something set apart from it follows: ``evil.example - second stage``."""
    LISTED = 2
    """Nothing stands beside it but others like it."""
    ALONE = 3


class Candidate(Struct, frozen=True, gc=False):
    """``value`` is canonical, or the text as it stands where it is ``damaged``; ``start`` counts in the marked text.

    ``doubt``: what it looks like instead, by its own letters and what touches it. ``label``: the words right before it
    that name it; ``tagged``: those are the name of the element around it. ``linked``: it is the target of a link whose
    text is prose. ``withheld``: why it cannot be asked.
    """

    kind: str
    value: str
    start: int
    end: int
    defanged: bool = False
    stands: Stands = Stands.IN_TEXT
    doubt: str = ""
    label: str = ""
    tagged: bool = False
    withheld: str = ""
    damaged: str = ""
    has_scheme: bool = False
    linked: bool = False
