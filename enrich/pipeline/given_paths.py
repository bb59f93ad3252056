"""The paths that a command is given as inputs: patterns expanded, and what no run is meant to read passed over."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from enrich.errors import InputError
from enrich.files.atomic import unpacked

STANDARD_INPUT = Path("-")
OFFICE_LOCK = "~$"
"""Begins the name of what Excel leaves beside a workbook as long as it is open."""
ENRICHED = ".enriched"
"""Stands in the name of what an input is given back as, before its suffix."""


def expand(paths: Sequence[Path]) -> list[Path]:
    """Patterns that no shell expanded (cron, Windows, quotes), each file once and in order."""
    found: dict[Path, None] = {}
    for path in paths:
        if not is_pattern(path):
            found[path] = None
            continue
        matches = sorted(glob.glob(str(path)))  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not matches:
            raise InputError(f"{path} matches no file")
        found.update((Path(match), None) for match in matches)
    return list(found)


def to_read(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return ``paths`` without what no run is meant to read, and a sentence on each that is left out."""
    unlocked, notes = without_locks(paths)
    outputs = set(earlier_outputs(unlocked))
    notes += [
        f"{path}: left out, as it was made of another input by an earlier run" for path in unlocked if path in outputs
    ]
    return [path for path in unlocked if path not in outputs], notes


def earlier_outputs(paths: Sequence[Path]) -> list[Path]:
    """Return the ``paths`` that others among them are given back as: ``*.csv`` finds both from the second
    night on.
    """
    names = {(path.parent, unpacked(path).stem) for path in paths}
    return [
        path
        for path in paths
        for stem in [unpacked(path).stem]
        if stem.endswith(ENRICHED) and (path.parent, stem.removesuffix(ENRICHED)) in names
    ]


def without_locks(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return ``paths`` without Excel's lock files, and a sentence on each; where nothing else is there, reading refuses
    it.
    """
    locks = [path for path in paths if path.name.startswith(OFFICE_LOCK)]
    if len(locks) == len(paths):
        return list(paths), []
    return [path for path in paths if path not in locks], [
        f"{path}: passed over, as it is only the mark that a workbook is open in Excel" for path in locks
    ]


def is_pattern(path: Path) -> bool:
    """Return whether a path is a pattern for names of files, and not one of them."""
    try:
        return any(sign in str(path) for sign in "*?[") and not path.exists()
    except PermissionError:  # it is said when the file is opened
        return False
