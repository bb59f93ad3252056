"""Whether a sheet that bears our mark holds what a page of ours holds.

The mark is a hidden name, which anybody can write into a workbook: a sheet of evidence that bears it would neither be
looked up nor kept. So it takes both, mark and content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from enrich.model.own_cells import STATUS_WORDS
from enrich.model.row import Row

SIGNATURE = "ioc-enrich "
"""Stands before the version among the words on method, with which a page of sections ends."""
_MOST_SIGNED = 2_000
"""Rows of such a page. Its tables are of tens."""
_MOST_ABOVE = 12
"""Rows above a list: what must stand above everything, and the headings."""
_CELL_ADDRESS = re.compile(r"(?:^|[!\s])[A-Z]{1,3}\d{1,7}\b")
_MOST_REMARKS = 20
"""Rows that somebody wrote below a list or between its lines, where there are not more lines."""
_TIME = re.compile(
    r"\b(?:\d{4}-\d\d-\d\dT|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})(?!\.?\d))|\b\d{1,2}:\d\d(?::\d\d)?\b(?!:\w)"
)
"""Dates and times of day, as people and programs write them."""
_MAY_HOLD = re.compile(
    r"[0-9a-f]{32}|\w[^\w\s]*[.:/\\][^\w\s]*\w|\s[^\w\s]?\.[^\w\s]?\s|\bdot\b|::|//|@", re.IGNORECASE
)
"""What no remark holds: it might be, or be a part of, an indicator of any kind."""
_STATUS_WORDS = STATUS_WORDS | {"left_out"}


def is_page(rows: Iterable[Row]) -> bool:
    """Return whether the rows are those of a page of ours.

    All below the headings are lines of a list of ours, or remarks that hold no indicator; or it is a page of sections
    that we signed.
    """
    count = above = lines = remarks = 0
    status, signed, listed = -1, False, True
    for count, row in enumerate(rows, 1):
        signed = signed or any(SIGNATURE in text for text in row.texts)
        if not lines:
            status = next((at for at, text in enumerate(row.texts) if text in _STATUS_WORDS), -1)
        if _is_line(row.texts, status):
            lines += 1
        elif not lines:
            above += 1
        elif _is_remark(row):
            remarks += 1
        else:
            listed = False
        # An analyst's sheet may be a million rows long: it is told from ours before they are all read.
        if count > _MOST_SIGNED and not (listed and lines):
            return False
    listed = listed and lines > 0 and above <= _MOST_ABOVE and remarks <= max(lines, _MOST_REMARKS)
    return listed or (signed and count <= _MOST_SIGNED)


def _is_line(texts: Sequence[str], status: int) -> bool:
    """Return a status in its column; or, where none was asked for, an indicator, where it stands and in how
    many cells.
    """
    if status >= 0:
        return status < len(texts) and texts[status] in _STATUS_WORDS
    return len(texts) > 2 and bool(texts[0]) and texts[2].isdecimal() and _CELL_ADDRESS.search(texts[1]) is not None


def _is_remark(row: Row) -> bool:
    """Return whether a row holds words, numbers and dates, and surely no indicator of any kind."""
    return not row.attached and not any(_MAY_HOLD.search(_TIME.sub(" ", text)) for text in row.texts)


def unlike_page(sheet: str) -> str:
    """Return what is said of a sheet that has the mark alone."""
    return f"{sheet}: it bears the hidden mark of a sheet of ours and holds something else; it was read as one of yours"
