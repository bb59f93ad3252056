"""The records of a large delimited file as rows: made one by one, or looked at column by column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, compress, count, islice

from enrich.formats.delimited import arrow_records
from enrich.formats.delimited.even_lines import EvenCut
from enrich.formats.delimited.records import Cut
from enrich.model.row import Row
from enrich.model.row_blocks import Block, ColumnTexts, EvenTexts

LARGE = 4 << 20
"""Bytes of a file from which on its columns are worth a look: NumPy, which that needs, costs as much as some MB."""
_MOST = 1 << 13
"""Records of a block at most: the texts of more fit into no processor's cache."""
_MOST_CUTS = 1 << 7
"""Blocks of the file that are held at most: records may be long."""
_NUMBERS = re.compile(rf"{arrow_records.NUMBER}(?:\n{arrow_records.NUMBER})*+")


class RecordRows:
    """An iterator over the records that hold something, see ``RowBlocks``. No block begins with a blank one."""

    def __init__(self, cuts: Iterator[Cut | EvenCut], before: int = 0, *, by_arrow: bool = False) -> None:
        """``before`` are the records of the file before the first of these; ``by_arrow``: it is there and worth its
        while.
        """
        self._cuts = cuts
        self._by_arrow = by_arrow
        self._held: list[Cut | EvenCut] = []
        """Those of which somebody may still ask for a record."""
        self._before = self._last = before
        """The numbers of the last record before these, and of the last one that was given or skipped."""
        self._made = self._rows()

    def __iter__(self) -> RecordRows:
        return self

    def __next__(self) -> Row:
        row = next(self._made)
        self._last = row.number
        return row

    def _rows(self) -> Iterator[Row]:
        """Make row by row what follows."""
        while self._hold(1):
            start, records, end = self._last - self._before, self._held[0].records, self._before + self._held[0].size
            records = records[start:] if start else records
            yield from compress(map(Row, count(self._last + 1), records), map(any, records))
            self._last = end

    def _hold(self, most: int) -> int:
        """Hold what follows, about ``most`` records; returns how many there are."""
        while self._held and self._last - self._before >= self._held[0].size:
            self._before += self._held.pop(0).size
        there = self._before - self._last + sum(cut.size for cut in self._held)
        while there < most and len(self._held) < _MOST_CUTS and (cut := next(self._cuts, None)) is not None:
            self._held += [cut] if cut.size else []  # within a record that runs on there is none
            there += cut.size
        return there

    def ahead(self, most: int) -> Block | None:
        """See ``RowBlocks``."""
        most = min(most, arrow_records.MOST if self._by_arrow else _MOST)
        size, start = min(self._hold(most), most), self._last - self._before
        block = arrow_records.block_of(self._held, start, size, self._last + 1) if self._by_arrow and size else None
        return block or self._by_fields(start, min(size, _MOST))

    def _by_fields(self, start: int, size: int) -> RecordBlock | None:
        """Return a block of the records from the ``start``-th of those that are held."""
        begins = accumulate((cut.size for cut in self._held), initial=0)
        held = [cut for cut, begin in zip(self._held, begins, strict=False) if begin < start + size]
        pieces = [(cut.columns, [""] * cut.size) for cut in held]
        columns = [
            list(
                islice(
                    chain.from_iterable(own[n] if n < len(own) else none for own, none in pieces), start, start + size
                )
            )
            for n in range(max((len(own) for own, _ in pieces), default=0))
        ]
        if not any("" not in column for column in columns):
            size = next(compress(count(), (not any(texts) for texts in zip(*columns, strict=True))), size)
            columns = [column[:size] for column in columns]
        return RecordBlock(columns, self._last + 1) if size and columns else None

    def skip(self, count: int) -> None:
        """See ``RowBlocks``."""
        self._last += count
        self._made = self._rows()


class RecordBlock:
    """Some records, see ``Block``."""

    def __init__(self, columns: Sequence[Sequence[str]], first: int) -> None:
        self.first = first
        self.size = len(columns[0])
        self.width = len(columns)
        self._columns = columns
        self._texts: dict[int, ColumnTexts] = {}
        self._numbers: dict[int, bool] = {}

    def texts(self, column: int, *, longest: int | None = None) -> ColumnTexts:
        """See ``Block``."""
        if column not in self._texts:
            import numpy as np  # noqa: PLC0415 - of small files no columns are looked at

            texts = self._columns[column]
            places = dict(zip(dict.fromkeys(texts), count(), strict=False))
            self._texts[column] = ColumnTexts(list(places), np.fromiter(map(places.__getitem__, texts), np.int64))
        texts, codes = self._texts[column]
        if longest is None or max(map(len, texts)) <= longest:
            return self._texts[column]
        return ColumnTexts([text if len(text) <= longest else "" for text in texts], codes)

    def even(self, column: int) -> EvenTexts | None:
        """See ``Block``."""
        length = len(self._columns[column][0])
        texts, codes = self.texts(column)
        if not length or set(map(len, texts)) != {length} or not (letters := "".join(texts)).isascii():
            return None
        import numpy as np  # noqa: PLC0415 - of small files no columns are looked at

        return EvenTexts(np.frombuffer(letters.encode(), np.uint8).reshape(-1, length), codes)

    def holds_numbers(self, column: int) -> bool:
        """See ``Block``: there are no types, but a column that holds nothing else."""
        if column not in self._numbers:
            texts = self._columns[column]
            looks_so = _NUMBERS.fullmatch(texts[0]) is not None
            self._numbers[column] = looks_so and _NUMBERS.fullmatch("\n".join(texts)) is not None
        return self._numbers[column]

    def filled(self, column: int) -> bool:
        """See ``Block``."""
        return "" not in self._columns[column]

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """See ``Block``."""
        records = zip(*[column[start:stop] for column in self._columns], strict=True)
        return map(Row, count(self.first + start), records)
