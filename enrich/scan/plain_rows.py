"""The one rule for what a plain hash row is: its hashes are alone in their cells, and so are those of rows like it.

Speed only: most rows of most sheets are plain, and are looked at together, column by column. What is taken for plain
comes to the same when it is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat, zip_longest
from typing import NamedTuple

from msgspec import Struct

from enrich.indicators import SILENT
from enrich.indicators.hash.digests import unlikely
from enrich.indicators.hash.runs import NOT_WORTH_A_CALL, SHORTEST, digest, may_hold
from enrich.indicators.hash.types_and_notes import may_speak, reads
from enrich.model.row import Row
from enrich.scan.columns import SheetColumns
from enrich.scan.titles import has_example, is_comment

_KNOWN = {value: 100 + place for place, value in enumerate(sorted(NOT_WORTH_A_CALL))}
"""A number for each hash that is not worth a call, beyond all sizes: what it comes to depends on the value."""


class PlainRow(Struct):
    """The hashes of a row that may be plain: packed, by column. ``shape`` is the same for rows that are alike in which
    columns hold hashes of which lengths, or which well-known ones; 0 for a row that has none or is not plain.
    ``neighbours`` are the texts that say something of them, by column.
    """

    cells: list[tuple[int, bytes]]
    shape: int = 0
    neighbours: tuple[tuple[int, str], ...] = ()


class Alike(NamedTuple):
    """What rows that are alike come to: the classes on their cells, and whether each hash is named by its row."""

    classes: list[int]
    is_named: bool


def plain_rows(rows: Sequence[Row], columns: SheetColumns) -> list[PlainRow]:
    """Return what may be plain of each row, as far as hashes go: values of other types are looked for by themselves."""
    found = [PlainRow([]) for _ in rows]
    # links, comments, records around it and formulas without a result need the closer look
    strange = {index for index, row in enumerate(rows) if row.attached or row.owners or row.uncalculated}
    strange |= {index for index, row in enumerate(rows) if is_comment(row.texts) and has_example(row.texts)}
    for column, texts in enumerate(zip_longest(*[row.texts for row in rows], fillvalue="")):
        strange |= _column(column, texts, columns, found)
    for index in strange:
        found[index].shape = 0
    return found


def _column(column: int, texts: Sequence[str], columns: SheetColumns, found: Sequence[PlainRow]) -> set[int]:
    """Add one column's hashes to the rows ``found``; returns the rows that are not plain because of it."""
    expects, is_plain = column in columns.expecting, column in columns.plain
    is_scanned, is_type = columns.scanned(column), columns.type_at(column)
    holds = is_scanned and max(map(len, texts)) >= SHORTEST and may_hold("\n".join(texts))
    speaks = columns.is_heard(column) and (is_type or may_speak("\n".join({*texts})))
    strange: set[int] = set()
    if not (holds or expects or speaks):
        return strange
    packed = map(digest, texts) if holds and is_plain else repeat(None)
    for index, (text, value) in enumerate(zip(texts, packed, strict=False)):
        if value is not None and (expects or not unlikely(text)):
            row = found[index]
            row.cells.append((column, value))
            # one number a row: column and size of each hash, in three bytes, or which of the well-known ones it is
            row.shape = row.shape << 24 | (column + 1) << 8 | _KNOWN.get(value, len(value))
        elif text and (expects or (holds and len(text) >= SHORTEST and may_hold(text))):
            strange.add(index)
        elif speaks and text and reads(text, is_type) is not SILENT:
            found[index].neighbours += ((column, text),)
    return strange


def width_of(rows: Sequence[Row], known: int) -> int:
    """Return the columns of these rows that hold something, where they are more than are ``known``."""
    longest = [row.texts for row in rows if len(row.texts) > known]
    return max((index + 1 for texts in longest for index in range(known, len(texts)) if texts[index]), default=known)
