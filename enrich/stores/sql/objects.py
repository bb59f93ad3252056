"""An object as the store handles it while answers come in: names, answer, which object has which name. No SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from msgspec import Struct

from enrich.clock import utc
from enrich.model.finding import Answer, Finding, Past
from enrich.model.indicator import Indicator
from enrich.stores.sql.records import STATUSES, is_hash, prefixes, status_of, whole_seconds

NO_COUNT = -1
"""Stands for None in ``history``, whose columns are all part of its key."""

Mark = tuple[int, int, int, int]
"""One answer in the history: fetched_at, status, malicious, engines."""


@dataclass(slots=True)
class StoredObject:
    """An object with the answer that stands, as it is in the store or is about to be (``number`` None)."""

    number: int | None
    finding: Finding
    names: list[Indicator]
    body: bytes | None = None
    """None: whatever body is kept stays."""
    stored: frozenset[Indicator] = field(default_factory=frozenset)
    """The names that the table of names has of it."""

    @property
    def mark(self) -> Mark:
        return mark_of(self.finding)


class Arrived(Struct):
    """An answer that has just come, with all names of its object and the prefix of each."""

    answer: Answer
    names: list[Indicator]
    prefixes: list[int]


def arrived(answers: Sequence[Answer]) -> list[Arrived]:
    """Return ``answers`` with what storing them needs to know of their names."""
    named = [names_of(answer.finding) for answer in answers]
    numbers = iter(prefixes([name for names in named for name in names]))  # of all of them in a few steps
    return [
        Arrived(answer, names, list(islice(numbers, len(names)))) for answer, names in zip(answers, named, strict=True)
    ]


def when_and_status(finding: Finding) -> tuple[int, int]:
    """As the store writes them: Unix seconds, and the status's number."""
    assert finding.fetched_at is not None
    return whole_seconds(finding.fetched_at), STATUSES.index(finding.status)


def stored_count(count: int | None) -> int:
    return NO_COUNT if count is None else count


def count_of(stored: int) -> int | None:
    return None if stored == NO_COUNT else stored


def mark_of(finding: Finding) -> Mark:
    return (*when_and_status(finding), stored_count(finding.malicious), stored_count(finding.engines))


def past_of(mark: Mark) -> Past:
    at, status, malicious, engines = mark
    return Past(status_of(status), utc(at), count_of(malicious), count_of(engines))


class Owners:
    """Which object has which name: the part of the store that a batch of answers touches."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[str, Indicator], StoredObject] = {}

    def of(self, origin: str, names: Iterable[Indicator]) -> list[StoredObject]:
        found: dict[int, StoredObject] = {}
        for name in names:
            if (one := self._by_name.get((origin, name))) is not None:
                found[id(one)] = one
        return list(found.values())

    def add(self, one: StoredObject) -> None:
        for name in one.names:
            self._by_name[one.finding.origin, name] = one

    def drop(self, one: StoredObject, names: Iterable[Indicator]) -> None:
        for name in names:
            self._by_name.pop((one.finding.origin, name), None)


def names_of(finding: Finding) -> list[Indicator]:
    """Return all names of the object, in the answer's order, the asked one among them."""
    names = list(dict.fromkeys(finding.aliases))
    return names if finding.indicator in names else [*names, finding.indicator]


def contradict(some: Iterable[Indicator], others: Iterable[Indicator]) -> bool:
    """Return whether two sets of names cannot be one object's: two different hashes by one algorithm."""
    known = {(name.kind, len(name.value)): name.value for name in some if is_hash(name.value)}
    return any(
        known.get((name.kind, len(name.value)), name.value) != name.value for name in others if is_hash(name.value)
    )
