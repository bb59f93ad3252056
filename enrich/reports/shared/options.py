"""How a reader wants a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Language of the words; zone of the dates (said beside them)."""

    language: str = "en"
    timezone: tzinfo = UTC
    changes_only: bool = False
    """The list of all indicators is kept to those whose answer changed."""
    pages: tuple[str, ...] = ()
    """What the addresses of the sources' own pages begin with: a result document may come from anybody, and no report
    links to anywhere else."""
