"""The cells of one row's bytes: their raw values, fast where they are written plainly, by a full parser where not."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from enrich.formats.shared.faults import Fault
from enrich.formats.xlsx.package.xml_edit import ATTRIBUTE, MarkupError, parse
from enrich.formats.xlsx.sheet.stream import RawRow
from enrich.formats.xlsx.sheet.text import COLUMNS, string_in
from enrich.model.cell_reference import letters

Raw = tuple[bytes, bytes, bytes, bytes, bytes]
"""Column letters, other attributes as they are written, the formula's element, raw value, and what is not plain (last
cell only).
"""
_MOST_KINDS_OF_CELLS = 10_000


class _CellAttributes(dict[bytes, tuple[int, bytes]]):
    """A cell's attributes as they are written -> its style and its type. A workbook has a few dozen such texts."""

    def __missing__(self, written: bytes) -> tuple[int, bytes]:
        found = {name: value[1:-1].strip() for name, value in ATTRIBUTE.findall(written)}
        style = found.get(b"s", b"")
        if len(self) >= _MOST_KINDS_OF_CELLS:
            self.clear()
        self[written] = (int(style) if style.isdigit() and len(style) < 10 else 0), found.get(b"t", b"")
        return self[written]


CELL_ATTRIBUTES = _CellAttributes()


@cache
def plain_cells(prefix: bytes) -> re.Pattern[bytes]:
    """Return one cell as nearly every program writes it; the last group takes the rest of the row where it is
    otherwise.

    What was matched is not tried again in another way (``?+``, ``*+``): that is a fifth of the time.
    """
    pattern = rb"""
        \s*+                                                   # some programs indent their XML
        (?:
          <@c (?:\ r=["']([A-Z]{1,3}+)\d{1,7}+["'])?+          # "r" stands first, or nowhere: the cell follows the last
          ((?:[\s/](?!r[\s=])[^<>\s]*+)*+)                     # Excel writes s, t, cm; Apache POI and Numbers t, s
          (?:
            (?<=/)>                                            # <c r="B2" s="4"/>
          | > \s*+
            (<@f[^<>]*(?:/>|>[^<]*+</@f>))?+ \s*+              # a formula, then its result
            (?: (?:<@v(?:\ xml:space="preserve")?+>|<@is><@t(?:\ xml:space="preserve")?+>)
                ([^<]*+)                                       # runs of rich text hold tags: they are not plain
                (?:</@v>|</@t></@is>)
              | <@v/>
            )?+
            \s*+ </@c>
          )
        | (\S[\s\S]*)                                         # a comment, CDATA, "r" behind other attributes
        )
        | \s++                                                 # before the row's end, taken in one piece
        """
    return re.compile(pattern.replace(b"@", re.escape(prefix)), re.VERBOSE)


class Span(NamedTuple):
    """Where a cell stands in its row: byte offsets, and the style it wears."""

    column: int
    start: int
    end: int
    style: int


def odd_cells(row: RawRow, fault: Fault) -> list[tuple[Span, Raw]]:
    """Return the cells of a row that ``plain_cells`` does not match to its end, by a full parser.

    Only cells that are the row's own children count: extension lists hold others. Values are escaped character data.
    """
    try:
        root = parse(row.data)
    except MarkupError as error:
        raise fault(f"{error}, in row {row.number}") from error
    found: list[tuple[Span, Raw]] = []
    column = -1
    for cell in root.all("c"):
        # A cell without `r` stands right of the one before it.
        name = cell.attributes.get("r", "").strip().rstrip("0123456789").upper()
        column = COLUMNS[name.encode()] if name.isascii() and name.isalpha() and len(name) <= 3 else column + 1
        formula, value = b"", ""
        for child in cell.children:
            match child.local:
                case "f":  # a shared or an array formula says so in its attributes: all of the element is kept
                    formula = row.data[child.start : child.end]
                case "v":
                    value += child.text
                case "is":
                    value += string_in(child)
        style, escaped = cell.number("s"), value.replace("&", "&amp;").replace("<", "&lt;").encode()
        attributes = f' s="{style}" t="{cell.attributes.get("t", "").strip()}"'.encode()
        span = Span(column, cell.start, cell.end, style)
        found.append((span, (letters(column).encode(), attributes, formula, escaped, b"")))
    return found


def spans(row: RawRow, prefix: bytes, fault: Fault) -> list[Span]:
    """Return where a row's cells stand."""
    found: list[Span] = []
    column = -1
    for match in plain_cells(prefix).finditer(row.data, row.opened, row.closed):
        if match[5] is not None:
            return [span for span, _ in odd_cells(row, fault)]
        if match[2] is None:  # blanks before the row's end
            continue
        column = COLUMNS[match[1]] if match[1] else column + 1
        start = row.data.index(b"<", match.start())
        found.append(Span(column, start, match.end(), CELL_ATTRIBUTES[match[2]][0]))
    return found
