"""All answers of a run in one file, for workers to read those of their part: on a shared folder, by many at once.

It is written block by block while the answers come, and read-only from then on: no lock is needed, which shared folders
seldom keep.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from enrich.config.settings import Settings
from enrich.errors import OutputError
from enrich.lookup.resolve import SourceAnswers
from enrich.lookup.source import Source
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator, Target
from enrich.model.packed_fields import PackedFields, plain_fields
from enrich.model.packed_names import PackedNames
from enrich.model.result import ServiceFacts
from enrich.pipeline.ask import Resolution
from enrich.pipeline.file_by_name import file_by_name
from enrich.pipeline.parts.serialized import decoded, encoded
from enrich.pipeline.sources import chosen_columns, leading, sources_of

_SCHEMA = (
    "CREATE TABLE answers (source TEXT, name TEXT, said BLOB, PRIMARY KEY (source, name)) WITHOUT ROWID",
    "CREATE TABLE shapes (shape INTEGER PRIMARY KEY, said BLOB)",
    "CREATE TABLE changes (name TEXT PRIMARY KEY, said TEXT) WITHOUT ROWID",
)
_BATCH = 10_000
_NO_SHAPE = 0


class _Shape(Struct, frozen=True, array_like=True):
    """The kinds of a finding's names, and the names of its fields: what many share."""

    kinds: tuple[str, ...]
    fields: tuple[str, ...]


class _Record(Struct, frozen=True, array_like=True):
    """A finding as it is written: names and fields that a store has packed stay as they are, and are not in it."""

    finding: Finding
    shape: int = _NO_SHAPE
    names: bytes = b""
    fields: bytes = b""

    def unpacked(self, shapes: Mapping[int, _Shape]) -> Finding:
        """Return the finding whole."""
        if self.shape == _NO_SHAPE:
            return self.finding
        shape = shapes[self.shape]
        names = PackedNames(shape.kinds, self.names)
        fields: Any = PackedFields(shape.fields, self.fields, names)
        return structs.replace(self.finding, fields=fields, aliases=names)


Said = Mapping[str, dict[Indicator, Finding]]
"""What each source says, by its name."""


