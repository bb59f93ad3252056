"""Members of a JSON document as what they are read for, whatever type they came in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enrich.errors import Refused
from enrich.model.indicator import Indicator


def text_of(document: Mapping[str, Any], *names: str) -> str:
    """Return the first of the members ``names`` that holds text or a number, as text; "" where none does."""
    for name in names:
        value = document.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def number_of(document: Mapping[str, Any], name: str, most: int) -> int | None:
    """Return the whole number from 0 to ``most`` in the member ``name``, be it written as text; None where there is
    nothing. ``Refused`` for what is there and can be no such number: a verdict hangs on it.
    """
    value = document.get(name)
    if value is None or value == "":
        return None
    text = text_of(document, name).removesuffix(".0")
    if not text.isdecimal() or len(text) > len(str(most)) + 1 or int(text) > most:
        raise Refused(f"the answer's {name} cannot be read")
    return int(text)


def records_of(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; none where it is none."""
    return [record for record in value if isinstance(record, dict)] if isinstance(value, list) else []


def hashes_of(document: Mapping[str, Any], *names: str) -> tuple[Indicator, ...]:
    """Return the file's hashes in the members ``names``: what else stands there is none."""
    values = (str(document.get(name) or "").strip().lower() for name in names)
    return tuple(
        Indicator("hash", value)
        for value in values
        if len(value) in (32, 40, 64) and not set(value) - set("0123456789abcdef")
    )


def tags_of(value: Any) -> str:
    """Return a list of words in a row; a text as it is; "" for anything else."""
    if isinstance(value, str):
        return value.strip()
    words = [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
    return ", ".join(dict.fromkeys(words))
