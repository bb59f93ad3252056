"""A delimited file's records as raw bytes, for the pass that writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from enrich.files.encoding import Encoding
from enrich.formats.delimited.records import MOST_BLOCKS_OF_A_RECORD, Cutter, Dialect

Batch = tuple[list[bytes], list[int]]
"""Raw records, line ends included, and how many delimiters part the fields of each."""
_DOUBLE_BYTE = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_MARK_AS_LATIN1 = "\xef\xbb\xbf"
"""The UTF-8 byte order mark as Latin-1 shows it."""


class RawRecords:
    """Blocks of bytes as raw records, cut by the same rules as the first pass, which sees text."""

    def __init__(self, dialect: Dialect, encoding: Encoding, *, stray: bool = False) -> None:
        self._delimiter = dialect.delimiter.encode("ascii")
        # In GBK, Big5 and Shift-JIS a character's second byte may be `|` or another ASCII sign from `@` on.
        self._masked = encoding.multibyte and dialect.delimiter >= "@"
        self._cutter = Cutter(dialect, _MARK_AS_LATIN1 if encoding.codec == "utf-8" else "")
        self.stray = stray
        """Whether a quote had to be taken as a plain character so far."""

    def batches(self, blocks: Iterable[bytes]) -> Iterator[Batch]:
        unfinished, carried = b"", 0
        for block in blocks:
            # Most blocks hold no quote at all: each line is a record, and bytes need not become text.
            if not unfinished and not self._masked and b'"' not in block:
                lines, delimiter = block.splitlines(keepends=True), self._delimiter
                yield lines, [line.count(delimiter) for line in lines]
                continue
            # A quote that is open for 32 blocks (4 MB) is no field: to hold more would hold a whole file.
            batch, unfinished = self._cut(unfinished + block, more=carried < MOST_BLOCKS_OF_A_RECORD)
            carried = carried + 1 if unfinished else 0
            yield batch
        if unfinished:
            yield self._cut(unfinished, more=False)[0]

    def spans(self, record: bytes) -> list[tuple[int, int]]:
        """Return where each field of one record stands in its bytes."""
        return self._cutter.spans_of(self._view(record))

    def opens(self, record: bytes) -> bool:
        """Return whether one of a record's quotes is never closed."""
        return self._cutter.stray_in(self._view(record))

    def _view(self, raw: bytes) -> str:
        """Return the bytes as characters of one byte each, none of which only looks like a delimiter."""
        return (_DOUBLE_BYTE.sub(b"xx", raw) if self._masked else raw).decode("latin-1")

    def _cut(self, raw: bytes, *, more: bool) -> tuple[Batch, bytes]:
        cut = self._cutter.cut(self._view(raw), more=more)
        self.stray |= cut.stray
        end = len(raw) - cut.left
        lines = raw[:end].splitlines(keepends=True)
        counts = [len(fields) - 1 if fields else 0 for fields in cut.records]
        if cut.spans is None:
            return (lines, counts), raw[end:]
        records, at = [], 0
        for span in cut.spans:
            records.append(lines[at] if span == 1 else b"".join(lines[at : at + span]))
            at += span
        return (records, counts), raw[end:]
