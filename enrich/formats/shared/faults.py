"""Refusals of workbooks that are only read, so that the same fault is always told in the same words."""

from __future__ import annotations

from enrich.errors import InputError
from enrich.files.opened import Readable

SAVE_AS_SHEET = "open it and save it as .xlsx or .csv"
LOCKED = "protected by a password"
SAVE_UNLOCKED = "open it with the password and save a copy without one"


def locked(path: Readable) -> InputError:
    """Return a workbook under a password of the analyst's own."""
    return InputError(f"{path.name} is {LOCKED}", hint=SAVE_UNLOCKED)


def damaged(path: Readable, kind: str, error: Exception | None = None) -> InputError:
    """Return a workbook that cannot be read; ``error`` is what its reader says of it."""
    reason = f" ({error})" if error is not None else ""
    return InputError(f"{path.name} is a damaged .{kind} workbook{reason}", hint=SAVE_AS_SHEET)
