"""Places to be filled in within or right behind a URL: nobody can ask about the whole, and cut there it is another."""

from __future__ import annotations

import re

PLACEHOLDER = "a placeholder stands in it: nothing that can be asked"
# https://evil.com/<victim>/x; not http://evil.com/a</url>, http://evil.com/a<br>
_OPENS = re.compile(
    r"<(?!/|!|(?:br|hr|wbr|p|div|span|a|b|i|u|em|strong|font|img|code|pre|t[drh]|[uo]l|li|h\d)(?![\w-]))"
    # /[REDACTED]/a, /[id]/a; not https://vendor.example/a[our report] of AsciiDoc
    r"|\[(?:[A-Z][A-Z _-]+\]|[A-Za-z _-]+\][/?&=\w])"
)
"""What opens a place to be filled in, and no markup."""
_WITHIN = re.compile(r"[<{\[][A-Za-z _]+[>}\]]|\$\{")


def withheld_by(unit: str, end: int, address: str = "") -> str:
    """Return why a URL that ends at ``end``, or its ``address`` without the query, cannot be asked about; "" where it
    can.
    """
    return PLACEHOLDER if _OPENS.match(unit, end) or _WITHIN.search(address) else ""
