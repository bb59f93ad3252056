"""Targets as records of 80 bytes, one a file with all of its hashes: as objects they take a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from struct import Struct as Layout
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from enrich.indicators.hash.digests import KIND
from enrich.model.indicator import Indicator, Target

SIZES = {"sha256": 32, "sha1": 20, "md5": 16}
"""Bytes of the algorithms' digests, the strongest first. A file that lacks one has zeros in its place."""
MOST = 2**32 - 1
"""The greatest weight that a record holds."""
RECORD = Layout("<32s20s16sIQ")
"""The digests, the weight, and the file's place in the order of first sight."""
NOTHING = memoryview(b"")
_EMPTY = {size: bytes(size) for size in SIZES.values()}


class PackedTargets(Struct, frozen=True):
    """Targets as they lie in a file: ``files`` are records, in any order; ``others`` are no hashes, or odd ones;
    ``disputes`` are the names of rows that contradict each other, each list for the targets of all its names.
    """

    files: memoryview
    others: list[Target] = []
    disputes: list[tuple[Indicator, ...]] = []

    @classmethod
    def of(cls, targets: Iterable[Target]) -> Self:
        """Return the same targets. Each has one hash by an algorithm at most."""
        return cls.of_sighted((target, first) for first, target in enumerate(targets))

    @classmethod
    def of_sighted(cls, targets: Iterable[tuple[Target, int]], files: memoryview = NOTHING) -> Self:
        """Return the same, each with its place in the order of first sight, behind the records ``files``."""
        records, others, disputes = bytearray(), list[Target](), dict[tuple[Indicator, ...], None]()
        for target, first in targets:
            record = packed(target, first)
            if record is None:
                others.append(replace(target, disputed=()))
            else:
                records += record
            if target.disputed:
                disputes[target.disputed] = None
        # what lies in memory as records already may be large, and is not copied where nothing follows it
        return cls(memoryview(b"".join((files, records))) if records else files, others, list(disputes))

    def targets(self) -> Iterator[Target]:
        """Yield the targets, files first."""
        yield from with_disputes(chain(unpacked(self.files), self.others), self.disputes)


def with_disputes(targets: Iterable[Target], disputes: Iterable[tuple[Indicator, ...]]) -> Iterator[Target]:
    """Yield the targets, each with the one of ``disputes`` that it is in."""
    disputed = {name: dispute for dispute in disputes for name in dispute}
    for target in targets:
        yield replace(target, disputed=disputed[target.ask]) if target.ask in disputed else target


def packed(target: Target, first: int) -> bytes | None:
    """Return a target's record; None where it has none."""
    digests = dict(_EMPTY)
    for name in target.names:
        digest = bytes.fromhex(name.value) if name.kind == KIND else b""
        if digest == digests.get(len(digest), digest):  # of another kind, or all zeros
            return None
        digests[len(digest)] = digest
    return RECORD.pack(*digests.values(), min(target.weight, MOST), first)


def unpacked(records: bytes | memoryview) -> Iterator[Target]:
    for *digests, weight, _ in RECORD.iter_unpack(records):
        ask, *others = [Indicator(KIND, digest.hex()) for digest in digests if digest != _EMPTY[len(digest)]]
        yield Target(ask, tuple(others), weight)
