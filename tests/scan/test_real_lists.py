"""The real lists beside the checkout: the exact sets that careful reading gave, and nothing else."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from enrich.model.sighting import Found
from tests.support.real_lists import are_scanned_or_refused, give_the_exact_sets, scanned

pytestmark = pytest.mark.shared
LARGE, LONGEST = 40_000, 400_000
"""Bytes; a few lists are larger, and take most of the time: of those whose sets are known three."""


@pytest.mark.slow
def test_the_listed_files_give_the_exact_sets(shared: Path) -> None:
    """Those that are quick to read; ``make fuzz`` takes them all."""
    assert give_the_exact_sets(shared, LONGEST) > 20


@pytest.mark.slow
def test_every_other_list_is_scanned_or_refused(shared: Path) -> None:
    """Those that are quick to read; ``make fuzz`` takes them all."""
    with (shared / "iocs-TRUTH.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["file"] for row in csv.DictReader(file)}
    others = [path for path in sorted((shared / "iocs").iterdir()) if path.name not in listed]
    quick = [path for path in others if path.stat().st_size <= LARGE]
    assert len(quick) > 50
    are_scanned_or_refused(quick)


FOUND_EACH = {
    "06-links": {3},
    "08-unicode-spaces": {2, 11},
    "09-byte-by-byte": {2, 3, 4},
    "09b-certutil": {4},
    "11-headings": {4},
    "14-merged": {8},
    "16-mixed-encoding": {2},
    "19-jsonl": {2, 3},
    "20-password-dumps": {0},
}
"""Of the folders of small faults: how many hashes each of their files holds, however these are written."""


@pytest.mark.parametrize("folder", FOUND_EACH)
def test_hashes_are_found_however_they_are_written_and_secrets_are_not(shared: Path, folder: str) -> None:
    paths = sorted((shared / "faults" / folder).iterdir())
    assert paths
    counts = {}
    for path in paths:
        found = Counter(s.found for placement in scanned(path) for s in placement if s.kind == "hash")
        assert not found[Found.DAMAGED], path.name
        counts[path.name] = found[Found.INDICATOR]
    assert set(counts.values()) == FOUND_EACH[folder], counts
