"""What was seen in a cell: indicators, look-alikes and damaged values."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from enrich.model.indicator import Indicator


class Found(StrEnum):
    """What stands at a place in a cell: the ``status`` column of ``enrich scan``."""

    INDICATOR = "indicator"
    TRIVIAL = "trivial"
    LEFT_OUT = "left_out"
    """Shaped like a hash, and no file's hash; never sent."""
    DAMAGED = "damaged"
    NOT_ASKED = "not_asked"
    """An indicator of a kind that this run does not look up; counted, and never sent."""


class Sighting(Struct, frozen=True, gc=False):
    """One indicator, look-alike or damaged value in a cell.

    ``value`` is canonical for an indicator and the text as it stands for a damaged one. ``file`` groups the sightings
    of one row that name the same file (its md5, sha1 and sha256); equal numbers are one file.
    """

    row: int
    column: int
    found: Found
    kind: str
    value: str
    reason: str = ""
    file: int = 0


def as_sighting(cell: Indicator | Sighting, row: int = 0, column: int = 0) -> Sighting:
    """Return a name that a row gives of its one file, as a sighting."""
    return cell if isinstance(cell, Sighting) else Sighting(row, column, Found.INDICATOR, cell.kind, cell.value)
