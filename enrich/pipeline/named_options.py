"""What the command line names of the inputs, a column or an encoding, against what they hold."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from enrich.config.settings import Settings
from enrich.errors import NotInInput
from enrich.formats import takes_encoding
from enrich.model.cell_reference import letters
from enrich.model.quantities import counted
from enrich.scan import Placement, has_column

_HEADINGS_SHOWN = 30


def unheeded_encoding(settings: Settings, formats: Iterable[str]) -> list[str]:
    """Return what the user should hear of an ``--encoding`` that none of the inputs heeds, by their ``formats``."""
    # in an inbox the next file may be a text
    if not settings.is_on_command_line("encoding") or settings.is_on_command_line("inbox"):
        return []
    return [] if any(map(takes_encoding, formats)) else ["--encoding: for texts, and no input is one"]


def check_named_columns(wanted: Sequence[str], placements: Sequence[Placement]) -> None:
    """Raise ``NotInInput`` for a column that the user named and no sheet has."""
    for name in wanted:
        if not any(has_column(placement, name) for placement in placements):
            there = dict.fromkeys(" ".join(text.split()) for p in placements for text in p.headings if text.strip())
            some = ", ".join(list(there)[:_HEADINGS_SHOWN])
            hint = f"there are: {some}" if there else "there are no headings: say a column's letter"
            raise NotInInput(f"no input has a column {name!r}", hint=hint)


def unnamed(placement: Placement) -> Iterator[str]:
    """Yield a sentence on each column whose values are left out, as no word says what they are: how to have them."""
    for column in placement.columns:
        if column.unnamed:
            name = column.heading or letters(column.column)
            values = counted(column.unnamed, "value is", "values are")
            yield (
                f"{values} left out in column {name!r}, as nothing says what the column holds: "
                f"--column {shlex.quote(name)} takes all that looks like an indicator"
            )
