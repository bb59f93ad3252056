"""Answers and their history on the move between stores: records out and in, pruning, and what the store holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, Literal

import msgspec

from enrich.clock import AHEAD, utc
from enrich.errors import StoreError
from enrich.model.finding import Finding, Scalar, Status
from enrich.model.indicator import Indicator
from enrich.model.packed_fields import plain_fields
from enrich.model.packed_names import damaged
from enrich.stores.sql.objects import Mark, StoredObject, count_of, stored_count
from enrich.stores.sql.records import STATUSES, status_of
from enrich.stores.sql.write import WritePart

RECORD_VERSION = 1
OBJECTS_AT_ONCE = 1000

Second = Annotated[int, msgspec.Meta(ge=0, le=int(datetime(9999, 1, 1, tzinfo=UTC).timestamp()))]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


class Record(msgspec.Struct, forbid_unknown_fields=True):
    """One object as it is exported: its names, the answer that stands, and those that it replaced."""

    version: Literal[1]
    provider: Text
    names: Annotated[list[tuple[Text, Text]], msgspec.Meta(min_length=1, max_length=100)]
    status: Literal["found", "not_found"]
    fetched_at: Second
    fields: dict[Text, Scalar] = {}
    detail: str = ""
    malicious: Count = None
    engines: Count = None
    history: list[tuple[Second, Literal["found", "not_found"], Count, Count]] = []

    def finding(self) -> Finding:
        names = tuple(Indicator(kind, value) for kind, value in self.names)
        return Finding(
            names[0],
            self.provider,
            Status(self.status),
            self.fields,
            self.detail,
            utc(self.fetched_at),
            names,
            self.malicious,
            self.engines,
        )

    def contradiction(self, latest: float) -> str:
        """Return what cannot be true, whoever gave the answer; "" for nothing. ``latest`` in Unix seconds."""
        if max(self.fetched_at, *(at for at, *_ in self.history), 0) > latest:
            return "it holds an answer of a day that is still to come"
        counts = [(self.malicious, self.engines), *((malicious, engines) for *_, malicious, engines in self.history)]
        if any(malicious is not None and malicious > (engines or 0) for malicious, engines in counts):
            return "more engines detect it than there are"
        return ""

    def marks(self) -> list[Mark]:
        return [
            (at, STATUSES.index(Status(status)), stored_count(malicious), stored_count(engines))
            for at, status, malicious, engines in self.history
        ]


class Transfer(WritePart):
    """That part of ``Store``, where its methods are described."""

    def export(self) -> Iterator[dict[str, Any]]:
        """Page by page: what is written meanwhile may be in it or not, and nothing is torn."""
        last = 0
        # one read of a whole store would keep SQLite's log from shrinking, and PostgreSQL's dead rows from going, all
        # that time
        while True:
            with self.database.reading():
                page = self.after(last, OBJECTS_AT_ONCE)
                marks = self.marks(stored.number for stored in page if stored.number is not None)
            if not page:
                return
            for stored in page:
                assert stored.number is not None
                last = stored.number
                yield _record(stored, sorted(marks.get(last, ())))

    def merge(self, records: Iterable[dict[str, Any]], *, check: Callable[[Finding], str] | None = None) -> int:
        """Merge all of a batch or nothing of it; a record that is not one of ours stops the merge with its number."""
        numbered = enumerate(records, 1)
        new = 0
        latest = self.clock.time() + AHEAD
        while batch := [
            _checked(number, record, latest, check) for number, record in islice(numbered, OBJECTS_AT_ONCE)
        ]:
            with self.transaction():
                owners = self.load([record.finding() for record in batch])
                new += sum(
                    self.take(record.finding(), owners, body=None, past=record.marks(), arrives=False)
                    for record in batch
                )
        return new

    def absorb(self, other: Transfer) -> int:
        """Take in all that ``other`` holds, bodies as well; the newer answer stands. Returns how many answers."""
        last = count = 0
        while page := other.after(last, OBJECTS_AT_ONCE):
            numbers = [stored.number for stored in page if stored.number is not None]
            bodies, marks = other.bodies_by_number(numbers), other.marks(numbers)
            with self.transaction():
                owners = self.load([stored.finding for stored in page])
                for stored, number in zip(page, numbers, strict=True):
                    past, body = marks.get(number, ()), bodies.get(number)
                    self.take(stored.finding, owners, body=body, past=past, arrives=False)
            last, count = numbers[-1], count + len(page)
        return count

    def prune(self, older_than: float, *, bodies_only: bool) -> int:
        if bodies_only:
            pruned = self._prune_bodies(int(older_than))
        else:
            pruned = 0
            while page := self._prune_some(int(older_than)):
                pruned += page
        self.database.reclaim()
        return pruned

    def _prune_some(self, older_than: int) -> int:
        """Look for and remove in one transaction: in between, another process may store a new answer."""
        with self.transaction():
            page = self.older(older_than, OBJECTS_AT_ONCE)
            for stored in page:
                self.delete(stored)
        return len(page)

    def _prune_bodies(self, older_than: int) -> int:
        sql = (
            "SELECT finding FROM bodies JOIN findings USING (finding) WHERE finding > ? AND fetched_at < ?"
            " ORDER BY finding LIMIT ?"
        )
        last = count = 0
        # page by page, as all that is long: a lock that is held for longer than others wait would end their runs
        while True:
            with self.database.writing():
                page = [(number,) for (number,) in self.database.rows(sql, (last, older_than, OBJECTS_AT_ONCE))]
                self.database.run_many("DELETE FROM bodies WHERE finding = ?", page)
            if not page:
                return count
            (last,), count = page[-1], count + len(page)

    def answers_info(self) -> dict[str, Any]:
        """Return what of ``Info`` speaks of answers."""
        with self.database.reading():
            rows = self.database.rows(
                "SELECT origin, status, count(*), min(fetched_at), max(fetched_at) FROM findings"
                " GROUP BY origin, status ORDER BY origin, status"
            )
            bodies, body_size = self.database.rows("SELECT count(*), coalesce(sum(length(body)), 0) FROM bodies")[0]
            past = self.database.rows("SELECT count(*) FROM history")[0][0]
        statuses, origins = Counter[Status](), Counter[str]()
        for origin, status, count, _, _ in rows:
            statuses[status_of(status)] += count
            origins[origin] += count
        return {
            "size": self.database.size(),
            "statuses": dict(statuses),
            "origins": dict(origins),
            "past": past,
            "bodies": bodies,
            "body_size": int(body_size),
            "oldest": _first([oldest for _, _, _, oldest, _ in rows]),
            "newest": _first([newest for _, _, _, _, newest in rows], of=max),
        }


def _first(times: Sequence[int], of: Callable[[Sequence[int]], int] = min) -> datetime | None:
    """Return the first (or last) of Unix seconds; ``StoreError`` where a damaged row holds what no calendar has."""
    try:
        return utc(of(times)) if times else None
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise damaged() from error


def _record(stored: StoredObject, marks: list[Mark]) -> dict[str, Any]:
    finding = stored.finding
    history = [
        [at, status_of(status).value, count_of(malicious), count_of(engines)]
        for at, status, malicious, engines in marks
    ]
    return {
        "version": RECORD_VERSION,
        "provider": finding.origin,
        "names": [[name.kind, name.value] for name in stored.names],
        "status": finding.status.value,
        "fetched_at": stored.mark[0],
        "fields": dict(plain_fields(finding.fields)),
        "detail": finding.detail,
        "malicious": finding.malicious,
        "engines": finding.engines,
        "history": history,
    }


def _checked(number: int, record: dict[str, Any], latest: float, check: Callable[[Finding], str] | None) -> Record:
    checked = _typed(number, record)
    wrong = checked.contradiction(latest) or (check(checked.finding()) if check is not None else "")
    if wrong:
        hint = "nothing of it was taken; if the file is whole, somebody changed it"
        raise StoreError(f"record {number} of the import cannot be used: {wrong}", hint=hint)
    return checked


def _typed(number: int, record: dict[str, Any]) -> Record:
    try:
        return msgspec.convert(record, Record)
    except ValueError as error:  # half a surrogate pair in a name that it complains of is none of msgspec's own
        version = record.get("version") if isinstance(record, dict) else None
        hint = (
            "it was exported by a newer enrich: update this one"
            if isinstance(version, int) and version > RECORD_VERSION
            else "give a file that `enrich cache export` wrote"
        )
        raise StoreError(f"record {number} of the import cannot be used: {error}", hint=hint) from error
