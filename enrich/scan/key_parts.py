"""Headings as programs write them: a key of a record, such as ``file.hash.md5``, in its parts; names that count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter

from enrich.model.cell_reference import column_of

# Column1, Spalte1, V1, _c0, f0, EXPR$0, Unnamed: 0, ...1, Column A, A
_COUNTED = re.compile(r"(?P<stem>.{0,30}?)(?P<count>\d{1,5}|(?<![A-Za-z])[A-Z]{1,3})", re.DOTALL)


def key_parts(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the last part of a key, and those before it, the nearest first; a heading in words is one part."""
    if "." not in text or " " in text:
        return text.lstrip("#;/ "), ()
    *path, last = list(filter(None, text.split("."))) or [text]  # dots alone are no key
    if path[-1:] == ["nat"]:
        path[-2:] = [" ".join(path[-2:])]  # source.nat.ip: the source's, and not any address after NAT
    return last, tuple(reversed(path))


def counted(headings: Sequence[str]) -> set[int]:
    """Return the columns that a program has counted in the stead of naming them: most of the sheet's, with the same
    words and numbers or letters in step with their places. A few among others (``CustomField1``) are fields.
    """
    found = [(index, _COUNTED.fullmatch(text.strip())) for index, text in enumerate(headings)]
    steps = {index: (match["stem"], _place(match["count"]) - index) for index, match in found if match}
    step, many = max(Counter(steps.values()).items(), key=itemgetter(1), default=(None, 0))
    is_most = many > 1 and many * 2 > sum(not text.isspace() for text in headings if text)
    return {index for index in steps if steps[index] == step} if is_most else set()


def _place(count: str) -> int:
    return int(count) if count.isdigit() else column_of(count)
