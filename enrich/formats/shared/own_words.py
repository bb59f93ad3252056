"""What the words of a page of ours come to, so that a later run sees whether somebody wrote on it since.

Numbers, dates and addresses are left out: programs that save a workbook anew may write them another way. The order does
not count, as lists are sorted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zlib import crc32

from enrich.model.row import Row

_NO_WORDS = re.compile(r"[-+]?[\d.,:/ TZ+-]*(?:E[+-]?\d+)?|https?://\S*|TRUE|FALSE")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class Words:
    """The sum over all words of a page."""

    total: int = 0

    def add(self, texts: Iterable[object]) -> None:
        """Count the words among the values of some cells."""
        for text in texts:
            if isinstance(text, str) and _LETTER.search(text) and not _NO_WORDS.fullmatch(text):
                self.total += crc32(text.encode("utf-8", "surrogatepass"))

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of a page that is read, each counted."""
        for row in rows:
            self.add(row.texts)
            yield row

    def __str__(self) -> str:
        return f"{self.total:x}"
