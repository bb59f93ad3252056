"""How answers come in: the newer one stands, the older becomes history, and no two objects claim one name.

An object is what an answer speaks of, a file with all its hashes. Knows nothing of quotas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, repeat
from typing import Any

from msgspec import structs

from enrich.clock import AHEAD, Clock, utc
from enrich.model.finding import Answer, Finding
from enrich.model.indicator import Indicator
from enrich.stores.sql.connection import Database
from enrich.stores.sql.identities import Identities
from enrich.stores.sql.layouts import Layouts
from enrich.stores.sql.objects import Claims, Held, Mark, contradict, names_of, when_and_status
from enrich.stores.sql.pack import Packer, prefix, prefixes
from enrich.stores.sql.read import COLUMNS, Reading

_INSERT = f"INSERT INTO objects (object, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constant
_REPLACE = f"REPLACE INTO objects (object, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constant

Named = tuple[Answer, list[Indicator], set[int]]
"""An answer, all names of its object and their prefixes."""


class Writing:
    """The writing part of ``Store``: its steps are taken inside a ``transaction``."""

    def __init__(
        self, database: Database, layouts: Layouts, identities: Identities, reading: Reading, clock: Clock
    ) -> None:
        self._database = database
        self._layouts = layouts
        self._identities = identities
        self._reading = reading
        self._clock = clock
        self._packer = Packer()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction; what was learned in it is forgotten with it."""
        try:
            with self._database.writing():
                yield
        except BaseException:
            self._layouts.forget()
            self._identities.forget()
            raise

    def put_many(self, answers: Sequence[Answer]) -> None:
        """``put_many`` of ``Store`` inside the caller's ``transaction``."""
        for answer in answers:
            if not answer.finding.status.is_answer:
                raise ValueError(f"not an answer: {answer.finding.status}")
        if not answers:
            return
        now = utc(self._clock.time())
        dated = [
            answer
            if answer.finding.fetched_at is not None
            else structs.replace(answer, finding=structs.replace(answer.finding, fetched_at=now))
            for answer in answers
        ]
        named = _named(dated)
        told = set[int]().union(*(places for _, _, places in named))
        if len(told) == sum(len(places) for _, _, places in named) and not self._identities.objects(told):
            self._insert(named)  # as nearly always: nobody knew any of them, and none is told twice
            return
        claims = self._claims({name for _, names, _ in named for name in names})
        strangers, others = _parted(named, claims)
        self._insert(strangers)
        for answer in others:
            self.take(answer.finding, claims, body=answer.body)

    def _insert(self, named: Sequence[Named]) -> None:
        """Answers about objects that nobody knew: one statement a table for all of them."""
        if not named:
            return
        first = int(self._database.rows("SELECT coalesce(max(object), 0) + 1 FROM objects")[0][0])
        objects, identities, bodies = [], list[tuple[int, int]](), []
        for number, (answer, names, places) in enumerate(named, first):
            objects.append((number, *self._row(answer.finding, names)))
            identities += zip(places, repeat(number))
            if answer.body:
                bodies.append((number, answer.body))
        self._database.run_many(_INSERT, objects)
        self._identities.append(identities)
        self._database.run_many("INSERT INTO bodies VALUES (?, ?)", bodies)

    def _row(self, finding: Finding, names: Sequence[Indicator]) -> tuple[Any, ...]:
        """The values of ``COLUMNS``."""
        packed = self._packer.pack(finding, names)
        at, status = when_and_status(finding)
        number = self._layouts.number(packed.layout)
        return number, at, status, finding.malicious, finding.engines, packed.names, packed.texts

    def load(self, findings: Iterable[Finding]) -> Claims:
        """The objects that claim a name of one of ``findings``."""
        return self._claims({name for finding in findings for name in names_of(finding)})

    def _claims(self, names: Iterable[Indicator]) -> Claims:
        claims = Claims()
        for held in self._reading.claimants(names):
            claims.add(held)
        return claims

    def take(
        self,
        finding: Finding,
        claims: Claims,
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
        new = Held(None, finding, names_of(finding), body=body)
        standing, absorbed = new, list[Held]()
        marks = {*past, new.mark}
        for old in claims.of(finding.provider, new.names):
            if contradict(new.names, old.names):
                self._divide(new, old, claims, arrives=arrives)
                continue
            absorbed.append(old)
            new.names += [name for name in old.names if name not in new.names]
            if not self._is_older(old, standing, arrives=arrives):
                standing = old
        if not new.names:  # newer answers hold each of them
            return False
        return self._unite(new, standing, absorbed, marks, claims)

    def _unite(self, new: Held, standing: Held, absorbed: Sequence[Held], marks: set[Mark], claims: Claims) -> bool:
        """One object in the place of ``absorbed`` and ``new``, with the answer of ``standing`` and all history."""
        target = standing if standing.number is not None or not absorbed else absorbed[0]
        kept = self._reading.marks(old.number for old in absorbed if old.number is not None) if absorbed else {}
        known = {mark for some in kept.values() for mark in some} | {old.mark for old in absorbed}
        for old in absorbed:
            claims.drop(old, old.names)
            if old is not target:
                self.delete(old)
        names = list(dict.fromkeys([*standing.names, *new.names]))
        result = Held(target.number, standing.finding, names, standing.body, target.stored)
        ahead, last = self._clock.time() + AHEAD, standing.mark[0]
        # what was replaced was there before: a date ahead of now is a clock's error, and goes no further
        earlier = {(min(at, last) if at > ahead else at, *said) for at, *said in marks | known}
        past = {mark for mark in earlier if mark != standing.mark} - {*kept.get(target.number or 0, ())}
        self._write(result)
        claims.add(result)
        if past:
            sql = "INSERT OR IGNORE INTO history VALUES (?, ?, ?, ?, ?)"
            self._database.run_many(sql, [(result.number, *mark) for mark in sorted(past)])
        return not marks <= known

    def _is_older(self, old: Held, than: Held, *, arrives: bool) -> bool:
        """Whether ``old``, which is stored, gives way; on a tie it stands, since nothing is new."""
        now = self._clock.time() + AHEAD
        return arrives or ((old.mark[0] > now or old.mark[0] < than.mark[0]) and than.mark[0] <= now)

    def _divide(self, new: Held, old: Held, claims: Claims, *, arrives: bool) -> None:
        """Each name goes to the newer of two objects that are not the same."""
        disputed = set(new.names) & set(old.names)
        loser = old if arrives or self._is_older(old, new, arrives=False) else new
        loser.names = [name for name in loser.names if name not in disputed]
        if loser is old:
            claims.drop(old, disputed)
            if not old.names:
                self.delete(old)
                return
            self._write(old)
            claims.add(old)

    def _write(self, held: Held) -> None:
        """The object's row, its identities and its body as ``held`` has them."""
        row = self._row(held.finding, held.names)
        if held.number is None:
            sql = f"INSERT INTO objects ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constant
            held.number = self._database.run(sql, row)
        else:
            self._database.run(_REPLACE, (held.number, *row))
        self._identify(held)
        if held.body:
            self._database.run("REPLACE INTO bodies VALUES (?, ?)", (held.number, held.body))
        elif held.body is not None and held.stored:
            self._database.run("DELETE FROM bodies WHERE object = ?", (held.number,))  # it was an older answer's
        held.body = None
        held.stored = frozenset(held.names)

    def _identify(self, held: Held) -> None:
        if held.stored == frozenset(held.names):
            return
        assert held.number is not None
        before, after = set(map(prefix, held.stored)), set(map(prefix, held.names))
        self._identities.change(held.number, before - after, after - before)

    def delete(self, held: Held) -> None:
        """Remove an object with all that belongs to it. Inside a transaction."""
        assert held.number is not None
        self._identities.change(held.number, set(map(prefix, held.stored)), ())
        for table in ("objects", "bodies", "history"):
            self._database.run(f"DELETE FROM {table} WHERE object = ?", (held.number,))  # noqa: S608 - constant


def _named(answers: Sequence[Answer]) -> list[Named]:
    listed = [names_of(answer.finding) for answer in answers]
    places = iter(prefixes([name for names in listed for name in names]))
    return [(answer, names, set(islice(places, len(names)))) for answer, names in zip(answers, listed, strict=True)]


def _parted(named: Sequence[Named], claims: Claims) -> tuple[list[Named], list[Answer]]:
    """The answers about objects that nobody knew, each told of once; and the others, in their order."""
    told = Counter([(answer.finding.provider, name) for answer, names, _ in named for name in names])
    strangers, others = list[Named](), list[Answer]()
    for answer, names, places in named:
        provider = answer.finding.provider
        known = claims.of(provider, names) or any(told[provider, name] > 1 for name in names)
        if known:
            others.append(answer)
        else:
            strangers.append((answer, names, places))
    return strangers, others
