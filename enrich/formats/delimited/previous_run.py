"""Whether fields of a record can be what an earlier run wrote into columns of ours. Knows values and no file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from enrich.model.column import Type
from enrich.model.finding import Status
from enrich.model.verdict import COUNTED

_SHAPES = {
    Type.STATUS: re.compile("|".join(status.value for status in Status)),
    Type.VERDICT: re.compile("|".join(verdict.value for verdict in COUNTED)),
    Type.RATIO: re.compile(r"'?\d{1,5}/\d{1,5}"),
    Type.INTEGER: re.compile(r"'?-?\d{1,15}"),
    Type.DATE: re.compile(r"-?\d{1,15}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    Type.LINK: re.compile(r"https?://\S+"),
    Type.BOOLEAN: re.compile("true|false"),
}


def ours(fields: Sequence[bytes], kinds: Sequence[Type]) -> bool:
    """Return whether each field has the shape of its column, and at least one says so: text alone can be anybody's."""
    said = False
    for data, kind in zip(fields, kinds, strict=True):
        text, shape = data.decode("latin-1").strip('" '), _SHAPES.get(kind)
        if text and shape is not None:
            if not shape.fullmatch(text):
                return False
            said = True
    return said
