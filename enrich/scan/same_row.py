"""The values of one row, and what they make of each other.

Which hashes are one file's: its md5, sha1 and sha256 side by side, or several files' in one row; which one slipped
aside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct, structs

from enrich.indicators import SILENT, IndicatorType, Match, Reading, Says
from enrich.indicators.hash import AN_ID, IN_NAMES
from enrich.indicators.hash import KIND as HASH
from enrich.indicators.hash.digests import LENGTHS, NT_EMPTY
from enrich.indicators.hash.file_names import FILE_ENDINGS
from enrich.indicators.hash.vocabulary import LOGIN
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.chain import Decision
from enrich.scan.columns import SheetColumns

_UNCALCULATED = "a formula that was never calculated: the file holds no result to read"
_ALONE_IN_ROW = "by its cell: a hash alone, and none under a heading of hashes in this row"


class CellMatch(Struct):
    """One value of a row: where it stands, what it is, and why."""

    column: int
    kind: IndicatorType
    match: Match
    decision: Decision

    @property
    def is_asked(self) -> bool:
        return self.decision.found is Found.INDICATOR

    @property
    def is_hash(self) -> bool:
        """Whether it is a file's hash that is asked for."""
        return self.is_asked and self.kind.KIND == HASH

    @property
    def is_loose(self) -> bool:
        """Whether it may be another file's than the row's: it stands in running text."""
        return not (self.match.alone or self.match.own.says in (Says.SHAPE, Says.INDICATOR))


def file_numbers(columns: SheetColumns, found: Sequence[CellMatch]) -> list[int]:
    """For each value the number of the file that it is of; 0 for what is no file's hash."""
    members = [
        RowHash(
            hit.match.value, hit.column, columns[hit.column].meaning.role, loose=hit.is_loose, joined=hit.match.joined
        )
        for hit in found
        if hit.is_hash
    ]
    numbers = iter(group(members)) if members else iter(())
    return [next(numbers) if hit.is_hash else 0 for hit in found]


def without_logins(found: Sequence[CellMatch]) -> list[CellMatch]:
    """Return the matches of a row; beside what an empty password comes to, its LM hash mostly, stands an NT hash."""
    if not any(hit.match.value in NT_EMPTY for hit in found):
        return list(found)
    secret = Decision(Found.LEFT_OUT, LOGIN, everywhere=LOGIN)
    is_one = [hit.is_hash and len(hit.match.value) == LENGTHS["md5"] for hit in found]
    return [structs.replace(hit, decision=secret) if one else hit for hit, one in zip(found, is_one, strict=True)]


_SEVERAL = 2
"""Values of one length, and words, from which on a line tells of an event and its ids."""
# 10:15:07,123 and 2024-05-01T10:15:07Z
_TIME = re.compile(r"\W{0,3}(?:[\d./-]{6,10}[T ,;\t]{1,2})?\d\d:\d\d:\d\d")
_WORD = re.compile(r"(?<![\w.])[A-Za-z][\w.-]{2,}")
_NAMES_FILE = re.compile(
    rf"[\w)]\.(?:{FILE_ENDINGS.pattern})(?![\w.-])|(?<![^\s,;=\"'])(?:[a-z]:)?[\\/]\w", re.IGNORECASE
)
_HEX = re.compile("[0-9A-Fa-f]{28,}")
_LONGEST_LINE = 4000


