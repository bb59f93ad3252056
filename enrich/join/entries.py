"""Each unique indicator of a run with how it ended: what reports, pages and counts are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from msgspec import structs

from enrich.indicators import identity
from enrich.join.cells import Joiner
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator
from enrich.model.result import Entry, Place


def entry_of(
    name: Indicator, finding: Finding, file: str, joiner: Joiner, *, places: tuple[Place, ...] = (), cells: int = 1
) -> Entry:
    """Return what is known of ``name``, by the leading source's ``finding`` and those of the others."""
    # answered under another of the object's names; the first look costs less, and mostly decides
    if finding.indicator is not name and finding.indicator != name:
        finding = structs.replace(finding, indicator=name)
    return Entry(finding, places, cells, file, joiner.change(name), further=joiner.further(finding))


class EntriesOnDemand(Sequence[Entry]):
    """Entries that are made anew, block by block, whenever somebody looks: a million would fill the memory."""

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Entry, ...]: ...
    def __getitem__(self, index: int | slice) -> Entry | tuple[Entry, ...]:
        return tuple(self)[index]


class UnlistedEntries(EntriesOnDemand):
    """The entries of a run of which no output lists any: without their places."""

    def __init__(
        self,
        findings: Mapping[Indicator, Finding],
        trivial: Mapping[Indicator, Finding],
        files: Mapping[Indicator, str],
        joiner: Joiner,
    ) -> None:
        """``trivial`` is what was never asked about, as the sheets show; ``files`` as in ``Resolution``."""
        self._findings = findings
        self._trivial = {name: finding for name, finding in trivial.items() if name not in findings}
        self._files = files
        self._joiner = joiner

    def __len__(self) -> int:
        return len(self._findings) + len(self._trivial)

    def __iter__(self) -> Iterator[Entry]:
        for name, finding in self._findings.items():
            yield entry_of(name, finding, self._files.get(name, name.value), self._joiner)
        for name, finding in self._trivial.items():
            yield entry_of(name, finding, identity(name), self._joiner)
