"""What the cells beside a row's values say of them: types and notes. Knows texts, and decides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from enrich.indicators import SILENT, Reading, Says
from enrich.indicators.hash.labels import NAMES_ALGORITHM, heading, label, may_be_whole, may_name_hash, whole
from enrich.scan.columns import Columns

_LONGEST = 160
_LONGEST_TYPE = 40
_MOST_WORDS = 8
_FIRST_PHRASE = re.compile(r"^[^;,:(|\n]*?(?=[.](?:\s|$)|\s+[-\u2013\u2014]\s|[;,:(|\n]|$)")
_WORDS = re.compile(r"[\"'(\[*|\s]*[^\W\d_][^./\\@]+")
"""Words, and no name of a file, a host, a person, no date: the quick look before the closer one."""
_A_FILE = re.compile(
    r"(?:files?|samples?|malwares?|malware[ _-]?samples?|stix ?file|file[ _-]?hash(?:es)?)", re.IGNORECASE
)


def speaking(columns: Columns, texts: Sequence[str], column: int) -> Iterator[tuple[int, Reading]]:
    """What the row says of the value in ``column``, and where. With headings, the columns of types and notes speak;
    without, the next cells and the first do.
    """
    for place in columns.speaking((column,)):
        if place != column and 0 <= place < len(texts) and texts[place] and columns.speaks(place):
            reading = said(texts[place], columns.type_at(place))
            if reading is not SILENT:
                yield place, reading


def types(columns: Columns) -> Sequence[int]:
    """Where the types of the rows' values stand."""
    return [place for place in columns.companions if columns.type_at(place)] if columns.named else [0]


def says_hash(columns: Columns, texts: Sequence[str]) -> bool:
    """Whether the row's type names an algorithm."""
    return any(
        place < len(texts) and NAMES_ALGORITHM.match(texts[place]) and said(texts[place], True).form
        for place in types(columns)
    )


def may_speak(lines: str) -> bool:
    """Whether ``said`` may find something in one of these lines of free text: quick, and sure where it says no."""
    return may_be_whole(lines) or may_name_hash(lines)


@lru_cache(maxsize=8192)
def said(text: str, is_type: bool) -> Reading:
    """What one cell says of its neighbour, by its first phrase: "Certificate thumbprint - used to sign it"."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return SILENT
    phrase = _FIRST_PHRASE.match(text)
    first = phrase[0].strip() if phrase else text
    if not first or not (is_type or _WORDS.fullmatch(first)):
        return SILENT
    short = len(text) <= _LONGEST_TYPE
    if first.count(" ") < _MOST_WORDS and (what := label(text) if is_type and short else whole(first)):
        return Reading(Says.OTHER, what)
    if short and may_name_hash(text) and (meaning := heading(text)).hash:
        return Reading(Says.SHAPE, form=meaning.algorithm)
    return Reading(Says.INDICATOR) if is_type and _A_FILE.fullmatch(text) else SILENT
