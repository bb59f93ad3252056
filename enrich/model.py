"""The frozen values that pass between rooms. Knows nothing of files, services or the command line.

All times are UTC and aware. Rows are numbered from 1 as a spreadsheet program shows them; columns from 0. Values that
come by the million are ``msgspec.Struct``: made, compared and hashed in C, at a fifth of a frozen dataclass's cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

Scalar = str | int | float | bool | None
"""What a field of a finding may hold; JSON's own scalars. Dates are integer Unix seconds, UTC."""


class Status(StrEnum):
    """How a row or an indicator ended: one closed set, the values of ``vt_status``."""

    FOUND = "found"
    ABSENT = "not_found"
    """The service answered that it does not know the file. An answer, and not "clean"."""
    PENDING = "pending"
    """Not asked: quota, budget or time ran out, or the run was stopped."""
    FAILED = "failed"
    """Asked, and no usable answer came. Never stored as an answer."""
    INVALID = "invalid"
    """Meant to be a hash and damaged: a digit lost, a letter O, a number made of it by Excel."""
    TRIVIAL = "trivial"
    """Not worth a call: the empty file, EICAR, a file on the known-good list."""
    SKIPPED = "skipped"
    """Held back on the user's word (``--never-send``)."""

    @property
    def is_answer(self) -> bool:
        """Whether the service itself said so: only answers are stored."""
        return self is _FOUND or self is _ABSENT


_FOUND, _ABSENT = Status.FOUND, Status.ABSENT  # a member looked up on its class costs more than what it is used for


class Indicator(Struct, frozen=True, gc=False):
    """One thing to ask about. ``value`` is canonical (hashes: lower-case hex), so equality is identity."""

    kind: str
    value: str


class Type(StrEnum):
    """What a column holds, so that each format can write it in its own typed way."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    """Integer Unix seconds, UTC."""
    LINK = "link"
    RATIO = "ratio"
    """Text such as ``53/72``, which no program may turn into a date."""
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is appended. Declared once; heading, writer, help and report follow from it.

    ``name`` is the machine name in full (``vt_first_seen``), ``title`` the words for people.
    """

    name: str
    title: str
    help: str
    type: Type = Type.TEXT
    default: bool = True
    width: int = 14
    """Readable width in characters."""


class Finding(Struct, frozen=True, gc=False):
    """What is known of one indicator: an answer, or why there is none.

    ``fields`` is keyed by column name; a field that the service did not give is left out.
    ``aliases`` are further names of the same object (a file's other hashes), the asked one included.
    ``fetched_at`` is when the service gave the answer; None where it was not asked.
    """

    indicator: Indicator
    provider: str
    status: Status
    fields: Mapping[str, Scalar] = msgspec.field(default_factory=dict)
    detail: str = ""
    fetched_at: datetime | None = None
    aliases: tuple[Indicator, ...] = ()  # of a stored finding fields.PackedNames, which serve as a tuple
    malicious: int | None = None
    engines: int | None = None
    """Detection ratio: ``malicious`` of ``engines`` that gave a verdict; None where there is no ratio."""


class Answer(Struct, frozen=True, gc=False):
    """A finding with the body it was read from, exactly as it came over the wire (gzip or plain)."""

    finding: Finding
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier answer about an object."""

    status: Status
    fetched_at: datetime
    malicious: int | None = None
    engines: int | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """Calls allowed; None is unlimited."""

    per_minute: int | None
    per_day: int | None
    per_month: int | None

    def left(self, used: Usage, reserve: int = 0) -> dict[str, int | None]:
        """Calls left of the ``day`` and the ``month``; ``reserve`` calls of the day are for others."""
        return {
            "day": None if self.per_day is None else max(0, self.per_day - reserve - used.day),
            "month": None if self.per_month is None else max(0, self.per_month - used.month),
        }


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls used in the running UTC day and month."""

    day: int
    month: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """The service's own word on a key: what it allows and what is used, the smaller of user and group."""

    quota: Quota
    used: Usage


class Target(Struct, frozen=True):
    """One file to ask about: ``ask`` is its strongest hash, ``others`` its weaker ones in the sheets.

    ``weight`` counts the rows that wait for the answer.
    """

    ask: Indicator
    others: tuple[Indicator, ...] = ()
    weight: int = 1


