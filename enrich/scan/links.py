"""From sightings to files: hashes that rows show to be one file's are asked for once, by the strongest of them.

Knows placements and nothing of documents or services.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from enrich.kinds import hash as hashes
from enrich.model import Found, Indicator, Target
from enrich.scan.placement import Placement


def targets(placements: Sequence[Placement]) -> list[Target]:
    """One target a file, over all sheets and inputs, in the order of first sight.

    Where rows contradict each other (one md5 beside two sha256), none of the hashes involved is taken for another's:
    each is asked for by itself.
    """
    files = _Files()
    for placement in placements:
        for members in _rows(placement):
            files.see(members)
    return files.targets()


def _rows(placement: Placement) -> Iterator[list[tuple[bytes, int]]]:
    """The indicators of each row: digest and file number."""
    hits = placement.hits
    asked = [found is Found.INDICATOR for found, _ in placement.table]
    data, start = bytes(hits.data), 0
    row, members = 0, list[tuple[bytes, int]]()
    for number, end, verdict, file in zip(hits.rows, hits.ends, hits.verdicts, hits.files, strict=True):
        if asked[verdict]:
            if number != row and members:
                yield members
                members = []
            row = number
            members.append((data[start:end], file))
        start = end
    if members:
        yield members


class _Files:
    """Disjoint sets of digests. A set's slots by algorithm are only looked at in the end, where contradictions show."""

    def __init__(self) -> None:
        self.ids: dict[bytes, int] = {}
        self.parents: list[int] = []
        self.weights: list[int] = []
        self.shared: list[tuple[int, ...]] = []
        """Rows with several hashes, whose weight is counted when the files are known."""

    def see(self, members: Sequence[tuple[bytes, int]]) -> None:
        """One row's indicators."""
        if len(members) == 1:
            self.weights[self._id(members[0][0])] += 1
            return
        row = tuple(dict.fromkeys(self._id(digest) for digest, _ in members))
        if len(row) == 1:
            self.weights[row[0]] += 1
            return
        self.shared.append(row)
        by_file = sorted((file, self.ids[digest]) for digest, file in members)
        for _, group in groupby(by_file, key=lambda pair: pair[0]):
            first, *rest = [index for _, index in group]
            for index in rest:
                self._join(first, index)

    def _id(self, digest: bytes) -> int:
        index = self.ids.setdefault(digest, len(self.parents))
        if index == len(self.parents):
            self.parents.append(index)
            self.weights.append(0)
        return index

    def _root(self, index: int) -> int:
        parents = self.parents
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    def _join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        if one != other:
            self.parents[max(one, other)] = min(one, other)

    def targets(self) -> list[Target]:
        digests = list(self.ids)
        groups: dict[int, list[int]] = {}
        for index in range(len(digests)):
            groups.setdefault(self._root(index), []).append(index)
        owner = {
            index: part[0]
            for members in groups.values()
            if len(members) > 1
            for part in _agreeing(members, digests)
            for index in part
        }
        for row in self.shared:
            for first in {owner.get(index, index) for index in row}:
                self.weights[first] += 1
        return [
            _target([digests[i] for i in part], sum(self.weights[i] for i in part))
            for members in groups.values()
            for part in _agreeing(members, digests)
        ]


def _agreeing(members: list[int], digests: Sequence[bytes]) -> list[list[int]]:
    """The set itself, or each member alone where it would hold two values of one algorithm."""
    if len({len(digests[index]) for index in members}) == len(members):
        return [members]
    return [[index] for index in members]


def _target(digests: Iterable[bytes], weight: int) -> Target:
    strongest, *others = sorted(digests, key=len, reverse=True)
    return Target(
        Indicator(hashes.KIND, strongest.hex()), tuple(Indicator(hashes.KIND, other.hex()) for other in others), weight
    )
