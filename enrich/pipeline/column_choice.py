"""The columns that a run appends, by the user's word on them and on the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from enrich.config.settings import Settings
from enrich.errors import UsageError
from enrich.lookup.source import Source
from enrich.model.column import Column
from enrich.pipeline.sources import leading, sources_of


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Which columns the user wants: by name, all, else the default set; ``changes`` whatever the others say."""

    names: tuple[str, ...] = ()
    all: bool = False
    changes: bool = False
    kinds: tuple[str, ...] = ("hash",)
    """The kinds that are looked up: columns of others are only there by name."""

    def of(self, sources: Sequence[Source]) -> tuple[Column, ...]:
        """Return the columns that a run over ``sources`` appends; chosen engines always.

        A bare name (``status``) is the leading source's. ``UsageError`` for one that no source has.
        """
        known = [column for source in sources for column in source.columns]
        change = [column for column in known if self.changes and column.name.endswith("_change")]
        if not self.names:
            fitting = [column for column in known if not column.kinds or not set(self.kinds).isdisjoint(column.kinds)]
            wanted = (column for column in fitting if column.default or self.all)
            return tuple(dict.fromkeys((*wanted, *change)))
        lead = leading([source.provider for source in sources])
        first = sorted(sources, key=lambda source: source.provider is not lead)
        bare = {c.name.partition("_")[2]: c for source in reversed(first) for c in source.columns}
        by_name = bare | {column.name: column for column in known}
        unknown = [name for name in self.names if name not in by_name]
        if unknown:
            raise UsageError(
                f"no column is called {unknown[0]!r}", hint=f"there are {', '.join(c.name for c in known)}"
            )
        return tuple(dict.fromkeys((*(by_name[name] for name in self.names), *change)))


def choice_of(settings: Settings) -> ColumnChoice:
    """Return the user's word on columns."""
    return ColumnChoice(settings.columns, settings.all_columns, settings.changes_only, settings.kinds)


def sets_of_columns(settings: Settings) -> tuple[tuple[Column, ...], ...]:
    """Return the sets that an earlier run is likely to have appended: as this one, by default, and all there are."""
    sources, chosen = sources_of(settings), choice_of(settings)
    usual = replace(chosen, names=(), all=False)
    every = tuple(dict.fromkeys(kind for source in sources for kind in source.provider.KINDS))
    asked = (
        chosen,
        usual,
        replace(usual, all=True),
        replace(usual, kinds=every),
        replace(usual, all=True, kinds=every),
    )
    return tuple(dict.fromkeys(choice.of(sources) for choice in asked))
