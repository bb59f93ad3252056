"""Headings in two rows: those of groups ("File", "Certificate") above those of columns ("MD5", "Serial", "SHA1")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from enrich.indicators.hash.digests import hold
from enrich.indicators.hash.labels import heading
from enrich.model.row import Row
from enrich.scan.columns import SheetColumns

_NAME_OF_COLUMN = re.compile(r"[^\W\d_](?:[^\W_]|[ _/()#&-])*")


def stands_above(row: Row, below: Row) -> bool:
    """Return whether a row that may hold a sheet's headings groups those in the row right below it, of which one says
    hash and none of its own does.
    """
    words, names = ([text.strip() for text in one.texts if text.strip()] for one in (row, below))
    is_group = below.number == row.number + 1 and 1 < len(words) < len(names)
    if not is_group or any(map(hold, names)) or not all(map(_NAME_OF_COLUMN.fullmatch, [*words, *names])):
        return False
    return [any(heading(text).hash for text in texts) for texts in (words, names)] == [False, True]


def is_grouped(texts: Sequence[str], columns: SheetColumns) -> bool:
    """Return whether the row right below a sheet's headings may name what each of them stands above: "File" with an
    empty cell behind it above "MD5" and "SHA1". Names of files and hosts are data.
    """
    width = max((index for index, text in enumerate(texts) if text.strip()), default=-1) + 1
    has_gap = any(not heading for heading in [*columns.headings, *[""] * width][1:width])
    return (
        has_gap
        and not columns.declared
        and all(_NAME_OF_COLUMN.fullmatch(text.strip()) for text in texts if text.strip())
    )


def groups_above(rows: Sequence[Row], header: int | None) -> Sequence[str]:
    """Return the row right above the headings where it groups them ("Victim" and "Attacker" above "IP" and "Domain");
    nothing where it does not.
    """
    row, above = (next((row for row in rows if row.number == number), None) for number in (header, (header or 0) - 1))
    if row is None or above is None:
        return ()
    words = [text.strip() for text in above.texts if text.strip()]
    is_group = 1 < len(words) < sum(bool(text.strip()) for text in row.texts)
    return above.texts if is_group and all(map(_NAME_OF_COLUMN.fullmatch, words)) else ()
