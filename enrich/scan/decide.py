"""Why one value is left out, or that the whole sheet shall decide: what its cell, column and surroundings come to.

Knows nothing of rows or of how those were read.
"""

from __future__ import annotations

from enrich.indicators.hash.digests import LENGTHS, algorithm
from enrich.indicators.hash.labels import Meaning, label, own_id
from enrich.indicators.hash.runs import Run
from enrich.model.sighting import Found
from enrich.scan.columns import Seen

NAME = "?name:"
"""Opens a reason: the value is part of a name, and no file's hash if the sheet has hashes of its own."""
DOUBTFUL = "?damage"
"""The value is damaged if its column turns out to be one of hashes."""

_IN_IDS = "in a column of ids"
_OWN_ID = label("guid")
_IN_NAMES = "in a column of names"


def verdict(run: Run, seen: Seen, *, beside: str, title: str, example: str) -> str:
    """Why a run is left out ("" where it is not), or one of the marks above: the surest sign decides.

    ``beside``, ``title`` and ``example``: why the row's other cells, the title above and a comment leave it out.
    """
    context = run.context
    heading = f"{seen.meaning.reason} (column {seen.heading!r})" if seen.meaning.reason else ""
    reason = (
        (run.reason if run.found is Found.LEFT_OUT else "")
        or ("" if context.part else context.reason)
        or heading
        or beside
        or title
        or example
    )
    if reason or run.found is Found.LEFT_OUT:
        return reason
    if run.found is Found.DAMAGED:
        return "" if run.sure else DOUBTFUL
    return _weak(run, seen)


def may_be_asked(run: Run, reason: str) -> bool:
    """Whether a run is a hash, unless the whole sheet speaks against it."""
    return run.found is Found.INDICATOR and (not reason or reason.startswith(NAME))


def is_loose(run: Run, reason: str) -> bool:
    """Whether a value may be another file's than the row's: it stands in running text, in a name or in an id."""
    return bool(reason) or not (run.alone or run.context.labelled)


def _names_its_file(run: Run, meaning: Meaning) -> bool:
    """Whether a name stands for its file's hash: under a heading that asks for one, and no other beside it."""
    return meaning.hash and run.only and meaning.algorithm in ("", algorithm(run.value))


def _weak(run: Run, seen: Seen) -> str:
    meaning, context = seen.meaning, run.context
    if context.part and not _names_its_file(run, meaning):
        return NAME + context.reason
    if meaning.name and not context.labelled:
        return NAME + _IN_NAMES
    if not (meaning.id and run.alone):
        return ""
    return _OWN_ID if len(run.value) == LENGTHS["md5"] and own_id(seen.heading) else NAME + _IN_IDS
