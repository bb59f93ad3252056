"""Which columns a run appends, and which an earlier one may have appended. Knows no sheet and no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from enrich.config.settings import Settings
from enrich.errors import UsageError
from enrich.model.column import Column
from enrich.providers.shared.open import provider


def columns_of(settings: Settings) -> tuple[Column, ...]:
    """The columns that a run with these settings appends."""
    return chosen_columns(provider().columns_for(settings.engines), settings)


def sets_of_columns(settings: Settings) -> tuple[tuple[Column, ...], ...]:
    """The sets that an earlier run is likely to have appended: as this one, by default, and all there are."""
    known = provider().columns_for(settings.engines)
    usual = replace(settings, columns=(), all_columns=False)
    asked = (settings, usual, replace(usual, all_columns=True))
    return tuple(dict.fromkeys(chosen_columns(known, one) for one in asked))


def chosen_columns(all_columns: Sequence[Column], settings: Settings) -> tuple[Column, ...]:
    """``--columns`` in the user's order, ``--all-columns``, else the default set; chosen engines always."""
    change = [column for column in all_columns if settings.changes_only and column.name.endswith("_change")]
    if not settings.columns:
        taken = (column for column in all_columns if column.default or settings.all_columns)
        return tuple(dict.fromkeys((*taken, *change)))
    by_name = {name: column for column in all_columns for name in (column.name, column.name.partition("_")[2])}
    unknown = [name for name in settings.columns if name not in by_name]
    if unknown:
        raise UsageError(
            f"no column is called {unknown[0]!r}", hint=f"there are {', '.join(c.name for c in all_columns)}"
        )
    return tuple(dict.fromkeys((*(by_name[name] for name in settings.columns), *change)))
