"""What the rows of a sheet hold, each content once: two rows with the same values, found the same way, are alike.

Nothing that is said of a row depends on more than its content: neither its number nor its columns do. So what costs
something is done once for all rows that are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from enrich.indicators.hash.digests import KIND as HASH
from enrich.model.sighting import Found
from enrich.scan.placement import MANY, Placement
from enrich.scan.sheet_values import SheetValues

Codes = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

LONGEST = 32
"""Bytes of the longest digest."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a sheet's rows, in the order of first sight."""

    rows: Codes
    """The numbers of the rows that hold something."""
    codes: Codes
    """The content of each of them."""
    firsts: Codes
    """The number of the first row that has it, by content."""
    counts: Codes
    """How many rows have it, by content."""
    hits: Codes
    """Where its values begin among those of the sheet, by content: those of the first row."""
    spans: Codes
    """How many values it has, by content."""
    of_file: Flags
    """Whether it is hashes of one file that are asked for, and nothing else, by content."""
    lone: Flags
    """Whether it is one such hash, by content."""
    digests: Bytes
    """That hash, zeros behind it, by content."""
    sizes: Codes
    """Its bytes."""

    @classmethod
    def of(cls, placement: Placement) -> Contents:
        """Return the contents of the rows of one sheet."""
        values = placement.values
        numbers = np.frombuffer(values.rows, np.uint32).astype(np.int64)
        opens = np.flatnonzero(np.diff(numbers, prepend=-1))
        sizes = np.diff(opens, append=len(numbers))
        codes = _codes_of_values(values)
        of_row = codes[opens]
        if sizes.max(initial=1) > 1:
            of_row, known = np.zeros(len(opens), np.int64), 0
            for size in np.unique(sizes).tolist():
                alike = np.flatnonzero(sizes == size)
                keys = codes[opens[alike]]
                for place in range(1, size):
                    keys = _renumbered(keys * (int(codes.max()) + 1) + codes[opens[alike] + place])
                of_row[alike] = keys + known
                known += int(keys.max()) + 1
        counts = np.bincount(of_row)
        places = np.full(len(counts), len(of_row), np.int64)
        places[of_row[::-1]] = np.arange(len(of_row))[::-1]  # the first of each is written last
        order = np.argsort(places, kind="stable")[: np.count_nonzero(counts)]
        ranks = np.empty(len(counts), np.int64)
        ranks[order] = np.arange(len(order))
        first_hits = opens[places[order]]
        asked = np.array([c.found is Found.INDICATOR and c.kind == HASH for c in placement.table], bool)
        spans = sizes[places[order]]
        digests, lengths = padded_digests(values, first_hits)
        of_file = _of_one_file(values, first_hits, spans, asked)
        return cls(
            numbers[opens],
            ranks[of_row],
            numbers[first_hits],
            counts[order],
            first_hits,
            spans,
            of_file,
            of_file & (spans == 1),
            digests,
            lengths,
        )


def places_of(hits: Codes, spans: Codes) -> Codes:
    """Return the places of all values of contents, one content's behind the other's."""
    ends = np.cumsum(spans)
    return np.repeat(hits - ends + spans, spans) + np.arange(ends[-1] if len(ends) else 0)


def _of_one_file(values: SheetValues, hits: Codes, spans: Codes, asked: Flags) -> Flags:
    """Return of which contents all values are hashes that are ``asked`` for (by class), of one file."""
    if not len(hits):
        return np.zeros(0, bool)
    places, starts = places_of(hits, spans), np.cumsum(spans) - spans
    is_hash = asked[np.frombuffer(values.classes, np.uint16)[places]]
    is_hash &= _extents(values, places)[1] > 0
    files = np.frombuffer(values.files, np.uint8)[places]
    of_file: Flags = np.logical_and.reduceat(is_hash, starts)
    of_file &= np.minimum.reduceat(files, starts) == np.maximum.reduceat(files, starts)
    return of_file & (spans < MANY)


def _renumbered(keys: Codes) -> Codes:
    """Return the same numbers for equal keys, from 0."""
    return np.unique(keys, return_inverse=True)[1]


def _codes_of_values(values: SheetValues) -> Codes:
    """Return for each value a number that is the same for equal ones of one class and file."""
    digests, lengths = padded_digests(values, slice(None))
    words = digests.view(np.uint64)
    _, firsts, codes = np.unique(words[:, 0], return_index=True, return_inverse=True)
    if any((words[firsts, word][codes] != words[:, word]).any() for word in range(1, words.shape[1])):
        codes = np.unique(digests.view(f"V{LONGEST}")[:, 0], return_inverse=True)[1]  # some begin alike
    texts = np.flatnonzero(lengths == 0)
    if len(texts):
        known: dict[bytes, int] = {}
        above = int(codes.max()) + 1
        codes[texts] = [above + known.setdefault(values.raw(place), len(known)) for place in texts.tolist()]
    for more in (lengths, np.frombuffer(values.classes, np.uint16), np.frombuffer(values.files, np.uint8)):
        if len(more) and more.min() != more.max():
            codes = _renumbered(codes << 16 | more.astype(np.int64))
    return codes


def padded_digests(values: SheetValues, places: Codes | slice) -> tuple[Bytes, Codes]:
    """Return the digests at these places with zeros behind them, and their lengths: 0 for what is none."""
    starts, lengths = _extents(values, places)
    data = np.frombuffer(values.data, np.uint8)
    digests = np.zeros((len(lengths), LONGEST), np.uint8)
    for size in np.unique(lengths[lengths > 0]).tolist():
        own = np.flatnonzero(lengths == size)
        if len(own) == len(lengths) and len(data) == size * len(values):  # as in most: each lies where a count says
            digests[:, :size] = data.view(f"V{size}")[places].view(np.uint8).reshape(-1, size)
        else:
            digests[own, :size] = np.lib.stride_tricks.sliding_window_view(data, size)[starts[own]]
    return digests, lengths


def _extents(values: SheetValues, places: Codes | slice) -> tuple[Codes, Codes]:
    """Return where each value begins, and its length: 0 for what is no digest."""
    ends = np.frombuffer(values.ends, np.uint64).astype(np.int64)
    starts = np.concatenate([[0], ends[:-1]])[places]
    lengths = ends[places] - starts
    is_digest = (np.frombuffer(values.packed, np.uint8)[places] != 0) & (lengths <= LONGEST)
    return starts, np.where(is_digest, lengths, 0)
