"""The unique targets of a run in parts: 80 bytes a file in memory, and objects only of the block that is looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Any, ClassVar, Self

import numpy as np

from enrich.model.indicator import Indicator, Target
from enrich.pipeline.parts.packed_targets import MOST, RECORD, SIZES, PackedTargets, unpacked, with_disputes
from enrich.scan import merged_targets

LAYOUT = np.dtype([*((name, f"V{size}") for name, size in SIZES.items()), ("weight", "<u4"), ("first", "<u8")])
"""``RECORD`` as columns."""
assert LAYOUT.itemsize == RECORD.size
_UNDIVIDED = np.dtype((np.void, RECORD.size))
"""A record as one piece of bytes: NumPy copies one that has columns column by column."""
_PLACES = dict(zip(SIZES, accumulate(SIZES.values(), initial=0), strict=False))
"""Where each algorithm's digests begin in a record."""
_DIGESTS = sum(SIZES.values())
"""Bytes of a record before its weight."""

PLACES = {size: _PLACES[name] for name, size in SIZES.items()}
"""The same by the bytes of a digest."""

Records = np.ndarray[Any, np.dtype[np.void]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
Keys = np.ndarray[Any, np.dtype[np.uint64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(slots=True)
class UniqueTargets:
    """The targets of all parts, each once. They are numbered: files by their strongest digests, then the ``others``."""

    block_size: ClassVar[int] = 20_000
    """Targets that are objects at once."""

    records: Records = field(default_factory=lambda: np.empty(0, LAYOUT))
    others: list[Target] = field(default_factory=list)
    disputes: Sequence[tuple[Indicator, ...]] = ()
    """Of the files, as in ``PackedTargets``."""

    @classmethod
    def of(cls, parts: Iterable[PackedTargets]) -> Self:
        """Return one target a file over the targets of all parts, as if their rows had stood in one."""
        records, others, disputes, seen = np.empty(0, LAYOUT), list[Target](), set[tuple[Indicator, ...]](), 0
        for part in parts:
            own = np.frombuffer(part.files, LAYOUT)
            _merge(records, own, seen)
            seen += int(own["first"].max(initial=0)) + 1
            others = merged_targets([others, part.others])
            disputes.update(part.disputes)
        records, disputes = _untangled(records, disputes)
        return cls(records, others, tuple(disputes))

    def __len__(self) -> int:
        return len(self.records) + len(self.others)

    @property
    def names(self) -> int:
        digests = (digests_of(self.records, name).any(axis=1) for name in SIZES)
        return sum(map(int, map(np.count_nonzero, digests))) + sum(1 + len(target.others) for target in self.others)

    def blocks(self, numbers: Numbers | None = None) -> Iterator[tuple[Numbers, list[Target]]]:
        """Yield all targets, or those with these ``numbers`` in that order, by the block: one at least."""
        numbers = np.arange(len(self)) if numbers is None else numbers
        for start in range(0, max(1, len(numbers)), self.block_size):
            block = numbers[start : start + self.block_size]
            files = with_disputes(unpacked(self.records[block[block < len(self.records)]].tobytes()), self.disputes)
            last = len(self.records)
            yield block, [next(files) if n < last else self.others[n - last] for n in block.tolist()]

    def known_by_one(self) -> Iterator[tuple[Numbers, list[bytes]]]:
        """Yield the numbers of files that are known by a SHA-256 alone, and these, by the block."""
        for start in range(0, len(self.records), self.block_size):
            digests = _digests(self.records[start : start + self.block_size])
            strongest = digests[:, : SIZES["sha256"]]
            alone = np.flatnonzero(strongest.any(axis=1) & ~digests[:, SIZES["sha256"] :].any(axis=1))
            raw = strongest[alone].tobytes()
            yield start + alone, [raw[at : at + SIZES["sha256"]] for at in range(0, len(raw), SIZES["sha256"])]

    def in_order(self, numbers: Numbers, ages: Sequence[float | None], order: str) -> Numbers:
        """Return ``numbers`` in the order in which calls are spent, as ``lookup.freshness.in_order`` has it within a
        block.

        ``ages`` are the times of their old answers; None of one that was never asked.
        """
        stale = np.array([age is not None for age in ages], bool)
        age = np.array([age or 0.0 for age in ages])
        weights = np.concatenate([self.records["weight"], [target.weight for target in self.others]])[numbers]
        firsts = np.concatenate([self.records["first"], np.arange(len(self.others)) + 2.0**62])[numbers]
        ranks = {"value": (firsts, age, -weights.astype(np.int64), stale), "oldest": (firsts, age), "sheet": (firsts,)}
        return numbers[np.lexsort(ranks[order])]

    def numbers_of(self, records: Records) -> Numbers:
        """Return the number of the target that has just the names of each of the ``records``; -1 where none has."""
        places = np.searchsorted(_strongest(self.records), _strongest(records))
        inside = np.flatnonzero(places < len(self.records))
        same = (_digests(self.records[places[inside]]) == _digests(records[inside])).all(axis=1)
        numbers = np.full(len(records), -1, np.int64)
        numbers[inside[same]] = places[inside[same]]
        return numbers

    def bearing(self, names: Collection[Indicator]) -> Numbers:
        """Return the numbers of those that bear one of ``names``, and perhaps of some that only look alike."""
        met = np.zeros(len(self), bool)
        for name, size in SIZES.items():
            wanted = [int(one.value[:16], 16) for one in names if len(one.value) == 2 * size and one.kind == "hash"]
            met[: len(self.records)] |= stand_in(keys_of(self.records, name), np.sort(np.array(wanted, np.uint64)))
        for number, target in enumerate(self.others, len(self.records)):
            met[number] = any(one in names for one in target.names)
        return np.flatnonzero(met)


def stand_in(values: np.ndarray[Any, Any], known: np.ndarray[Any, Any]) -> Flags:
    """Return whether each of the ``values`` stands in ``known``, which is sorted.

    As ``np.isin`` has it, which goes through a table of hashes and takes five times as long for half a million.
    """
    places = np.searchsorted(known, values)
    found = places < len(known)
    found[found] = known[places[found]] == values[found]
    return found


def as_bytes(records: Records) -> Bytes:
    return records.view(np.uint8).reshape(len(records), RECORD.size)


def digests_of(records: Records, name: str, size: int | None = None) -> Bytes:
    """Return one algorithm's digests, or the first ``size`` bytes of each, a row each: zeros where there is none."""
    place = _PLACES[name]
    return as_bytes(records)[:, place : place + (size or SIZES[name])]


def keys_of(records: Records, name: str) -> Keys:
    """Return the first 8 bytes of one algorithm's digests as numbers; 0 where there is none."""
    return np.ascontiguousarray(digests_of(records, name, 8)).view(">u8")[:, 0].astype(np.uint64)


def _strongest(records: Records) -> Keys:
    keys = np.zeros(len(records), np.uint64)
    for name in SIZES:
        if not keys.all():
            np.copyto(keys, keys_of(records, name), where=keys == 0)
    return keys


def _merge(records: Records, own: Records, seen: int) -> None:
    """Put ``own`` among ``records``, which are sorted by their strongest digests and stay so; those that are there
    already add weight. So many rows were ``seen`` before.

    There may be millions: the records grow where they lie, and a 64th of them is copied at a time.
    """
    keys = _strongest(own)
    order = np.argsort(keys, kind="stable")
    places = np.searchsorted(_strongest(records), keys[order])
    new, step = np.ones(len(own), bool), len(own) // 64 + 1
    for start in range(0, len(own), step):
        at = places[start : start + step]
        inside = np.flatnonzero(at < len(records))
        at, there = at[inside], _records_at(own, order[start + inside])
        same = (_digests(_records_at(records, at)) == _digests(there)).all(axis=1)
        new[start + inside[same]] = False
        weights = records["weight"][at[same]].astype(np.int64) + there["weight"][same]
        records["weight"][at[same]] = np.minimum(weights, MOST)
    order, places, end = order[new], places[new], len(records)
    records.resize(end + len(order), refcheck=False)  # nobody else looks at them
    for stop in range(len(order), 0, -step):
        start = max(0, stop - step)
        first, more = int(places[start]), _records_at(own, order[start:stop])
        more["first"] += np.uint64(seen)
        before, between = records[first:end].view(_UNDIVIDED), places[start:stop] - first
        records[first + start : end + stop] = np.insert(before, between, more.view(_UNDIVIDED)).view(LAYOUT)
        end = first


def _records_at(records: Records, places: Numbers) -> Records:
    return records.view(_UNDIVIDED)[places].view(LAYOUT)


def _digests(records: Records) -> Bytes:
    return as_bytes(records)[:, :_DIGESTS]


def _untangled(records: Records, disputes: set[tuple[Indicator, ...]]) -> tuple[Records, set[tuple[Indicator, ...]]]:
    """Return the records, those that share a digest united as rows of one table would be, and all disputes."""
    shared = np.zeros(len(records), bool)
    shared[UniqueTargets(records).bearing(set(chain(*disputes)))] = True
    for name in SIZES:
        keys = keys_of(records, name)
        there = np.flatnonzero(digests_of(records, name).any(axis=1))  # a digest may begin with zeros
        there = there[np.argsort(keys[there], kind="stable")]
        alike = np.flatnonzero(keys[there][1:] == keys[there][:-1])
        shared[there[alike]] = shared[there[alike + 1]] = True
    if not shared.any():
        return records, disputes
    tangled = np.sort(records[shared], order="first")
    targets = list(unpacked(tangled.tobytes()))
    firsts: dict[Indicator, int] = {}
    for target, first in zip(targets, tangled["first"].tolist(), strict=True):
        for one in target.names:
            firsts.setdefault(one, first)
    joined = merged_targets([targets, [Target(dispute[0], (), 0, dispute) for dispute in disputes]])
    sighted = ((one, min(firsts.get(name, 0) for name in one.names)) for one in joined)
    loose = PackedTargets.of_sighted(sighted)
    records = np.concatenate([records[~shared], np.frombuffer(loose.files, LAYOUT)])
    return records[np.argsort(_strongest(records), kind="stable")], set(loose.disputes)