class AnswerFile:
    """The file while it is written. ``OutputError`` where it cannot be."""

    def __init__(self, path: Path) -> None:
        """Whatever is there is replaced."""
        self._path = path
        self._shapes: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
        path.unlink(missing_ok=True)
        with self._writing() as file:
            for statement in _SCHEMA:
                file.execute(statement)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path)) as file, file:
                # a record of more than a quarter of a page spills into a page of its own, and most answers have 1 KB
                file.execute("PRAGMA page_size = 32768")
                file.execute("PRAGMA journal_mode = OFF")
                file.execute("PRAGMA synchronous = OFF")
                yield file
        except sqlite3.Error as error:
            raise OutputError(f"{self._path} cannot be written: {error}") from error

    def add(self, answers: Iterable[SourceAnswers]) -> None:
        """Write what every source says of every name of a block."""
        with self._writing() as file:
            for one in answers:
                file.executemany("INSERT INTO answers VALUES (?, ?, ?)", self._records(one.source.name, one.findings))
            shapes = ((number, encoded(_Shape(*shape))) for shape, number in self._shapes.items())
            file.executemany("INSERT OR IGNORE INTO shapes VALUES (?, ?)", shapes)

    def _records(self, source: str, findings: Mapping[Indicator, Finding]) -> Iterator[tuple[str, str, bytes]]:
        for key, name in sorted((_key(name), name) for name in findings):
            yield source, key, encoded(self._record(findings[name]))

    def _record(self, finding: Finding) -> _Record:
        fields: object = finding.fields
        aliases: object = finding.aliases
        if type(fields) is PackedFields and type(aliases) is PackedNames:
            (kinds, names), (field_names, values, own_names) = aliases.packed, fields.packed
            if own_names is aliases:
                shape = self._shapes.get((kinds, field_names)) or self._number((kinds, field_names))
                return _Record(structs.replace(finding, fields={}, aliases=()), shape, names, values)
        return _Record(as_written(finding))

    def _number(self, shape: tuple[tuple[str, ...], tuple[str, ...]]) -> int:
        """Return a shape's number: the same in every file, as the digest of all answers must be."""
        number = int.from_bytes(hashlib.blake2b(encoded(_Shape(*shape)), digest_size=7).digest(), "big") + 1
        self._shapes[shape] = number
        return number

    def finish(self, changes: Mapping[Indicator, str]) -> str:
        """Write what changed, in words. Returns a digest of all that the file holds."""
        digest = hashlib.sha256()
        with self._writing() as file:
            words = sorted((_key(name), text) for name, text in changes.items())
            file.executemany("INSERT INTO changes VALUES (?, ?)", words)
            for source, name, said in file.execute("SELECT * FROM answers ORDER BY source, name"):
                digest.update(f"{source} {name} ".encode("utf-8", "surrogatepass") + said)
        digest.update(repr(words).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def as_written(finding: Finding) -> Finding:
    """Return a finding as it is read back: times to the second, as stores keep them."""
    at = finding.fetched_at
    whole = {"fetched_at": at.replace(microsecond=0)} if at is not None and at.microsecond else {}
    aliases = tuple(sorted(finding.aliases, key=lambda name: (len(name.value), name.value)))
    return structs.replace(finding, fields=plain_fields(finding.fields), aliases=aliases, **whole)


class WrittenAnswers:
    """The file as it is read."""

    def __init__(self, path: Path, settings: Settings, services: Sequence[ServiceFacts]) -> None:
        """``services`` say who answered."""
        self._path = path
        self._settings = settings
        self._services = {service.name: service for service in services}

    @cached_property
    def _sources(self) -> list[Source]:
        return [replace(one, facts=self._services[one.name]) for one in sources_of(self._settings)]

    def of(self, targets: Sequence[Target]) -> Resolution:
        """Return what the run's sources say of ``targets``, and what changed."""
        sources, names = self._sources, [name for target in targets for name in (target.ask, *target.others)]
        said = read_answers(self._path, [source.name for source in sources], names)
        answers = tuple(SourceAnswers(source, said[source.name], source.facts) for source in sources)
        lead_name = leading([source.provider for source in sources]).NAME
        lead = next(one for one in answers if one.source.name == lead_name)
        columns = chosen_columns(self._settings, sources)
        return Resolution(answers, lead, columns, file_by_name(targets, answers, lead), read_changes(self._path, names))


def read_answers(path: Path, sources: Sequence[str], names: Sequence[Indicator]) -> Said:
    """Return what each of the ``sources`` says of ``names``; a name that nobody was asked about is left out."""
    said: dict[str, dict[Indicator, Finding]] = {source: {} for source in sources}
    with closing(_opened(path)) as file:
        shapes = {number: decoded(record, _Shape) for number, record in file.execute("SELECT * FROM shapes")}
        for source, batch in product(sources, _batches(names)):
            # CROSS JOIN: name by name; else the planner may read the whole table for each batch
            rows = file.execute(
                "SELECT name, said FROM json_each(?) CROSS JOIN answers ON source = ? AND name = value",
                (json.dumps(list(batch)), source),
            )
            said[source].update((batch[name], decoded(record, _Record).unpacked(shapes)) for name, record in rows)
    return said


def read_changes(path: Path, names: Sequence[Indicator]) -> dict[Indicator, str]:
    """Return what changed of ``names``, in words."""
    with closing(_opened(path)) as file:
        if file.execute("SELECT 1 FROM changes LIMIT 1").fetchone() is None:
            return {}
        changes: dict[Indicator, str] = {}
        for batch in _batches(names):
            rows = file.execute(
                "SELECT name, said FROM json_each(?) CROSS JOIN changes ON name = value", (json.dumps(list(batch)),)
            )
            changes.update((batch[name], text) for name, text in rows)
        return changes


def read_changed(path: Path) -> frozenset[str]:
    """Return the values of all that changed."""
    with closing(_opened(path)) as file:
        return frozenset(name for (name,) in file.execute("SELECT name FROM changes"))


def _opened(path: Path) -> sqlite3.Connection:
    # immutable: nobody writes it any more, and a shared folder is asked for no lock
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def _batches(names: Sequence[Indicator]) -> Iterator[dict[str, Indicator]]:
    """Yield the names by the batch, in the order of the file: it is read from its beginning to its end."""
    ordered = sorted(names, key=_key)
    for start in range(0, len(ordered), _BATCH):
        yield {_key(name): name for name in ordered[start : start + _BATCH]}


def _key(name: Indicator) -> str:
    return name.value if name.kind == "hash" else f"{name.kind}:{name.value}"
