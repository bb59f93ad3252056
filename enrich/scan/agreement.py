"""The sheets of one document say the same of one value: what a sheet leaves open, another may have a word for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from enrich.model.sighting import Found
from enrich.scan.own_domains import OF_HOUSE, owners_of, under
from enrich.scan.placement import Classification, Placement
from enrich.scan.sheet_values import SheetValues

ELSEWHERE = "{what}, by another place of the document that names it"
NAMED_ELSEWHERE = "by another place of the document that names it"


def agree(placements: Sequence[Placement]) -> None:
    """Let the sheets of one document say the same of one value.

    What one places elsewhere the others do not ask for; what one asks for the others take, where they do not say.
    """
    placed = {value: what for placement in placements for value, what in placement.placed.items()}
    for placement in placements:
        leave_out(placement, placed)
    if owners := set[str]().union(*map(owners_of, placements)):
        for placement in placements:
            words = _Overruling(placement)
            for index, kind in list(under(placement, owners)):
                words.say(index, Classification(Found.LEFT_OUT, OF_HOUSE, kind), file=0)
    # only then something is left open, and the values of all sheets need not be held
    if any(column.unnamed for placement in placements for column in placement.columns):
        asked = set[tuple[str, bytes]]().union(*map(_asked, placements))
        for placement in placements:
            _take_up(placement, asked)


class _Overruling:
    """Puts other words in the stead of a sheet's own, and keeps the counts of its columns true."""

    def __init__(self, placement: Placement) -> None:
        self._placement = placement
        self._counts = {count.column: count for count in placement.columns}
        self._places: dict[Classification, int] = {}

    def say(self, index: int, classification: Classification, *, file: int) -> None:
        """Say ``classification`` of the ``index``-th value."""
        placement = self._placement
        if classification not in self._places:
            self._places[classification] = placement.add_classification(classification)
        before, count = placement.values.classes[index], self._counts[placement.values.columns[index]]
        for name in placement.table[before].counted:
            setattr(count, name, getattr(count, name) - 1)
        for name in classification.counted:
            setattr(count, name, getattr(count, name) + 1)
        placement.overrule(index, self._places[classification], file=file)


def leave_out(placement: Placement, placed: Mapping[bytes, str]) -> None:
    """Leave out what is said to be something else elsewhere in the document, where this sheet leaves it open."""
    if not placed or not placement.weak:
        return
    values, words = placement.values, _Overruling(placement)
    for index, place in enumerate(values.classes):
        if place in placement.weak and (what := placed.get(values.raw(index))):
            classification = Classification(Found.LEFT_OUT, ELSEWHERE.format(what=what), placement.table[place].kind)
            words.say(index, classification, file=0)


def _asked(placement: Placement) -> set[tuple[str, bytes]]:
    """Return the indicators of a sheet, by kind and value."""
    values = placement.values
    kinds = {index: each.kind for index, each in enumerate(placement.table) if each.found is Found.INDICATOR}
    return {(kinds[place], raw) for place, raw in zip(values.classes, values.raws(), strict=True) if place in kinds}


def _take_up(placement: Placement, asked: AbstractSet[tuple[str, bytes]]) -> None:
    """Take what a sheet has no word for as what another place calls it: it is ``asked`` for, and so no secret."""
    unnamed = {
        place: classification.kind for place, classification in enumerate(placement.table) if classification.unnamed
    }
    values, words = placement.values, _Overruling(placement)
    for index, place in enumerate(values.classes):
        if place in unnamed and (unnamed[place], values.raw(index)) in asked:
            named = Classification(Found.INDICATOR, NAMED_ELSEWHERE, unnamed[place])
            words.say(index, named, file=_free_number(values, index))


def _free_number(values: SheetValues, index: int) -> int:
    """Return a file's number that no other value of the row has: standing together does not make them one file's."""
    row = values.rows[index]
    first, last = bisect_left(values.rows, row), bisect_right(values.rows, row)
    used = {values.files[other] for other in range(first, last) if other != index}
    # a byte holds it; no row has as many files
    return next((number for number in range(256) if number not in used), 255)
