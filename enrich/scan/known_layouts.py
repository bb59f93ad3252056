"""Files without headings whose every line has a well-known layout: what their columns are called.

Works on the cells of rows and knows nothing of what stands around them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct


class _Layout(Struct, frozen=True):
    """What the columns are called, and what the cells of every row look like."""

    names: tuple[str, ...]
    cells: tuple[re.Pattern[str], ...]

    def fits(self, texts: Sequence[str]) -> bool:
        """Return whether the cells of a row have this layout; the last may be missing where it is empty."""
        missing = len(self.cells) - len(texts)
        return 0 <= missing <= 1 and all(cell.fullmatch(text) for cell, text in zip(self.cells, texts, strict=False))


def _layout(**columns: str) -> _Layout:
    return _Layout(tuple(name.replace("_", " ") for name in columns), tuple(map(re.compile, columns.values())))


_LAYOUTS = (
    # .example.com TRUE / FALSE 1790000000 sid <value>: Netscape's, which curl, browsers' add-ons and stealers write
    _layout(
        host_key=r"(?:#HttpOnly_)?\.?[\w.-]+",
        host_only="(?i:true|false)",
        path="/.*",
        is_secure="(?i:true|false)",
        expires=r"\d+(?:\.\d+)?",
        name=".*",
        cookie_value=".*",
    ),
)


def names(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return what the columns of these rows are called by their layout; () where they have no known one."""
    return next((one.names for one in _LAYOUTS if rows and all(map(one.fits, rows))), ())
