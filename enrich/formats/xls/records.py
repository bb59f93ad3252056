"""The records of an old workbook that its reader passes over: links, comments, and the texts written in formulas.

Record and field names are those of [MS-XLS]: https://learn.microsoft.com/openspecs/office_file_formats/ms-xls
Only BIFF8 (Excel 97 and later) is looked at. Whatever does not fit is skipped: the cells are read by another reader.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from enrich.formats.shared.child import SheetFindings
from enrich.formats.shared.formula_text import LINKS, literals
from enrich.formats.xls.formula_tokens import formula_text

_BOF, _EOF, _CONTINUE, _BOUNDSHEET, _FILEPASS = 0x0809, 0x000A, 0x003C, 0x0085, 0x002F
_FORMULA, _NOTE, _OBJ, _TXO, _HLINK, _HLINK_TIP = 0x0006, 0x001C, 0x005D, 0x01B6, 0x01B8, 0x0800
_BIFF8 = b"\x00\x06"
_URL_MONIKER = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
_MOST_LINKED = 100_000
"""Cells that links are put to: one can be that of a whole column."""


@dataclass(slots=True)
class SheetRecords(SheetFindings):
    """What is being found in one sheet."""

    _formulas: list[tuple[int, int, str, bool]] = field(default_factory=list)
    _comments: dict[int, str] = field(default_factory=dict)
    """Text by the number of its object."""
    _object: int = -1
    _linked: int = 0

    def take(self, kind: int, data: bytes, continued: list[bytes]) -> None:
        """Hear one record of the sheet."""
        if kind == _HLINK:
            self._take_link(data)
        elif kind == _HLINK_TIP:
            rows = struct.unpack_from("<4H", data, 2)
            self._put(rows, data[10:].decode("utf-16-le", "replace").partition("\0")[0])
        elif kind == _FORMULA:
            row, column = struct.unpack_from("<2H", data)
            # a result is eight bytes; the last two say that the first names a kind, of which 3 is "none, or blank"
            blank = data[6] == 3 and data[12:14] == b"\xff\xff"
            (size,) = struct.unpack_from("<H", data, 20)
            self._formulas.append((row + 1, column, formula_text(data[22 : 22 + size]), blank))
        # An object's record begins with its common part (0x15), which has its number; a comment's text follows in a
        # TXO record, and the NOTE that names its cell by that number stands behind all cells.
        elif kind == _OBJ and data[:2] == b"\x15\x00":
            (self._object,) = struct.unpack_from("<H", data, 6)
        elif kind == _TXO:
            (length,) = struct.unpack_from("<H", data, 10)
            self._comments[self._object] = _text(continued, length)
        elif kind == _NOTE:
            row, column, _, number = struct.unpack_from("<4H", data)
            self.texts.append((row + 1, column, self._comments.get(number, "")))

    def _take_link(self, data: bytes) -> None:
        bounds = struct.unpack_from("<4H", data)
        (flags,) = struct.unpack_from("<I", data, 28)
        at = 32
        # Behind the area (8 bytes), a class id (16) and a version (4) stand flags, and then what these announce ([MS-
        # OSHARED] 2.3.7.1): 0x01 a target, 0x100 one kept as a string, 0x08 a place in it.
        for present in (0x10, 0x80):  # a text to show, a frame to open it in
            if flags & present:
                _, at = _string(data, at)
        target = ""
        if flags & 0x101 == 0x101:
            target, at = _string(data, at)
        elif flags & 1 and data[at : at + 16] == _URL_MONIKER:
            (size,) = struct.unpack_from("<I", data, at + 16)
            target = data[at + 20 : at + 20 + size].decode("utf-16-le", "replace").partition("\0")[0]
            at += 20 + size
        elif flags & 1:
            return  # a file's path
        if flags & 8 and target:
            target += "#" + _string(data, at)[0]
        self._put(bounds, target)

    def _put(self, bounds: tuple[int, ...], text: str) -> None:
        first, last, column, _ = bounds
        last = min(last, first + max(_MOST_LINKED - self._linked, 0))
        self._linked += last - first + 1
        if text.strip():
            self.texts += ((row + 1, column, text) for row in range(first, last + 1))

    def finish(self, *, calculated: bool) -> None:
        """End the reading, all records heard; ``calculated`` is whether the workbook's formulas have results."""
        for row, column, text, blank in self._formulas:
            if blank and not calculated:
                self.uncalculated.append((row, column))
            elif not LINKS.search(text):
                continue
            self.texts += ((row, column, literal) for literal in literals(text))
        self.texts = [found for found in self.texts if found[2].strip()]

    def has_results(self) -> bool | None:
        """Return whether some formula has one; None where there is no formula."""
        return any(not blank for *_, blank in self._formulas) if self._formulas else None


