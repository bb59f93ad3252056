"""Several sources' answers beside each row: each source has a set of columns of its own, and none hides another.

Behaves as the ``Joiner`` of one source: whoever writes rows does not know how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from enrich.join.cells import Joiner
from enrich.model.column import Column
from enrich.model.finding import Finding, Scalar, Status
from enrich.model.indicator import Indicator
from enrich.model.row import Added
from enrich.model.sighting import Sighting
from enrich.model.verdict import COUNTED, Tone

_MOST_TELLING = (*map(Tone, COUNTED), Tone.OPEN, Tone.PLAIN)
"""Tones in the order of ``most_telling``: the colour of a row is that of the verdict that reports give it."""


class JoinerOfSources(Joiner):
    """Joins the joiners of single sources; what is said of a row is the leading one's, as are findings and changes."""

    def __init__(self, lead: Joiner, joiners: Sequence[Joiner], columns: Sequence[Column]) -> None:
        """``joiners`` holds ``lead``; ``columns`` is the order in which all their columns stand."""
        super().__init__(columns, "", lead.findings, changes=lead.changes)
        self._lead = lead
        self._joiners = tuple(joiners)
        own = [column.name for joiner in joiners for column in joiner.columns]
        self._order = [own.index(column.name) for column in columns]
        self._in_order = self._order == list(range(len(own)))

    def with_columns(self, columns: Sequence[Column]) -> Joiner:
        parts = {joiner: joiner.with_columns([c for c in columns if joiner.owns(c)]) for joiner in self._joiners}
        return JoinerOfSources(parts[self._lead], list(parts.values()), columns)

    def rows(self, rows: Sequence[tuple[Indicator, ...] | tuple[Sighting, ...]]) -> list[Added | None]:
        return list(self._joined([joiner.rows(rows) for joiner in self._joiners]))

    def row(self, row: Sequence[Indicator] | Sequence[Sighting]) -> Added | None:
        """Return the cells of one row; None where nothing in it is or was meant to be an indicator."""
        return next(self._joined([[joiner.row(row)] for joiner in self._joiners]))

    def lines(self, findings: Sequence[Finding]) -> list[Added]:
        """Return the cells of indicators on lines of their own; ``findings`` are the leading source's."""
        by_source = [
            joiner.lines(findings if joiner is self._lead else list(map(joiner.counterpart, findings)))
            for joiner in self._joiners
        ]
        return [added for added in self._joined(by_source) if added is not None]

    def _joined(self, parts: Sequence[Sequence[Added | None]]) -> Iterator[Added | None]:
        lead = parts[self._joiners.index(self._lead)]
        for said, first in zip(zip(*parts, strict=True), lead, strict=True):
            added = [cells for cells in said if cells is not None]
            if first is None or len(added) < len(said):
                yield None
                continue
            values: tuple[Scalar, ...] = tuple(chain.from_iterable(cells.values for cells in added))
            if not self._in_order:
                values = tuple([values[place] for place in self._order])
            tones = [cells.tone for cells in added if cells.status.is_answer and first.status is not Status.TRIVIAL]
            yield Added(values, min(tones, key=_MOST_TELLING.index, default=first.tone), first.status)

    def contradiction(self, sightings: Sequence[Sighting]) -> str:
        """Return what one of the sources knows of hashes of different files in a row; "" where none does."""
        return next((text for joiner in self._joiners if (text := joiner.contradiction(sightings))), "")

    def further(self, finding: Finding) -> tuple[Finding, ...]:
        """Return what the other sources say of what the leading one's ``finding`` is about."""
        return tuple(joiner.counterpart(finding) for joiner in self._joiners if joiner is not self._lead)


def joined(lead: Joiner, joiners: Sequence[Joiner], columns: Sequence[Column]) -> Joiner:
    """Return one joiner for all sources; of a single source its own."""
    return lead if len(joiners) == 1 else JoinerOfSources(lead, joiners, columns)
