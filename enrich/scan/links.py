"""From sightings to files: hashes that rows show to be one file's are asked for once, by the strongest of them.

Knows placements and nothing of documents or services.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from operator import itemgetter

from enrich.model import Found, Indicator, Target
from enrich.scan.placement import Placement, PlainRows


def targets(placements: Sequence[Placement]) -> list[Target]:
    """One target a file, over all sheets and inputs, in the order of first sight.

    Where rows contradict each other (one md5 beside two sha256), none of the hashes involved is taken for another's:
    each is asked for by itself.
    """
    files = _Files()
    for placement in placements:
        files.see(placement)
    return files.targets()


class _Files:
    """Disjoint sets of hashes. A set's slots by algorithm are only looked at in the end, where contradictions show."""

    def __init__(self) -> None:
        self.weights = Counter[Indicator]()
        """Rows with this hash alone, in the order of first sight."""
        self.parents: dict[Indicator, Indicator] = {}
        """Only of hashes that share a file with another."""
        self.shared: list[tuple[Indicator, ...]] = []
        """Rows with several hashes, whose weight is counted when the files are known."""

    def see(self, placement: Placement) -> None:
        """The indicators of one sheet."""
        for part in placement.by_row():
            if isinstance(part, PlainRows):
                self.weights.update(part.indicators)
            else:
                self._row([(s.file, Indicator(s.kind, s.value)) for s in part if s.found is Found.INDICATOR])

    def _row(self, members: list[tuple[int, Indicator]]) -> None:
        """One row's file numbers and hashes."""
        if len(members) < 2:
            self.weights.update(name for _, name in members)
            return
        row = tuple(dict.fromkeys(name for _, name in members))
        for name in row:
            self.weights.setdefault(name, 0)
        self.shared.append(row)
        members.sort(key=itemgetter(0))
        for (file, name), (next_file, following) in pairwise(members):
            if file == next_file:
                self._join(name, following)

    def _root(self, name: Indicator) -> Indicator:
        parents = self.parents
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = parents[parent]
            name = parent
        return name

    def _join(self, one: Indicator, other: Indicator) -> None:
        self.parents[self._root(one)] = self._root(other)

    def targets(self) -> list[Target]:
        """In the order of first sight; the weights of rows with several hashes are counted now."""
        groups: dict[Indicator, list[Indicator]] = {}
        for name in filter(self.parents.__contains__, self.weights):
            groups.setdefault(self._root(name), []).append(name)
        parts = {part[0]: part for members in groups.values() for part in _agreeing(members)}
        owner = {name: first for first, part in parts.items() for name in part}
        for row in self.shared:
            self.weights.update({owner.get(name, name) for name in row})
        return [
            Target(name, (), weight) if name not in owner else _joined(parts[name], self.weights)
            for name, weight in self.weights.items()
            if owner.get(name, name) is name
        ]


def _agreeing(members: list[Indicator]) -> list[list[Indicator]]:
    """The set itself, or each member alone where it would hold two values of one algorithm."""
    if len({len(name.value) for name in members}) == len(members):
        return [members]
    return [[name] for name in members]


def _joined(part: Sequence[Indicator], weights: Mapping[Indicator, int]) -> Target:
    strongest, *others = sorted(part, key=lambda name: len(name.value), reverse=True)
    return Target(strongest, tuple(others), sum(weights[name] for name in part))
