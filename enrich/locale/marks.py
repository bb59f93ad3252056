"""Texts marked for translation where they are declared; they are translated where they are shown."""

from __future__ import annotations


def mark(message: str) -> str:
    """Mark a text."""
    return message


def ngettext(one: str, many: str) -> tuple[str, str]:
    """Mark a text that depends on a number."""
    return one, many
