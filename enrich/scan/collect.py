"""The values found while a sheet streams by, and the settling of what only the whole sheet can decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from operator import gt

from enrich.indicators.hash import KIND as HASH
from enrich.indicators.shared.block_rules import ZONE
from enrich.model.sighting import Found
from enrich.scan.columns import SheetColumns
from enrich.scan.known_layouts import Owned
from enrich.scan.placement import Classification, ColumnCount
from enrich.scan.sheet_values import SheetValues

# hashes in a column, from which on what nearly looks like one there is told as damaged
_ENOUGH = 3
_COMPANY = 4
"""Values that nobody doubts, to each that only its column makes one."""
_MANY = 20
"""Zones from which on a list of nothing else is no one's own."""
_ALL_BUT = 10
"""Rows of a list of which one may hold something else: a comment, a title."""
# of a damaged text: enough to find it by
_LONGEST = 400
# an index has two bytes; reasons that name a cell or a row could make as many classes as there are rows
_MOST_VERDICTS = 60_000
_ROW = 32
"""Bits of a place below those of its row."""


class Collector:
    """A sheet's values in the making. Verdicts are kept by index; an open one is settled by rewriting its entry in the
    table.
    """

    def __init__(self) -> None:
        self.values = SheetValues()
        """Hashes, in the order of rows; their classes, and those of ``others``, are indices of the table."""
        self.others = SheetValues()
        """Values of other types, in any order."""
        self.table: dict[Classification, int] = {}
        self.classes: list[Classification] = []
        """Those of the table, by their index."""
        self.placed: dict[bytes, str] = {}
        """Values that some place says to be something else, whatever other places leave open."""
        self.defangs = False
        """Whether an indicator of another type than hashes is defanged: plain ones in running text are none then."""

    def add(
        self, row: int, column: int, value: str, classification: Classification, file: int = 0, everywhere: str = ""
    ) -> None:
        """Add one value; ``everywhere`` is what it is said to be wherever it stands, "" where nothing is."""
        if classification.found is Found.DAMAGED:
            value = value[:_LONGEST]
        raw = self.values.add(row, column, value, classification=self.index(classification), file=file)
        if everywhere:
            self.placed.setdefault(raw, everywhere)

    def index(self, classification: Classification) -> int:
        """Return the place of a classification in the table."""
        if len(self.table) > _MOST_VERDICTS:
            classification = classification._replace(reason=classification.reason.split(", by ")[0].split(" (")[0])
        index = self.table.setdefault(classification, len(self.table))
        if index == len(self.classes):
            self.classes.append(classification)
        return index

    @property
    def weak(self) -> frozenset[int]:
        """The classes that another place may overrule."""
        return frozenset(index for classification, index in self.table.items() if classification.weak)

    def settled(
        self, columns: SheetColumns, *, hashes_asked: bool = True, whose: Owned | None = None
    ) -> tuple[SheetValues, tuple[Classification, ...], tuple[ColumnCount, ...]]:
        """Return the values with every classification final, the table of classes, and the counts by column. ``whose``:
        whose all of them are, unless the user says otherwise of their column.
        """
        self._take_up(columns)
        table = self._settled_others()
        if whose and columns.chosen is None:
            owned = (c.found is Found.INDICATOR and not (whose.but_hashes and c.kind == HASH) for c in table)
            table = [
                Classification(Found.LEFT_OUT, whose.why, c.kind) if is_owned else c
                for c, is_owned in zip(table, owned, strict=True)
            ]
        self.values.extend(self.others)
        places: Sequence[int] = self.values.rows
        if len(set(self.values.columns)) > 1:
            # one number to sort by is quicker than a pair, a million times
            places = [row << _ROW | column for row, column in zip(places, self.values.columns, strict=True)]
        if any(map(gt, places, islice(places, 1, None))):  # most sheets hold hashes alone, which come in order
            self.values = self.values.selected(sorted(range(len(places)), key=places.__getitem__))
        table = table if hashes_asked else self._without_hashes(table)
        seen = _pairs(self.values)
        doubtful = {index for index, one in enumerate(table) if one.doubtful and one.found is Found.DAMAGED}
        if doubtful:
            own = Counter[int]()
            for (column, classification), count in seen.items():
                own[column] += count if table[classification].found in (Found.INDICATOR, Found.TRIVIAL) else 0
            firm = {column for column, count in own.items() if count >= _ENOUGH}
            self._drop(doubtful, firm)
            seen = _pairs(self.values)
        final = tuple(classification._replace(weak=False, doubtful=False, unsure="") for classification in table)
        return self.values, final, _counts(seen, final, columns)

    def _take_up(self, columns: SheetColumns) -> None:
        """Take the values that look like something else in a list without headings whose other rows hold nothing but
        values of their type: ``get-it.rs`` among domains; zones that a resolver answers for, where they are many.
        """
        others, table = self.others, self.classes
        doubtful = {index for index, one in enumerate(table) if one.doubtful and one.found is Found.LEFT_OUT}
        if not doubtful or columns.is_table:
            return
        places: dict[tuple[int, str], list[int]] = {}
        plain: dict[tuple[int, str], set[int]] = {}
        for place, (column, index) in enumerate(zip(others.columns, others.classes, strict=True)):
            if index in doubtful:
                places.setdefault((column, table[index].kind), []).append(place)
            elif table[index].found is Found.INDICATOR:
                plain.setdefault((column, table[index].kind), set()).add(others.rows[place])
        for key, looks in places.items():
            company, rows = plain.get(key, set()), {others.rows[place] for place in looks}
            is_list = len(company | rows) * _ALL_BUT >= columns.rows * (_ALL_BUT - 1)
            is_block_list = len(rows) >= _MANY and all(table[others.classes[place]].reason == ZONE for place in looks)
            if is_list and (is_block_list or len(company) >= len(rows) * _COMPANY):
                index = self.index(Classification(Found.INDICATOR, kind=key[1]))
                for place in looks:
                    others.classes[place] = index

    def _settled_others(self) -> list[Classification]:
        """Return the table where a value of another type that is unsure is none, as the sheet defangs what it means."""
        table = list(self.table)
        if not self.defangs:
            return table
        lost = {index for index, one in enumerate(table) if one.unsure and one.found is Found.NOT_ASKED}
        self.others = self.others.selected(i for i, index in enumerate(self.others.classes) if index not in lost)
        return [Classification(Found.LEFT_OUT, one.unsure, one.kind) if one.unsure else one for one in table]

    def _without_hashes(self, table: Sequence[Classification]) -> list[Classification]:
        """Return the table where hashes are not looked up: each is kept to be counted, what only looks like one is
        nothing.
        """
        is_hash = [classification.kind == HASH for classification in table]
        asked = [classification.found is Found.INDICATOR for classification in table]
        values = self.values
        self.values = values.selected(i for i, index in enumerate(values.classes) if asked[index] or not is_hash[index])
        return [
            Classification(Found.NOT_ASKED) if own else classification
            for own, classification in zip(is_hash, table, strict=True)
        ]

    def _drop(self, doubtful: set[int], firm: set[int]) -> None:
        """Leave away the doubtful values that stand in columns that are not of hashes."""
        values = self.values
        self.values = values.selected(
            i for i in range(len(values)) if values.classes[i] not in doubtful or values.columns[i] in firm
        )


def _counts(
    seen: Mapping[tuple[int, int], int], table: Sequence[Classification], columns: SheetColumns
) -> tuple[ColumnCount, ...]:
    counts: dict[int, ColumnCount] = {}
    for (column, classification), count in sorted(seen.items()):
        known = columns[column]
        entry = counts.setdefault(column, ColumnCount(column, known.heading, columns.why(column)))
        for name in table[classification].counted:
            setattr(entry, name, getattr(entry, name) + count)
    return tuple(counts.values())


def _pairs(values: SheetValues) -> Counter[tuple[int, int]]:
    """Return how many values there are by column and class."""
    if values and len(set(values.columns)) == len(set(values.classes)) == 1:  # as in a large table of one hash a row
        return Counter({(values.columns[0], values.classes[0]): len(values)})
    return Counter(zip(values.columns, values.classes, strict=True))
