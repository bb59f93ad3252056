"""How spreadsheet programs name columns and cells. Knows nothing else."""

from __future__ import annotations


def letters(column: int) -> str:
    """Column 0 as ``A``, 26 as ``AA``."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_of(letters: str) -> int:
    """Return the column that letters name, from 0: ``A`` is 0, ``aa`` is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Row 7, column 1 as ``B7``."""
    return f"{letters(column)}{row}"
