"""Counts what a run came to and assembles the one result document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from enrich.indicators import identity
from enrich.join.cells import Joiner
from enrich.join.entries import entry_of
from enrich.model.file_counts import FileCounts
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.result import Entry, Place, Remark, Totals
from enrich.model.sighting import Found, Sighting, as_sighting
from enrich.model.verdict import COUNTED
from enrich.scan import PlainRows


@dataclass(slots=True)
class Tally:
    """Goes once over all sightings, row by row."""

    places: dict[Indicator, list[Place]] = field(default_factory=dict)
    """Of each indicator, one for each cell that holds it."""
    trivial: dict[Indicator, Finding] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    statuses: Counter[Status] = field(default_factory=Counter)
    not_asked: set[Indicator] = field(default_factory=set)
    """Those of kinds that are not looked up."""
    cells: int = 0
    placed: bool = True
    """Whether entries and their places are kept; else there is an entry for what is trivial alone."""

    def add_row(self, source: int, sheet: str, sightings: Sequence[Sighting], joiner: Joiner) -> None:
        status = joiner.status(sightings)
        if status is not None:
            self.statuses[status] += 1
        if len(sightings) > 1 and (text := joiner.contradiction(sightings)):
            first = sightings[0]
            self.remarks.append(Remark("contradiction", _place(source, sheet, first), first.value, text))
        for sighting in sightings:
            self._add(source, sheet, sighting, joiner)

    def add_alike(self, sightings: Sequence[Sighting], count: int, joiner: Joiner) -> bool:
        """Count ``count`` rows that hold the same ``sightings``; return whether that did: else each has its place."""
        if self.placed or not {sighting.found for sighting in sightings} <= {Found.INDICATOR, Found.NOT_ASKED}:
            return False
        if len(sightings) > 1 and joiner.contradiction(sightings):
            return False
        if (status := joiner.status(sightings)) is not None:
            self.statuses[status] += count
        for sighting in sightings:
            if sighting.found is Found.NOT_ASKED:
                self.not_asked.add(Indicator(sighting.kind, sighting.value))
            else:
                self.cells += count
        return True

    def add_plain_rows(self, source: int, sheet: str, plain: PlainRows, joiner: Joiner) -> None:
        """Count rows that hold the hashes of one file each, and nothing else."""
        answering = joiner.answering_names(plain.names)
        answers = [joiner.answer(name) if name is not None else None for name in answering]
        self.statuses.update([answer.status for answer in answers if answer is not None])
        if not self.placed and None not in answering:
            self.cells += sum(map(len, plain.names))
            return
        for row, columns, names, known in zip(plain.rows, plain.columns, plain.names, answers, strict=True):
            if known is None:
                sightings = [as_sighting(name, row, column) for name, column in zip(names, columns, strict=True)]
                self.add_row(source, sheet, sightings, joiner)
                continue
            for column, name in zip(columns, names, strict=False):  # equally many, and strictness costs
                # the answer's own name and no second one: there may be a million
                same = known.indicator if known.indicator == name else name
                self._seen(Place(source, sheet, row, column), same)

    def _seen(self, place: Place, indicator: Indicator) -> None:
        self.cells += 1
        if not self.placed and indicator not in self.trivial:
            return
        places = self.places.get(indicator)
        if places is None:
            self.places[indicator] = [place]
        else:
            places.append(place)

    def _add(self, source: int, sheet: str, sighting: Sighting, joiner: Joiner) -> None:
        place = _place(source, sheet, sighting)
        if sighting.found in (Found.DAMAGED, Found.LEFT_OUT):
            self.remarks.append(Remark(sighting.found.value, place, sighting.value, sighting.reason))
            return
        if sighting.found is Found.NOT_ASKED:
            self.not_asked.add(Indicator(sighting.kind, sighting.value))
            return
        indicator = Indicator(sighting.kind, sighting.value)
        if sighting.found is Found.TRIVIAL:
            self.trivial.setdefault(indicator, joiner.finding(sighting))
        self._seen(place, indicator)

    def entries(
        self, findings: Mapping[Indicator, Finding], files: Mapping[Indicator, str], joiner: Joiner
    ) -> Iterator[Entry]:
        """Yield an entry for each indicator that has a place, in sheet order; ``files`` as in ``Resolution``."""
        for name, places in self.places.items():
            finding = findings.get(name)
            file = files.get(name, name.value) if finding is not None else identity(name)
            finding = finding or self.trivial.get(name) or joiner.answer(name)
            yield entry_of(name, finding, file, joiner, places=tuple(places), cells=len(places))

    def totals(self, rows: int, counts: FileCounts, from_store: int, calls: int) -> Totals:
        """Return the counts of the summary, of which ``counts`` has those of files."""
        numbers = {status.value: self.statuses[status] for status in Status}
        numbers |= {verdict.value: counts.worst[verdict] for verdict in COUNTED}
        other = Counter(indicator.kind for indicator in self.not_asked)
        stored = min(from_store, counts.files)  # two hashes of a file are asked as two
        known = {"rows": rows, "cells": self.cells, "unique": counts.files, "from_store": stored, "calls": calls}
        return Totals(**known, **numbers, not_asked=dict(sorted(other.items())))


def _place(source: int, sheet: str, sighting: Sighting) -> Place:
    return Place(source, sheet, sighting.row, sighting.column)
