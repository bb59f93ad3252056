"""Chosen engines' own verdicts as columns (``--engines Microsoft,Kaspersky``). Knows no other column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from enrich.errors import UsageError
from enrich.model.column import Column
from enrich.model.finding import Scalar
from enrich.providers.virustotal.schema import EngineReport, EngineVerdict, read

Chosen = Sequence[tuple[str, Column]]
"""An engine's slug and its column."""


@lru_cache(maxsize=4096)  # the same hundred names stand in every report
def slug(name: str) -> str:
    """Return ``ESET-NOD32`` as ``eset_nod32``: how names are compared and columns named."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def chosen(names: Sequence[str]) -> Chosen:
    """Return a column for each named engine, in the order given, each once."""
    columns: dict[str, Column] = {}
    for name in names:
        key = slug(name)
        if not key:
            raise UsageError(
                f"not an engine's name: {name!r}", hint="name engines as VirusTotal does: Microsoft,Kaspersky"
            )
        description = f"What {name.strip()} calls it, or its verdict"
        columns.setdefault(key, Column(f"vt_engine_{key}", name.strip(), description, width=24))
    return tuple(columns.items())


def verdicts(body: bytes, wanted: Chosen) -> dict[str, Scalar]:
    """Column name -> the engine's name for the file, else its category; an engine that is not listed is left out."""
    report = read(body, EngineReport)
    attributes = report.data.attributes if report.data else None
    listed = (attributes.last_analysis_results if attributes else None) or {}
    # After a rename the key is the new name and engine_name the old one: both are known, the key counts first.
    by_name: dict[str, EngineVerdict] = {slug(v.engine_name): v for v in listed.values() if v.engine_name}
    by_name |= {slug(key): verdict for key, verdict in listed.items()}
    words = ((column.name, by_name.get(key)) for key, column in wanted)
    return {name: word for name, v in words if v is not None and (word := v.result or v.category)}
