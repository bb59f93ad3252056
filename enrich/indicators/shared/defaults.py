"""What a type of indicator offers where its values are what they are: none is trivial, each is its own object."""

from __future__ import annotations


def trivial(value: str) -> str:  # noqa: ARG001 - as the wall has it
    """None of them is known beforehand."""
    return ""


def identity(value: str) -> str:
    """Return the canonical value itself."""
    return value


def strength(value: str) -> int:  # noqa: ARG001 - as the wall has it
    """Return the same for all: one name is as good as another."""
    return 0
