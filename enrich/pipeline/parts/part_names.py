"""The names that one part holds, read from its file whenever somebody looks."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from enrich.indicators.hash.digests import KIND as HASH
from enrich.model.indicator import Indicator
from enrich.pipeline.parts.packed_targets import SIZES
from enrich.pipeline.parts.state_folder import PartFolder
from enrich.pipeline.parts.unique_targets import LAYOUT, Bytes, digests_of, stand_in
from enrich.stores import prefixes

Prefixes = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class PartNames:
    """Those of one part and kind, see ``stores.PackedList``."""

    folder: PartFolder
    part: Path
    kind: str

    def __iter__(self) -> Iterator[Indicator]:
        digests, others = self._read()
        for some in digests:
            yield from _named(some)
        yield from others

    def prefixes(self) -> array[int]:
        digests, others = self._read()
        begins = np.concatenate([*map(_begins, digests), np.array(prefixes(others), np.int64)])
        begins.sort()  # and not by ``np.unique``, whose table of hashes takes fifty times as long for a million
        first = np.ones(len(begins), bool)
        first[1:] = begins[1:] != begins[:-1]
        return array("q", begins[first].tobytes())

    def lacking(self, members: array[int]) -> Iterator[Indicator]:
        digests, others = self._read()
        known = np.frombuffer(members, np.int64)
        for some in digests:
            yield from _named(some[~stand_in(_begins(some), known)])
        yield from compress(others, ~stand_in(np.array(prefixes(others), np.int64), known))

    def _read(self) -> tuple[list[Bytes], list[Indicator]]:
        """Return the digests of files by the algorithm, a row each, and all other names."""
        targets = self.folder.targets_of(self.part)
        records = np.frombuffer(targets.files if self.kind == HASH else b"", LAYOUT)
        digests = (digests_of(records, name) for name in SIZES)
        others = (name for target in targets.others for name in target.names)
        return [some[some.any(axis=1)] for some in digests], [name for name in others if name.kind == self.kind]


def _begins(digests: Bytes) -> Prefixes:
    """Return the first 8 bytes of each as the store's prefixes have them."""
    return np.ascontiguousarray(digests[:, :8]).view(">i8")[:, 0].astype(np.int64)


def _named(digests: Bytes) -> Iterator[Indicator]:
    digits, size = digests.tobytes().hex(), 2 * digests.shape[1]
    return (Indicator(HASH, digits[place : place + size]) for place in range(0, len(digits), size))
