"""File hashes: MD5, SHA-1 and SHA-256, and how they are told from their look-alikes."""

from __future__ import annotations

from collections.abc import Iterator

from enrich.indicators import SILENT, Link, Match, Reading, Says
from enrich.indicators.hash import digests
from enrich.indicators.hash.labels import heading, whole
from enrich.indicators.hash.runs import may_hold, runs

KIND = digests.KIND
TITLE = "file hashes"
LOOKED_UP = True

__all__ = ["KIND", "LOOKED_UP", "TITLE", "find", "identity", "may_hold", "reads", "strength", "trivial", "withheld"]


def find(text: str, expected: Reading = SILENT) -> Iterator[Match]:
    """The values of a hash's shape in ``text``, and the damaged ones where a hash was expected."""
    for run in runs(text, expects=expected.says in (Says.INDICATOR, Says.SHAPE), algorithm=expected.form):
        context = run.context
        says = Says.OTHER if context.reason else Says.SHAPE if context.labelled else Says.NOTHING
        own = Reading(says, context.reason)
        yield Match(run.start, run.end, run.value, run.found, run.reason, own, alone=run.alone)


def reads(words: str, link: Link) -> Reading:
    """What ``words`` say of hashes: a file's, something else's, or nobody's in particular."""
    if link is Link.NOTE:
        what = whole(words)
        return Reading(Says.OTHER, what) if what else SILENT
    meaning = heading(words)
    if meaning.reason:
        return Reading(Says.OTHER, meaning.reason)
    if not meaning.hash:
        return SILENT
    return Reading(Says.SHAPE, form=meaning.algorithm)


def trivial(value: str) -> str:
    """Why asking for a hash tells nothing; "" where it may."""
    return digests.trivial(value)


def withheld(value: str) -> str:  # noqa: ARG001 - no hash says whose it is
    """A hash tells nobody anything of the house."""
    return ""


def identity(value: str) -> str:
    """The SHA-256 of the file where it is known beforehand, else the hash itself."""
    return digests.file_of(value)


def strength(value: str) -> int:
    """The longer the stronger."""
    return len(value)
