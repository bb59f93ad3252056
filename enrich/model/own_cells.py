"""What a run of ours writes into its columns, as text: by it a later run tells its own cells from the analyst's."""

from __future__ import annotations

import re

from enrich.model.column import Type
from enrich.model.finding import Status
from enrich.model.verdict import COUNTED

STATUS_WORDS = frozenset(status.value for status in Status)
SHAPES = {
    Type.VERDICT: re.compile("|".join(verdict.value for verdict in COUNTED)),
    # an apostrophe keeps a CSV's 5/72 from becoming May 1972
    Type.RATIO: re.compile(r"'?\d{1,5}/\d{1,5}"),
    Type.INTEGER: re.compile(r"'?-?\d{1,15}(?:\.0)?"),  # 12.0 is what pandas makes of 12 above a blank cell
    # 2026-11-29T16:20:33Z as we write it; Unix seconds that no calendar holds; what a program makes of both in a CSV
    # that is saved again: 2026-11-29 16:20, 46355.68, and 2026-11-29 16:20:33+00:00
    Type.DATE: re.compile(r"-?\d{1,15}(?:\.\d+)?|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|\+00:00)?)?"),
    Type.LINK: re.compile(r"https?://\S+"),
    # in CSV true and false; in a workbook 1 and 0, which are shown as TRUE and FALSE
    Type.BOOLEAN: re.compile(r"(?i:true|false|[01](?:\.0)?)"),
}
"""The types whose texts tell something. A status is one of ``STATUS_WORDS``; a text can be anybody's."""


def fits(kind: Type, text: str) -> bool | None:
    """Return whether a text that is not blank can be a run's in a column of this type; None where nothing tells."""
    if kind is Type.STATUS:
        return text in STATUS_WORDS
    shape = SHAPES.get(kind)
    return shape.fullmatch(text) is not None if shape is not None else None