class EventKind(StrEnum):
    """What happened in a run of lookups, and what an event of the kind carries."""

    STARTED = "started"
    """``total`` lookups are to be made, ``reach`` of them in this run; at the pace these take ``seconds``."""
    ANSWERED = "answered"
    """One target ended; ``finding`` holds how."""
    RETRYING = "retrying"
    """One target is asked about once more; ``text`` says why."""
    WAITING = "waiting"
    """All workers wait until ``until``: the rate, a Retry-After, a reset."""
    STOPPED = "stopped"
    """No further lookup is made; ``text`` says why."""
    ENDED = "ended"


class Event(Struct, frozen=True, gc=False):
    """What a progress listener hears."""

    kind: EventKind
    text: str = ""
    finding: Finding | None = None
    total: int = 0
    reach: int = 0
    seconds: float = 0.0
    until: datetime | None = None


Hear = Callable[[Event], None]
"""Whoever listens to a run of lookups."""


# --- the sheet side -------------------------------------------------------------------------------------------------


class Row(Struct, frozen=True):
    """One row of a sheet as text. ``texts`` is dense from column 0; an empty or missing cell is ``""``."""

    number: int
    texts: tuple[str, ...] | list[str]


Area = tuple[int, int, int, int]
"""Merged cells: left, top, right, bottom; rows from 1, columns from 0."""


class Found(StrEnum):
    """What stands at a place in a cell: the ``status`` column of ``enrich scan``."""

    INDICATOR = "indicator"
    TRIVIAL = "trivial"
    LEFT_OUT = "left_out"
    """Shaped like a hash, and no file's hash; never sent."""
    DAMAGED = "damaged"


class Sighting(Struct, frozen=True, gc=False):
    """One indicator, look-alike or damaged value in a cell.

    ``value`` is canonical for an indicator and the text as it stands for a damaged one. ``file`` groups the sightings
    of one row that name the same file (its md5, sha1 and sha256); equal numbers are one file.
    """

    row: int
    column: int
    found: Found
    kind: str
    value: str
    reason: str = ""
    file: int = 0


class Tone(StrEnum):
    """How a cell or row is coloured. Unknown is a warning, not a comfort."""

    MALICIOUS = "malicious"
    SUSPICIOUS = "suspicious"
    CLEAN = "clean"
    UNKNOWN = "unknown"
    OPEN = "open"
    """Pending, failed or invalid: no answer yet."""
    PLAIN = "plain"


MALICIOUS_FROM = 5
"""Engines that must agree before a file is called malicious here: below it, one engine's false alarm is common."""


_CLEAN, _SUSPICIOUS, _MALICIOUS = Tone.CLEAN, Tone.SUSPICIOUS, Tone.MALICIOUS


def tone(finding: Finding) -> Tone:
    """The one place where a detection ratio becomes a colour and a word."""
    malicious = finding.malicious
    if finding.status is not _FOUND:
        if finding.status is _ABSENT:
            return Tone.UNKNOWN
        return Tone.PLAIN if finding.status is Status.TRIVIAL else Tone.OPEN
    if malicious is None:
        return Tone.UNKNOWN
    if malicious >= MALICIOUS_FROM:
        return _MALICIOUS
    return _SUSPICIOUS if malicious else _CLEAN


class Added(Struct, frozen=True):
    """The cells to append to one row: one value a column, in the columns' order. Dates are integer Unix seconds."""

    values: tuple[Scalar, ...]
    tone: Tone = Tone.PLAIN
    status: Status = Status.PENDING


@dataclass(frozen=True, slots=True)
class Addition:
    """What one sheet gets: its columns, and the cells of each row that has any.

    ``header_row`` is the row of the sheet's headings, where ours go beside them; None: the sheet has no header.
    ``present`` says where columns of ours stand from an earlier run (name -> 0-based column): they are refreshed in
    place and none is appended twice. ``cells`` gives a row's values by row number; None leaves the row as it is, and
    an earlier run's cells in it are emptied. ``headings`` are the texts to write, one a column.
    """

    columns: tuple[Column, ...]
    headings: tuple[str, ...]
    header_row: int | None
    cells: Callable[[int], Added | None]
    present: Mapping[str, int] = field(default_factory=dict)
