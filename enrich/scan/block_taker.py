"""Takes for a scanner the rows of blocks that are proven to be plain, and leaves all others to it.

What the scanner would find where it looks at its columns again is reckoned beforehand: it comes to the same there.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from enrich.model.row import Row
from enrich.model.row_blocks import Block, RowBlocks
from enrich.scan.column_blocks import Bytes, Codes, ReadBlock, ReadColumn, read_block
from enrich.scan.plain_rows import plain_rows
from enrich.scan.scanner import LOOK_AGAIN, Scanner
from enrich.scan.torn_rows import LOOK_BACK

MOST = 1 << 18
"""Rows of a block at most: the more there are, the oftener their texts repeat, and the more memory they take."""
FEWEST = 1 << 9
"""Rows that a block ought to give: to look at columns costs about what so many rows cost that are made."""
MOST_RESTS = 1 << 6
"""Times at most that nothing is looked at after blocks that gave too little."""


class BlockTaker:
    """Takes the plain rows of blocks for a scanner.

    A block is read once, and forgotten: the next one begins where it ended to be plain. Most tables are plain from end
    to end: after a first short block, each is as long as it may be. In all others, from the first strange row on, a
    block is twice as long as what the last one gave, so that no more is read in vain than was taken; after blocks that
    gave too little, ever more rows go by before the next one is looked at. So the work grows with the rows, wherever
    the strange ones stand.
    """

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._most = 2 * FEWEST
        """Rows of the next block."""
        self._growth = MOST
        """How many times as long the next block is as what the last one gave."""
        self._rests = self._resting = 0
        """Times that nothing is looked at after a block that gave too little, and how many of them are left."""
        self._state: tuple[Hashable, ...] = ()
        """What the classes were learnt in: what the proof of a block rests on."""
        self._learnt: dict[Hashable, Mapping[int, int] | None] = {}
        """By titles and shape the classes of rows that are alike, by column."""
        self._last: tuple[int, frozenset[int]] = (-1, frozenset())
        """The number of the last row that was taken here, and the columns that had hashes beside it."""

    def take(self, rows: RowBlocks) -> None:
        """Take the rows that lie ahead up to the first that is not plain."""
        scanner = self._scanner
        if self._resting:
            self._resting -= 1
            return
        while scanner.titles.is_quiet and not scanner.torn.is_open and (block := rows.ahead(self._most)) is not None:
            count = self._take_first(block)
            self._growth = self._growth if count == block.size else 2
            self._most = min(self._growth * max(count, FEWEST), MOST)
            if count < min(FEWEST, block.size):
                self._resting = self._rests = min(2 * self._rests + 1, MOST_RESTS)
                return
            self._rests = 0
            rows.skip(count)
            if count < block.size:
                return

    def _take_first(self, block: Block) -> int:
        """Take the first rows of a block; returns how many, 0 where they are too few."""
        read = self._read(block)
        count = self._settled(read) if read is not None else 0
        if read is None or count < min(FEWEST, block.size) or not self._keep(block, read, count):
            return 0
        return count

    def _read(self, block: Block) -> ReadBlock | None:
        """Return what a block comes to in the scanner's state; None where nothing of it is proven."""
        scanner, columns = self._scanner, self._scanner.columns
        above = tuple(map(scanner.torn.asked_above, range(block.width)))
        state = (
            columns.expecting,
            columns.plain,
            columns.version,
            columns.companions,
            scanner.others.titles,
            above,
        )
        if self._state != state:
            self._state = state
            self._learnt.clear()
        return read_block(block, columns, scanner.others, above)

    def _settled(self, read: ReadBlock) -> int:
        """Return how many rows at the beginning are plain and change nothing in what the columns are."""
        scanner, count = self._scanner, read.plain
        first = LOOK_AGAIN - (scanner.rows + 1) % LOOK_AGAIN
        looks = np.arange(first, count + 1, LOOK_AGAIN)  # rows from here to each look at the columns
        sizes = {one.index: one.sizes for one in read.columns}
        for index, seen in enumerate(scanner.columns.seen):
            ours = sizes.get(index)
            if ours is None and not seen.hash_cells:
                continue
            cells = np.zeros(len(looks), np.int64)
            if ours is not None:
                cells = np.cumsum(ours[:count] != 0)[looks - 1]
            stays = scanner.columns.stay(index, (scanner.rows + looks).tolist(), cells.tolist())
            if stays < len(looks):
                looks = looks[:stays]
                count = int(looks[-1]) if stays else 0
        return count

    def _keep(self, block: Block, read: ReadBlock, count: int) -> bool:
        """Keep what stands in the first ``count`` rows; False where one is not plain after all."""
        scanner, shapes = self._scanner, read.shapes[:count]
        with_hashes = [one for one in read.columns if one.sizes[:count].any()]
        places = frozenset(one.index for one in with_hashes)
        classes: dict[int, Mapping[int, int]] = {}
        for shape, place in zip(*map(np.ndarray.tolist, np.unique(shapes, return_index=True)), strict=True):
            of_column = self._classes(block, place, (shape, read.layout)) if shape else {}
            if of_column is None:
                return False
            classes[shape] = of_column
        # behind rows that were taken here nothing but hashes stands above a hash, in the columns that had some there
        if not (places <= self._last[1] and self._last[0] == block.first - 1):
            (first,) = block.rows(0, 1)
            if scanner.torn.awaits(first, sorted(places), ()):
                return False
        self._last = block.first + count - 1, places
        self._add_hashes(block.first, with_hashes, shapes, classes)
        for one in read.columns:
            self._add_others(block, one, count)
        scanner.width = max(scanner.width, _width(block, count, scanner.width))
        scanner.torn.remember_unmade(lambda: list(block.rows(max(0, count - LOOK_BACK), count)))
        scanner.pass_plain(count, int(np.count_nonzero(shapes)), self._last[0])
        scanner.pass_looks()
        scanner.others.pass_by(self._last[0])
        return True

    def _classes(self, block: Block, place: int, shape: tuple[int, tuple[int, ...]]) -> Mapping[int, int] | None:
        """Return the classes of the hashes of rows of a ``shape``, by column, as told by the one at ``place``; None
        where it is not plain.
        """
        key = (self._scanner.titles.state, shape)
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
        classes: Mapping[int, Mapping[int, int]],
    ) -> None:
        """Put the hashes of these rows into the collector, in the order of rows and cells."""
        read, digests, known = list[tuple[Codes, ...]](), [one.digests for one in columns], 0
        for one in columns:
            places = np.flatnonzero(one.sizes[: len(shapes)])
            self._scanner.columns.count(one.index, len(places))
            class_of = {shape: of_column.get(one.index, 0) for shape, of_column in classes.items()}
            kinds, inverse = np.unique(shapes[places], return_inverse=True)
            own_classes = np.array([class_of[shape] for shape in kinds.tolist()], np.int64)[inverse]
            codes = one.codes[: len(shapes)][places] + known
            known += len(one.digests)
            read.append((places, np.full(len(places), one.index, np.int64), codes, own_classes, one.sizes[places]))
        if not read:
            return
        found = list(map(np.concatenate, zip(*read, strict=True)))
        if len(read) > 1:
            order = np.lexsort((found[1], found[0]))
            found = [one[order] for one in found]
        places, indices, codes, own_classes, sizes = found
        values = self._scanner.collector.values
        values.add_arrays(
            (places + first).astype(np.uint32).tobytes(),
            indices.astype(np.uint32).tobytes(),
            (np.cumsum(sizes) + len(values.data)).astype(np.uint64).tobytes(),
            own_classes.astype(np.uint16).tobytes(),
            _bytes_of(np.concatenate(digests), codes, sizes),
        )

    def _add_others(self, block: Block, one: ReadColumn, count: int) -> None:
        """Put the values of other types in the first ``count`` cells of a column into the collector."""
        scanner, codes = self._scanner, one.codes[:count]
        for place in np.flatnonzero(one.others[codes]).tolist():
            code = int(codes[place])
            if code not in one.values:
                row = Row(block.first + place, ())
                if not one.values:  # what is said of a value in this row is said in all
                    (row,) = block.rows(place, place + 1)
                one.values[code] = scanner.others.values_of(row, one.index, one.texts[code])
            for value in one.values[code]:
                scanner.collector.others.add(
                    block.first + place, one.index, value.text, classification=value.classification, file=0
                )


def _bytes_of(digests: Bytes, codes: Codes, sizes: Codes) -> bytes:
    """Return the digests that ``codes`` stand for one behind the other, of each so many bytes."""
    most = int(sizes.max())
    chosen = np.ascontiguousarray(digests[:, :most]).view(f"V{most}")[:, 0][codes].view(np.uint8).reshape(-1, most)
    return (chosen if sizes.min() == most else chosen[np.arange(most) < sizes[:, None]]).tobytes()


def _width(block: Block, count: int, known: int) -> int:
    """Return how many columns of the first ``count`` rows hold something, where they are more than are ``known``."""
    for index in range(block.width - 1, known - 1, -1):
        texts, codes = block.texts(index)
        if any(texts[code] for code in set(codes[:count].tolist())):
            return index + 1
    return known
