"""From sightings to files: hashes that rows show to be one file's are asked for once, by the strongest of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from types import MappingProxyType

from enrich.indicators import strength
from enrich.indicators.hash import digests as hashes
from enrich.model.indicator import Indicator, Target
from enrich.model.sighting import Found
from enrich.scan import stacked_rows
from enrich.scan.placement import Placement, PlainRows


def targets(placements: Sequence[Placement], alike: Mapping[int, int] = MappingProxyType({})) -> list[Target]:
    """Return one target a file, over all sheets and inputs, in the order of first sight. ``alike`` says for how many
    rows a row stands that hold the same.

    Where rows contradict each other (one md5 beside two sha256), none of the hashes involved is taken for another's:
    each is asked for by itself.
    """
    files = _Files()
    for placement in placements:
        files.see(placement, alike)
    return files.targets()


def merged_targets(parts: Iterable[Sequence[Target]]) -> list[Target]:
    """Return one target a file over the targets of several parts, as if their rows had stood in one."""
    files = _Files()
    for targets_of_part in parts:
        for target in targets_of_part:
            names = (target.ask, *target.others, *target.disputed)
            for name in names:
                files.weights.setdefault(name, 0)
            files.weights[target.ask] += target.weight
            files.join(names)
    return files.targets()


class _Files:
    """Disjoint sets of hashes. A set's slots by algorithm are only looked at in the end, where contradictions show."""

    def __init__(self) -> None:
        self.weights = Counter[Indicator]()
        """Rows with this hash alone, in the order of first sight."""
        self.parents: dict[Indicator, Indicator] = {}
        """Only of hashes that share a file with another."""
        self.shared = Counter[tuple[Indicator, ...] | frozenset[Indicator]]()
        """Rows with several hashes, whose weight is counted when the files are known; in order if all are of one."""

    def see(self, placement: Placement, alike: Mapping[int, int]) -> None:
        """Take the indicators of one sheet, whose rows stand for as many as ``alike`` says."""
        for part in placement.by_row():
            if not isinstance(part, PlainRows):
                asked = [(s.file, Indicator(s.kind, s.value)) for s in part if s.found is Found.INDICATOR]
                count = alike.get(part[0].row, 1)
                self._row([one for one in asked if one[1].kind == hashes.KIND], count)
                self.weights.update(dict.fromkeys([name for _, name in asked if name.kind != hashes.KIND], count))
            elif len(part.names[0]) == 1 and not alike:
                self.weights.update(chain.from_iterable(part.names))
            else:
                for row, names in zip(part.rows, part.names, strict=True):
                    self._one_file(names, alike.get(row, 1))
        for block in stacked_rows.files(placement.linked):
            below = [Indicator(hashes.KIND, digest.hex()) for digest in block]
            if known := [name for name in below if name in self.weights]:
                self.join(known)

    def _row(self, members: list[tuple[int, Indicator]], count: int) -> None:
        """Take one row's file numbers and hashes; so many rows hold the same."""
        names = dict.fromkeys([name for _, name in members], count)
        if len(members) < 2:
            self.weights.update(names)
            return
        self._share(names, frozenset(names), count)
        members.sort(key=itemgetter(0))
        for _, file in groupby(members, key=itemgetter(0)):
            self.join([name for _, name in file])

    def _one_file(self, names: tuple[Indicator, ...], count: int) -> None:
        """Take a row with hashes of one file, of which many rows may be the same: ``count``, and others later."""
        if names in self.shared:
            self.shared[names] += count
        else:
            self._share(names, names, count)
            self.join(names)

    def _share(self, names: Iterable[Indicator], row: tuple[Indicator, ...] | frozenset[Indicator], count: int) -> None:
        for name in names:
            self.weights.setdefault(name, 0)
        self.shared[row] += count

    def join(self, names: Sequence[Indicator]) -> None:
        """Take ``names`` for one file's."""
        parents, first = self.parents, names[0]
        if len(names) < 2:
            return
        # most rows: a file that is seen for the first time
        if parents.keys().isdisjoint(names):
            parents.update(dict.fromkeys(names, first))
            return
        for name in names:
            parents[self._root(name)] = self._root(first)

    def _root(self, name: Indicator) -> Indicator:
        parents = self.parents
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = parents[parent]
            name = parent
        return name

    def targets(self) -> list[Target]:
        """In the order of first sight; the weights of rows with several hashes are counted now."""
        groups: dict[Indicator, list[Indicator]] = {}
        for name in filter(self.parents.__contains__, self.weights):
            groups.setdefault(self._root(name), []).append(name)
        files: dict[Indicator, list[Indicator]] = {}
        disputed: dict[Indicator, tuple[Indicator, ...]] = {}
        for members in groups.values():
            # a length twice is two files' hashes of one algorithm, joined by a row that is wrong somewhere
            if len({len(name.value) for name in members}) == len(members):
                files[members[0]] = members
            else:
                disputed.update(dict.fromkeys(members, tuple(sorted(members, key=attrgetter("value")))))
        owner = {name: first for first, members in files.items() for name in members}
        for row, count in self.shared.items():
            for name in {owner.get(name, name) for name in row}:
                self.weights[name] += count
        return [
            _joined(files[name], self.weights) if name in files else Target(name, (), weight, disputed.get(name, ()))
            for name, weight in self.weights.items()
            if owner.get(name, name) is name
        ]


def _joined(members: Sequence[Indicator], weights: Mapping[Indicator, int]) -> Target:
    strongest, *others = sorted(members, key=strength, reverse=True)
    return Target(strongest, tuple(others), sum(weights[name] for name in members))
