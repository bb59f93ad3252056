"""Members of a JSON document as text, whatever type they came in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text_of(document: Mapping[str, Any], *names: str) -> str:
    """Return the first of the members ``names`` that holds text or a number, as text; "" where none does."""
    for name in names:
        value = document.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def tags_of(value: Any) -> str:
    """Return a list of words in a row; a text as it is; "" for anything else."""
    if isinstance(value, str):
        return value.strip()
    words = [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
    return ", ".join(dict.fromkeys(words))
