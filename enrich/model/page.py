"""Sheets of ours as values: the list of all indicators, and tables with charts for people. Knows no file format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from enrich.model.column import Column
from enrich.model.row import Added


class Direction(StrEnum):
    """How the bars of a chart lie."""

    DOWN = "down"
    """Lying bars, the first on top: for names."""
    ACROSS = "across"
    """Standing bars, left to right: for years."""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars for the rows of a section: the second column's whole numbers by the first column's texts.

    Each bar wears its row's verdict. A format that has charts lets it follow the cells.
    """

    title: str
    direction: Direction = Direction.DOWN


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a page under its heading, after a few sentences, with its chart beside it.

    ``lead`` is the answer, to be seen first. ``wide`` sections are pairs of a term and what is said of it, without
    titles, the second reaching over the page.
    """

    heading: str
    notes: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[Added, ...] = ()
    chart: BarChart | None = None
    lead: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of ours that is added to a workbook: the ``VirusTotal`` list, the ``Summary``.

    ``intro`` stands on top, a line each: the banner. Then comes either one long table or ``sections``. ``rows`` and
    ``sections`` are read once, when the page is written; a format without pages never asks for them.
    """

    title: str
    columns: tuple[Column, ...] = ()
    rows: Iterable[Added] = ()
    intro: tuple[str, ...] = ()
    sections: Iterable[Section] = ()
    header: str = ""
    """What every printed page says on top, to the left."""
    mark: str = ""
    """The TLP mark, on top of every printed page to the right."""
