"""The real lists beside the checkout: the exact sets that careful reading gave, and nothing else."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from enrich.model.sighting import Found
from enrich.scan import targets
from tests.support.real_lists import are_scanned_or_refused, scanned

pytestmark = pytest.mark.shared
LARGE = 100_000
"""Bytes; a dozen lists are larger, and take most of the time."""


def test_the_listed_files_give_the_exact_sets(shared: Path) -> None:
    with (shared / "iocs-TRUTH.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    assert truth
    for row in truth:
        placements = scanned(shared / "iocs" / row["file"])
        asked = {s.value for p in placements for s in p if s.found in (Found.INDICATOR, Found.TRIVIAL)}
        counts = Counter(map(len, asked))
        assert {name: counts[size] for name, size in (("md5", 32), ("sha1", 40), ("sha256", 64))} == {
            name: int(row[name]) for name in ("md5", "sha1", "sha256")
        }, row["file"]
        assert (placements[0].header_row or 0) == int(row["header_row"]), row["file"]
        asked_for = [t.ask.value for t in targets(placements)]
        assert len(asked_for) == len(set(asked_for)) <= len(asked)


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
