"""Many rows at once that are plain alike: in each the same columns hold hashes, and nothing around them says otherwise.

Speed only: what it takes, the way row by row would take likewise; whatever is not plain is left to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from enrich.indicators.hash.runs import SHORTEST, digest, may_hold
from enrich.model.row import Row
from enrich.scan.columns import Columns
from enrich.scan.neighbours import Titles, any_objection

Digests = list[bytes]


def hits(rows: Sequence[Row], columns: Columns, titles: Titles) -> dict[int, Digests] | None:
    """The packed hashes of ``rows`` by column, one a row; None where a closer look is due."""
    width = len(rows[0].texts)
    if any(len(row.texts) != width for row in rows):
        return None
    cells = list(zip(*[row.texts for row in rows], strict=True))
    found: dict[int, Digests] = {}
    for column, texts in enumerate(cells):
        if max(map(len, texts)) >= SHORTEST and may_hold("\n".join(texts)):
            packed = _digests(texts) if column in columns.plain else None
            if packed is None:
                return None
            found[column] = packed
    if not found or (len(found) > 1 and not _of_one_file(found, columns)):
        return None
    return found if _nothing_said(cells, found, columns, titles) else None


def _digests(texts: Sequence[str]) -> Digests | None:
    packed = list(map(digest, texts))
    whole = [one for one in packed if one is not None]
    return whole if len(whole) == len(packed) else None


def _of_one_file(found: Mapping[int, Digests], columns: Columns) -> bool:
    """Whether the hashes of each row are of one file: by their headings, and by another algorithm in each column."""
    lengths = [set(map(len, packed)) for packed in found.values()]
    return sum(map(len, lengths)) == len(lengths) == len(set.union(*lengths)) and columns.one_file(found)


def _nothing_said(
    cells: Sequence[Sequence[str]], found: Mapping[int, Digests], columns: Columns, titles: Titles
) -> bool:
    """Whether no title, comment, neighbour or other cell that ought to be a hash asks for the closer look."""
    if titles.speaks or titles.opens_comment("") or titles.any_comment(cells[0]):
        return False
    if any(column < len(cells) and column not in found and any(cells[column]) for column in columns.expecting):
        return False
    return not any(
        any_objection(cells[place], columns.type_at(place))
        for place in columns.speaking(found)
        if 0 <= place < len(cells) and place not in found
    )