def is_locked(stream: bytes) -> bool:
    """Return whether a workbook's stream says, before its sheets, that what follows is encrypted."""
    return any(
        kind == _FILEPASS for _, kind, _, _ in takewhile(lambda record: record[1] != _BOUNDSHEET, _records(stream))
    )


def sheets_of(stream: bytes) -> dict[str, SheetRecords]:
    """Return what was found by sheet; ``stream`` is the workbook's own, and heard as far as it is whole."""
    places: dict[int, str] = {}
    found: dict[str, SheetRecords] = {}
    sheet: SheetRecords | None = None
    depth = 0
    for start, kind, data, continued in _records(stream):
        if kind == _BOF:
            depth += 1
            # Substreams nest: a chart inside a sheet has a beginning and an end of its own.
            if depth == 1:
                if data[:2] != _BIFF8:
                    return {}
                sheet = found.setdefault(places[start], SheetRecords()) if start in places else None
        elif kind == _EOF:
            depth -= 1
        elif kind == _BOUNDSHEET and len(data) > 8:
            # A sheet's name stands in the workbook's globals, with the byte at which the sheet begins.
            places[int.from_bytes(data[:4], "little")] = _short_text(data[6:])
        elif sheet is not None and (depth == 1 or kind in (_OBJ, _TXO, _NOTE)):  # deeper in are charts
            _take(partial(sheet.take, kind, data, continued))
    # Excel says "blank" of a formula whose result is an empty text, as a writer does that calculates nothing: where all
    # formulas of a workbook are blank, nothing was calculated.
    calculated = any(records.has_results() for records in found.values())
    for records in found.values():
        records.finish(calculated=calculated)
    return found


def _take(take: partial[None]) -> None:
    """Hear a record; one that is cut short says nothing."""
    try:
        take()
    except (struct.error, IndexError):
        return


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes, list[bytes]]]:
    """Place, kind and content of each record, with the contents of those that continue it; a cut one is the last."""
    at = 0
    while (record := _record(stream, at)) is not None:
        start = at
        kind, data, at = record
        continued = []
        while (more := _record(stream, at)) is not None and more[0] == _CONTINUE:
            continued.append(more[1])
            at = more[2]
        yield start, kind, data, continued


def _record(stream: bytes, at: int) -> tuple[int, bytes, int] | None:
    """Kind and content of the record at this place, and where it ends; None where no whole head stands there."""
    if at + 4 > len(stream):
        return None
    kind, size = struct.unpack_from("<2H", stream, at)
    end = at + 4 + size
    return kind, stream[at + 4 : end], end


def _string(data: bytes, at: int) -> tuple[str, int]:
    """Return a HyperlinkString, and where it ends: its length in characters, a zero among them."""
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le", "replace").partition("\0")[0], end


def _short_text(data: bytes) -> str:
    """Return a ShortXLUnicodeString: length, whether it is wide, characters."""
    length, wide = data[0], data[1] & 1
    return data[2 : 2 + length * 2].decode("utf-16-le", "replace") if wide else data[2 : 2 + length].decode("latin-1")


def _text(pieces: list[bytes], length: int) -> str:
    """Return a text over several records, each of which says anew whether it is wide; formats follow behind the
    text.
    """
    text = ""
    for piece in pieces:
        if len(text) >= length or not piece:
            break
        text += piece[1:].decode("utf-16-le", "replace") if piece[0] & 1 else piece[1:].decode("latin-1")
    return text[:length]
