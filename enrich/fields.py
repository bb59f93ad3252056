"""A finding's fields that are decoded when somebody looks: a table may hold a million of which few are read.

Knows nothing of stores and columns; whoever keeps packed fields hands in how they are unpacked.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from enrich.model import Scalar


class PackedFields(Mapping[str, Scalar]):
    """Fields in their packed form. Looked at one by one they stay unpacked; ``pick`` leaves nothing behind."""

    __slots__ = ("_known",)
    _known: dict[str, Scalar] | None

    @abstractmethod
    def _unpack(self) -> dict[str, Scalar]:
        """All fields."""

    @abstractmethod
    def pick(self, names: tuple[str, ...]) -> tuple[Scalar, ...]:
        """The fields called ``names``, None for one that is not there; quick where many rows are alike."""

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


def picked(fields: Mapping[str, Scalar], names: tuple[str, ...]) -> tuple[Scalar, ...]:
    """Several fields at once, None for one that is not there."""
    if isinstance(fields, PackedFields):
        return fields.pick(names)
    return tuple(map(fields.get, names))
