"""What most providers offer alike: no options, nothing spared, every column at once, the strongest name asked by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from enrich.model.column import Column
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The ``OPTIONS`` of a provider that has none of its own."""


def columns_always(columns: tuple[Column, ...]) -> Callable[[object], tuple[Column, ...]]:
    """Return the ``columns_for`` of a provider that has these ``columns`` whatever its options."""
    return lambda _options: columns


def strongest_of(kinds: Collection[str]) -> Callable[[Sequence[Indicator]], Indicator | None]:
    """Return the ``preferred`` of a provider that is asked by the strongest name of one of ``kinds``."""

    def preferred(names: Sequence[Indicator]) -> Indicator | None:
        for name in names:
            if name.kind in kinds:
                return name
        return None

    return preferred


def spares(finding: Finding, options: object) -> str:  # noqa: ARG001 - as every provider has it
    """Return "": it is no gate."""
    return ""


def decode(body: bytes, finding: Finding, options: object) -> Finding:  # noqa: ARG001 - as every provider has it
    """Return ``finding``: every column is filled when it comes."""
    return finding
