"""What most providers offer alike: no options of their own, calls spared to nobody, every column filled at once."""

from __future__ import annotations

from dataclasses import dataclass

from enrich.model.finding import Finding


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The ``OPTIONS`` of a provider that has none of its own."""


def spares(finding: Finding, options: object) -> str:  # noqa: ARG001 - as every provider has it
    """Return "": it is no gate."""
    return ""


def decode(body: bytes, finding: Finding, options: object) -> Finding:  # noqa: ARG001 - as every provider has it
    """Return ``finding``: every column is filled when it comes."""
    return finding
