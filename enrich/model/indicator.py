"""What is asked about: indicators, and the targets that they form."""

from __future__ import annotations

from msgspec import Struct


class Indicator(Struct, frozen=True, gc=False):
    """One thing to ask about. ``value`` is canonical (hashes: lower-case hex), so equality is identity."""

    kind: str
    value: str


class Target(Struct, frozen=True):
    """One file to ask about: ``ask`` is its strongest hash, ``others`` its weaker ones in the sheets.

    ``weight`` counts the rows that wait for the answer.
    """

    ask: Indicator
    others: tuple[Indicator, ...] = ()
    weight: int = 1
