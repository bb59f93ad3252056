"""The one result document that every report is a function of, and its parts. Frozen; knows not how it came about.

All times are UTC and aware. What comes by the million is a ``msgspec.Struct``, as in ``model``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from msgspec import Struct

from enrich.model.column import Column
from enrich.model.finding import Finding, Status
from enrich.model.quota import UNMETERED, UNUSED, Quota, Usage
from enrich.model.verdict import MALICIOUS_FROM, Tone, Verdict, most_telling, tone_of


class Place(Struct, frozen=True, gc=False):
    """Where something stands: ``source`` is an index into ``Result.sources``; ``sheet`` is "" in a one-table file."""

    source: int
    sheet: str
    row: int
    column: int


class Entry(Struct, frozen=True, gc=False):
    """One unique indicator, how it ended, every place where it stands and in how many cells.

    ``finding`` is that of the leading source, ``further`` those of the others, in the order of ``Result.services``.
    """

    finding: Finding
    places: tuple[Place, ...]
    cells: int
    file: str = ""
    """The same for all hashes of one file, so that files can be counted."""
    change: str = ""
    """Against the last answer: "0/72 on 2026-11-03 -> 41/72", "became known", ...; "" where nothing changed."""
    words: tuple[str, ...] = ()
    """The analyst's own words (file name, host, note) in the rows where it stands, shortened, equal ones once, in the
    order of the rows; hostile text like any other."""
    groups: tuple[str, ...] = ()
    """What the column ``Result.group_by`` says in those rows: the hosts, or users, that it was seen on."""
    further: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What all sources together say of it."""
        if not self.further:
            return self.finding.verdict
        return most_telling(finding.verdict for finding in (self.finding, *self.further))

    @property
    def tone(self) -> Tone:
        return tone_of(self.finding.status, self.verdict)

    @property
    def statuses(self) -> set[Status]:
        """How it ended, with each of the sources."""
        return {self.finding.status, *(finding.status for finding in self.further)}


def one_entry_a_file(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries with each file once: the first of its hashes that has an answer, else the first."""
    files: dict[str, Entry] = {}
    for entry in entries:
        file = entry.file or entry.finding.indicator.value
        known = files.setdefault(file, entry)
        if known is not entry and not known.finding.status.is_answer and entry.finding.status.is_answer:
            files[file] = entry
    return list(files.values())


@dataclass(frozen=True, slots=True)
class Remark:
    """Something at a place that a reader should know: damaged, left out, hashes that contradict each other."""

    kind: str
    """``damaged``, ``left_out`` or ``contradiction``."""
    place: Place
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """One sheet of an input: its rows that hold something, and the cells of it that hold an indicator."""

    name: str
    rows: int
    indicators: int


@dataclass(frozen=True, slots=True)
class InputFacts:
    """An input file: ``sha256`` of its bytes, for custody."""

    path: str
    sha256: str
    format: str
    sheets: tuple[SheetFacts, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """An output file. ``sha256`` is "" where it is not known: reports in a report, everything in a sheet."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """Who answered, and what it cost. ``stand_in``: not the service itself, and every output says so. No key, ever."""

    name: str
    title: str
    address: str
    stand_in: bool
    key_fingerprint: str = ""
    prefix: str = ""
    """Of its columns."""
    origin: str = ""
    """What its answers are kept under."""
    home: str = ""
    """The host of the service itself."""
    quota: Quota = UNMETERED
    used: Usage = UNUSED
    calls: int = 0
    from_store: int = 0
    spared: int = 0
    """Files that the sources behind this one were not asked about, for what it said of them."""
    stopped: str = ""
    """Why its lookups stopped early, in words; "" where they did not."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What a report says of itself, in the analyst's words; ``tlp`` is a label of the Traffic Light Protocol 2.0."""

    title: str = ""
    case: str = ""
    author: str = ""
    tlp: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of one run. ``found`` and the statuses after it count rows, each row once; ``malicious`` and the verdicts
    after it count unique indicators, each file once however many hashes of it were given.
    """

    rows: int = 0
    cells: int = 0
    unique: int = 0
    from_store: int = 0
    calls: int = 0
    found: int = 0
    not_found: int = 0
    pending: int = 0
    failed: int = 0
    invalid: int = 0
    trivial: int = 0
    skipped: int = 0
    malicious: int = 0
    suspicious: int = 0
    undetected: int = 0
    no_verdict: int = 0
    unknown: int = 0
    not_asked: Mapping[str, int] = field(default_factory=dict)
    """Unique indicators of kinds that were not looked up, by kind."""


@dataclass(frozen=True, slots=True)
class Result:
    """The one document that every report is a function of; no further lookup is needed to render it."""

    version: str
    """Of the tool."""
    started: datetime
    ended: datetime
    exit_code: int
    services: tuple[ServiceFacts, ...]
    """Those that were asked, the leading one first: totals, quota and the words of reports are about that one."""
    sources: tuple[InputFacts, ...]
    outputs: tuple[Output, ...]
    totals: Totals
    columns: tuple[Column, ...]
    entries: Sequence[Entry]
    remarks: tuple[Remark, ...] = ()
    unlisted: Mapping[str, int] = field(default_factory=dict)
    """How many remarks there are besides those, by kind: of a run in parts, which lists the first of each part."""
    incident_date: date | None = None
    """A day as the calendar of the incident has it: no zone moves it."""
    stopped: str = ""
    """Why lookups stopped early, in words; "" where they did not."""
    malicious_from: int = MALICIOUS_FROM
    """Engines that make a verdict ``malicious`` in this run."""
    filing: Filing = Filing()
    group_by: str = ""
    """The heading of the columns that ``Entry.groups`` come from; "" where the inputs have none that looks like it."""

    def remarked(self, kind: str) -> int:
        return sum(remark.kind == kind for remark in self.remarks) + self.unlisted.get(kind, 0)

    @property
    def service(self) -> ServiceFacts:
        """The leading source."""
        return self.services[0]

    @property
    def quota(self) -> Quota:
        return self.service.quota

    @property
    def used(self) -> Usage:
        return self.service.used
