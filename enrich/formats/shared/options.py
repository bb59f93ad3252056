"""How a file is to be read: the user's word where content does not decide. Knows no format."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """``encoding`` overrules detection; ``limit`` is the most bytes that anything packed may unpack to."""

    encoding: str | None = None
    limit: int = 4 << 30
