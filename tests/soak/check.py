"""One promise and whether it was kept, with the figures that say so; and how much of everything is tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    passed: bool
    figures: str

    def __str__(self) -> str:
        return f"{'PASS' if self.passed else 'FAIL'}  {self.name}: {self.figures}"


def check(name: str, problems: Iterable[str], figures: str) -> Check:
    """Passed where there is no problem; else the first few of them are told as well."""
    found = list(problems)
    told = f"; {len(found)} problems, first: {' | '.join(found[:3])}" if found else ""
    return Check(name, not found, figures + told)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is tried. ``minute`` is the length of a scaled minute in seconds, ``minutes`` how many of them."""

    kills: int
    edits: int
    """Runs whose input is changed meanwhile."""
    lookups: int
    faulty: int
    minute: float
    minutes: int
    rounds: int
    """Of things that are tried at one of several moments or sizes."""
    sheet: int
    """Rows of a large workbook."""


QUICK = Size(kills=20, edits=30, lookups=400, faulty=150, minute=8.0, minutes=3, rounds=2, sheet=30_000)
USUAL = Size(kills=200, edits=200, lookups=2000, faulty=1500, minute=10.0, minutes=6, rounds=8, sheet=300_000)