def without_ids(row: Row, columns: SheetColumns, found: list[CellMatch]) -> list[CellMatch]:
    """Return the values of a row; in a line of a log that has neither headings nor a file's name several values of one
    length that nothing names are ids of what happened: a file has one hash of each.
    """
    asked = [hit for hit in found if hit.is_hash]
    is_unnamed = not any(hit.decision.reason or hit.match.own is not SILENT for hit in asked)
    lengths = {len(hit.match.value) for hit in asked}
    if columns.named or not is_unnamed or len(lengths) != 1 or len({hit.match.value for hit in asked}) < _SEVERAL:
        return found
    line = " ".join(row.texts)[:_LONGEST_LINE]
    is_line = _TIME.match(line) and not _NAMES_FILE.search(line)
    if not is_line or len(_WORD.findall(_HEX.sub(" ", line))) < _SEVERAL:
        return found  # a day and its hashes
    ids = Decision(Found.LEFT_OUT, AN_ID, everywhere=AN_ID)
    return [structs.replace(hit, decision=ids) if hit.is_hash else hit for hit in found]


def of_comment(match: Match) -> Match:
    """Return a value in what is attached to a cell: it is not what its column is called after, so a heading that does
    not say what else it is leaves it a hash.
    """
    return structs.replace(match, own=Reading(Says.SHAPE, form=match.form)) if match.own is SILENT else match


def with_slipped_aside(columns: SheetColumns, found: list[CellMatch]) -> list[CellMatch]:
    """Return the values of a row, where it was torn or slipped aside with a hash that stands under a heading of names
    asked for: alone in its cell, in a table of hashes of which this row has none.
    """
    # in a table without a column of hashes a hash under "Name" is a name
    if columns.has_hashes and not any(hit.is_asked or columns[hit.column].meaning.hash for hit in found):
        for hit in found:
            # not where the row's type says mutex, or its label key
            if hit.decision.reason.startswith(IN_NAMES) and hit.match.alone and hit.match.own is SILENT:
                hit.decision = Decision(Found.INDICATOR, _ALONE_IN_ROW)
    return found


def uncalculated(row: Row, columns: SheetColumns, kind: IndicatorType, found: Sequence[CellMatch]) -> list[CellMatch]:
    """Return the cells of a row where a hash is expected and a formula stands that has no result."""
    known = {hit.column for hit in found}
    places = [c for c in row.uncalculated if c in columns.expecting and c not in known]
    match = Match(0, 0, "(formula)", Found.DAMAGED, _UNCALCULATED)
    return [CellMatch(column, kind, match, Decision(Found.DAMAGED, _UNCALCULATED)) for column in places]


class RowHash(NamedTuple):
    """One hash of a row: ``role`` is whose it is by its heading ("payload"; "" where it is the row's own file).

    ``loose``: from running text, where it may be of any file. ``joined``: it stands right behind the one before.
    """

    value: str
    column: int
    role: str
    loose: bool
    joined: bool = False


def group(members: Sequence[RowHash]) -> list[int]:
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
    # columns first: their headings tell whose a hash is, what stands in a text does not
    for values in _chains(members):
        _number(values, numbers, values_by_number)
    return [numbers[member.value] for member in members]


def _chains(members: Sequence[RowHash]) -> Iterator[list[str]]:
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
    # one of them is known already: as a name of that file the others must not contradict it
    if len(known) != 1 or not _distinct([*new, *values_by_number[number]]):
        number = len(values_by_number)
    if new and number == len(values_by_number):
        values_by_number.append([])
    for value in new:
        numbers[value] = number
        values_by_number[number].append(value)


def _sets(members: Sequence[RowHash]) -> list[list[str]]:
    """Return values that are one file's: all of them, or a cell's, or the turns of a repeating pattern; else each
    alone.
    """
    values = list(dict.fromkeys(member.value for member in members))
    if _distinct(values):
        return [values] if values else []
    # two values of one algorithm: more than one file; a cell's own values are nearer than the row's
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
    # "md5 md5 sha1 sha1" may be a file and its parent crosswise: nothing is guessed
    if len(values) % period == 0 and lengths == lengths[:period] * (len(values) // period):
        return [list(values[i : i + period]) for i in range(0, len(values), period)]
    return [[value] for value in values]


def _distinct(values: Sequence[str]) -> bool:
    return max(Counter(map(len, values)).values(), default=1) == 1
