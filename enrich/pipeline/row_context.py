"""The analyst's own words beside each indicator, and the hosts or users that it was seen on, read from its rows.

Knows rows and what stands in them; no report and no service.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import nlargest
from operator import itemgetter
from typing import NamedTuple

from msgspec import structs

from enrich.model.result import Entry, Result
from enrich.model.row import Area, Row
from enrich.model.sighting import Sighting
from enrich.pipeline.grouping import Grouping
from enrich.pipeline.inputs import Input
from enrich.scan import Placement

CELL, LONGEST_WORDS = 60, 320
"""Characters of one cell, and of all that is quoted of a row."""
AROUND = 40
"""Characters before and behind a hash that stands in a text."""
_WIDEST, _MOST_OVER = 16, 64
"""Columns of a merged cell that get its text, and merged cells over one row that are taken."""
_LABEL = re.compile(r"\W*(?:md-?5|sha-?1|sha-?256|sha|hash(?:es)?|file ?hash|and|or)?\W*", re.IGNORECASE)
_RUN = re.compile(r"[0-9a-fA-F]{16,}")
"""Another hash, or a part of one."""
_NUMBER = re.compile(r"[\W\d_]*(?:T[\W\d_]*Z?)?")
"""A date in ISO's form as well."""
_BREAKS = (re.compile(r"\s+"), re.compile(r"[^\w.@-]+"))
"""What stands between two words: spaces, or where there are none other signs."""
_SEVERAL = re.compile(r"\s*[;,\n]\s*")


class Quoted(NamedTuple):
    """What a row says: its words, and the values of the column that a report groups by."""

    words: str
    groups: tuple[str, ...]


