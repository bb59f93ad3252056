"""The refusals of this format in one place, so that the same fault is always told in the same words."""

from __future__ import annotations

from collections.abc import Callable

from enrich.errors import InputError
from enrich.files.opened import Readable

Fault = Callable[[str], InputError]
"""What makes the error for damage in one part; its argument stands after the part's name."""

RESAVE_HINT = "open it in a spreadsheet program and save it as a new .xlsx"


def damaged(path: Readable, what: str) -> InputError:
    return InputError(f"{path.name} is a damaged workbook: {what}", hint=RESAVE_HINT)


def unsafe(path: Readable, what: str) -> InputError:
    return InputError(
        f"{path.name} was not opened: {what}", hint="no real workbook is made so; treat the file as hostile"
    )


def foreign(path: Readable, what: str) -> InputError:
    return InputError(f"{path.name} {what}", hint=RESAVE_HINT)
