"""Takes for a scanner the rows of blocks that are proven to be plain, and leaves all others to it.

What the scanner would find where it looks at its columns again is reckoned beforehand: it comes to the same there.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from enrich.model.row import Row
from enrich.model.row_blocks import Block, RowBlocks
from enrich.scan.column_blocks import Codes, ReadBlock, ReadColumn, read_block
from enrich.scan.plain_rows import plain_rows
from enrich.scan.scanner import LOOK_AGAIN, Scanner
from enrich.scan.torn_rows import LOOK_BACK


class BlockTaker:
    """Takes the plain rows of blocks for a scanner."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._known: tuple[tuple[Hashable, ...], ReadBlock | None] = ((), None)
        """The last block and the state that it was read in, and what it comes to."""
        self._learnt: dict[Hashable, Mapping[int, int] | None] = {}
        """By state and shape the classes of rows that are alike, by column."""
        self._last: tuple[int, frozenset[int]] = (-1, frozenset())
        """The number of the last row that was taken here, and the columns that had hashes beside it."""

    def take(self, rows: RowBlocks) -> None:
        """Take the rows that lie ahead up to the first that is not plain."""
        scanner = self._scanner
        while (found := rows.ahead()) is not None:
            block, at = found
            read = self._read(block) if scanner.titles.is_quiet and not scanner.torn.is_open else None
            count = self._settled(read, at) if read is not None else 0
            if read is None or (count < LOOK_AGAIN and at + count < block.size) or not count:
                return
            if not self._keep(block, read, at, at + count):
                return
            rows.skip(count)

    def _read(self, block: Block) -> ReadBlock | None:
        """Return what a block comes to in the scanner's state; None where nothing of it is proven."""
        scanner, columns = self._scanner, self._scanner.columns
        above = tuple(map(scanner.torn.asked_above, range(block.width)))
        state = (
            block.first,
            columns.expecting,
            columns.plain,
            columns.version,
            columns.companions,
            scanner.others.titles,
            above,
        )
        if self._known[0] != state:
            self._known = state, read_block(block, columns, scanner.others, above)
        return self._known[1]

    def _settled(self, read: ReadBlock, at: int) -> int:
        """Return how many rows from ``at`` on are plain and change nothing in what the columns are."""
        scanner, count = self._scanner, read.plain_from(at)
        first = LOOK_AGAIN - (scanner.rows + 1) % LOOK_AGAIN
        looks = np.arange(first, count + 1, LOOK_AGAIN)  # rows from here to each look at the columns
        sizes = {one.index: one.sizes for one in read.columns}
        for index, seen in enumerate(scanner.columns.seen):
            ours = sizes.get(index)
            if ours is None and not seen.hash_cells:
                continue
            cells = np.zeros(len(looks), np.int64)
            if ours is not None:
                cells = np.cumsum(ours[at : at + count] != 0)[looks - 1]
            stays = scanner.columns.stay(index, (scanner.rows + looks).tolist(), cells.tolist())
            if stays < len(looks):
                looks = looks[:stays]
                count = int(looks[-1]) if stays else 0
        return count

    def _keep(self, block: Block, read: ReadBlock, start: int, stop: int) -> bool:
        """Keep what stands in the rows from ``start`` up to ``stop``; False where one is not plain after all."""
        scanner, shapes = self._scanner, read.shapes[start:stop]
        with_hashes = [one for one in read.columns if one.sizes[start:stop].any()]
        places = frozenset(one.index for one in with_hashes)
        classes: dict[int, Mapping[int, int]] = {}
        for shape, place in zip(*map(np.ndarray.tolist, np.unique(shapes, return_index=True)), strict=True):
            of_column = self._classes(block, start + place, (shape, read.layout)) if shape else {}
            if of_column is None:
                return False
            classes[shape] = of_column
        # behind rows that were taken here nothing but hashes stands above a hash, in the columns that had some there
        if not (places <= self._last[1] and self._last[0] == block.first + start - 1):
            (first,) = block.rows(start, start + 1)
            if scanner.torn.awaits(first, sorted(places), ()):
                return False
        self._last = block.first + stop - 1, places
        self._add_hashes(block.first + start, with_hashes, shapes, slice(start, stop), classes)
        for one in read.columns:
            self._add_others(block, one, start, stop)
        scanner.width = max(scanner.width, _width(block, start, stop, scanner.width))
        scanner.torn.remember_unmade(lambda: list(block.rows(max(start, stop - LOOK_BACK), stop)))
        scanner.pass_plain(stop - start, int(np.count_nonzero(shapes)), block.first + stop - 1)
        scanner.pass_looks()
        return True

    def _classes(self, block: Block, place: int, shape: tuple[int, tuple[int, ...]]) -> Mapping[int, int] | None:
        """Return the classes of the hashes of rows of a ``shape``, by column, as told by the one at ``place``; None
        where it is not plain.
        """
        key = (self._known[0][1:], self._scanner.titles.state, shape)
        if key not in self._learnt:
            (row,) = block.rows(place, place + 1)
            (plain,) = plain_rows([row], self._scanner.columns)
            alike = self._scanner.learn(row, plain) if plain.shape and not plain.neighbours else None
            columns = [column for column, _ in plain.cells]
            self._learnt[key] = dict(zip(columns, alike.classes, strict=True)) if alike is not None else None
        return self._learnt[key]

    def _add_hashes(
        self,
        first: int,
        columns: Sequence[ReadColumn],
        shapes: Codes,
        taken: slice,
        classes: Mapping[int, Mapping[int, int]],
    ) -> None:
        """Put the hashes of these rows into the collector, in the order of rows and cells."""
        read: list[tuple[Codes, ...]] = []
        digests = list[bytes]()
        for one in columns:
            places = np.flatnonzero(one.sizes[taken])
            self._scanner.columns.count(one.index, len(places))
            class_of = {shape: of_column.get(one.index, 0) for shape, of_column in classes.items()}
            kinds, inverse = np.unique(shapes[places], return_inverse=True)
            own_classes = np.array([class_of[shape] for shape in kinds.tolist()], np.int64)[inverse]
            codes = one.codes[taken][places] + len(digests)
            digests += one.digests
            read.append((places, np.full(len(places), one.index, np.int64), codes, own_classes))
        if not read:
            return
        places, indices, codes, own_classes = map(np.concatenate, zip(*read, strict=True))
        if len(read) > 1:
            order = np.lexsort((indices, places))
            places, indices, codes, own_classes = (one[order] for one in (places, indices, codes, own_classes))
        chosen = codes.tolist()
        self._scanner.collector.hits.add_arrays(
            (places + first).astype(np.uint32).tobytes(),
            indices.astype(np.uint32).tobytes(),
            [len(digests[code]) for code in chosen],
            own_classes.astype(np.uint16).tobytes(),
            b"".join([digests[code] for code in chosen]),
        )

    def _add_others(self, block: Block, one: ReadColumn, start: int, stop: int) -> None:
        """Put the values of other types in one column into the collector."""
        scanner, codes = self._scanner, one.codes[start:stop]
        for place in np.flatnonzero(one.others[codes]).tolist():
            code = int(codes[place])
            if code not in one.values:
                row = Row(block.first + start + place, ())
                if not one.values:  # what is said of a value in this row is said in all
                    (row,) = block.rows(start + place, start + place + 1)
                one.values[code] = scanner.others.values_of(row, one.index, one.texts[code])
            for value in one.values[code]:
                scanner.collector.others.add(
                    block.first + start + place, one.index, value.text, classification=value.classification, file=0
                )


def _width(block: Block, start: int, stop: int, known: int) -> int:
    """Return how many columns of these rows hold something, where they are more than are ``known``."""
    for index in range(block.width - 1, known - 1, -1):
        texts, codes = block.texts(index)
        if any(texts[code] for code in set(codes[start:stop].tolist())):
            return index + 1
    return known
