"""The real lists beside the checkout, scanned."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from enrich.errors import InputError
from enrich.formats import open_document
from enrich.model.sighting import Found
from enrich.scan import Placement, agree, scan_sheet, targets


def scanned(path: Path, kinds: Collection[str] = ("hash",)) -> list[Placement]:
    """What a run finds in a file, sheet by sheet."""
    document = open_document(path)
    try:
        placements = [
            scan_sheet(s, document.rows(s), declared_header=document.header_row(s), file=path.name, kinds=kinds)
            for s in document.sheets
        ]
        agree(placements)
        return placements
    finally:
        document.close()


def are_scanned_or_refused(paths: list[Path]) -> None:
    for path in paths:
        try:
            placements = scanned(path)
        except InputError:
            continue
        for placement in placements:
            assert placement.count <= len(placement), path.name


def give_the_exact_sets(shared: Path, largest: float) -> int:
    """The listed files of at most ``largest`` bytes hold what careful reading found in them; returns how many these are."""
    with (shared / "iocs-TRUTH.csv").open(encoding="utf-8", newline="") as file:
        truth = [row for row in csv.DictReader(file) if (shared / "iocs" / row["file"]).stat().st_size <= largest]
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
    return len(truth)
