"""Cuts a delimited file into slices, each of which is given back as it would be in the whole file.

A slice begins where a block of the whole file does and no record is open, so both passes cut it as they cut the whole.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from msgspec import Struct, msgpack

from enrich.files.encoding import Encoding
from enrich.formats.delimited.even_lines import EvenCut
from enrich.formats.delimited.records import Cut, Dialect
from enrich.formats.shared.document import Slice


class FileFacts(Struct, frozen=True):
    """What a slice is told of its file. ``widths`` counts its records by their fields; ``block`` are the bytes of the
    slice's first block, and ``stray`` says whether a quote before it had to be taken as a plain character.
    """

    encoding: Encoding
    dialect: Dialect
    widths: dict[int, int]
    block: int = 0
    stray: bool = False

    @classmethod
    def of(cls, piece: Slice) -> FileFacts:
        """Return what stands in a slice."""
        return msgpack.decode(piece.whole, type=cls)


@dataclass(slots=True)
class CutPlaces:
    """The places where a file can be cut, as its first pass finds them."""

    block_size: int
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    rows: array[int] = field(default_factory=lambda: array("Q"))
    strays: bytearray = field(default_factory=bytearray)
    at: int = 0
    """The byte up to which the file was cut."""
    row: int = 0
    stray: bool = False

    def add(self, size: int, cut: Cut | EvenCut, *, is_open: bool) -> None:
        """Add one block of so many bytes, as it was cut; ``is_open``: a record goes on behind it."""
        self.at += size
        self.row += cut.size
        self.stray |= cut.stray
        if not is_open:
            self.offsets.append(self.at)
            self.rows.append(self.row)
            self.strays.append(self.stray)

    def slices(self, size: int, encoding: Encoding, dialect: Dialect, widths: dict[int, int]) -> list[Slice]:
        """Slices of at least ``size`` bytes, the last one apart, of the file that was read to its end."""
        slices: list[Slice] = []
        first = row = block = 0
        stray = False
        for at, last, seen in zip(self.offsets, self.rows, self.strays, strict=True):
            if at - first < size and at != self.at:
                continue
            facts = FileFacts(encoding, dialect, widths, block, stray)
            slices.append(Slice(first, at, row, last, "delimited", msgpack.encode(facts)))
            first, row, stray = at, last, bool(seen)
            # The first block of a slice ends where the whole file's block would: a quote that is open over 32 blocks
            # is given up at the same place.
            block = self.block_size - (at - len(encoding.bom)) % self.block_size
        return slices
