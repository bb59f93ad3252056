"""Bulk IOC enrichment: hashes in a spreadsheet, VirusTotal's word beside each, nothing of the analyst's lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enrich.frame import enrich_frame, enrich_frame_async

__version__ = "0.1.0"
__all__ = ["enrich_frame", "enrich_frame_async"]


def __getattr__(name: str) -> Any:
    """The frame functions when they are first asked for: pandas costs half a second, and ``--help`` needs none."""
    if name not in __all__:
        raise AttributeError(f"module 'enrich' has no attribute {name!r}")
    from enrich import frame  # noqa: PLC0415 - see above

    return getattr(frame, name)
