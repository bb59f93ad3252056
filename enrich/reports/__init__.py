"""The forms for people, one module each, every one a function of the one result document.

A form offers ``SUFFIXES`` and ``render(result: Result, target: BinaryIO, options: Options) -> None``. ``NEEDS``
names what of the extra ``report`` it draws on; ``check`` raises ``UsageError`` where that is missing. ``load`` reads a
``result.json`` back, ``summary_page`` is the form that a workbook carries along.
"""

from __future__ import annotations

from typing import BinaryIO, Protocol, cast

from enrich.config.extras import how_to_install, missing
from enrich.errors import UsageError
from enrich.locale import catalogue
from enrich.model.result import Result
from enrich.registry import entries
from enrich.reports.shared.document import load, loads
from enrich.reports.shared.options import Options
from enrich.reports.shared.statistics import WORST
from enrich.reports.shared.summary_sheet import summary_page

__all__ = ["WORST", "Form", "Options", "check", "form_named", "forms", "lacking", "load", "loads", "summary_page"]


class Form(Protocol):
    """A form's module."""

    SUFFIXES: tuple[str, ...]
    NEEDS: tuple[str, ...]

    def render(self, result: Result, target: BinaryIO, options: Options) -> None: ...


def forms() -> dict[str, str]:
    """Suffix -> the form that it stands for."""
    return {suffix: name for name, module in entries(__name__).items() for suffix in module.SUFFIXES}


def check(name: str, options: Options) -> None:
    """``UsageError`` for what would keep the form from being made: to be found before calls are spent."""
    catalogue(options.language)
    if needed := lacking(name):
        raise UsageError(f"{' and '.join(needed)} must be installed for {name} reports", hint=how_to_install(*needed))


def lacking(name: str) -> list[str]:
    """The libraries that the form draws on and that are not installed."""
    return missing(form_named(name).NEEDS)


def form_named(name: str) -> Form:
    """The form's module."""
    return cast("Form", entries(__name__)[name])
