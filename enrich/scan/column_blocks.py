"""Rows looked at column by column, each text of a column once: what of a block is proven to be plain.

Speed only, for tables of millions of rows. A row is taken this way where all that the scanner would look at comes to
the same for each row like it; every other row is made, and goes the way of any row. What the proof rests on:

- No text hangs on a cell, no record stands around it, and no row is missing between two others.
- A cell that is looked at holds nothing but an ordinary hash, or nothing of interest by its text alone: no run of hex,
  no word that speaks of the cell beside it. Values of other types are what their text says.
- What stands beside and above a hash asks for none that is longer: so nothing waits for the next piece of a torn one.
- The row has further cells, so that no title is seen in it; and no title is open above it.
- The counts by which a column turns into one of hashes come to the same at each of the looks between the rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from enrich.indicators import SILENT
from enrich.indicators.hash.digests import ALGORITHMS, unlikely
from enrich.indicators.hash.runs import SHORTEST, SPECIAL, digest, may_hold
from enrich.indicators.hash.torn import length_asked
from enrich.indicators.hash.types_and_notes import may_speak, reads
from enrich.model.row_blocks import Block
from enrich.scan.columns import SheetColumns
from enrich.scan.contents import LONGEST
from enrich.scan.login_records import MOST_CELLS
from enrich.scan.other_kinds import OtherKinds, Value, notes
from enrich.scan.titles import is_comment
from enrich.scan.torn_rows import LONGEST_WORDS

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Codes = np.ndarray[Any, np.dtype[np.int64]]

_ALGORITHM = re.compile("md|sha", re.IGNORECASE)
"""The quick look for the name of an algorithm, in plain letters."""
_ENOUGH_CELLS = MOST_CELLS + 1
"""Cells of a row from which on nothing in it can be a title, the line of a password's hash or of a login's record."""
_MOST_COLUMNS = 12
"""Columns of hashes whose sizes one number tells apart."""
_COMMENT = re.compile(r"^\s*[#/;<-]|^\s*rem", re.IGNORECASE | re.MULTILINE)
"""The quick look for a comment, whose values may be examples."""
_LINE = "\n"
_NO_DIGIT = 255
_DIGITS = np.full(256, _NO_DIGIT, np.uint8)
"""The value of each character that is a hex digit."""
for _value, _digit in enumerate("0123456789abcdef"):
    _DIGITS[[ord(_digit), ord(_digit.upper())]] = _value


_SPECIAL_BEGINS = np.frombuffer(b"".join(value[:8] for value in SPECIAL), np.uint64)


@dataclass(slots=True)
class ReadColumn:
    """One column of a block: the row ``n`` holds ``texts[codes[n]]``."""

    index: int
    texts: Sequence[str]
    codes: Codes
    digests: Bytes
    """Of each text the packed hash that it is, zeros behind it or where it is none."""
    sizes: Codes
    """Bytes of each row's hash; 0 where it has none."""
    others: Flags
    """Which texts may hold a value of another type."""
    values: dict[int, Sequence[Value]] = field(default_factory=dict)
    """What these come to, once somebody looked."""


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """What a block comes to by its columns."""

    columns: Sequence[ReadColumn]
    plain: int
    """How many rows are proven to be plain before the first that is not."""
    layout: tuple[int, ...]
    """The columns that have hashes."""
    shapes: Codes
    """The same for rows that are alike in which columns hold hashes of which lengths; 0 for a row without any."""