def in_context(result: Result, inputs: Sequence[Input], grouping: Grouping, *, most: int | None = None) -> Result:
    """Return the same result with what the rows say of each entry, and on which hosts or users it was seen.

    ``most`` keeps the words to the worst so many entries, as a summary needs them; sheets in which nothing is wanted
    are not read again.
    """
    worded = _worst(result.entries, most)
    wanted: dict[tuple[int, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, entry in enumerate(result.entries):
        for place in entry.places:
            key = (place.source, place.sheet)
            if worded is None or index in worded or key in grouping.columns:
                there = wanted[key][place.row]
                if not there or there[-1] != index:  # three hashes of one row are three entries, one hash twice is one
                    there.append(index)
    said: dict[int, list[Quoted]] = defaultdict(list)
    for (source, sheet), rows in wanted.items():
        item, column = inputs[source], grouping.columns.get((source, sheet))
        stream = with_merged_cells(item.document.rows(sheet), item.document.merged(sheet))
        for index, quoted in _quoted(stream, item.placements[sheet], rows, column, worded):
            said[index].append(quoted)
    entries = tuple(
        structs.replace(
            entry,
            words=tuple(dict.fromkeys(quoted.words for quoted in said[index] if quoted.words)),
            groups=_once(group for quoted in said[index] for group in quoted.groups),
        )
        if index in said
        else entry
        for index, entry in enumerate(result.entries)
    )
    return replace(result, entries=entries, group_by=grouping.heading)


def _worst(entries: Sequence[Entry], most: int | None) -> frozenset[int] | None:
    """Return the places of the worst ``most`` entries and of their files' other hashes; None for all."""
    if most is None:
        return None
    worst = {entry.file for entry in nlargest(most, entries, key=_severity)}
    return frozenset(index for index, entry in enumerate(entries) if entry.file in worst)


def _severity(entry: Entry) -> tuple[int, int]:
    """Sorts entries as a report does that names the worst: by verdict, then by how many engines detect it."""
    return entry.finding.badness[0], entry.finding.malicious or 0


def _quoted(
    rows: Iterable[Row],
    placement: Placement,
    wanted: Mapping[int, list[int]],
    column: int | None = None,
    worded: Container[int] | None = None,
) -> Iterator[tuple[int, Quoted]]:
    """Yield what each of the ``wanted`` rows says, for each entry that stands in it."""
    ours, left = frozenset(placement.present.values()), set(wanted)
    for row in rows:
        if row.number in left:
            left.discard(row.number)
            words = worded is None or any(index in worded for index in wanted[row.number])
            said = words_of(row, placement.sightings_at(row.number), ours) if words else ""
            quoted = Quoted(said, groups_of(row, column))
            for index in wanted[row.number]:
                yield index, quoted
            if not left:  # not sooner: rows may stand in disorder in their sheet
                return


def with_merged_cells(rows: Iterable[Row], merged: Iterable[Area]) -> Iterator[Row]:
    """Yield ``rows`` in order, each with what a merged cell that goes over it holds."""
    waiting = deque(sorted((area for area in merged if area[3] > area[1]), key=itemgetter(1)))
    over: dict[int, tuple[int, int, str]] = {}
    """First column -> last column, last row and text."""
    for row in rows:
        over = {left: area for left, area in over.items() if area[1] >= row.number}
        texts = list(row.texts) if over else row.texts
        for left, (right, _, text) in over.items():
            texts = [*texts, *[""] * (min(right, left + _WIDEST) + 1 - len(texts))]
            for column in range(left, min(right, left + _WIDEST) + 1):
                texts[column] = texts[column] or text
        while waiting and waiting[0][1] <= row.number:
            left, top, right, bottom = waiting.popleft()
            text = row.texts[left] if top == row.number and left < len(row.texts) else ""
            if text and len(over) < _MOST_OVER:
                over[left] = right, bottom, text
        yield row if texts is row.texts else structs.replace(row, texts=texts)


def groups_of(row: Row, column: int | None) -> tuple[str, ...]:
    """Return the values in the row's cell of the grouping column: mostly one; a list of several is divided."""
    text = row.texts[column] if column is not None and column < len(row.texts) else ""
    return tuple(_short(part, CELL) for part in _SEVERAL.split(text.strip()) if part.strip())


def _once(groups: Iterable[str]) -> tuple[str, ...]:
    """Return each group once, as it was first written: hosts and users have no case."""
    first: dict[str, str] = {}
    for group in groups:
        first.setdefault(group.casefold(), group)
    return tuple(first.values())


def words_of(row: Row, sightings: Sequence[Sighting], ours: frozenset[int] = frozenset()) -> str:
    """Return what a row says besides its hashes, shortened; columns that are ``ours`` say nothing of the analyst's.

    Numbers and dates are quoted where there is nothing else.
    """
    values: dict[int, list[str]] = defaultdict(list)
    for sighting in sightings:
        values[sighting.column].append(sighting.value)
    cells = [
        _short(_around(text, values[column]) if column in values else text, CELL)
        for column, text in enumerate(row.texts)
        if text and column not in ours
    ]
    said = [cell for cell in dict.fromkeys(cells) if cell and not _LABEL.fullmatch(cell)]
    return _short(" · ".join([cell for cell in said if not _NUMBER.fullmatch(cell)] or said), LONGEST_WORDS)


def _around(text: str, values: Sequence[str]) -> str:
    """Return the text right before and behind the first hash in it; "" where that is a label alone."""
    low = text.lower()
    at = min((place for value in values if (place := low.find(value)) >= 0), default=-1)
    if at < 0:
        return ""
    end = at + max(map(len, values))
    before, behind = (
        _RUN.sub(" ", part) for part in (text[max(0, at - 4 * AROUND) : at], text[end : end + 4 * AROUND])
    )
    near = f"{_end_of(before)} {_beginning_of(behind)}"
    return "" if _LABEL.fullmatch(near) else near.strip(" \t\r\n,;:|=\"'()[]{}<>*`-–")


def _end_of(text: str) -> str:
    """Return the last words of a text, some 40 characters; an ellipsis where there are more."""
    if len(text) <= AROUND:
        return text
    start = len(text) - AROUND
    cut = next((found.end() for between in _BREAKS if (found := between.search(text, start))), start)
    return f"… {text[cut:]}"


def _beginning_of(text: str) -> str:
    """Return the first words of a text, some 40 characters; an ellipsis where there are more."""
    return text if len(text) <= AROUND else f"{_cut(text, AROUND)} …"


def _short(text: str, most: int) -> str:
    flat = " ".join(text[: 4 * most].split())
    return flat if len(flat) <= most else _cut(flat, most - 1) + "…"


def _cut(text: str, most: int) -> str:
    """Return at most ``most`` characters of a longer text; it ends with a word where one ends in their last quarter."""
    found = (list(between.finditer(text, 3 * most // 4, most + 1)) for between in _BREAKS)
    return text[: next((ends[-1].start() for ends in found if ends), most)].rstrip()
