"""Texts and file names from outside as they are shown: no terminal obeys them, and every output can hold them."""

from __future__ import annotations

import sys
from pathlib import Path


def printable(text: str) -> str:
    """One line in which nothing moves the cursor, colours or reverses: they stand as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def say(text: str) -> None:
    """One line on stderr."""
    print(printable(text), file=sys.stderr, flush=True)


def path_text(path: Path) -> str:
    """A path as text: bytes of its name that are no UTF-8 stand as escapes, since no JSON or XML holds them."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
