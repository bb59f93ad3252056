"""Which columns of a sheet the user's words for them mean: a heading's text, or a column's letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from enrich.model.cell_reference import column_of
from enrich.scan.placement import Placement

_LETTERS = re.compile(r"[A-Za-z]{1,3}")


def has_column(placement: Placement, name: str) -> bool:
    """Return whether a sheet has the column that the user calls so: by a heading's text, or by letters."""
    return any(column < placement.width for column in chosen(placement.headings, [name]))


def chosen(headings: Sequence[str], wanted: Iterable[str]) -> set[int]:
    """Return the columns that the user named by a heading's text or by letters; none where this sheet has no such
    column.
    """
    texts = [" ".join(text.split()).casefold() for text in headings]
    found = set[int]()
    for want in wanted:
        name = " ".join(want.split()).casefold()
        if name in texts:
            found.update(index for index, text in enumerate(texts) if text == name)
        elif _LETTERS.fullmatch(name):
            found.add(column_of(name))
    return found
