"""Where columns of ours stand in a sheet that was enriched before: by their headings, else by what they hold.

Knows a run's columns by name and type, and nothing of what the rest of the sheet means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from enrich.indicators.hash import digests as hashes
from enrich.model.column import Column, Type
from enrich.model.finding import Status
from enrich.model.row import Row
from enrich.model.verdict import COUNTED

_UNLIKE = re.compile(r" \(\d+\)$")
"""Tells a heading of ours from one of the analyst's, where a table wants them unlike."""

_STATUSES = frozenset(status.value for status in Status)
_SHAPES = {
    Type.VERDICT: re.compile("|".join(verdict.value for verdict in COUNTED)),
    Type.RATIO: re.compile(r"'?\d{1,4}/\d{1,4}"),
    Type.INTEGER: re.compile(r"'?-?\d{1,15}"),
    Type.DATE: re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?)?"),
    Type.LINK: re.compile(r"https?://\S+"),
    Type.BOOLEAN: re.compile(r"true|false|0|1", re.IGNORECASE),
}
_PROOF = 2
"""Typed values beside a status that make it ours: an analyst's own column of "found" and "failed" is never taken."""
_FAR = 10_000
"""Rows that are looked through for the first with a hash."""


def names(sets: Iterable[Sequence[Column]]) -> frozenset[str]:
    """What the columns of all ``sets`` are called."""
    return frozenset(column.name for ours in sets for column in ours)


def name_in(text: str) -> str:
    """The name in a heading, if it is one of ours."""
    return _UNLIKE.sub("", text.strip())


def first_rows(stream: Iterator[Row], first: list[Row]) -> list[Row]:
    """``first`` and further rows of ``stream``, until some hold a hash: without headings only what stands beside
    one tells.
    """
    found = any(_holds_hash(row.texts) for row in first)
    while not found and len(first) < _FAR:
        following = next(stream, None)
        if following is None:
            break
        first.append(following)
        found = _holds_hash(following.texts)
    return first


def named(row: Row | None, rows: Sequence[Row], sets: Iterable[Sequence[Column]]) -> Mapping[str, int]:
    """Columns of ours, those of ``sets``, by their headings in ``row``.

    One in which nothing can be ours is the analyst's, whatever it is called: it is neither refreshed nor left out.
    Texts can be anybody's: where nothing but columns of texts bears our names, none is ours.
    """
    kinds = {column.name: column.type for ours in sets for column in ours}
    found = {}
    proved = False
    for index, text in enumerate(row.texts if row is not None else ()):
        kind = kinds.get(name := name_in(text))
        if row is None or kind is None:
            continue
        below = [r.texts[index].strip() for r in rows if r.number > row.number and index < len(r.texts)]
        filled = [text for text in below if text]
        if not filled or any(_can_be(kind, text) for text in filled):
            found[name] = index
            proved = proved or not filled or kind is not Type.TEXT
    return found if proved else {}


def heading_row(rows: Sequence[Row], known: frozenset[str]) -> Row | None:
    """The row in which an earlier run put our headings, in a sheet that has none of its own."""
    for row in rows:
        texts = [text.strip() for text in row.texts]
        if sum(text in known for text in texts) > 1 and not _holds_hash(texts):
            return row
    return None


def by_content(rows: Sequence[Row], sets: Iterable[Sequence[Column]]) -> Mapping[str, int]:
    """Columns of ours without headings, of the largest of several ``sets`` that stands there. Empty where none does."""
    width = max((len(row.texts) for row in rows), default=0)
    found = [places for places in (_of_set(rows, ours, width) for ours in sets) if places]
    return max(found, key=len, default={})


def unheaded(places: Mapping[str, int], above: Row | None) -> Mapping[str, int]:
    """Columns of ours that no heading stands over. Beside them a row can look like headings that an earlier run took
    for none; what the analyst gave a heading is no column of ours.
    """
    headed = above is not None and any(at < len(above.texts) and above.texts[at].strip() for at in places.values())
    return {} if headed else places


def _of_set(rows: Sequence[Row], ours: Sequence[Column], width: int) -> Mapping[str, int]:
    """A column of nothing but statuses beside hashes, with columns of our types around it.

    A sheet may end before the last of them where those are text: notes are blank more often than not.
    """
    status = next((place for place, column in enumerate(ours) if column.type is Type.STATUS), None)
    if status is None:
        return {}
    reach = max(place for place, column in enumerate(ours, 1) if column.type in _SHAPES or place - 1 == status)
    candidates = {index for row in rows for index, text in enumerate(row.texts) if text.strip() in _STATUSES}
    for candidate in sorted(candidates):
        left = candidate - status
        if left > 0 and left + reach <= width and _fits(rows, left, candidate, ours):
            return {column.name: left + place for place, column in enumerate(ours)}
    return {}


def without(rows: Iterable[Row], places: Mapping[str, int]) -> list[Row]:
    """The rows as they were before us; one that holds nothing else is gone."""
    mine = frozenset(places.values())
    cleared = (Row(row.number, [("" if i in mine else text) for i, text in enumerate(row.texts)]) for row in rows)
    return [row for row in cleared if any(row.texts)]


def _fits(rows: Sequence[Row], left: int, status: int, ours: Sequence[Column]) -> bool:
    """Whether what stands from ``left`` on can be ours in every row, and in one of them can be nothing else."""
    proved = False
    for row in rows:
        texts = [text.strip() for text in row.texts[left : left + len(ours)]]
        if not any(texts):
            continue
        said = row.texts[status].strip() if status < len(row.texts) else ""
        beside = _holds_hash(row.texts[:left]) or said == Status.INVALID
        if said not in _STATUSES or not beside or not all(map(_of_type, ours, texts)):
            return False
        proved = proved or _proves(ours, texts)
    return proved


def _proves(ours: Sequence[Column], texts: Sequence[str]) -> bool:
    """Several typed values in their places; or a status and its note alone, at the far ends of a wide set."""
    if len(texts) == len(ours) > 2 * _PROOF and texts[-1] and sum(map(bool, texts)) == _PROOF:
        return True
    typed = sum(bool(text) and column.type in _SHAPES for column, text in zip(ours, texts, strict=False))
    return typed >= max(1, min(_PROOF, sum(column.type in _SHAPES for column in ours)))


def _can_be(kind: Type, text: str) -> bool:
    shape = _SHAPES.get(kind)
    return text in _STATUSES if kind is Type.STATUS else shape is None or shape.fullmatch(text) is not None


def _of_type(column: Column, text: str) -> bool:
    shape = _SHAPES.get(column.type)
    return not text or shape is None or shape.fullmatch(text) is not None


def _holds_hash(texts: Iterable[str]) -> bool:
    return bool(hashes.find(" ".join(texts)))
