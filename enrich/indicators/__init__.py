"""The types of indicator, one file or folder each: what it is called, how it is found, when it is one and when not.

A member is a module of this folder that offers what :class:`IndicatorType` names; its file is called after its
``KIND``. It may have an expression ``ORDINARY`` as well: a text that matches as a whole is one value, canonical, which
nothing but what stands around it makes anything else of, so that cells of such come to the same in the same place; and
``owner(value)``, the domain as it was registered that a value belongs to, "" for none.
Nothing else lists it: the scan, targets, exclusions, ``--kinds`` and the columns of ``enrich scan`` follow.

**How the chain is asked, for any type.** The scan finds a type's values with ``find`` and knows nothing of what they
are. Whether a value is an indicator is decided by what names it, from near to far (:class:`Link` lists the links in
that order): its own text, the row's types and notes, its column's heading, the record that it stands in, the titles
above, the sheet's name, the file's. The words of each link are handed to the type's ``reads``, and the nearest one
that says something decides:

- ``INDICATOR`` ("a file", "C2 domains"): it is one;
- ``OTHER`` ("certificate", "references"): it is something else, and left out with ``what`` as the reason;
- ``SHAPE`` ("MD5", "value", "host"): a value of this type and not whose; the question passes on to the next link, and
  where none further says anything, it is an indicator;
- ``NOTHING``: the words are about something else.

What nothing names is an indicator in a list or a text and left out in a table whose headings say other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Protocol, cast

from msgspec import Struct

from enrich.model.indicator import Indicator
from enrich.model.sighting import Found
from enrich.registry import entries, names

A_FEW_WORDS = re.compile(r"^[\"'(\[* ]{0,3}[^\W\d_](?:[^\W\d_]|[ '/-]){2,50}[\"')\]*.! ]{0,3}$", re.MULTILINE)
"""A line that says one thing. Domains, addresses and URLs hear such a note alone: a longer one, and one with numbers,
tells a story. Hashes hear more, see ``hash.types_and_notes``.
"""


class Says(StrEnum):
    """What words say of the values that they name, for one type of indicator."""

    INDICATOR = "indicator"
    OTHER = "other"
    SHAPE = "shape"
    NOTHING = "nothing"


class Link(StrEnum):
    """Where the words stand that may own a value, from near to far."""

    # what the value stands in within its cell: a label, a URL, a file's name
    OWN = "own text"
    # of this row alone, so nearer than a heading, which is of all rows
    TYPE = "type beside it"
    # as near, yet free text: its first phrase counts
    NOTE = "note beside it"
    # of its column
    HEADING = "heading"
    # the keys around it in JSON and YAML, the lines that it stands deeper in than
    RECORD = "record"
    # of the rows that follow it, until another one
    TITLE = "title"
    # of all rows of a sheet: says what a list is of, seldom what one value is
    SHEET = "sheet's name"
    # the farthest: often where it came from, and no more
    FILE = "file's name"


class Reading(Struct, frozen=True):
    """What words say. ``what``: what the value is instead, as a reason; ``everywhere``: and it is that wherever else
    it stands in its document. A heading ``yields`` to what the row's type says ("id", "name"), all else to a heading
    that ``names_type``: "Hash", "URL", and not "Indicator". ``form``: the one form of the type that is named
    ("sha256"), "" where none is.
    """

    says: Says = Says.NOTHING
    what: str = ""
    form: str = ""
    everywhere: bool = False
    yields: bool = False
    names_type: bool = False


SILENT = Reading()


class Match(Struct, frozen=True):
    """One value in a text: where it stands, its canonical form, and what its own text says of it.

    ``found`` and ``reason`` are for what its own characters decide: a damaged value, one that cannot be of the type;
    damage that is not ``sure`` is told only where its column turns out to be one of the type, and what only looks like
    something else is a value there.
    ``own`` is the nearest owner: the label before it, the URL that it is part of. ``owners`` are the names of what it
    stands in within its text (``"sections": [{"md5": "..."}]``), nearest first. ``record`` are the keys and short
    values of the record that it stands in there, its own key first.
    ``in_table``: that record is a row of a table in the text, whose headings ought to say what stands below them.
    ``form`` is the value's own ("sha256"). ``weak``: the reason for which it is left out where its document holds
    values that are ``defanged``: what stands plain in its running text is hardly ever meant. ``names``: the value is
    all that a file's name says, so that the name stands for its object under a heading of such values.
    ``alone``: nothing but values and their names stand in the text; ``joined``: nothing but a table's signs part it
    from the value before.
    """

    start: int
    end: int
    value: str
    found: Found = Found.INDICATOR
    reason: str = ""
    own: Reading = SILENT
    owners: tuple[str, ...] = ()
    record: tuple[tuple[str, str], ...] = ()
    in_table: bool = False
    form: str = ""
    weak: str = ""
    defanged: bool = False
    names: bool = False
    alone: bool = False
    joined: bool = False
    sure: bool = True


class IndicatorType(Protocol):
    """What a module of this folder offers. Functions are pure, quick, and linear in the length of their text."""

    KIND: str
    """The word of ``--kinds`` and of the column ``kind``; the name of the module."""
    TITLE: str
    """For people, in the plural: "file hashes"."""
    LOOKED_UP: bool
    """Whether a service can be asked about it at all; False for what is recognised and never sent."""

    @staticmethod
    def may_hold(text: str) -> bool:
        """Return whether ``find`` may find something; quick, and sure where it says no. ``text`` may be many cells,
        joined.
        """
        ...

    @staticmethod
    def find(text: str, expected: Reading) -> Iterable[Match]:
        """Return the values in the text of one cell, in order. ``expected``: what the column or type says that stands
        there, ``SILENT`` where nothing does; damage is only told where a value was expected.
        """
        ...

    @staticmethod
    def reads(words: str, link: Link) -> Reading:
        """Return what ``words`` at ``link`` say of the values that they name. After a ``SHAPE`` the next links are also
        read together with its words: "sections" above "md5" is asked as "sections md5".
        """
        ...

    @staticmethod
    def trivial(value: str) -> str:
        """Return why a canonical value is not worth a call; "" where it is."""
        ...

    @staticmethod
    def withheld(value: str) -> str:
        """Return why a canonical value must not leave the house unless the user says so; "" where it may."""
        ...

    @staticmethod
    def identity(value: str) -> str:
        """Return what all canonical values of one object have in common, as far as they tell themselves."""
        ...

    @staticmethod
    def strength(value: str) -> int:
        """Return which of several names of one object is asked for: the greatest."""
        ...


@cache
def types() -> dict[str, IndicatorType]:
    """Return the types by their ``KIND``."""
    return {kind: cast("IndicatorType", member) for kind, member in entries(__name__).items()}


def identity(name: Indicator) -> str:
    """Return what all names of one object have in common, as far as they tell themselves; else the value."""
    return types()[name.kind].identity(name.value)


def strength(name: Indicator) -> int:
    """Sorts the names of one object: it is asked for by the greatest."""
    return types()[name.kind].strength(name.value)


def kinds() -> list[str]:
    """Return what the types are called, without importing them: for ``--help``."""
    return [name.rstrip("_") for name in names(__name__)]
