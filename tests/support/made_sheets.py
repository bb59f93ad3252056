"""Made-up hashes and sheets, and what a scan of them comes to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan import Placement, scan_sheet


def md5(seed: object) -> str:
    return hashlib.md5(str(seed).encode()).hexdigest()


def sha1(seed: object) -> str:
    return hashlib.sha1(str(seed).encode()).hexdigest()


def sha256(seed: object) -> str:
    return hashlib.sha256(str(seed).encode()).hexdigest()


def scanned(*rows: Sequence[str], start: int = 1, sheet: str = "s", **how: Any) -> Placement:
    """A sheet of these rows; blank ones are left out, as formats do."""
    numbered = (Row(number, tuple(texts)) for number, texts in enumerate(rows, start) if any(texts))
    return scan_sheet(sheet, numbered, **how)


def values(placement: Placement, found: Found = Found.INDICATOR) -> list[str]:
    return [sighting.value for sighting in placement if sighting.found is found and sighting.kind == "hash"]


def files(placement: Placement, row: int) -> list[int]:
    """Which file each hash of a row is of."""
    return [sighting.file for sighting in placement.sightings_at(row) if sighting.found is Found.INDICATOR]
