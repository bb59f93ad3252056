"""Where ``samples/`` is: inside the installed package, or at the top of the checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def folder() -> Path:
    """Return the folder with the sample inputs and the stand-in's dataset.

    A wheel carries it as ``enrich/samples``; in a checkout it lies beside the package.
    """
    for place in (PACKAGE / "samples", PACKAGE.parent / "samples"):
        if (place / "standin.jsonl").is_file():
            return place
    raise FileNotFoundError("this installation of enrich lacks its samples folder")


def dataset() -> Path:
    """Return the stand-in's facts, a file, domain, IP address or URL a line."""
    return folder() / "standin.jsonl"


def sample_inputs() -> tuple[Path, ...]:
    """Return what ``enrich demo`` looks up: a workbook, an Excel CSV, a proxy's list and a report's text."""
    return tuple(folder() / name for name in ("incident.xlsx", "edr-export.csv", "proxy-dns.csv", "report-iocs.txt"))
