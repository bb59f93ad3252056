"""One pass over a worksheet's bytes: what stands before the rows, each row, and what stands after them.

Every byte of the part comes out once, so that a copy can be made; memory holds a piece of the stream and one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from enrich.formats.shared.faults import Fault

LARGEST_ROW = 64 << 20
"""Bytes: more than any real row, or head of a sheet, takes."""
# A `>` may stand in an attribute's value, so a tag is matched quote by quote. Possessive (`*+`): where a quote is
# missing, the rest of the sheet is not tried again from each of its quotes.
_ATTRIBUTES = rb"""[^<>"']*+(?:"[^"<]*+"[^<>"']*+|'[^'<]*+'[^<>"']*+)*+"""
ASIDE = rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
"""What may hold anything that looks like a tag and is none."""
_GAP = re.compile(rb"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
# Which prefix the sheet's own namespace has: none in Excel's files, `x:` in those of Open XML SDK and ClosedXML.
_ROOT = re.compile(rb"(?:" + ASIDE + rb"|<!DOCTYPE|<(?:([A-Za-z_][\w.-]*:))?([\w.-]+)[\s/>])", re.DOTALL)
_ILLEGAL_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["']\s*(\d{1,7})\s*["']""")


class RawRow(NamedTuple):
    """A row: ``data[opened:closed]`` is its content; self-closed where ``closed`` is negative."""

    number: int
    gap: bytes
    """What stands between the row before and this one."""
    data: bytes
    opened: int
    closed: int


class SheetStream:
    """A worksheet read once. Take ``head``, then ``rows()``, then ``tail``."""

    def __init__(self, chunks: Iterator[bytes], fault: Fault) -> None:
        self._chunks = chunks
        self._fault = fault
        self._buffer = b""
        self._odd = False
        self._more = True
        self.illegal = False
        """Whether it holds control characters, which XML forbids: programs will offer to repair it."""
        self.prefix = self._root_prefix()
        self.empty = False
        """The element that holds the rows is missing or self-closed."""
        self.head = self._head()
        self.tail = b""
        """All that follows the last row; whole after ``rows()`` came to its end."""

    def _refill(self, keep_from: int) -> bool:
        """More of the stream behind ``buffer[keep_from:]``; False at its end."""
        kept = self._buffer[keep_from:]
        # A hostile sheet of one endless row would be held in memory whole.
        if len(kept) > LARGEST_ROW:
            raise self._fault("holds a row that is larger than any program writes")
        pieces = [kept]
        size = 0
        while self._more and size < max(len(kept), 1 << 16):
            chunk = next(self._chunks, None)
            if chunk is None:
                self._more = False
                break
            pieces.append(chunk)
            size += len(chunk)
        self._buffer = b"".join(pieces)
        self._odd = b"<!" in self._buffer or b"<?" in self._buffer
        self.illegal = self.illegal or any(len(p) != len(p.translate(None, _ILLEGAL_CONTROLS)) for p in pieces[1:])
        return size > 0

    def _root_prefix(self) -> bytes:
        self._refill(0)
        for match in _ROOT.finditer(self._buffer):
            if match[0] == b"<!DOCTYPE":
                raise self._fault("holds a DOCTYPE, which no spreadsheet program writes")
            if match[2]:
                return match[1] or b""
        raise self._fault("is not XML")

    def _head(self) -> bytes:
        start = re.compile(ASIDE + rb"|<" + self.prefix + rb"sheetData(?=[\s/>])" + _ATTRIBUTES + rb">", re.DOTALL)
        at = 0
        while True:
            for match in start.finditer(self._buffer, at):
                if not match[0].startswith((b"<!", b"<?")):
                    self.empty = match[0].endswith(b"/>")
                    head, self._buffer = self._buffer[: match.end()], self._buffer[match.end() :]
                    return head
            if not self._refill(0):
                break
        self.empty = True
        head, self._buffer = self._buffer, b""
        return head

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows in order; a row without a number follows the one before it."""
        # Excel's rows carry more attributes (`spans`, `ht`, `x14ac:dyDescent`); `r` is optional, and then a row
        # follows the one before it.
        start = re.compile(b"<" + self.prefix + rb'row(?=[\s/>])(?: r="(\d{1,7})")?(' + _ATTRIBUTES + rb")>")
        finish, close = b"</" + self.prefix + b"sheetData", b"</" + self.prefix + b"row"
        last, position = 0, 0
        while not self.empty:
            match = start.match(self._buffer, position)
            gap = b""
            if match is None:
                # Between rows only blanks and comments may stand; they are kept, as every byte is.
                found = _GAP.match(self._buffer, position)
                after = found.end() if found else position
                match = start.match(self._buffer, after)
                if match is None:
                    if self._buffer.startswith(finish, after):
                        break
                    if not self._refill(position):
                        raise self._fault("is cut short or holds something else among its rows")
                    position = 0
                    continue
                gap = self._buffer[position:after]
            opened = match.end()
            attributes = match[2]
            closed, end = (-1, opened) if attributes.endswith(b"/") else self._row_end(opened, close)
            if end < 0:
                if not self._refill(position):
                    raise self._fault("is cut short")
                position = 0
                continue
            number = int(match[1] or 0) or self._written_number(attributes) or last + 1
            first = match.start()
            yield RawRow(number, gap, self._buffer[first:end], opened - first, closed if closed < 0 else closed - first)
            last, position = number, end
        self._finish(position)

    def skip_rows(self) -> None:
        """Pass the rows unread, where ``tail`` alone is wanted: a search costs a tenth of taking rows apart.

        A comment among the rows that holds the closing tag is taken for it; such a tail is no well-formed XML.
        """
        close = b"</" + self.prefix + b"sheetData"
        # The end tag may be torn between two chunks: as many bytes of the one before stay.
        while (at := -1 if self.empty else self._buffer.find(close)) < 0:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._buffer = self._buffer[-len(close) :] + chunk
        self._finish(max(at, 0))

    @staticmethod
    def _written_number(attributes: bytes) -> int:
        match = _ROW_NUMBER.search(b" " + attributes)
        return int(match[1]) if match else 0

    def _row_end(self, start: int, close: bytes) -> tuple[int, int]:
        """Return where the row's end tag, which begins with ``close``, begins and ends; (-1, -1) where it is not yet
        there.
        """
        if not self._odd:
            # `find` alone is right where no comment and no CDATA can hold what looks like the end tag.
            at = self._buffer.find(close, start)
            end = at + len(close) + 1
            if at >= 0 and self._buffer[end - 1 : end] == b">":
                return at, end
        return end_tag(self._buffer, start, close)

    def _finish(self, position: int) -> None:
        rest = [self._buffer[position:]]
        size = len(rest[0])
        for chunk in self._chunks:
            rest.append(chunk)
            size += len(chunk)
            if size > 4 * LARGEST_ROW:
                raise self._fault("holds more after its rows than any program writes")
        self._buffer = b""
        self.tail = b"".join(rest)


def end_tag(data: bytes, start: int, close: bytes) -> tuple[int, int]:
    """Return where the end tag that begins with ``close`` begins and ends, looked for with care: one in a comment is
    none.

    (-1, -1) where it is not yet there, or a comment before it has no end yet.
    """
    tokens = re.compile(ASIDE + rb"|(<!--|<!\[CDATA\[|<\?)|(" + re.escape(close) + rb"\s*>)", re.DOTALL)
    for match in tokens.finditer(data, start):
        if match[2]:
            return match.start(), match.end()
        if match[1]:
            break
    return -1, -1
