"""Inputs that hold nothing to ask about: set aside, and why is said."""

from __future__ import annotations

from enrich.config.settings import Settings
from enrich.errors import InputError
from enrich.join.worst import not_asked_words
from enrich.pipeline.inputs import Intake


def set_aside_empty(intake: Intake, settings: Settings) -> None:
    """Leave out the inputs that hold nothing to ask about: no output is better than one that looks enriched and is not.

    Raises ``InputError`` where none is left.
    """
    wanted = "hash" if settings.kinds == ("hash",) else "indicator"
    empty = [item for item in intake.inputs if not item.asks_something]
    if len(empty) < len(intake.inputs):
        intake.inputs = [item for item in intake.inputs if item.asks_something]
        intake.warnings.extend(f"{item.name}: no {wanted} was found; nothing was written for it" for item in empty)
        return
    hint = "`enrich scan` shows what is seen"
    if not_asked := intake.not_asked():
        hint = not_asked_words(not_asked)
    elif settings.column:
        hint = f"only --column {', '.join(settings.column)} was looked at: a heading's text, or a letter"
    elif left_out := sum(column.left_out for placement in intake.placements() for column in placement.columns):
        hint = f"{left_out} values look like indicators and were left out: `enrich scan` lists why"
    names = ", ".join(item.name for item in empty)
    raise InputError(f"no {wanted} was found in {names}; nothing was written", hint=hint)
