"""The columns that a run appends, by the user's word on them and on the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from enrich.config.settings import Settings
from enrich.errors import UsageError
from enrich.lookup.source import Source
from enrich.model.column import Column
from enrich.pipeline.sources import leading, sources_of


def chosen_columns(settings: Settings, sources: Sequence[Source]) -> tuple[Column, ...]:
    """Return the columns that a run over ``sources`` appends; chosen engines always.

    A bare name (``status``) is the leading source's. ``UsageError`` for one that no source has. Columns of kinds that
    are not looked up are only there by name, and those of changes with ``--changes-only`` whatever was chosen.
    """
    known = [column for source in sources for column in source.columns]
    change = [column for column in known if settings.changes_only and column.name.endswith("_change")]
    if not settings.columns:
        fitting = [column for column in known if not column.kinds or not set(settings.kinds).isdisjoint(column.kinds)]
        wanted = (column for column in fitting if column.default or settings.all_columns)
        return tuple(dict.fromkeys((*wanted, *change)))
    lead = leading([source.provider for source in sources])
    first = sorted(sources, key=lambda source: source.provider is not lead)
    bare = {c.name.partition("_")[2]: c for source in reversed(first) for c in source.columns}
    by_name = bare | {column.name: column for column in known}
    unknown = [name for name in settings.columns if name not in by_name]
    if unknown:
        raise UsageError(f"no column is called {unknown[0]!r}", hint=f"there are {', '.join(c.name for c in known)}")
    return tuple(dict.fromkeys((*(by_name[name] for name in settings.columns), *change)))


def sets_of_columns(settings: Settings) -> tuple[tuple[Column, ...], ...]:
    """Return the sets that an earlier run is likely to have appended: as this one, by default, and all there are."""
    sources = sources_of(settings)
    usual = replace(settings, columns=(), all_columns=False)
    every = tuple(dict.fromkeys(kind for source in sources for kind in source.provider.KINDS))
    asked = (
        settings,
        usual,
        replace(usual, all_columns=True),
        replace(usual, kinds=every),
        replace(usual, all_columns=True, kinds=every),
    )
    return tuple(dict.fromkeys(chosen_columns(each, sources) for each in asked))
