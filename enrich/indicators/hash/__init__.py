"""File hashes: MD5, SHA-1 and SHA-256, and how they are told from their look-alikes."""

from __future__ import annotations

from msgspec import structs

from enrich.indicators import SILENT, Link, Reading, Says
from enrich.indicators.hash import types_and_notes
from enrich.indicators.hash.digests import KIND, trivial
from enrich.indicators.hash.digests import file_of as identity
from enrich.indicators.hash.labels import Meaning, about, carries_files, ends_in, heading
from enrich.indicators.hash.runs import find, may_hold
from enrich.indicators.hash.vocabulary import OF_TEXT

TITLE = "file hashes"
LOOKED_UP = True

__all__ = ["KIND", "LOOKED_UP", "TITLE", "find", "identity", "may_hold", "reads", "strength", "trivial", "withheld"]

AN_ID = "an id, not a file's hash"
IN_NAMES = "in a column of names"


def reads(words: str, link: Link) -> Reading:
    """Return what ``words`` say of hashes: a file's, something else's, or nobody's in particular."""
    if link in (Link.TYPE, Link.NOTE):
        return types_and_notes.reads(words, link is Link.TYPE)
    reading = _other(_ABOUT[link](words)) if link in _ABOUT else _named(heading(words), words, link)
    # a sheet called "Keys" may list hashes of files that another one asks for
    return structs.replace(reading, everywhere=False) if link is Link.SHEET and reading.everywhere else reading


def _named(meaning: Meaning, words: str, link: Link) -> Reading:
    if meaning.reason:
        # "response", "body", "record": so records are called that hold anything
        return SILENT if meaning.reason == OF_TEXT and link in _HOLDS else _other(meaning.reason)
    if (link is Link.HEADING and meaning.name) or (meaning.id and not (meaning.hash or meaning.generic)):
        return Reading(Says.OTHER, IN_NAMES if meaning.name else AN_ID, yields=True)
    if link in _HOLDS and carries_files(words):
        return A_FILE
    if meaning.hash or meaning.generic or meaning.note or meaning.sha:
        says = Says.INDICATOR if meaning.hash and meaning.file else Says.SHAPE
        return Reading(says, form=meaning.algorithm, names_type=meaning.hash)
    return A_FILE if meaning.file and not meaning.name else SILENT


_HOLDS = (Link.RECORD, Link.SHEET)
A_FILE = Reading(Says.INDICATOR)
_ABOUT = {Link.TITLE: about, Link.FILE: ends_in}


def _other(what: str) -> Reading:
    return Reading(Says.OTHER, what, everywhere=True) if what else SILENT


def withheld(value: str) -> str:  # noqa: ARG001 - no hash says whose it is
    """Return a hash tells nobody anything of the house."""
    return ""


def strength(value: str) -> int:
    """Return the longer the stronger."""
    return len(value)
