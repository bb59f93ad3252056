"""What columns of ours are called beside columns of the analyst's by the same names, and what is said of it.

Knows headings; what is ours in a sheet was found when it was scanned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from enrich.model.column import Column, Type, free_heading
from enrich.scan import Placement


def free_headings(columns: Sequence[Column], placement: Placement) -> tuple[str, ...]:
    """Return the columns' names, with a number behind those that a column of the analyst's bears; always the same."""
    in_use = {heading.strip().casefold() for heading in placement.headings}
    return tuple(free_heading(column.name, in_use) for column in columns)


def whose_columns(placement: Placement, sets: Sequence[Sequence[Column]]) -> Iterator[str]:
    """Yield what the user should hear of columns that bear our names.

    They may be the analyst's, or may be taken for ours without a status beside them that would prove it.
    """
    if not placement.asks_something:
        return
    asked = sets[0] if sets else ()
    for column, heading in zip(asked, free_headings(asked, placement), strict=True):
        if heading != column.name:
            yield f"a column {column.name!r} of your own is there, which is left as it is; ours is called {heading!r}"
    known = {column.name: column for ours in sets for column in ours}
    standing = [known[name] for name in placement.present if name in known]
    if standing and all(column.type is not Type.STATUS for column in standing):
        names = ", ".join(column.name for column in standing)
        yield f"columns that look like those of an earlier run are written anew: {names}"
