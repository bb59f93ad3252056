"""Answers out of a store by columns: of half a million that are alike in form, no object is made of any."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import compress
from typing import Any

from msgspec import Struct, structs

from enrich.clock import utc_of_answer
from enrich.model.finding import Finding, Scalar
from enrich.model.indicator import OF_FILES, Indicator
from enrich.model.packed_fields import PackedFields, read_columns
from enrich.model.packed_names import PackedNames
from enrich.model.status import Status


class AnswerColumns(Struct, frozen=True, gc=False):
    """Answers about files with the same ``fields``, and hashes by the same algorithms: each list has a value of each.

    ``names`` and ``values`` are packed as in ``PackedNames`` and ``PackedFields``; names of the same ``kinds``.
    """

    kinds: tuple[str, ...]
    fields: tuple[str, ...]
    asked: Sequence[bytes]
    """The hash that each was asked for, and found by."""
    at: Sequence[int]
    """Unix seconds."""
    statuses: Sequence[Status]
    malicious: Sequence[int | None]
    engines: Sequence[int | None]
    names: Sequence[bytes]
    hashes: Sequence[Sequence[bytes]]
    """The same, read."""
    values: Sequence[bytes]

    def where(self, chosen: Sequence[bool]) -> AnswerColumns:
        lists = {name: list(compress(getattr(self, name), chosen)) for name in self.__struct_fields__[2:]}
        return structs.replace(self, **lists)

    def findings(self, origin: str) -> list[Finding]:
        findings = list[Finding]()
        for asked, at, status, malicious, engines, packed, values in zip(
            *(self.asked, self.at, self.statuses, self.malicious, self.engines, self.names, self.values), strict=True
        ):
            names: Any = PackedNames(self.kinds, packed)
            fields, name = PackedFields(self.fields, values, names), Indicator(OF_FILES, asked.hex())
            findings.append(Finding(name, origin, status, fields, "", utc_of_answer(at), names, malicious, engines))
        return findings

    def by_field(self, wanted: Collection[str]) -> dict[str, Sequence[Scalar]]:
        """Return the ``wanted`` fields that they have, read. Raises ``StoreError`` where their bytes are damaged."""
        return read_columns(self.fields, self.values, wanted, lambda: self.hashes)
