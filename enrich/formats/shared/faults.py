"""Refusals of workbooks, so that the same fault is always told in the same words."""

from __future__ import annotations

from collections.abc import Callable

from enrich.errors import InputError
from enrich.files.opened import Readable

Fault = Callable[[str], InputError]
"""Makes the error for damage in one part; its argument stands after the part's name."""
SAVE_AS_SHEET = "open it and save it as .xlsx or .csv"
LOCKED = "protected by a password"
SAVE_UNLOCKED = "open it with the password and save a copy without one"
_SAVE_ANEW = "open it in a spreadsheet program and save it as a new .xlsx"


def locked(path: Readable) -> InputError:
    """Return the error for a workbook under a password of the analyst's own."""
    return InputError(f"{path.name} is {LOCKED}", hint=SAVE_UNLOCKED)


def unreadable(path: Readable, kind: str, error: Exception | None = None) -> InputError:
    """Return the error for a workbook that its reader, which says ``error`` of it, cannot read."""
    reason = f" ({error})" if error is not None else ""
    return InputError(f"{path.name} is a damaged .{kind} workbook{reason}", hint=SAVE_AS_SHEET)


def damaged(path: Readable, what: str) -> InputError:
    """Return the error for a package of which we know what is wrong."""
    return foreign(path, f"is a damaged workbook: {what}")


def unsafe(path: Readable, what: str) -> InputError:
    """Return the error for a package that is made to harm its reader."""
    return InputError(
        f"{path.name} was not opened: {what}", hint="no real workbook is made so; treat the file as hostile"
    )


def foreign(path: Readable, what: str) -> InputError:
    """Return the error for a file that is no workbook, or of a kind that is not read."""
    return InputError(f"{path.name} {what}", hint=_SAVE_ANEW)
