"""An object's names as the bytes that a store keeps: a run may hold a million findings, and reads the names of few.

They behave as the tuple of indicators that they stand for, which is made when somebody looks.
"""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Iterator, Sequence
from typing import Any, overload

import msgspec
from msgspec import Struct, StructMeta

from enrich.errors import StoreError
from enrich.model.indicator import Indicator

BIG_INTEGER, HALF_CHARACTERS = 1, 2
"""Marks of what msgpack itself cannot hold: a number beyond 64 bits; a text with half a surrogate pair."""


def _odd(mark: int, data: memoryview) -> int | str:
    if mark == BIG_INTEGER:
        return int(bytes(data))
    if mark == HALF_CHARACTERS:
        return bytes(data).decode("utf-8", "surrogatepass")
    raise ValueError(f"a value of the unknown kind {mark}")


DECODE = msgspec.msgpack.Decoder(list[Any], ext_hook=_odd).decode


def damaged() -> StoreError:
    """Return the error for an answer whose bytes are not what a store wrote."""
    return StoreError("the store holds an answer that is damaged", hint="restore a copy of the store")


class PackedType(StructMeta, ABCMeta):
    """Makes a struct of what behaves as a collection: made in a third of the time, and no work for the collector."""


class PackedNames(Sequence[Indicator], Struct, metaclass=PackedType, frozen=True, gc=False, eq=False):
    """``kinds`` of the names, which many objects share, and their values as one msgpack array: hashes as bytes.

    Reading raises ``StoreError`` where the bytes are damaged.
    """

    _kinds: tuple[str, ...]
    _values: bytes

    @property
    def packed(self) -> tuple[tuple[str, ...], bytes]:
        """What they were made of."""
        return self._kinds, self._values

    def texts(self) -> list[str]:
        """Return the values alone, hashes in hex."""
        try:
            values = [value.hex() if type(value) is bytes else value for value in DECODE(self._values)]
            whole = "".join(values)  # raises where one is no text
        except (ValueError, TypeError) as error:
            raise damaged() from error
        if len(values) != len(self._kinds) or not whole:
            raise damaged()
        return values

    def plain(self) -> tuple[Indicator, ...]:
        return tuple(map(Indicator, self._kinds, self.texts()))

    @overload
    def __getitem__(self, index: int) -> Indicator: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Indicator, ...]: ...
    def __getitem__(self, index: int | slice) -> Indicator | tuple[Indicator, ...]:
        return self.plain()[index]

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.plain())

    def __len__(self) -> int:
        return len(self._kinds)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, Indicator) and (name.kind, name.value) in zip(self._kinds, self.texts(), strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.plain() == tuple(other)

    def __hash__(self) -> int:
        return hash(self.plain())

    def __repr__(self) -> str:
        return repr(self.plain())
