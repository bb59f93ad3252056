"""The columns that are appended, each declared once."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What a column holds, so that each format can write it in its own typed way."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    """Integer Unix seconds, UTC."""
    LINK = "link"
    RATIO = "ratio"
    """Text such as ``53/72``, which no program may turn into a date."""
    STATUS = "status"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is appended. Declared once; heading, writer, help and report follow from it.

    ``name`` is the machine name in full (``vt_first_seen``), ``title`` the words for people.
    """

    name: str
    title: str
    help: str
    type: Type = Type.TEXT
    default: bool = True
    width: int = 14
    """Readable width in characters."""
    kinds: tuple[str, ...] = ()
    """It is appended where indicators of one of these kinds are asked about; empty: always."""
    of_kind: str = ""
    """It speaks of the row's worst indicator of this kind, and not of what the row's other columns speak of."""
    field: str = ""
    """The field that such a column shows."""
    page: str = ""
    """How each link in such a column begins."""


def free_heading(heading: str, in_use: Container[str]) -> str:
    """Return a heading that is none of those ``in_use`` (case folded): with a number behind it where it is one."""
    free, number = heading, 1
    while free.casefold() in in_use:
        number += 1
        free = f"{heading} ({number})"
    return free
