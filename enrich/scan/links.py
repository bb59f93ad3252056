"""From sightings to files: hashes that rows show to be one file's are asked for once, by the strongest of them.

Knows placements and nothing of documents or services.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from enrich.kinds import hash as hashes
from enrich.model import Found, Indicator, Target
from enrich.scan import blocks
from enrich.scan.placement import Placement


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
    """Disjoint sets of digests. A set's slots by algorithm are only looked at in the end, where contradictions show."""

    def __init__(self) -> None:
        self.ids: dict[bytes, int] = {}
        self.parents: dict[int, int] = {}
        """Only of hashes that share a file with another."""
        self.weights: list[int] = []
        self.shared: list[tuple[int, ...]] = []
        """Rows with several hashes, whose weight is counted when the files are known."""

    def see(self, placement: Placement) -> None:
        """The indicators of one sheet, row by row."""
        hits = placement.hits
        asked = [found is Found.INDICATOR for found, _ in placement.table]
        data, start, row = bytes(hits.data), 0, -1
        members: list[tuple[int, int]] = []
        for number, end, verdict, file in zip(hits.rows, hits.ends, hits.verdicts, hits.files, strict=True):
            if asked[verdict]:
                if number != row:
                    self._close(members)
                    members, row = [], number
                members.append((file, self._id(data[start:end])))
            start = end
        self._close(members)
        for block in blocks.files(placement.linked):
            for one, following in pairwise(index for digest in block if (index := self.ids.get(digest)) is not None):
                self._join(one, following)

    def _close(self, members: list[tuple[int, int]]) -> None:
        """One row's file numbers and hashes."""
        if len(members) < 2:
            for _, index in members:
                self.weights[index] += 1
            return
        row = tuple(dict.fromkeys(index for _, index in members))
        self.shared.append(row)
        members.sort()
        for (file, index), (next_file, following) in pairwise(members):
            if file == next_file:
                self._join(index, following)

    def _id(self, digest: bytes) -> int:
        index = self.ids.setdefault(digest, len(self.weights))
        if index == len(self.weights):
            self.weights.append(0)
        return index

    def _root(self, index: int) -> int:
        parents = self.parents
        while (parent := parents.get(index, index)) != index:
            parents[index] = parents.get(parent, parent)
            index = parent
        return index

    def _join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        if one != other:
            self.parents[max(one, other)] = min(one, other)
            self.parents.setdefault(min(one, other), min(one, other))

    def targets(self) -> list[Target]:
        """In the order of first sight; the weights of rows with several hashes are counted now."""
        digests = list(self.ids)
        groups: dict[int, list[int]] = {}
        for index in sorted(self.parents):
            groups.setdefault(self._root(index), []).append(index)
        parts = {part[0]: part for members in groups.values() for part in _agreeing(members, digests)}
        owner = {index: first for first, part in parts.items() for index in part}
        for row in self.shared:
            for first in {owner.get(index, index) for index in row}:
                self.weights[first] += 1
        return [
            _target(digest, weight) if first not in owner else _joined(parts[first], digests, self.weights)
            for first, (digest, weight) in enumerate(zip(digests, self.weights, strict=True))
            if owner.get(first, first) == first
        ]


def _agreeing(members: list[int], digests: Sequence[bytes]) -> list[list[int]]:
    """The set itself, or each member alone where it would hold two values of one algorithm."""
    if len({len(digests[index]) for index in members}) == len(members):
        return [members]
    return [[index] for index in members]


def _target(digest: bytes, weight: int) -> Target:
    return Target(Indicator(hashes.KIND, digest.hex()), (), weight)


def _joined(part: Sequence[int], digests: Sequence[bytes], weights: Sequence[int]) -> Target:
    strongest, *others = sorted((digests[index] for index in part), key=len, reverse=True)
    names = tuple(Indicator(hashes.KIND, other.hex()) for other in others)
    return Target(Indicator(hashes.KIND, strongest.hex()), names, sum(weights[index] for index in part))
