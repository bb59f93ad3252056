"""The cells of one row's bytes: their raw values, fast where they are written plainly, by a full parser where not."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from xml.parsers import expat

from enrich.formats.xlsx.package.xml_edit import START_TAG
from enrich.formats.xlsx.sheet.text import COLUMNS
from enrich.model.cell_reference import letters

Raw = tuple[bytes, bytes, bytes, bytes, bytes, bytes]
"""Column letters, style, type, the formula's element, raw value, and what is not plain (last cell only)."""


@cache
def plain_cells(prefix: bytes) -> re.Pattern[bytes]:
    """One cell as nearly every program writes it; the last group takes the rest of the row where it is otherwise.

    What was matched is not tried again in another way (``?+``, ``*+``): that is a fifth of the time.
    """
    p = re.escape(prefix)
    preserve = b'(?: xml:space="preserve")?+'
    begin = b"(?:<%(p)sv>|<%(p)sis><%(p)st" + preserve + b">)"
    value = begin + b"([^<]*+)(?:</%(p)sv>|</%(p)st></%(p)sis>)|<%(p)sv/>"
    return re.compile(
        (
            b'<%(p)sc(?: r="([A-Z]{1,3}+)\\d{1,7}+")?+(?: s="(\\d{1,9}+)")?+(?: t="([a-zA-Z]{1,9}+)")?+'
            b"(?:/>|>(<%(p)sf[^<>]*(?:/>|>[^<]*+</%(p)sf>))?+(?:" + value + b")?+</%(p)sc>)|(.[\\s\\S]*)"
        )
        % {b"p": p},
        re.DOTALL,
    )


class Span(NamedTuple):
    """Where a cell stands in its row: byte offsets, and the style it wears."""

    column: int
    start: int
    end: int
    style: int


class _RowReader:
    """Reads a row that is not written plainly. Only cells that are the row's own children count."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.cells: list[Span] = []
        self.values: list[tuple[bytes, bytes, bytes, bytes]] = []
        """Style, type, formula, value; the value is escaped character data again."""
        self._path: list[str] = []
        self._column = -1
        self._open: tuple[int, dict[str, str]] = (0, {})
        self._text: list[str] = []
        self._formula_start = 0
        self._formula = b""
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.stop
        self.parser.CharacterDataHandler = self.text
        self.parser.Parse(data, True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._path.append(local)
        if len(self._path) == 2 and local == "c":
            written = attributes.get("r", "").strip().rstrip("0123456789").upper()
            plain = written.isascii() and written.isalpha() and len(written) <= 3
            self._column = COLUMNS[written.encode()] if plain else self._column + 1
            self._open = (self.parser.CurrentByteIndex, attributes)
            self._text, self._formula = [], b""
        elif len(self._path) == 3 and local == "f":
            self._formula_start = self.parser.CurrentByteIndex

    def text(self, text: str) -> None:
        path = self._path[1:]
        if path == ["c", "v"] or (path[:2] == ["c", "is"] and path[-1] == "t" and "rPh" not in path):
            self._text.append(text)

    def stop(self, _: str) -> None:
        local = self._path.pop()
        if len(self._path) == 2 and local == "f":
            closing = self.data.find(b">", self.parser.CurrentByteIndex) + 1
            self._formula = self.data[self._formula_start : closing]
        if len(self._path) != 1 or local != "c":
            return
        start, attributes = self._open
        at = self.parser.CurrentByteIndex
        tag = START_TAG.match(self.data, start)
        selfclosed = tag is not None and tag[0].endswith(b"/>")
        end = tag.end() if tag and selfclosed else self.data.index(b">", at) + 1
        style = attributes.get("s", "").strip()
        number = style if style.isascii() and style.isdigit() and len(style) < 10 else "0"
        self.cells.append(Span(self._column, start, end, int(number)))
        value = "".join(self._text).replace("&", "&amp;").replace("<", "&lt;").encode()
        self.values.append((number.encode(), attributes.get("t", "").strip().encode(), self._formula, value))


def odd_values(data: bytes) -> list[Raw]:
    """The cells of a row by a full parser; ``expat.ExpatError`` where it is not XML."""
    reader = _RowReader(data)
    return [(letters(c.column).encode(), *v, b"") for c, v in zip(reader.cells, reader.values, strict=True)]


def spans(data: bytes, opened: int, closed: int, prefix: bytes) -> list[Span]:
    """Where a row's cells stand; ``expat.ExpatError`` where it is not XML."""
    found: list[Span] = []
    column = -1
    for match in plain_cells(prefix).finditer(data, opened, closed):
        if match[6] is not None:
            return _RowReader(data).cells
        column = COLUMNS[match[1]] if match[1] else column + 1
        found.append(Span(column, match.start(), match.end(), int(match[2] or 0)))
    return found
