"""Targets as records of 80 bytes, one a file with all of its hashes: as objects they take a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import Struct as Layout
from typing import Self

from msgspec import Struct

from enrich.indicators.hash.digests import KIND
from enrich.model.indicator import Indicator, Target

SIZES = {"sha256": 32, "sha1": 20, "md5": 16}
"""Bytes of the algorithms' digests, the strongest first. A file that lacks one has zeros in its place."""
MOST = 2**32 - 1
"""The greatest weight that a record holds."""
RECORD = Layout("<32s20s16sIQ")
"""The digests, the weight, and the file's place in the order of first sight."""
_EMPTY = {size: bytes(size) for size in SIZES.values()}


class Packed(Struct, frozen=True):
    """Targets as they lie in a file: ``files`` are records, in their order; ``others`` are no hashes, or odd ones."""

    files: bytes
    others: list[Target] = []

    @classmethod
    def of(cls, targets: Iterable[Target]) -> Self:
        """Return the same targets. Each has one hash by an algorithm at most."""
        files, others = bytearray(), list[Target]()
        for first, target in enumerate(targets):
            record = packed(target, first)
            if record is None:
                others.append(target)
            else:
                files += record
        return cls(bytes(files), others)

    def targets(self) -> Iterator[Target]:
        """Yield the targets, files first."""
        yield from unpacked(self.files)
        yield from self.others


def packed(target: Target, first: int) -> bytes | None:
    """Return a target's record; None where it has none."""
    digests = dict(_EMPTY)
    for name in (target.ask, *target.others):
        digest = bytes.fromhex(name.value) if name.kind == KIND else b""
        if digest == digests.get(len(digest), digest):  # of another kind, or all zeros
            return None
        digests[len(digest)] = digest
    return RECORD.pack(*digests.values(), min(target.weight, MOST), first)


def unpacked(records: bytes | memoryview) -> Iterator[Target]:
    """Yield the targets of records."""
    for *digests, weight, _ in RECORD.iter_unpack(records):
        ask, *others = [Indicator(KIND, digest.hex()) for digest in digests if digest != _EMPTY[len(digest)]]
        yield Target(ask, tuple(others), weight)
