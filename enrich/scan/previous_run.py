"""Where columns of ours stand in a sheet that was enriched before: by their headings, else by what they hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from enrich.indicators.hash import digests as hashes
from enrich.model.column import Column, Type
from enrich.model.finding import Status
from enrich.model.own_cells import SHAPES, STATUS_WORDS, fits
from enrich.model.row import Row

_UNLIKE = re.compile(r" \(\d+\)$")
"""Tells a heading of ours from one of the analyst's, where a table wants them unlike."""

_BETWEEN = "\0"
"""Stands between cells that are looked at together: no cell holds it."""
_PROOF = 2
"""Typed values beside a status that make it ours: an analyst's own column of "found" and "failed" is never taken."""
# beyond that a sheet is not ours by content: nobody enriches one whose first hash stands so deep
_FAR = 10_000
"""Rows that are looked through for the first with a hash."""


def names(sets: Iterable[Sequence[Column]]) -> frozenset[str]:
    """Return what the columns of all ``sets`` are called."""
    return frozenset(column.name for ours in sets for column in ours)


def name_in(text: str) -> str:
    """Return the name in a heading, if it is one of ours."""
    return _UNLIKE.sub("", text.strip())


def first_rows(stream: Iterator[Row], first: list[Row]) -> list[Row]:
    """Return ``first`` and further rows of ``stream`` until some hold a hash: without headings only what stands beside
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


def named(
    row: Row | None, rows: Sequence[Row], sets: Sequence[Sequence[Column]], foreign: Collection[int] = ()
) -> Mapping[str, int]:
    """Return our columns, of one of ``sets``, by their headings in ``row`` and by what stands below; ``foreign`` are
    known to be none.

    Columns that follow one another as a run appends them are one block, and a block is ours where one of its columns
    can be nobody else's. What the analyst calls by a name of ours is neither refreshed nor left out.
    """
    if row is None:
        return {}
    known = {column.name: column for ours in sets for column in ours}
    below = [one for one in rows if one.number > row.number]
    candidates = {
        index: column for index, text in enumerate(row.texts) if (column := known.get(name_in(text))) is not None
    }
    # "vt_status (2)": only a run of ours writes a heading so
    marked = {index for index in candidates if _UNLIKE.search(row.texts[index].strip())}
    answers = Answers(candidates)
    unfit = {index for one in below for index in answers.unfit(one)}.union(foreign)
    orders = [list(known), list({column.name: None for ours in sorted(sets, key=len, reverse=True) for column in ours})]
    found: dict[str, int] = {}
    for order in orders:
        started = False
        for block in _blocks(candidates, order):
            fit = [index for index in block if index not in unfit]
            if len(fit) < len(block) and not any(candidates[index].type is Type.STATUS for index in fit):
                continue
            # blocks that follow a proved one are ours as well: --all-columns appends sources one after the other
            started = started or bool(marked & set(fit)) or _proved(fit, candidates, below)
            if started:
                found.update((candidates[at].name, max(at, found.get(candidates[at].name, at))) for at in fit)
    return found


def _blocks(candidates: Mapping[int, Column], order: Sequence[str]) -> list[list[int]]:
    """Places that lie side by side, a name of each in ``order``; what two sources append is two blocks."""
    rank = {name: place for place, name in enumerate(order)}
    blocks: list[list[int]] = []
    for index, column in candidates.items():
        before = candidates.get(index - 1)
        if before is not None and _source(before) == _source(column) and rank[before.name] < rank[column.name]:
            blocks[-1].append(index)
        else:
            blocks.append([index])
    return blocks


def _source(column: Column) -> str:
    return column.name.partition("_")[0]


def _proved(block: Sequence[int], candidates: Mapping[int, Column], rows: Sequence[Row]) -> bool:
    """Return whether nobody else writes such a block: a word, a ratio, a moment or a page of ours stands there, or
    numbers in several columns; or it is blank, and has a place for these.
    """
    filled = [at for at in block if any(at < len(row.texts) and row.texts[at].strip() for row in rows)]
    kinds = [candidates[at].type for at in filled or block]
    return (bool(filled) and kinds.count(Type.INTEGER) >= _PROOF) or not {Type.TEXT, Type.INTEGER}.issuperset(kinds)


class Answers:
    """Tells cells that no run of ours can have left, in the rows that an earlier run would have answered."""

    def __init__(self, columns: Mapping[int, Column]) -> None:
        """``columns`` are the places of our columns, or of what is called like them."""
        self._typed = [(index, column) for index, column in columns.items() if column.type in SHAPES]
        self._statuses = [index for index, column in columns.items() if column.type is Type.STATUS]
        self._columns = frozenset(columns)
        fields = [
            (index, rf"{re.escape(column.page)}\S+" if column.page else SHAPES[column.type].pattern)
            for index, column in self._typed
        ]
        fields += [(index, "|".join(STATUS_WORDS)) for index in self._statuses]
        self._cells = [index for index, _ in fields]
        self._fit = re.compile(_BETWEEN.join(f"(?:{shape})?" for _, shape in fields))

    def all_fit(self, texts: Sequence[str]) -> bool:
        """Return whether all cells of a row can be ours, at one look: nearly all of them are."""
        try:
            return self._fit.fullmatch(_BETWEEN.join([texts[index] for index in self._cells])) is not None
        # the closer look tells
        except IndexError:  # a short row
            return False

    def unfit(self, row: Row) -> list[int]:
        """Return the places of such cells in ``row``."""
        texts = row.texts
        cells = [(index, column, texts[index].strip()) for index, column in self._typed if index < len(texts)]
        unlike = [index for index, column, text in cells if text and not _can_be(column, text)]
        words = [(index, texts[index].strip()) for index in self._statuses if index < len(texts)]
        unlike += [index for index, text in words if text and text not in STATUS_WORDS]
        if not unlike or any(text in STATUS_WORDS for _, text in words):
            return unlike
        others = (text for index, text in enumerate(texts) if index not in self._columns)
        return unlike if _holds_hash(others) else []


def watched(rows: Iterable[Row], columns: Mapping[int, Column], foreign: set[int]) -> Iterator[Row]:
    """Yield the rows as they are; the places of ``columns`` in which something stands that is not ours go to
    ``foreign``.
    """
    answers = Answers(columns)
    for row in rows:
        if not answers.all_fit(row.texts):
            foreign.update(answers.unfit(row))
        yield row


def heading_row(rows: Sequence[Row], known: frozenset[str]) -> Row | None:
    """Return the row in which an earlier run put our headings, in a sheet that has none of its own."""
    for row in rows:
        texts = [text.strip() for text in row.texts]
        if sum(text in known for text in texts) > 1 and not _holds_hash(texts):
            return row
    return None


def by_content(rows: Sequence[Row], sets: Iterable[Sequence[Column]]) -> Mapping[str, int]:
    """Return our columns without headings, of the largest of several ``sets`` that stands there. Empty where none
    does.
    """
    width = max((len(row.texts) for row in rows), default=0)
    found = [places for places in (_of_set(rows, ours, width) for ours in sets) if places]
    return max(found, key=len, default={})


def unheaded(places: Mapping[str, int], above: Row | None) -> Mapping[str, int]:
    """Return our columns that no heading stands over. Beside them a row can look like headings that an earlier run
    took for none; what the analyst gave a heading is no column of ours.
    """
    headed = above is not None and any(at < len(above.texts) and above.texts[at].strip() for at in places.values())
    return {} if headed else places


def _of_set(rows: Sequence[Row], ours: Sequence[Column], width: int) -> Mapping[str, int]:
    """Return a column of nothing but statuses beside hashes, with columns of our types around it.

    A sheet may end before the last of them where those are text: notes are blank more often than not.
    """
    status = next((place for place, column in enumerate(ours) if column.type is Type.STATUS), None)
    if status is None:
        return {}
    reach = max(place for place, column in enumerate(ours, 1) if column.type in SHAPES or place - 1 == status)
    candidates = {index for row in rows for index, text in enumerate(row.texts) if text.strip() in STATUS_WORDS}
    for candidate in sorted(candidates):
        left = candidate - status
        if left > 0 and left + reach <= width and _fits(rows, left, candidate, ours):
            return {column.name: left + place for place, column in enumerate(ours)}
    return {}


def without(rows: Iterable[Row], places: Mapping[str, int]) -> list[Row]:
    """Return the rows as they were before us; one that holds nothing else is gone."""
    mine = frozenset(places.values())
    cleared = (
        Row(
            row.number,
            [("" if column in mine else text) for column, text in enumerate(row.texts)],
            tuple((column, text) for column, text in row.attached if column not in mine),  # our links are formulas
            tuple(column for column in row.uncalculated if column not in mine),
            row.owners,
        )
        for row in rows
    )
    return [row for row in cleared if any(row.texts) or row.attached or row.uncalculated]


def _fits(rows: Sequence[Row], left: int, status: int, ours: Sequence[Column]) -> bool:
    """Return whether what stands from ``left`` on can be ours in every row, and in one of them can be nothing else."""
    proved = False
    for row in rows:
        texts = [text.strip() for text in row.texts[left : left + len(ours)]]
        if not any(texts):
            continue
        said = row.texts[status].strip() if status < len(row.texts) else ""
        has_hash = _holds_hash(row.texts[:left]) or said == Status.INVALID
        if said not in STATUS_WORDS or not has_hash or not all(map(_of_type, ours, texts)):
            return False
        proved = proved or _proves(ours, texts)
    return proved


def _proves(ours: Sequence[Column], texts: Sequence[str]) -> bool:
    """Several typed values in their places; or a status and its note alone, at the far ends of a wide set."""
    if len(texts) == len(ours) > 2 * _PROOF and texts[-1] and sum(map(bool, texts)) == _PROOF:
        return True
    typed = sum(bool(text) and column.type in SHAPES for column, text in zip(ours, texts, strict=False))
    return typed >= max(1, min(_PROOF, sum(column.type in SHAPES for column in ours)))


def _can_be(column: Column, text: str) -> bool:
    return SHAPES[column.type].fullmatch(text) is not None and text.startswith(column.page)


def _of_type(column: Column, text: str) -> bool:
    return not text or fits(column.type, text) is not False


def _holds_hash(texts: Iterable[str]) -> bool:
    return hashes.hold(" ".join(texts))
