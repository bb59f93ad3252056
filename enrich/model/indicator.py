"""What is asked about: indicators, and the targets that they form."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

OF_FILES: Final = "hash"
"""The kind whose indicators stand for files: people are told of "files" where it is spoken of."""


class Indicator(Struct, frozen=True, gc=False):
    """One thing to ask about. ``value`` is canonical (hashes: lower-case hex), so equality is identity."""

    kind: str
    value: str


class Target(Struct, frozen=True, gc=False):
    """One file to ask about: ``ask`` is its strongest hash, ``others`` its weaker ones in the sheets.

    ``weight`` counts the rows that wait for the answer. ``disputed`` are all names of rows that contradict each other
    over ``ask``: which of them are one file's nobody knows, so each is a target by itself.
    """

    ask: Indicator
    others: tuple[Indicator, ...] = ()
    weight: int = 1
    disputed: tuple[Indicator, ...] = ()

    @property
    def names(self) -> tuple[Indicator, ...]:
        """All names, the one to ask by first."""
        return (self.ask, *self.others)


def kind_order(kind: str) -> tuple[bool, str]:
    """Return what sorts kinds wherever they are listed: files first, then by their names."""
    return kind != OF_FILES, kind
