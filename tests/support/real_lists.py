"""The real lists beside the checkout, scanned."""

from __future__ import annotations

from pathlib import Path

from enrich.errors import InputError
from enrich.formats import open_document
from enrich.scan import Placement, scan_sheet


def scanned(path: Path) -> list[Placement]:
    document = open_document(path)
    try:
        return [
            scan_sheet(sheet, document.rows(sheet), declared_header=document.header_row(sheet))
            for sheet in document.sheets
        ]
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
