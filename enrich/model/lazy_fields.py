"""A finding's fields and names that are decoded when somebody looks: a table may hold a million of which few are read.

Knows nothing of stores and columns; whoever keeps them packed hands in how they are unpacked.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self, cast, overload

from enrich.model.finding import Scalar
from enrich.model.indicator import Indicator


class PackedFields(Mapping[str, Scalar]):
    """Fields in their packed form. Looked at one by one they stay unpacked; ``pick`` leaves nothing behind."""

    __slots__ = ("_known",)
    _known: dict[str, Scalar] | None

    @abstractmethod
    def _unpack(self) -> dict[str, Scalar]:
        """All fields."""

    @classmethod
    @abstractmethod
    def pick(cls, several: Sequence[Self], names: tuple[str, ...]) -> list[tuple[Scalar, ...]]:
        """The fields called ``names`` of each, None for one that is not there; quick where many are alike."""

    def unpacked(self) -> dict[str, Scalar]:
        if self._known is None:
            self._known = self._unpack()
        return self._known

    def __getitem__(self, name: str) -> Scalar:
        return self.unpacked()[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.unpacked().get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.unpacked())

    def __len__(self) -> int:
        return len(self.unpacked())

    def __repr__(self) -> str:
        return repr(self.unpacked())


class PackedNames(Sequence[Indicator]):
    """Names in their packed form; looked at they stay unpacked, for who looks once asks for several."""

    __slots__ = ("_known",)
    _known: tuple[Indicator, ...] | None

    @abstractmethod
    def _unpack(self) -> tuple[Indicator, ...]:
        """All names."""

    def longest(self) -> str:
        """The value of the strongest hash."""
        return max((name.value for name in self.unpacked()), key=len)

    def unpacked(self) -> tuple[Indicator, ...]:
        if self._known is None:
            self._known = self._unpack()
        return self._known

    @overload
    def __getitem__(self, place: int) -> Indicator: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Indicator, ...]: ...
    def __getitem__(self, place: int | slice) -> Indicator | tuple[Indicator, ...]:
        return self.unpacked()[place]

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.unpacked())

    def __contains__(self, name: object) -> bool:
        return name in self.unpacked()

    def __eq__(self, other: object) -> bool:
        return self.unpacked() == (other.unpacked() if isinstance(other, PackedNames) else other)

    def __hash__(self) -> int:
        return hash(self.unpacked())

    def __repr__(self) -> str:
        return repr(self.unpacked())


def picked_many(several: Sequence[Mapping[str, Scalar]], names: tuple[str, ...]) -> list[tuple[Scalar, ...]]:
    """The fields called ``names`` of each of ``several``, None for one that is not there."""
    kinds = set(map(type, several))
    if len(kinds) == 1 and issubclass(kind := kinds.pop(), PackedFields):
        return kind.pick(cast("Sequence[PackedFields]", several), names)
    packed = {
        kind: iter(kind.pick([fields for fields in several if type(fields) is kind], names))
        for kind in kinds
        if issubclass(kind, PackedFields)
    }
    return [
        next(packed[kind]) if (kind := type(fields)) in packed else tuple(map(fields.get, names)) for fields in several
    ]


def strongest(names: Sequence[Indicator]) -> str:
    """The longest value of an object's ``names``: of a file's hashes the strongest."""
    return names.longest() if isinstance(names, PackedNames) else max((name.value for name in names), key=len)
