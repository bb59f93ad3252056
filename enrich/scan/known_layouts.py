"""Files whose lines have a well-known layout: what the columns are called that have no headings, and whose a report is.

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
    # max;CONTOSO;<md5>;enabled: what a domain's accounts are exported as
    _layout(
        user=r"[\w.$-]+", domain="[A-Z][A-Z0-9-]{1,14}", ntlm="[0-9A-Fa-f]{32}", state="(?i:enabled|disabled|locked)"
    ),
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


_OF_SCANNER = re.compile(r"\s*(?:(?:# ?|<!-- ?|Starting )(?:nmap|masscan) |<nmaprun\s|#masscan)", re.IGNORECASE)
"""A line of the first few by which a scanner of networks says that a report is its own, in any of its forms."""
_FIRST = 8
OF_SCANNER = "what a scanner was told to look at, not an indicator"


def names(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return what the columns of these rows are called by their layout; () where they have no known one."""
    return next((one.names for one in _LAYOUTS if rows and all(map(one.fits, rows))), ())


def whose(rows: Sequence[Sequence[str]]) -> str:
    """Return why nothing in a document that begins with these rows is an indicator; "" where nothing says so."""
    return OF_SCANNER if any(_OF_SCANNER.match(text) for texts in rows[:_FIRST] for text in texts[:1]) else ""
