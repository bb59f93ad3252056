"""A finding's fields as the bytes that a store keeps: a run may hold a million findings of which few are looked at.

They behave as any mapping. Who looks at several fields of one finding reads them once, by ``plain_fields``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from enrich.errors import StoreError
from enrich.model.finding import Scalar

BIG_INTEGER, HALF_CHARACTERS = 1, 2
"""Marks of what msgpack itself cannot hold: a number beyond 64 bits; a text with half a surrogate pair."""


def _odd(mark: int, data: memoryview) -> int | str:
    if mark == BIG_INTEGER:
        return int(bytes(data))
    if mark == HALF_CHARACTERS:
        return bytes(data).decode("utf-8", "surrogatepass")
    raise ValueError(f"a value of the unknown kind {mark}")


DECODE = msgspec.msgpack.Decoder(list[Any], ext_hook=_odd).decode


class PackedFields(Mapping[str, Scalar]):
    """``names`` of the fields, which many findings share, and their values as one msgpack array.

    Reading raises ``StoreError`` where the bytes are damaged.
    """

    __slots__ = ("_names", "_values")

    def __init__(self, names: tuple[str, ...], values: bytes) -> None:
        self._names = names
        self._values = values

    def plain(self) -> dict[str, Scalar]:
        """Return all fields."""
        try:
            return dict(zip(self._names, DECODE(self._values), strict=True))
        except (ValueError, TypeError) as error:
            hint = "restore a copy of the store"
            raise StoreError("the store holds an answer that is damaged", hint=hint) from error

    def __getitem__(self, name: str) -> Scalar:
        return self.plain()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self.plain() == plain_fields(other)

    def __hash__(self) -> int:
        raise TypeError("fields are no key, as no mapping is")

    def __repr__(self) -> str:
        return repr(self.plain())


def plain_fields(fields: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    """Return ``fields``, read if they are packed."""
    return fields.plain() if isinstance(fields, PackedFields) else fields
