"""Paths as text."""

from __future__ import annotations

from pathlib import Path


def path_text(path: Path) -> str:
    """Return a path as text; bytes that are no UTF-8 become escapes, since no JSON or XML holds them."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
