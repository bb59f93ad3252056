"""All answers of a run in one file, for workers to read those of their part: on a shared folder, by many at once.

It is written once and read-only from then on, so no lock is needed, which shared folders seldom keep.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice, product
from pathlib import Path

from msgspec import structs

from enrich.errors import OutputError
from enrich.model.finding import Finding
from enrich.model.indicator import Indicator
from enrich.model.packed_fields import plain_fields
from enrich.pipeline.parts.serialized import decoded, encoded
from enrich.pipeline.resolve import Resolution

_SCHEMA = "CREATE TABLE answers (source TEXT, name TEXT, said BLOB, PRIMARY KEY (source, name)) WITHOUT ROWID"
_CHANGES = "CREATE TABLE changes (name TEXT PRIMARY KEY, said TEXT) WITHOUT ROWID"
_BATCH = 10_000
_WRITTEN = 1_000
"""Records that are in memory at once while they are written; each is a thousand bytes."""

Said = Mapping[str, dict[Indicator, Finding]]
"""What each source says, by its name."""


def write_answers(path: Path, answers: Resolution) -> str:
    """Write what every source says of every name, and what changed. Returns a digest of it all.

    Times are kept to the second, as stores keep them: the digest is the same whether an answer was just given.
    """
    path.unlink(missing_ok=True)
    digest = hashlib.sha256()
    try:
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("PRAGMA journal_mode = OFF")
            file.execute("PRAGMA synchronous = OFF")
            file.execute(_SCHEMA)
            file.execute(_CHANGES)
            for one in answers.answers:
                records = _records(one.source.name, one.findings)
                while batch := list(islice(records, _WRITTEN)):
                    file.executemany("INSERT INTO answers VALUES (?, ?, ?)", batch)
                    for _, name, said in batch:
                        digest.update(name.encode("utf-8", "surrogatepass") + said)
            changes = sorted((_key(name), text) for name, text in answers.changes.items())
            file.executemany("INSERT INTO changes VALUES (?, ?)", changes)
            digest.update(repr(changes).encode("utf-8", "surrogatepass"))
    except sqlite3.Error as error:
        raise OutputError(f"{path} cannot be written: {error}") from error
    return digest.hexdigest()


def _records(source: str, findings: Mapping[Indicator, Finding]) -> Iterator[tuple[str, str, bytes]]:
    for name in sorted(findings, key=lambda name: (name.kind, name.value)):
        finding = findings[name]
        at = finding.fetched_at
        whole = {"fetched_at": at.replace(microsecond=0)} if at is not None and at.microsecond else {}
        plain = structs.replace(finding, fields=plain_fields(finding.fields), aliases=_sorted(finding.aliases), **whole)
        yield source, _key(name), encoded(plain)


def _sorted(names: Iterable[Indicator]) -> tuple[Indicator, ...]:
    return tuple(sorted(names, key=lambda name: (len(name.value), name.value)))


def read_answers(path: Path, sources: Sequence[str], names: Sequence[Indicator]) -> Said:
    """What each of the ``sources`` says of ``names``; a name that nobody was asked about is left out."""
    said: dict[str, dict[Indicator, Finding]] = {source: {} for source in sources}
    with closing(_opened(path)) as file:
        for source, batch in product(sources, _batches(names)):
            # CROSS JOIN: name by name; else the planner may read the whole table for each batch
            rows = file.execute(
                "SELECT name, said FROM json_each(?) CROSS JOIN answers ON source = ? AND name = value",
                (json.dumps(list(batch)), source),
            )
            said[source].update((batch[name], decoded(record, Finding)) for name, record in rows)
    return said


def read_changes(path: Path, names: Sequence[Indicator]) -> dict[Indicator, str]:
    """What changed of ``names``, in words."""
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


def _opened(path: Path) -> sqlite3.Connection:
    # immutable: nobody writes it any more, and a shared folder is asked for no lock
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def _batches(names: Sequence[Indicator]) -> Iterator[dict[str, Indicator]]:
    """The names by the batch, in the order of the file: it is read from its beginning to its end."""
    ordered = sorted(names, key=_key)
    for start in range(0, len(ordered), _BATCH):
        yield {_key(name): name for name in ordered[start : start + _BATCH]}


def _key(name: Indicator) -> str:
    return name.value if name.kind == "hash" else f"{name.kind}:{name.value}"
