"""How answers come in: the newer one stands, the older becomes history, and no two objects have one name.

An object is what an answer speaks of, a file with all its hashes. Knows nothing of quotas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import structs

from enrich.clock import AHEAD, utc
from enrich.model.finding import Answer, Finding
from enrich.model.indicator import Indicator
from enrich.stores.sql.objects import (
    Arrived,
    Mark,
    Owners,
    StoredObject,
    arrived,
    contradict,
    names_of,
    when_and_status,
)
from enrich.stores.sql.read import COLUMNS, ReadPart
from enrich.stores.sql.records import Packed, pack, prefixes, starts

_INSERT = f"INSERT INTO findings (finding, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constant
_UPDATE = (
    "UPDATE findings SET origin = ?, shape = ?, fetched_at = ?, status = ?, malicious = ?, engines = ?, names = ?,"
    " fields = ? WHERE finding = ?"
)
_INSERT_NAME = "INSERT INTO names (start, finding) VALUES (?, ?)"
_DELETE_NAME = "DELETE FROM names WHERE start = ? AND finding = ?"
_PUT_BODY = "INSERT INTO bodies (finding, body) VALUES (?, ?) ON CONFLICT (finding) DO UPDATE SET body = excluded.body"
_PUT_MARK = (
    "INSERT INTO history (finding, fetched_at, status, malicious, engines) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)


class WritePart(ReadPart):
    """The writing part of ``Store``: its steps are taken inside a ``transaction``."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block in a transaction; what was learned in it is forgotten with it."""
        try:
            with self.database.writing():
                yield
        except BaseException:
            self.shapes.forget()
            raise

    def arrived(self, answers: Sequence[Answer]) -> list[Arrived]:
        """Return ``answers`` as they are stored, a lacking time being now. ``ValueError`` for what is no answer."""
        for answer in answers:
            if not answer.finding.status.is_answer:
                raise ValueError(f"not an answer: {answer.finding.status}")
        now = utc(self.clock.time())
        return arrived(
            [
                answer
                if answer.finding.fetched_at is not None
                else structs.replace(answer, finding=structs.replace(answer.finding, fetched_at=now))
                for answer in answers
            ]
        )

    def put_arrived(self, answers: Sequence[Arrived]) -> None:
        """Keep answers that have just come, the last of each object to stand."""
        owners = self._owners([number for one in answers for number in one.prefixes])
        strangers, others = _parted(answers, owners)
        self._insert(strangers)
        for one in others:
            self.take(one.answer.finding, owners, body=one.answer.body)

    def _insert(self, answers: Sequence[Arrived]) -> None:
        """Answers about objects that nobody knew: one statement a table for all of them."""
        if not answers:
            return
        findings, prefixed, bodies = [], list[tuple[int, int]](), []
        for number, one in zip(self._next_numbers(len(answers)), answers, strict=True):
            answer = one.answer
            findings.append((number, *self.row(answer.finding, pack(answer.finding, one.names))))
            prefixed += [(place, number) for place in set(starts(one.prefixes))]
            if answer.body:
                bodies.append((number, answer.body))
        self.database.run_many(_INSERT, findings)
        self.database.run_many(_INSERT_NAME, sorted(prefixed))
        if bodies:
            self.database.run_many(_PUT_BODY, bodies)

    def _next_numbers(self, count: int) -> Sequence[int]:
        """Numbers for new objects; nobody else can take them now."""
        first = int(self.database.rows("SELECT coalesce(max(finding), 0) + 1 FROM findings")[0][0])
        return range(first, first + count)

    def row(self, finding: Finding, packed: Packed) -> tuple[Any, ...]:
        """Return the values of ``COLUMNS``."""
        shape, packed_names, fields = packed
        at, status = when_and_status(finding)
        number = self.shapes.number(shape)
        return (
            finding.origin, number, at, status, finding.malicious, finding.engines, packed_names, fields
        )  # fmt: skip

    def load(self, findings: Iterable[Finding]) -> Owners:
        """Return the objects that have a name of one of ``findings``."""
        return self._owners(prefixes([name for finding in findings for name in names_of(finding)]))

    def _owners(self, numbers: Iterable[int]) -> Owners:
        owners = Owners()
        for stored in self.bearers(set(starts(numbers))):
            owners.add(stored)
        return owners

    def take(
        self,
        finding: Finding,
        owners: Owners,
        *,
        body: bytes | None = b"",
        past: Iterable[Mark] = (),
        arrives: bool = True,
    ) -> bool:
        """Take in an answer. The newer of two answers about one object stands, the other becomes history.

        One that ``arrives`` from a service is the newest, whatever a clock said when another was stored. Of those that
        were moved between stores the date decides, where it is not ahead of now.

        Objects that share a name and contradict each other in none are one object. Where they do contradict (an MD5
        collision, a name that moved), the newer answer keeps the disputed name. Returns whether anything was new.
        """
        new = StoredObject(None, finding, names_of(finding), body=body)
        standing, absorbed = new, list[StoredObject]()
        # Its own mark is among them: where it is not the one to stand, it is history at once.
        marks = {*past, new.mark}
        for old in owners.of(finding.origin, new.names):
            if contradict(new.names, old.names):
                self._divide(new, old, owners, arrives=arrives)
                continue
            absorbed.append(old)
            new.names += [name for name in old.names if name not in new.names]
            if not self._is_older(old, standing, arrives=arrives):
                standing = old
        if not new.names:  # newer answers have each of them
            return False
        return self._unite(new, standing, absorbed, marks, owners)

    def _unite(
        self,
        new: StoredObject,
        standing: StoredObject,
        absorbed: Sequence[StoredObject],
        marks: set[Mark],
        owners: Owners,
    ) -> bool:
        """Return one object for ``absorbed`` and ``new``, with the answer of ``standing`` and all history."""
        target = standing if standing.number is not None or not absorbed else absorbed[0]
        kept = self.marks(old.number for old in absorbed if old.number is not None) if absorbed else {}
        known = {mark for some in kept.values() for mark in some} | {old.mark for old in absorbed}
        for old in absorbed:
            owners.drop(old, old.names)
            if old is not target:
                self.delete(old)
        names = list(dict.fromkeys([*standing.names, *new.names]))
        result = StoredObject(target.number, standing.finding, names, standing.body, target.stored)
        ahead, last = self.clock.time() + AHEAD, standing.mark[0]
        # what was replaced was there before: a date ahead of now is a clock's error, and goes no further
        earlier = {(min(at, last) if at > ahead else at, *said) for at, *said in marks | known}
        past = {mark for mark in earlier if mark != standing.mark} - {*kept.get(target.number or 0, ())}
        self._write(result)
        owners.add(result)
        if past:
            self.database.run_many(_PUT_MARK, [(result.number, *mark) for mark in sorted(past)])
        return not marks <= known

    def _is_older(self, old: StoredObject, than: StoredObject, *, arrives: bool) -> bool:
        """Return whether ``old``, which is stored, gives way; on a tie it stands, since nothing is new."""
        # A stored date ahead of now is a clock's error: held to be newer it would stand for ever.
        now = self.clock.time() + AHEAD
        return arrives or ((old.mark[0] > now or old.mark[0] < than.mark[0]) and than.mark[0] <= now)

    def _divide(self, new: StoredObject, old: StoredObject, owners: Owners, *, arrives: bool) -> None:
        """Give each name to the newer of two objects that are not the same."""
        disputed = set(new.names) & set(old.names)
        # an MD5 collision, or a name that a service moved: both objects stay, and the name speaks for one of them
        loser = old if arrives or self._is_older(old, new, arrives=False) else new
        loser.names = [name for name in loser.names if name not in disputed]
        if loser is old:
            owners.drop(old, disputed)
            if not old.names:
                self.delete(old)
                return
            self._write(old)
            owners.add(old)

    def _write(self, stored: StoredObject) -> None:
        """Write the object's row, its names and its body as ``stored`` has them."""
        row = self.row(stored.finding, pack(stored.finding, stored.names))
        if stored.number is None:
            (stored.number,) = self._next_numbers(1)
            self.database.run(_INSERT, (stored.number, *row))
        else:
            self.database.run(_UPDATE, (*row, stored.number))
        self._name(stored)
        if stored.body:
            self.database.run(_PUT_BODY, (stored.number, stored.body))
        elif stored.body is not None and stored.stored:
            self.database.run("DELETE FROM bodies WHERE finding = ?", (stored.number,))  # it was an older answer's
        stored.body = None
        stored.stored = frozenset(stored.names)

    def _name(self, stored: StoredObject) -> None:
        """Bring the table of names to what ``stored`` has."""
        before, after = set(_starts_of(stored.stored)), set(_starts_of(stored.names))
        if gone := before - after:
            self.database.run_many(_DELETE_NAME, [(place, stored.number) for place in gone])
        if new := after - before:
            self.database.run_many(_INSERT_NAME, [(place, stored.number) for place in new])

    def delete(self, stored: StoredObject) -> None:
        gone = [(place, stored.number) for place in set(_starts_of(stored.stored))]
        self.database.run_many(_DELETE_NAME, gone)
        for table in ("findings", "bodies", "history"):
            self.database.run(f"DELETE FROM {table} WHERE finding = ?", (stored.number,))  # noqa: S608 - constant


def _starts_of(names: Iterable[Indicator]) -> list[int]:
    return starts(prefixes(list(names)))


def _parted(answers: Sequence[Arrived], owners: Owners) -> tuple[list[Arrived], list[Arrived]]:
    """Return the answers about objects that nobody knew, each named once; and the others, in their order."""
    counts = Counter([number for one in answers for number in set(one.prefixes)])
    strangers, others = list[Arrived](), list[Arrived]()
    for one in answers:
        is_known = owners.of(one.answer.finding.origin, one.names)
        several = max([counts[number] for number in one.prefixes]) > 1
        (others if is_known or several else strangers).append(one)
    return strangers, others
