"""Counts what a run came to and assembles the one result document. Knows values only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct, structs

from enrich.indicators import identity
from enrich.join.cells import Joiner, as_sighting
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.result import Entry, Place, Remark, Totals, one_entry_a_file
from enrich.model.sighting import Found, Sighting
from enrich.model.verdict import COUNTED
from enrich.scan import PlainRows


class Spot(Struct):
    """Where one indicator stands: every place, and in how many cells."""

    places: list[Place]
    cells: int


@dataclass(slots=True)
class Tally:
    """Goes once over all sightings, row by row."""

    spots: dict[Indicator, Spot] = field(default_factory=dict)
    trivial: dict[Indicator, Finding] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    statuses: Counter[Status] = field(default_factory=Counter)
    not_asked: set[Indicator] = field(default_factory=set)
    """Those of kinds that are not looked up."""
    cells: int = 0
    placed: bool = True
    """Whether entries and their places are kept; else there is an entry for what is trivial alone."""

    def add_row(self, source: int, sheet: str, sightings: Sequence[Sighting], joiner: Joiner) -> None:
        """Count one row that holds ``sightings``."""
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
        self.statuses.update([joiner.answer(name).status for name in answering if name is not None])
        if not self.placed and None not in answering:
            self.cells += sum(map(len, plain.names))
            return
        for row, columns, names, known in zip(plain.rows, plain.columns, plain.names, answering, strict=True):
            if known is None:
                sightings = [as_sighting(name, row, column) for name, column in zip(names, columns, strict=True)]
                self.add_row(source, sheet, sightings, joiner)
                continue
            for column, name in zip(columns, names, strict=False):  # equally many, and strictness costs
                self._seen(Place(source, sheet, row, column), name)

    def _seen(self, place: Place, indicator: Indicator) -> None:
        self.cells += 1
        if not self.placed and indicator not in self.trivial:
            return
        spot = self.spots.get(indicator)
        if spot is None:
            self.spots[indicator] = Spot([place], 1)
            return
        spot.cells += 1
        spot.places.append(place)

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
        self,
        findings: Mapping[Indicator, Finding],
        files: Mapping[Indicator, str],
        joiner: Joiner,
        changes: Mapping[Indicator, str] | None = None,
    ) -> Iterator[Entry]:
        """Yield one entry for each unique indicator, in the order of the sheets; ``files`` names each
        indicator's file.
        """
        changes = changes or {}
        for indicator, spot in self.spots.items():
            finding = findings.get(indicator) or self.trivial.get(indicator)
            finding = finding or Finding(indicator, "", Status.PENDING, detail="not asked")
            # answered under another of the file's hashes; the first look costs less, and mostly decides
            if finding.indicator is not indicator and finding.indicator != indicator:
                finding = structs.replace(finding, indicator=indicator)
            file = files.get(indicator) or identity(indicator)
            further = joiner.further(finding)
            yield Entry(finding, tuple(spot.places), spot.cells, file, changes.get(indicator, ""), further=further)

    def totals(self, rows: int, entries: Iterable[Entry], from_store: int, calls: int) -> Totals:
        """Return the counts of the summary; ``unique`` and the verdicts count files: see ``one_entry_a_file``."""
        files = one_entry_a_file(entries)
        verdicts = Counter(entry.verdict for entry in files)
        counts = {status.value: self.statuses[status] for status in Status}
        counts |= {verdict.value: verdicts[verdict] for verdict in COUNTED}
        other = Counter(indicator.kind for indicator in self.not_asked)
        stored = min(from_store, len(files)) if self.placed else from_store  # two hashes of a file are asked as two
        known = {"rows": rows, "cells": self.cells, "unique": len(files), "from_store": stored, "calls": calls}
        return Totals(**known, **counts, not_asked=dict(sorted(other.items())))


def _place(source: int, sheet: str, sighting: Sighting) -> Place:
    return Place(source, sheet, sighting.row, sighting.column)
