"""Bulk IOC enrichment: hashes in a spreadsheet, VirusTotal's word beside each, nothing of the analyst's lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enrich.cli.progress import progress_bar
    from enrich.pipeline.dataframe import enrich_frame, enrich_frame_async

from enrich.errors import EnrichError
from enrich.version import __version__

__all__ = ["EnrichError", "__version__", "enrich_frame", "enrich_frame_async", "progress_bar"]


def __getattr__(name: str) -> Any:
    """Return the frame functions when they are first asked for: pandas costs half a second, and ``--help``
    needs none.
    """
    if name not in __all__:
        raise AttributeError(f"module 'enrich' has no attribute {name!r}")
    if name == "progress_bar":
        from enrich.cli.progress import progress_bar  # noqa: PLC0415 - see above

        return progress_bar
    from enrich.pipeline import dataframe  # noqa: PLC0415 - see above

    return getattr(dataframe, name)
