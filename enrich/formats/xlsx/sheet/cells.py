"""The cells of one row's bytes: their raw values, fast where they are written plainly, by a full parser where not."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from enrich.formats.xlsx.package.faults import Fault
from enrich.formats.xlsx.package.xml_edit import MarkupError, parse
from enrich.formats.xlsx.sheet.stream import RawRow
from enrich.formats.xlsx.sheet.text import COLUMNS, string_in
from enrich.model.cell_reference import letters

Raw = tuple[bytes, bytes, bytes, bytes, bytes, bytes]
"""Column letters, style, type, the formula's element, raw value, and what is not plain (last cell only)."""


@cache
def plain_cells(prefix: bytes) -> re.Pattern[bytes]:
    """Return one cell as nearly every program writes it; the last group takes the rest of the row where it is
    otherwise.

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


def odd_cells(row: RawRow, fault: Fault) -> list[tuple[Span, Raw]]:
    """Return the cells of a row by a full parser, which is for the rows that ``plain_cells`` does not match to their
    end.

    Only cells that are the row's own children count: extension lists hold others. Values are escaped character data.
    """
    try:
        root = parse(row.data)
    except MarkupError as error:
        raise fault(f"{error}, in row {row.number}") from error
    found: list[tuple[Span, Raw]] = []
    column = -1
    for cell in root.all("c"):
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
        raw = letters(column).encode(), b"%d" % style, cell.attributes.get("t", "").strip().encode(), formula, escaped
        found.append((Span(column, cell.start, cell.end, style), (*raw, b"")))
    return found


def spans(row: RawRow, prefix: bytes, fault: Fault) -> list[Span]:
    """Return where a row's cells stand."""
    found: list[Span] = []
    column = -1
    for match in plain_cells(prefix).finditer(row.data, row.opened, row.closed):
        if match[6] is not None:
            return [span for span, _ in odd_cells(row, fault)]
        column = COLUMNS[match[1]] if match[1] else column + 1
        found.append(Span(column, match.start(), match.end(), int(match[2] or 0)))
    return found
