"""The analyst's own words beside each indicator, read from the sheets once more where a report shows them.

Knows rows and what stands in them; no report and no service.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import structs

from enrich.model.result import Entry
from enrich.model.row import Row
from enrich.model.sighting import Sighting
from enrich.pipeline.inputs import Input
from enrich.scan import Placement

CELL, LONGEST = 60, 160
"""Characters of one cell, and of all that is told of a row."""
AROUND = 40
"""Characters before and behind a hash that stands in a text."""
_LABEL = re.compile(r"\W*(?:md-?5|sha-?1|sha-?256|sha|hash(?:es)?|file ?hash|and|or)?\W*", re.IGNORECASE)
_RUN = re.compile(r"[0-9a-fA-F]{16,}")
"""Another hash, or a part of one."""
_NUMBER = re.compile(r"[\W\d_]*(?:T[\W\d_]*Z?)?")
"""A date in ISO's form as well."""


def with_words(entries: Sequence[Entry], inputs: Sequence[Input]) -> tuple[Entry, ...]:
    """The same entries, each with what its row says at the first place where it stands."""
    wanted: dict[tuple[int, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, entry in enumerate(entries):
        if entry.places:
            first = entry.places[0]
            wanted[first.source, first.sheet][first.row].append(index)
    told = list(entries)
    for (source, sheet), rows in wanted.items():
        item = inputs[source]
        for index, words in _told(item.document.rows(sheet), item.placements[sheet], rows):
            told[index] = structs.replace(entries[index], context=words)
    return tuple(told)


def _told(rows: Iterable[Row], placement: Placement, wanted: Mapping[int, list[int]]) -> Iterator[tuple[int, str]]:
    left = set(wanted)
    for row in rows:
        if row.number in left:
            left.discard(row.number)
            words = words_of(row, placement.sightings_at(row.number), frozenset(placement.present.values()))
            for index in wanted[row.number]:
                yield index, words
            if not left:  # not sooner: rows may stand in disorder in their sheet
                return


def words_of(row: Row, sightings: Sequence[Sighting], ours: frozenset[int] = frozenset()) -> str:
    """What a row says besides its hashes, shortened; columns that are ``ours`` say nothing of the analyst's.

    Numbers and dates are told where there is nothing else.
    """
    values: dict[int, list[str]] = defaultdict(list)
    for sighting in sightings:
        values[sighting.column].append(sighting.value)
    cells = [
        _short(_besides(text, values[column]) if column in values else text, CELL)
        for column, text in enumerate(row.texts)
        if text and column not in ours
    ]
    said = [cell for cell in dict.fromkeys(cells) if cell and not _LABEL.fullmatch(cell)]
    return _short(" · ".join([cell for cell in said if not _NUMBER.fullmatch(cell)] or said), LONGEST)


def _besides(text: str, values: Sequence[str]) -> str:
    """The text right before and behind the first hash in it; "" where that is a label alone."""
    low = text.lower()
    at = min((place for value in values if (place := low.find(value)) >= 0), default=-1)
    if at < 0:
        return ""
    end = at + max(map(len, values))
    before, behind = (
        _RUN.sub(" ", part) for part in (text[max(0, at - 4 * AROUND) : at], text[end : end + 4 * AROUND])
    )
    near = f"{before[-AROUND:]} {behind[:AROUND]}"
    return "" if _LABEL.fullmatch(near) else near.strip(" \t\r\n,;:|=\"'()[]{}<>*`-–")


def _short(text: str, most: int) -> str:
    flat = " ".join(text[: 4 * most].split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"
