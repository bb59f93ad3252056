"""How a row or an indicator ended."""

from __future__ import annotations

from enum import StrEnum


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
    """Exclusions back on the user's word (``--never-send``)."""

    @property
    def is_answer(self) -> bool:
        """Whether the service itself said so: only answers are stored."""
        return self is _FOUND or self is _NOT_FOUND


_FOUND, _NOT_FOUND = (
    Status.FOUND,
    Status.NOT_FOUND,
)  # a member looked up on its class costs more than what it is used for
