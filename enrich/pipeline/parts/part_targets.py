"""The targets of one part, packed: a hash that always stands alone in its row is a target by itself, and no object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from enrich.model.indicator import Indicator
from enrich.model.sighting import Found
from enrich.pipeline.parts.packed_targets import MOST, SIZES, PackedTargets
from enrich.pipeline.parts.unique_targets import LAYOUT, PLACES, as_bytes, digests_of, keys_of, stand_in
from enrich.scan import Placement, stacked_rows, targets
from enrich.scan.contents import Codes, Contents, Flags, padded_digests, places_of
from enrich.scan.sheet_values import SheetValues

_MANY = 10_000
"""Values from which on the closer look pays."""


def packed_targets(placements: Sequence[Placement]) -> PackedTargets:
    """Return the targets of a part's sheets, as ``scan.targets`` tells them."""
    # a workbook's sheets may link each other's hashes, and a short part is told sooner by its rows
    (placement, *others) = placements
    if others or len(placement) < _MANY:
        return PackedTargets.of(targets(placements))
    contents = Contents.of(placement)
    lone = contents.lone & contents.digests.any(axis=1)  # zeros stand for "none" in a record
    # what stands beside another hash elsewhere may be of one file with it, and so may what begins like it
    digests, sizes = padded_digests(placement.values, _hits_of(contents, ~lone))
    linked = b"".join([digest[:8] for block in stacked_rows.files(placement.linked) for digest in block])
    begins = np.concatenate([digests[sizes > 0].view(np.uint64)[:, 0], np.frombuffer(linked, np.uint64)])
    lone &= ~stand_in(contents.digests.view(np.uint64)[:, 0], np.sort(begins))
    # one row of each content stands for all that hold the same
    rest = replace(placement, values=placement.values.selected(_hits_of(contents, ~lone).tolist()), _rows=None)
    alike = dict(zip(contents.firsts[~lone].tolist(), contents.counts[~lone].tolist(), strict=True))
    firsts = _firsts(rest)
    sighted = ((one, min(firsts[name] for name in one.names)) for one in targets([rest], alike))
    return PackedTargets.of_sighted(sighted, _records(contents, lone))


class TargetLookup:
    """Tells which of a sheet's ``targets`` stand among some of its values."""

    def __init__(self, targets: PackedTargets) -> None:
        self._targets = targets
        self._records = records = np.frombuffer(targets.files, LAYOUT)
        bearing = [(np.flatnonzero(digests_of(records, name).any(axis=1)), keys_of(records, name)) for name in SIZES]
        self._keys = [(numbers, keys[numbers]) for numbers, keys in bearing if len(numbers)]
        """By algorithm the targets that have such a hash, and how it begins."""

    def of(self, values: SheetValues) -> PackedTargets:
        """Return those of which a name is one of ``values``, and perhaps some that only begin like one."""
        digests, sizes = padded_digests(values, slice(None))
        begins = np.sort(digests[sizes > 0].view(">u8")[:, 0].astype(np.uint64))
        held = np.zeros(len(self._records), bool)
        for numbers, keys in self._keys:
            held[numbers] |= stand_in(keys, begins)
        others = values.holders(self._targets.others, lambda one: [name.value for name in one.names])
        return PackedTargets(as_bytes(self._records[held]).reshape(-1).data, others, self._targets.disputes)


def _firsts(placement: Placement) -> dict[Indicator, int]:
    firsts: dict[Indicator, int] = {}
    for sighting in placement:
        if sighting.found is Found.INDICATOR:
            firsts.setdefault(Indicator(sighting.kind, sighting.value), sighting.row)
    return firsts


def _hits_of(contents: Contents, wanted: Flags) -> Codes:
    """Return the places of the values of the ``wanted`` contents, of each in its first row, in the order of rows."""
    return np.sort(places_of(contents.hits[wanted], contents.spans[wanted]))


def _records(contents: Contents, lone: Flags) -> memoryview:
    """Return the records of hashes that stand alone, which are not copied: there may be millions. In the order of
    digests: what meets those of other parts then goes through both in one direction.
    """
    chosen = np.flatnonzero(lone)
    chosen = chosen[np.argsort(contents.digests.view(">u8")[chosen, 0].astype(np.uint64))]
    records = np.zeros(len(chosen), LAYOUT)
    records["weight"] = np.minimum(contents.counts[chosen], MOST)
    records["first"] = contents.firsts[chosen]
    raw, sizes = as_bytes(records), contents.sizes[chosen]
    for size, place in PLACES.items():
        own = np.flatnonzero(sizes == size)
        raw[own, place : place + size] = contents.digests[chosen[own], :size]
    return raw.reshape(-1).data