def read_block(block: Block, columns: SheetColumns, others: OtherKinds, above: Sequence[int]) -> ReadBlock | None:
    """Return what ``block`` comes to; None where nothing of it is proven to be plain.

    ``above`` are the digits that what stands above each column asks for.
    """
    if not _has_cells(block):
        return None
    if columns.chosen is None and any(map(columns.type_at, range(block.width))):
        return None  # what a value is depends on the type that its row names
    strange = np.zeros(block.size, bool)
    looked: list[ReadColumn] = []
    begins = True
    for index in range(block.width):
        if not (columns.scanned(index) or columns.is_heard(index)):
            continue
        if not block.holds_numbers(index):
            looked.append(_column(block, index, columns, others, strange, begins=begins))
        elif index in columns.expecting or columns.type_at(index):
            return None
        begins = begins and not block.filled(index)
    hashes = [one for one in looked if one.sizes.any()]
    shapes = _shapes(block, hashes, above, strange)
    if columns.chosen is None:
        strange |= shapes == 0  # such a row may name columns
    layout = tuple(one.index for one in hashes)
    looked = [one for one in looked if one.index in layout or one.others.any()]
    plain = int(strange.argmax()) if strange.any() else block.size
    return ReadBlock(looked, plain, layout, shapes)


def _shapes(block: Block, hashes: Sequence[ReadColumn], above: Sequence[int], strange: Flags) -> Codes:
    """Return the shape of each row, with ``strange`` set where what stands around says more of its hashes."""
    shapes = np.zeros(block.size, np.int64)
    for one in hashes:
        shapes = shapes * 33 + one.sizes  # of 12 columns no two come to the same
        _refuse_asked(block, one, above[one.index], strange)
    if len(hashes) > 1:
        sizes = np.sort(np.stack([one.sizes for one in hashes]), axis=0)
        strange |= ((sizes[1:] == sizes[:-1]) & (sizes[1:] != 0)).any(axis=0)  # whose are they?
    if len(hashes) > _MOST_COLUMNS:
        strange[:] = True
    return shapes


def _column(
    block: Block, index: int, columns: SheetColumns, others: OtherKinds, strange: Flags, *, begins: bool
) -> ReadColumn:
    """Return what one column holds, with ``strange`` set for the rows that are not plain because of it.

    ``begins``: some rows may begin there, perhaps with the sign of a comment.
    """
    is_scanned, is_type = columns.scanned(index), columns.type_at(index)
    expects, is_plain = index in columns.expecting, index in columns.plain
    if is_scanned and is_plain and (hashes := _all_hashes(block, index)) is not None:
        return hashes
    texts, codes = block.texts(index)
    lines = _LINE.join(texts)
    holds = is_scanned and may_hold(lines)
    speaks = columns.is_heard(index) and (is_type or may_speak(lines))
    tells = columns.is_heard(index) and any(map(others.speaks, notes(lines)))
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    digests = _ordinary(texts, lengths) if holds and is_plain else [b""] * len(texts)
    odd = np.zeros(len(texts), bool)
    comments = begins and _COMMENT.search(lines) is not None
    if holds or expects or speaks or tells or comments:
        for place, text in enumerate(texts):
            if digests[place]:
                continue
            value = digest(text) if holds and is_plain else None
            if value is not None and value not in SPECIAL and (expects or not unlikely(text)):
                digests[place] = value
            elif text:
                odd[place] = (
                    expects
                    or (holds and len(text) >= SHORTEST and may_hold(text))
                    or (speaks and reads(text, is_type) is not SILENT)
                    or (tells and others.speaks(text))
                    or (comments and is_comment([text]))
                )
    sizes = np.fromiter(map(len, digests), np.int64, len(digests))
    padded = np.zeros((len(texts), LONGEST), np.uint8)
    if sizes.any():
        odd |= (lengths != 0) & (sizes == 0)  # beside hashes, whatever else stands there may be a piece of one
        packed = b"".join([value.ljust(LONGEST, b"\0") for value in digests])
        padded = np.frombuffer(packed, np.uint8).reshape(-1, LONGEST)
    held = np.zeros(len(texts), bool)
    if is_scanned and (may_hold_others := others.looks_at(lines)):
        held = np.fromiter((any(one(text) for one in may_hold_others) for text in texts), bool) & (sizes == 0)
    strange |= odd[codes]
    return ReadColumn(index, texts, codes, padded, sizes[codes], held)


