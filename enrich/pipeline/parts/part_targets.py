"""The targets of one part, packed: a hash that always stands alone in its row is a target by itself, and no object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from enrich.indicators.hash.digests import KIND as HASH
from enrich.model.indicator import Indicator
from enrich.model.sighting import Found
from enrich.pipeline.parts.packed_targets import MOST, SIZES, Packed
from enrich.pipeline.parts.unique_targets import LAYOUT, PLACES, as_bytes, digests_of, keys_of, stand_in
from enrich.scan import Placement, stacked_rows, targets
from enrich.scan.contents import Contents, Flags, padded_digests
from enrich.scan.sheet_values import SheetValues

_MANY = 10_000
"""Values from which on the closer look pays."""


def packed_targets(placements: Sequence[Placement]) -> Packed:
    """Return the targets of a part's sheets, as ``scan.targets`` tells them."""
    # a workbook's sheets may link each other's hashes, and a short part is told sooner by its rows
    (placement, *others) = placements
    if others or len(placement) < _MANY:
        return Packed.of(targets(placements))
    contents = Contents.of(placement)
    lone = contents.lone & contents.digests.any(axis=1)  # zeros stand for "none" in a record
    firsts = _firsts(placement, contents, ~lone)
    shared = {bytes.fromhex(name.value) for name in firsts if name.kind == HASH}
    shared.update(digest for block in stacked_rows.files(placement.linked) for digest in block)
    if shared:  # what stands beside another hash elsewhere may be of one file with it, and so may what begins like it
        begins = np.sort(np.frombuffer(b"".join(digest[:8] for digest in shared), np.uint64))
        lone &= ~stand_in(contents.digests.view(np.uint64)[:, 0], begins)
    rest = replace(placement, values=placement.values.selected(_hits_of(placement, contents, ~lone)), _rows=None)
    firsts = _firsts(placement, contents, ~lone)
    sighted = ((one, min(firsts[name] for name in (one.ask, *one.others))) for one in targets([rest]))
    return Packed.of_sighted(sighted, _records(contents, lone))


def held_by(targets: Packed, values: SheetValues) -> Packed:
    """Return those of a sheet's ``targets`` of which a name stands among some of its ``values``, and perhaps some that
    only begin like one.
    """
    records = np.frombuffer(targets.files, LAYOUT)
    digests, sizes = padded_digests(values, slice(None))
    begins = np.sort(digests[sizes > 0].view(">u8")[:, 0].astype(np.uint64))
    held = np.zeros(len(records), bool)
    for name in SIZES:
        held |= stand_in(keys_of(records, name), begins) & digests_of(records, name).any(axis=1)
    others = values.holders(targets.others, lambda target: [name.value for name in (target.ask, *target.others)])
    return Packed(as_bytes(records[held]).reshape(-1).data, others, targets.disputes)


def _firsts(placement: Placement, contents: Contents, wanted: Flags) -> dict[Indicator, int]:
    """Return the row of first sight of each indicator in the ``wanted`` contents."""
    firsts: dict[Indicator, int] = {}
    for row in contents.firsts[wanted].tolist():
        for sighting in placement.sightings_at(row):
            if sighting.found is Found.INDICATOR:
                firsts.setdefault(Indicator(sighting.kind, sighting.value), row)
    return firsts


def _hits_of(placement: Placement, contents: Contents, wanted: Flags) -> list[int]:
    """Return the places of the values that stand in rows of the ``wanted`` contents."""
    numbers = np.frombuffer(placement.values.rows, np.uint32)
    rows = contents.rows[wanted[contents.codes]]
    found: list[int] = np.flatnonzero(np.isin(numbers, rows, assume_unique=False)).tolist()
    return found


def _records(contents: Contents, lone: Flags) -> memoryview:
    """Return the records of hashes that stand alone, which are not copied: there may be millions."""
    chosen = np.flatnonzero(lone)
    records = np.zeros(len(chosen), LAYOUT)
    records["weight"] = np.minimum(contents.counts[chosen], MOST)
    records["first"] = contents.firsts[chosen]
    raw, sizes = as_bytes(records), contents.sizes[chosen]
    for size, place in PLACES.items():
        own = np.flatnonzero(sizes == size)
        raw[own, place : place + size] = contents.digests[chosen[own], :size]
    return raw.reshape(-1).data
