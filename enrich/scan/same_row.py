"""Which hashes of one row name the same file: its md5, sha1 and sha256 side by side, or several files' in one row.

Knows a row's values with their columns' roles, and nothing of sheets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Member(NamedTuple):
    """One hash of a row: ``role`` is whose it is by its heading ("payload"; "" where it is the row's own file).

    ``loose``: from running text, where it may be of any file. ``joined``: it stands right behind the one before.
    """

    value: str
    column: int
    role: str
    loose: bool
    joined: bool = False


def group(members: Sequence[Member]) -> list[int]:
    """Return the file numbers, from 0, of a row's hashes. Where it is not plain that two are of one file, they
    are not.
    """
    if len(members) == 1:
        return [0]
    numbers: dict[str, int] = {}
    values_by_number: list[list[str]] = []
    for role in dict.fromkeys(member.role for member in members):
        for values in _sets([m for m in members if m.role == role and not m.loose]):
            _number(values, numbers, values_by_number)
    for values in _chains(members):
        _number(values, numbers, values_by_number)
    return [numbers[member.value] for member in members]


def _chains(members: Sequence[Member]) -> Iterator[list[str]]:
    """Yield values that stand right behind each other, as in a row of a text's table; others alone."""
    chain: list[str] = []
    for member in members:
        if chain and not member.joined:
            yield from _parts(chain)
            chain = []
        chain.append(member.value)
    yield from _parts(chain)


def _parts(values: Sequence[str]) -> list[list[str]]:
    """Return the values that follow each other, by files."""
    values = list(dict.fromkeys(values))
    return [values] if _distinct(values) else _turns(values)


def _number(values: Sequence[str], numbers: dict[str, int], values_by_number: list[list[str]]) -> None:
    """Give values of one file its number: that of one among them which is known already, unless they contradict it.
    ``values_by_number`` grows with them.
    """
    known = {numbers[value] for value in values if value in numbers}
    new = [value for value in values if value not in numbers]
    number = min(known, default=0)
    if len(known) != 1 or not _distinct([*new, *values_by_number[number]]):
        number = len(values_by_number)
    if new and number == len(values_by_number):
        values_by_number.append([])
    for value in new:
        numbers[value] = number
        values_by_number[number].append(value)


def _sets(members: Sequence[Member]) -> list[list[str]]:
    """Return values that are one file's: all of them, or a cell's, or the turns of a repeating pattern; else each
    alone.
    """
    values = list(dict.fromkeys(member.value for member in members))
    if _distinct(values):
        return [values] if values else []
    cells: dict[int, dict[str, None]] = {}
    for member in members:
        cells.setdefault(member.column, {})[member.value] = None
    return [part for cell in cells.values() for part in _parts(list(cell))]


def _turns(values: Sequence[str]) -> list[list[str]]:
    """Return the groups of one file's values: ``md5 sha1 md5 sha1`` is two; anything less regular is each value
    alone.
    """
    lengths = [len(value) for value in values]
    period = len(set(lengths))
    if len(values) % period == 0 and lengths == lengths[:period] * (len(values) // period):
        return [list(values[i : i + period]) for i in range(0, len(values), period)]
    return [[value] for value in values]


def _distinct(values: Sequence[str]) -> bool:
    return max(Counter(map(len, values)).values(), default=1) == 1
