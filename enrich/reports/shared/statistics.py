"""The numbers that a result comes down to: counts, the worst files, families, types, years.

Plain functions of ``result.Result`` for every report and the Summary sheet.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC
from operator import attrgetter
from typing import Self

from msgspec import structs

from enrich.model.finding import Scalar, Status
from enrich.model.packed_fields import plain_fields
from enrich.model.result import Entry, Result, one_entry_a_file
from enrich.model.verdict import MALICIOUS_FROM, Tone
from enrich.reports.shared import safe_text

WORST_FILES = 10
"""Files that a report names first."""
_BLOCK = 1024
TONES = tuple(Tone)
"""The order in which a reader needs them."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Files that ``low`` to ``high`` engines detect (None: as many as there are); all of them have one tone."""

    low: int
    high: int | None
    tone: Tone

    @property
    def name(self) -> str:
        """``0``, ``5–9``, ``60+``."""
        if self.high == self.low:
            return str(self.low)
        return f"{self.low}+" if self.high is None else f"{self.low}–{self.high}"


def bins(malicious_from: int = MALICIOUS_FROM) -> tuple[Bin, ...]:
    """From undetected to detected by nearly all, cut where ``malicious_from`` engines make another verdict."""
    starts = sorted({1, malicious_from, *range(10, 70, 10)})
    starts = [low for low in starts if low <= max(60, malicious_from)]
    ends = [*(low - 1 for low in starts[1:]), None]
    detected = (
        Bin(low, high, Tone.MALICIOUS if low >= malicious_from else Tone.SUSPICIOUS)
        for low, high in zip(starts, ends, strict=True)
    )
    return (Bin(0, 0, Tone.UNDETECTED), *detected)


@dataclass(frozen=True, slots=True)
class Names:
    """What the fields that reports read are called in one result: every service has a prefix of its own for them."""

    prefix: str
    first_seen: str
    last_analysis: str
    threat_label: str
    file_type: str
    file_name: str
    size: str
    sha256: str
    link: str
    categories: str
    owner: str

    @classmethod
    def of(cls, result: Result) -> Self:
        """By the prefix of the leading service's columns; a result without columns has no fields to count."""
        prefixes = [column.name.partition("_")[0] for column in result.columns]
        leading = result.service.prefix
        prefix = leading if leading in prefixes else next(iter(prefixes), leading)
        return cls(prefix, *(f"{prefix}_{field.name}" for field in fields(cls)[1:]))


def text_of(entry: Entry, field: str) -> str:
    """Return a field of the finding as text; "" where the service did not give it."""
    return as_text(entry.finding.fields.get(field))


def number_of(entry: Entry, field: str) -> int | None:
    """Return a whole number, dates in Unix seconds; None where it is missing or no number."""
    return as_number(entry.finding.fields.get(field))


def texts_of(entries: Iterable[Entry], field: str) -> list[str]:
    """Return ``text_of`` of each entry, and leave nothing unpacked: there may be a million."""
    return list(map(as_text, _each(entries, field)))


def numbers_of(entries: Iterable[Entry], field: str) -> list[int | None]:
    """Return ``number_of`` of each entry, and leave nothing unpacked."""
    return list(map(as_number, _each(entries, field)))


def with_fields(entries: Iterable[Entry], fields: tuple[str, ...]) -> Iterator[tuple[Entry, tuple[Scalar, ...]]]:
    """Yield each entry with these fields of its finding, None for one that is not there; nothing is left unpacked."""
    for entry in entries:
        yield entry, tuple(map(plain_fields(entry.finding.fields).get, fields))


def _each(entries: Iterable[Entry], field: str) -> list[Scalar]:
    return [value for _, (value,) in with_fields(entries, (field,))]


def as_text(value: Scalar) -> str:
    return "" if value is None else str(value)


