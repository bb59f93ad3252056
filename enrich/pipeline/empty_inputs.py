"""Inputs that hold nothing to ask about: set aside, and why is said."""

from __future__ import annotations

from collections import Counter

from enrich.config.settings import Settings
from enrich.errors import InputError
from enrich.join.worst import not_asked_words
from enrich.model.sighting import Found
from enrich.pipeline.inputs import Intake


def set_aside_empty(intake: Intake, settings: Settings) -> None:
    """Leave out the inputs that hold nothing to ask about: no output is better than one that looks enriched and is not.

    Raises ``InputError`` where none is left.
    """
    empty = [item for item in intake.inputs if not item.asks_something]
    wanted = "hash" if settings.kinds == ("hash",) else "indicator"
    intake.inputs = [item for item in intake.inputs if item.asks_something]
    if intake.inputs:
        intake.warnings.extend(f"{item.name}: no {wanted} was found; nothing was written for it" for item in empty)
        return
    names = ", ".join(item.name for item in empty)
    left_out = sum(column.left_out for item in empty for p in item.placements.values() for column in p.columns)
    hint = f"{left_out} values look like indicators and were left out: `enrich scan` lists why" if left_out else ""
    if settings.column:
        hint = f"only --column {', '.join(settings.column)} was looked at: a heading's text, or a letter"
    kinds = Counter(
        (sighting.kind, sighting.value)
        for item in empty
        for placement in item.placements.values()
        for sighting in placement
        if sighting.found is Found.NOT_ASKED
    )
    if kinds:
        hint = not_asked_words(Counter(kind for kind, _ in kinds))
    raise InputError(
        f"no {wanted} was found in {names}; nothing was written", hint=hint or "`enrich scan` shows what is seen"
    )
