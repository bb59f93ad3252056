"""Reports, one module a form, every one a function of the one result document.

``Form`` says what a module in this folder offers; outputs, help, ``doctor`` and README's table follow from it.
``load`` reads a ``result.json`` back, ``summary_page`` is the form that a workbook carries along.
"""

from __future__ import annotations

from typing import BinaryIO, Protocol, cast

from enrich.errors import UsageError
from enrich.extras import how_to_install, missing
from enrich.model.result import Result
from enrich.registry import entries
from enrich.reports.shared.document import load, loads
from enrich.reports.shared.options import ReportOptions
from enrich.reports.shared.statistics import WORST_FILES
from enrich.reports.shared.summary_sheet import summary_page

__all__ = [
    "WORST_FILES",
    "Form",
    "ReportOptions",
    "check",
    "described",
    "form_named",
    "form_of",
    "forms",
    "lacking",
    "load",
    "loads",
    "summary_page",
]


class Form(Protocol):
    """A form's module; its name is what ``--format`` takes."""

    SUFFIXES: tuple[str, ...]
    """What names of its outputs end in."""
    HELP: str
    """What it is for, in half a line: for help and documents."""
    NEEDS: tuple[str, ...]
    """Libraries of the extra ``report`` that it draws on; it is refused before a call is spent where one is missing."""

    def render(self, result: Result, target: BinaryIO, options: ReportOptions) -> None:
        """Write the report. The same result and options give the same bytes; every string of a result is hostile."""


def forms() -> dict[str, str]:
    """Suffix -> the form that it stands for."""
    return {suffix: name for name, module in entries(__name__).items() for suffix in module.SUFFIXES}


def form_of(suffix: str, named: str | None) -> str | None:
    """Return the form that an output of this suffix takes; ``named`` is the one that the user named for outputs whose
    suffix does not tell, which JSON's does not: several forms are JSON. None where neither says one.
    """
    own = forms().get(suffix.lower())
    return own if named is None or (own is not None and suffix.lower() != ".json") else named


def takes_named(suffix: str) -> bool:
    """Return whether an output of this suffix takes the form that the user names."""
    return form_of(suffix, "named") == "named"


def described() -> list[tuple[str, str]]:
    """Return the suffixes of each form and what it is for, as help and documents list them."""
    return [(" ".join(form.SUFFIXES), form.HELP) for form in map(form_named, entries(__name__))]


def check(name: str) -> None:
    """Raise ``UsageError`` where a library of the form is missing: to be found before calls are spent."""
    if needed := lacking(name):
        raise UsageError(f"{' and '.join(needed)} must be installed for {name} reports", hint=how_to_install(*needed))


def lacking(name: str) -> list[str]:
    """Return the libraries that the form draws on and that are not installed."""
    return missing(form_named(name).NEEDS)


def form_named(name: str) -> Form:
    """Return the form's module."""
    return cast("Form", entries(__name__)[name])
