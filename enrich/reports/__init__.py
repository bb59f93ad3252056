"""The forms for people, one module each, every one a function of the one result document.

A form's module offers ``SUFFIXES`` and ``render(result: Result, target: BinaryIO, options: Options) -> None``; it
raises ``UsageError`` where the extra ``report`` that it draws on is missing. ``load`` reads a ``result.json`` back,
``summary_page`` is the form that a workbook carries along.
"""

from __future__ import annotations

from typing import BinaryIO, Protocol, cast

from enrich.registry import entries
from enrich.reports._document import load, loads
from enrich.reports._options import Options
from enrich.reports._sheet import summary_page
from enrich.result import Result

__all__ = ["Options", "Report", "form_named", "forms", "load", "loads", "summary_page"]


class Report(Protocol):
    """A form's module."""

    SUFFIXES: tuple[str, ...]

    def render(self, result: Result, target: BinaryIO, options: Options) -> None: ...


def forms() -> dict[str, str]:
    """Suffix -> the form that it stands for."""
    return {suffix: name for name, module in entries(__name__).items() for suffix in module.SUFFIXES}


def form_named(name: str) -> Report:
    """The form's module."""
    return cast("Report", entries(__name__)[name])