def _all_hashes(block: Block, index: int) -> ReadColumn | None:
    """Return a column that holds nothing but ordinary hashes of one algorithm; None where it may hold something else.
    The same as by its texts, of which none is made.
    """
    even = block.even(index)
    if even is None or even.letters.shape[1] not in ALGORITHMS:
        return None
    sure, packed = _packed(even.letters)
    count, size = packed.shape
    if not sure.all() or np.isin(np.ascontiguousarray(packed[:, :8]).view(np.uint64), _SPECIAL_BEGINS).any():
        return None
    digests = np.zeros((count, LONGEST), np.uint8)
    digests[:, :size] = packed
    return ReadColumn(index, (), even.codes, digests, np.full(block.size, size), np.zeros(count, bool))


def _packed(letters: Bytes) -> tuple[Flags, Bytes]:
    """Return which texts are an ordinary hash by far, and what all would be as packed ones. They have one length, and
    one byte a character.
    """
    digits: Bytes = _DIGITS[letters]
    length = letters.shape[1]
    highest = digits.max(axis=1)
    sure = (highest > 9) & (highest != _NO_DIGIT)
    for most in (0, 15):  # as ``unlikely`` says
        sure &= np.count_nonzero(digits == most, axis=1) * 5 < 2 * length
    packed: Bytes = (digits[:, ::2] << 4 | digits[:, 1::2]).astype(np.uint8, copy=False)
    return sure, packed


def _ordinary(texts: Sequence[str], lengths: Codes) -> list[bytes]:
    """Return the packed hash of each text that is an ordinary one by far, all of a length at once; b"" for any other
    text, which may be one at a closer look.
    """
    digests = [b""] * len(texts)
    for length in ALGORITHMS:
        places = np.flatnonzero(lengths == length).tolist()
        joined = "".join([texts[place] for place in places])
        if not places or not joined.isascii():
            continue
        digits = _DIGITS[np.frombuffer(joined.encode("ascii"), np.uint8).reshape(-1, length)]
        highest = digits.max(axis=1)
        # as ``unlikely`` says: no number, no text in hex, whose bytes are all below 80, not most of one digit
        sure = (highest > 9) & (highest != _NO_DIGIT) & (digits[:, ::2] > 7).any(axis=1)
        for most in (0, 15):
            sure &= np.count_nonzero(digits == most, axis=1) * 5 < 2 * length
        packed = (digits[:, ::2] << 4 | digits[:, 1::2])[sure].tobytes()
        size = length // 2
        for at, place in enumerate(np.array(places, np.int64)[sure].tolist()):
            value = packed[at * size : at * size + size]
            if value not in SPECIAL:
                digests[place] = value
    return digests


def _has_cells(block: Block) -> bool:
    """Return whether each row has so many cells that none is a title. Numbers are looked at first: they cost least."""
    ordered = sorted(range(block.width), key=block.holds_numbers, reverse=True)
    return sum(1 for _ in islice(filter(block.filled, ordered), _ENOUGH_CELLS)) == _ENOUGH_CELLS


def _refuse_asked(block: Block, hashes: ReadColumn, above: int, strange: Flags) -> None:
    """Make those rows ``strange`` whose hash may be a piece of what stands beside or ``above`` it asks for."""
    digits = 2 * hashes.sizes
    for place in dict.fromkeys((hashes.index - 1, 0)):
        if place < 0 or place == hashes.index or block.holds_numbers(place):
            continue
        texts, codes = block.texts(place, longest=LONGEST_WORDS)
        lines = _LINE.join(texts)
        low = lines.lower()
        if lines.isascii() and "md" not in low and "sha" not in low:
            continue
        asked = np.array(
            [length_asked(text) if _ALGORITHM.search(text) or not text.isascii() else 0 for text in texts], np.int64
        )
        if asked.any():
            strange |= (asked[codes] > digits) & (digits != 0)
    strange |= (above > digits) & (digits != 0)
