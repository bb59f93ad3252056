"""Networks: recognised, listed and never sent."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from enrich.indicators import SILENT, Link, Match, Reading
from enrich.indicators.shared.candidate import NETWORK
from enrich.indicators.shared.candidates import may_hold
from enrich.indicators.shared.defaults import identity, strength, trivial
from enrich.indicators.shared.matching import matches
from enrich.model.sighting import Found

KIND = NETWORK
TITLE = "networks"
LOOKED_UP = False
NEVER_SENT = "a whole network: no service is asked about one"

__all__ = ["KIND", "LOOKED_UP", "TITLE", "find", "identity", "may_hold", "reads", "strength", "trivial", "withheld"]


def find(text: str, expected: Reading = SILENT) -> Iterator[Match]:
    """Yield the networks in the text of one cell, in order, each left out."""
    for match in matches(KIND, text, expected):
        yield structs.replace(match, found=Found.LEFT_OUT, reason=NEVER_SENT, weak="")


def reads(words: str, link: Link) -> Reading:  # noqa: ARG001 - as the wall has it
    """Return nothing: whatever is said of them, they stay home."""
    return SILENT


def withheld(value: str) -> str:  # noqa: ARG001 - as the wall has it
    """Return why a canonical value must not be sent: always."""
    return NEVER_SENT
