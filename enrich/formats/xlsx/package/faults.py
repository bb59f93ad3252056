"""The refusals of this format in one place, so that the same fault is always told in the same words."""

from __future__ import annotations

from pathlib import Path

from enrich.errors import InputError

RESAVE = "open it in a spreadsheet program and save it as a new .xlsx"


def damaged(path: Path, what: str) -> InputError:
    return InputError(f"{path.name} is a damaged workbook: {what}", hint=RESAVE)


def unsafe(path: Path, what: str) -> InputError:
    return InputError(
        f"{path.name} was not opened: {what}", hint="no real workbook is made so; treat the file as hostile"
    )


def foreign(path: Path, what: str) -> InputError:
    return InputError(f"{path.name} {what}", hint=RESAVE)
