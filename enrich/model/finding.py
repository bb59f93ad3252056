"""What is known of an indicator: a finding, the answer that it came in, and earlier answers.

All times are UTC and aware. Values that come by the million are ``msgspec.Struct``: made, compared and hashed in C, at
a fifth of a frozen dataclass's cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from enrich.model.indicator import Indicator

Scalar = str | int | float | bool | None
"""What a field of a finding may hold; JSON's own scalars. Dates are integer Unix seconds, UTC."""


class Status(StrEnum):
    """How a row or an indicator ended: one closed set, the values of ``vt_status``."""

    FOUND = "found"
    NOT_FOUND = "not_found"
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
        return self is _FOUND or self is _NOT_FOUND


_FOUND, _NOT_FOUND = (
    Status.FOUND,
    Status.NOT_FOUND,
)  # a member looked up on its class costs more than what it is used for


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
