"""Tables that stand in a text: of Markdown, of a database's client, and of tools that print fields more than a space
apart. A value in such a line has a heading, and the line's other fields beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise

from msgspec import Struct, structs

from enrich.indicators import Match
from enrich.indicators.hash.credentials import names_columns
from enrich.model.row import Row
from enrich.scan import known_layouts
from enrich.scan.columns import SheetColumns

_START = 400
"""Of a line, what is looked at: one may be of megabytes."""
_LONGEST_WORDS = 80
"""Of a field beside a value that may say what it is."""
_PHRASE = r"[A-Za-z][\w()/%-]{0,29}(?: [\w()/%-]{1,20}){0,3}"
_PRINTED = re.compile(rf"\s*{_PHRASE}(?:(?:\s{{2,}}|\t){_PHRASE}){{2,}}\s*")
"""A line of headings as tools print them: CONTAINER ID   IMAGE   COMMAND. Two may as well be a name and its value."""
_FIELD = re.compile(r"\S+(?: \S+)*")
_OF_RECORDS = re.compile(r"values\s*$", re.IGNORECASE)
"""The end of a statement whose records stand below it with commas between their fields; else tabs are."""
_START_OF_STATEMENT = 120
"""Signs in which the names of its columns begin."""
_OF_RULE = "-=:|+ \t"
"""What the line below headings is made of: |---|:--:|, ----+----, ----  ----."""
_RUN = re.compile(r"[:=-]+")
# Markdown writes a bar within a cell with a backslash
_TAB, _COMMA = "\t", ","
_SIGNS = {"|": re.compile(r"(?<!\\)\|"), _TAB: re.compile(_TAB), _COMMA: re.compile(_COMMA)}


class _Field(Struct, frozen=True):
    start: int
    end: int
    heading: str
    text: str


class TextTable(Struct, frozen=True):
    """The headings of one table, each with the place in the line that it begins at; ``parted`` by bars, tabs or
    commas, the fields have the headings that are as many signs in.
    """

    headings: tuple[tuple[int, str], ...]
    parted: str = ""

    def fields(self, line: str) -> list[_Field]:
        """Return what stands in a line of the table, from left to right."""
        return list(self._by_sign(line) if self.parted else self._by_place(line))

    def apart(self, line: str) -> str:
        """Return a line, as long as it is, in which a tab stands between fields: each is then looked at by itself."""
        if self.parted:
            return line
        signs = list(line.replace("  ", f" {_TAB}"))
        for start, _ in self.headings:
            if 0 < start < len(line) and line[start - 1] == " ":
                signs[start - 1] = _TAB
        return "".join(signs)

    def holds(self, line: str) -> bool:
        """Return whether a line may be one of the table's."""
        if self.parted:
            return self.parted in line and (self.parted != _COMMA or line.lstrip().startswith("("))
        starts = {start for start, _ in self.headings}
        return any(found.start() in starts for found in _FIELD.finditer(line[:_START]) if found.start())

    def _by_sign(self, line: str) -> Iterator[_Field]:
        words = [heading for _, heading in self.headings]
        for number, (start, text) in enumerate(_cells(line[:_START], self.parted)):
            yield _Field(start, start + len(text), words[number].strip() if number < len(words) else "", text.strip())

    def _by_place(self, line: str) -> Iterator[_Field]:
        places = dict(self.headings)
        for found in _FIELD.finditer(line[:_START]):
            yield _Field(found.start(), found.end(), places.get(found.start(), ""), found[0])


class TextTables:
    """Passes the rows of a sheet, and knows of each whether it stands in a table within a text."""

    def __init__(self, columns: SheetColumns) -> None:
        self._columns = columns
        self.table: TextTable | None = None
        """The one that the last row stands in."""
        self._line, self._number = "", -1
        self._has_opened = False
        """Whether the last row held the headings of one."""
        self.is_rule = False
        """Whether the last row is the rule below a table's headings: the row before it is no title then."""

    def see(self, row: Row) -> TextTable | None:
        """Look at the next row; returns the table that it stands in, None where it stands in none."""
        # where the file itself says what its columns are, its cells hold no tables
        line = row.texts[0][:_START] if len(row.texts) == 1 and not self._columns.declared else ""
        gap = row.number - self._number
        # Volatility leaves a line blank between the headings and what stands below them
        held = self.table if gap == 1 or (gap == 2 and self._has_opened) else None
        # most lines of a text have no sign of a table
        is_any = "|" in line or "  " in line or _TAB in line or "--" in line
        is_any = is_any or "(" in line[:_START_OF_STATEMENT]
        self.table = self._of(line, self._line if gap == 1 else "", held) if is_any else None
        self._has_opened = self.table is not None and self.table is not held
        self.is_rule = self.table is not None and not line.strip(_OF_RULE)
        self._line, self._number = line, row.number
        return self.table

    @staticmethod
    def _of(line: str, before: str, table: TextTable | None) -> TextTable | None:
        if not line.strip(_OF_RULE) and ("-" in line or "=" in line):
            return table if table and table.parted else _below(line, before)
        if table is not None and table.holds(line):
            return table
        names = names_columns(line) or (known_layouts.names([line.split(_TAB)]) if _TAB in line else ())
        if names:
            return TextTable(tuple(enumerate(names)), _COMMA if _OF_RECORDS.search(line) else _TAB)
        if ("  " in line or _TAB in line) and _PRINTED.fullmatch(line):
            if _TAB in line.strip():
                return TextTable(tuple(_cells(line, _TAB)), _TAB)
            return TextTable(tuple((found.start(), found[0]) for found in _FIELD.finditer(line)))
        return None


def _below(rule: str, headings: str) -> TextTable | None:
    """Return the table whose rule stands below its headings; None for a rule that stands below none."""
    if "|" in rule or "+" in rule:
        return TextTable(tuple(_cells(headings, "|")), "|") if "|" in headings else None
    runs = [found.start() for found in _RUN.finditer(rule)]
    if len(runs) < 2 or not headings:
        return None
    return TextTable(tuple((start, headings[start:end].strip()) for start, end in pairwise([*runs, _START])))


def _cells(line: str, sign: str) -> Iterator[tuple[int, str]]:
    """Yield where each cell of a line begins, and its text; the bars at the ends of a line part nothing."""
    start = len(line) - len(line.lstrip())
    start += line.startswith(sign, start) and sign == "|"
    for part in _SIGNS[sign].split(line[start:]):
        yield start, part
        start += len(part) + 1


def placed(matches: Iterable[Match], table: TextTable | None, line: str) -> Iterable[Match]:
    """Return the values of a line, each with the headings and texts of the table's fields as the record that it stands
    in.
    """
    found = matches if table is None else list(matches)
    return map(partial(_placed, table.fields(line)), found) if table is not None and found else found


def _placed(fields: Sequence[_Field], match: Match) -> Match:
    own = next((field for field in fields if field.start <= match.start < field.end), None)
    if own is None or match.record:
        return match
    beside = ((one.heading, one.text) for one in fields if one is not own and one.heading and one.text)
    # | C2 | evil.com | below headings that name no second column
    filled = [one for one in fields if one.text]
    is_pair = not own.heading and len(filled) == 2 and own is filled[1]
    heading = filled[0].text if is_pair else own.heading
    record = [(heading, ""), *((words, text) for words, text in beside if len(text) <= _LONGEST_WORDS)]
    return structs.replace(match, record=tuple(record), in_table=True)
