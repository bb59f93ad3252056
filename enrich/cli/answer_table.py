"""Answers on a terminal: a table no wider than it, or where columns were chosen a block of lines a value."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from enrich.clock import utc
from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.palette import PALETTE
from enrich.model.row import Added
from enrich.visible import visible

SHOWN = ("verdict", "detections", "first_seen", "threat_label")
"""The columns of the table: a line has room for so many. Notes stand below it."""
WIDEST = 26
"""Characters of a column besides the value."""
LEAST = 14
"""Characters of a value, below which a column gives way."""

Line = tuple[str, Added | None]


def print_table(columns: Sequence[Column], lines: Sequence[Line]) -> None:
    """Print a line a value: verdict, ratio, first seen, label. A value that is too long is shortened in its middle."""
    console = _console()
    places = [place for place, column in enumerate(columns) if _short(column) in SHOWN]
    grid = [[_short(columns[place]).replace("_", " ") for place in places]]
    grid += [[_text(added, columns, place) or _end(added, columns[place]) for place in places] for _, added in lines]
    widths = [min(WIDEST, max(map(len, texts))) for texts in zip(*grid, strict=True)]
    while widths and console.width - sum(widths) - 2 * len(widths) < LEAST:
        widths.pop()
    longest = max(len("value"), *(len(value) for value, _ in lines))
    room = max(LEAST, min(longest, console.width - sum(widths) - 2 * len(widths)))
    styles = ["bold", *(PALETTE[added.tone].terminal if added is not None else "" for _, added in lines)]
    for value, texts, style in zip(["value", *(value for value, _ in lines)], grid, styles, strict=True):
        shown = "  ".join(_fitted(text, width) for text, width in zip(texts, widths, strict=False))
        console.print(Text(f"{_fitted(value, room)}  ").append(Text(shown.rstrip(), style=style)), no_wrap=True)
    for value, added in lines:
        if note := _note(added, columns):
            console.print(Text(visible(f"{_fitted(value, LEAST)}  {note}")))


def print_blocks(columns: Sequence[Column], lines: Sequence[Line]) -> None:
    """Print each value with a line a column that holds something."""
    console = _console()
    indent = max(len(_short(column)) for column in columns) + 4
    for value, added in lines:
        console.print(Text(visible(value), style="bold"))
        for place, column in enumerate(columns):
            if text := _text(added, columns, place):
                style = PALETTE[added.tone].terminal if added is not None and column.type is Type.VERDICT else ""
                line = Text(f"  {_short(column):{indent - 4}}  ").append(Text(text, style=style))
                console.print(line, soft_wrap=" " not in text)  # an address is there to be copied, or opened


def _console() -> Console:
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def _short(column: Column) -> str:
    """Return the column's name without its provider's prefix."""
    return column.name.partition("_")[2]


def _note(added: Added | None, columns: Sequence[Column]) -> str:
    place = next((place for place, column in enumerate(columns) if _short(column) == "note"), None)
    return "" if place is None or added is None else str(added.values[place] or "")


def _text(added: Added | None, columns: Sequence[Column], place: int) -> str:
    """Return a cell's text on one line."""
    if added is None:
        return ""
    value: Scalar = added.values[place]
    kind = columns[place].type
    if value is None:
        return ""
    if kind is Type.DATE and isinstance(value, int):
        return f"{utc(value):%Y-%m-%d}"
    return visible(str(value).lower() if isinstance(value, bool) else str(value))


def _end(added: Added | None, column: Column) -> str:
    """Return the verdict, or how the lookup ended where there is none."""
    return added.status.value if added is not None and column.type is Type.VERDICT else ""


def _fitted(text: str, width: int) -> str:
    """Return ``text`` in exactly ``width`` characters; of a longer one the beginning and the end."""
    if len(text) <= width:
        return text.ljust(width)
    head = (width - 2) * 2 // 3
    return f"{text[:head]}..{text[len(text) - (width - 2 - head) :]}"