def as_number(value: Scalar) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def files(result: Result) -> list[Entry]:
    """Return one entry a file: the first of its hashes that has an answer, which stands wherever any of them does."""
    together: dict[str, list[Entry]] = defaultdict(list)
    for entry in result.entries:
        together[entry.file or entry.finding.indicator.value].append(entry)
    return [_one(several) if len(several) > 1 else several[0] for several in together.values()]


def _one(several: list[Entry]) -> Entry:
    """Return a file's entry, with the places, words and groups of all its hashes."""
    return structs.replace(
        *one_entry_a_file(several),
        places=tuple(dict.fromkeys(place for entry in several for place in entry.places)),
        cells=sum(entry.cells for entry in several),
        words=tuple(dict.fromkeys(words for entry in several for words in entry.words)),
        groups=tuple(dict.fromkeys(group for entry in several for group in entry.groups)),
    )


def tones(entries: Iterable[Entry]) -> dict[Tone, int]:
    """Count the files of each tone; one that no file has is 0."""
    counted = Counter(entry.tone for entry in entries)
    return {tone: counted[tone] for tone in TONES}


def by_severity(entries: Iterable[Entry], names: Names) -> list[Entry]:
    """Return the entries worst first: by tone, then engines that detect it, then the newest."""
    listed = list(entries)
    seen = numbers_of(listed, names.first_seen)

    def key(place: int) -> tuple[int, int, int, str]:
        finding = listed[place].finding
        tone = TONES.index(listed[place].tone)
        return tone, -(finding.malicious or 0), -(seen[place] or 0), finding.indicator.value

    return [listed[place] for place in sorted(range(len(listed)), key=key)]


def worst(entries: Iterable[Entry], names: Names, count: int = WORST_FILES) -> list[Entry]:
    """Return the files that most engines detect, malicious or suspicious only."""
    bad = [entry for entry in entries if entry.tone in (Tone.MALICIOUS, Tone.SUSPICIOUS)]
    return by_severity(bad, names)[:count]


def of_tone(entries: Iterable[Entry], tone: Tone) -> list[Entry]:
    """Return the files of one tone, the most widely seen first."""
    return sorted((entry for entry in entries if entry.tone is tone), key=lambda entry: -entry.cells)


def changed(entries: Iterable[Entry], names: Names) -> list[Entry]:
    """Return the files whose answer differs from the last one, worst first."""
    return by_severity((entry for entry in entries if entry.change), names)


def family(label: str) -> str:
    """Return the family in a suggested threat label: ``trojan.emotet/heodo`` is ``emotet``; "" where it names none."""
    return label.rpartition(".")[2].partition("/")[0].strip().lower()


def families(entries: Iterable[Entry], names: Names) -> list[tuple[str, int]]:
    """Families by number of files, the commonest first."""
    return _ranked(map(family, texts_of(entries, names.threat_label)))


def types(entries: Iterable[Entry], names: Names) -> list[tuple[str, int]]:
    """File types by number of files, the commonest first."""
    return _ranked(texts_of(entries, names.file_type))


def ratios(entries: Iterable[Entry], malicious_from: int = MALICIOUS_FROM) -> list[tuple[Bin, int]]:
    """Files by how many engines detect them, in ``bins``; files without a ratio are left out."""
    cut = bins(malicious_from)
    counts = [0] * len(cut)
    for entry in entries:
        if entry.finding.status is Status.FOUND and entry.finding.malicious is not None:
            counts[bisect_right(cut, entry.finding.malicious, key=attrgetter("low")) - 1] += 1
    return list(zip(cut, counts, strict=True))


def first_seen_years(entries: Iterable[Entry], names: Names) -> list[tuple[int, int]]:
    """Files by the year (UTC) in which the service first saw them, empty years between included."""
    times = (safe_text.time_of(seconds, UTC) for seconds in numbers_of(entries, names.first_seen))
    counted = Counter(time.year for time in times if time is not None)
    return [(year, counted[year]) for year in range(min(counted), max(counted) + 1)] if counted else []


def _ranked(names: Iterable[str]) -> list[tuple[str, int]]:
    counted = Counter(name for name in names if name)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
