"""What the other fields of a record within a text say of a value in it: JSON in a cell, a row of a text's table."""

from __future__ import annotations

from functools import lru_cache

from enrich.indicators import SILENT, IndicatorType, Link, Match, Says
from enrich.indicators.hash import labels
from enrich.indicators.shared.own_side import read_together


@lru_cache(maxsize=4096)
def said_in_record(record: tuple[tuple[str, str], ...]) -> tuple[tuple[Link, str], ...]:
    """Return what a record within a text says of a value, see ``Match.record``, as the cells of a row would: its key as
    the heading, types and notes.
    """
    meant = ((labels.heading(key), words.strip()) for key, words in record[1:])
    speaking = [(Link.TYPE if m.type else Link.NOTE, words) for m, words in meant if m.type or m.note]
    return ((Link.HEADING, read_together([key for key, _ in record])[0]), *speaking) if record else ()


def unnamed_in_table(kind: IndicatorType, match: Match) -> str:
    """Return the heading of a value in a text's table, where it says nothing of the type and another one does; else
    "".
    """
    if not match.in_table or match.own != SILENT:
        return ""
    own, *others = [heading for heading, _ in match.record]
    said = [kind.reads(heading, Link.HEADING).says is not Says.NOTHING for heading in (own, *others)]
    return own if not said[0] and any(said) else ""
