"""All answers of a run in one file, for workers to read those of their part: on a shared folder, by many at once.

Records stand one after the other as the answers came. Behind them stands for each source where the record of each name
is, in the order of the names' prefixes; then what many records share. It is read-only from then on: no lock is needed,
which shared folders seldom keep.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
from msgspec import Struct, structs

from enrich.clock import utc
from enrich.config.settings import Settings
from enrich.files.written import in_words
from enrich.indicators.hash.digests import KIND as HASH
from enrich.lookup.resolve import SourceAnswers
from enrich.lookup.source import Source
from enrich.model.answer_columns import AnswerColumns
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator, Target
from enrich.model.packed_fields import PackedFields, plain_fields
from enrich.model.packed_names import DECODE, PackedNames
from enrich.model.result import ServiceFacts
from enrich.model.verdict import Verdict
from enrich.pipeline.ask import Resolution, file_by_name
from enrich.pipeline.parts.serialized import decoded, encoded
from enrich.pipeline.sources import chosen_columns, sources_of
from enrich.stores import prefixes

_ENCODE = msgspec.msgpack.Encoder().encode
_STATUSES = tuple(Status)
_CHANGES = ""
"""Stands for a source, of which what changed is said in words."""
_LAYOUT = (np.dtype("<i8"), np.dtype("<u8"), np.dtype("<u4"))
"""Of the index: the prefixes, and where each record begins and how long it is, one array behind the other."""
_TAIL = np.dtype("<u8")
"""How long what the records share is; the last bytes of the file."""
NAMES_AT_ONCE = 1 << 16
"""Names of the index that a reader has in memory at once."""


class _Shape(Struct, frozen=True, array_like=True):
    """What many answers share: who gave them, the kinds of their objects' names, and the names of their fields."""

    origin: str
    kinds: tuple[str, ...]
    fields: tuple[str, ...]


class _Shared(Struct, frozen=True):
    """What stands at the end of the file."""

    sources: dict[str, tuple[int, int]]
    """Where the index of each begins, and how many names it has."""
    shapes: list[tuple[int, _Shape]]


Said = Mapping[str, dict[Indicator, Finding]]
"""What each source says, by its name."""


class AnswerFile:
    """The file while it is written. ``OutputError`` where it cannot be."""

    def __init__(self, path: Path) -> None:
        """Whatever is there is replaced."""
        self._path = path
        self._size = 0
        self._shapes: dict[_Shape, int] = {}
        self._index: dict[str, list[tuple[np.ndarray[Any, Any], ...]]] = {}
        self._sources: dict[str, tuple[int, int]] = {}
        self._digest = np.zeros(2, np.uint64)
        path.unlink(missing_ok=True)
        self._append([])

    def add(self, answers: Iterable[SourceAnswers]) -> None:
        """Write what every source says of every name of a block."""
        for one in answers:
            records = [_ENCODE(self._record(name, finding)) for name, finding in one.findings.items()]
            self._add(one.source.name, prefixes(list(one.findings)), records)

    def add_columns(self, source: Source, answers: AnswerColumns, verdicts: Sequence[Verdict]) -> None:
        """Write stored answers, each with its verdict, as ``add`` writes them."""
        shape = self._number(_Shape(source.origin, answers.kinds, answers.fields))
        own = (answers.at, map(_STATUSES.index, answers.statuses), verdicts, answers.malicious, answers.engines)
        rows = zip(answers.asked, repeat(""), repeat(shape), *own, answers.names, answers.values)
        begins = np.frombuffer(b"".join([digest[:8] for digest in answers.asked]), ">i8")
        self._add(source.name, begins.tolist(), list(map(_ENCODE, rows)))

    def _record(self, name: Indicator, finding: Finding) -> tuple[object, ...]:
        """Return what is written of a finding: with names and fields as a store has packed them, or whole."""
        fields: object = finding.fields
        aliases: object = finding.aliases
        at = finding.fetched_at
        if type(fields) is PackedFields and type(aliases) is PackedNames and at is not None and not finding.detail:
            (kinds, names), (field_names, values, own_names) = aliases.packed, fields.packed
            other = finding.indicator.value if finding.indicator != name else ""
            if own_names is aliases and not at.microsecond and (not other or finding.indicator.kind == HASH):
                shape = self._number(_Shape(finding.origin, kinds, field_names))
                said = _STATUSES.index(finding.status), finding.verdict, finding.malicious, finding.engines
                return _key(name), other, shape, int(at.timestamp()), *said, names, values
        return _key(name), encoded(as_written(finding))

    def _number(self, shape: _Shape) -> int:
        """Return a shape's number: the same in every file, as the digest of all answers must be."""
        if shape not in self._shapes:
            digest = hashlib.blake2b(encoded(shape), digest_size=7).digest()
            self._shapes[shape] = int.from_bytes(digest, "big")
        return self._shapes[shape]

    def _add(self, source: str, begins: Sequence[int], records: Sequence[bytes]) -> None:
        """Write records, and note where they stand by what their names begin with."""
        sizes = np.fromiter(map(len, records), _LAYOUT[2], len(records))
        ends = self._size + np.cumsum(sizes, dtype=_LAYOUT[1])
        place = np.array(begins, _LAYOUT[0]), ends - sizes, sizes
        self._index.setdefault(source, []).append(place)
        self._append(records)
        # a sum: the same answers may come in another order. A record says whom it is about, and its source whose it is
        salt = source.encode()[:16]
        digests = b"".join([hashlib.blake2b(record, digest_size=16, salt=salt).digest() for record in records])
        self._digest += np.frombuffer(digests, np.uint64).reshape(-1, 2).sum(axis=0, dtype=np.uint64)

    def seal(self) -> None:
        """Make what was written readable: its index, and what the records share."""
        for source, places in self._index.items():
            order = np.argsort(np.concatenate([begins for begins, _, _ in places]), kind="stable")
            self._sources[source] = self._size, len(order)
            # one column at a time: there may be millions of names
            self._append(np.concatenate(column)[order].data for column in zip(*places, strict=True))
        self._index.clear()
        shared = encoded(_Shared(self._sources, [(number, shape) for shape, number in self._shapes.items()]))
        self._append([shared, np.array(len(shared), _TAIL).tobytes()])

    def finish(self, changes: Mapping[Indicator, str]) -> str:
        """Write what changed, in words, once the answers are sealed. Returns a digest of all that the file holds."""
        self._add(_CHANGES, prefixes(list(changes)), [_ENCODE((_key(name), text)) for name, text in changes.items()])
        self.seal()
        return self._digest.tobytes().hex()

    def _append(self, parts: Iterable[bytes | memoryview]) -> None:
        with in_words(self._path), self._path.open("ab") as file:
            file.writelines(parts)
            self._size = file.tell()


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
        sources, names = self._sources, [name for target in targets for name in target.names]
        said = read_answers(self._path, [source.name for source in sources], names)
        answers = tuple(SourceAnswers(source, said[source.name], source.facts) for source in sources)
        told = Resolution(answers, chosen_columns(self._settings, sources), changes=read_changes(self._path, names))
        return replace(told, files=file_by_name(targets, told))


def read_answers(path: Path, sources: Sequence[str], names: Sequence[Indicator]) -> Said:
    """Return what each of the ``sources`` says of ``names``; a name that nobody was asked about is left out."""
    with path.open("rb") as opened:
        file = _Opened(opened)
        return {
            source: {name: _unpacked(name, rest, file.shapes) for name, rest in file.records(source, names)}
            for source in sources
        }


def _unpacked(name: Indicator, record: Sequence[Any], shapes: Mapping[int, _Shape]) -> Finding:
    """Return the finding of a record without its key."""
    if len(record) == 1:
        return decoded(record[0], Finding)
    other, number, at, status, verdict, malicious, engines, packed, values = record
    shape, one = shapes[number], Indicator(HASH, other) if other else name
    names: Any = PackedNames(shape.kinds, packed)
    fields = PackedFields(shape.fields, values, names)
    facts = "", utc(at), names, malicious, engines, Verdict(verdict)
    return Finding(one, shape.origin, _STATUSES[status], fields, *facts)


def read_changes(path: Path, names: Sequence[Indicator]) -> dict[Indicator, str]:
    """Return what changed of ``names``, in words."""
    with path.open("rb") as file:
        return {name: text for name, (text,) in _Opened(file).records(_CHANGES, names)}


def read_changed(path: Path) -> frozenset[bytes]:
    """Return the keys of all that changed: hashes as bytes."""
    with path.open("rb") as file:
        return frozenset(key for key, _ in _Opened(file).all_records(_CHANGES))


class _Opened:
    """The file while it is open, read piece by piece: mapped into memory, all of it would count as the worker's."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        end = file.seek(-_TAIL.itemsize, os.SEEK_END)
        size = int(self._array(_TAIL, 1, end)[0])
        shared = decoded(self._bytes(size, end - size), _Shared)
        self._sources, self.shapes = shared.sources, dict(shared.shapes)

    def records(self, source: str, names: Sequence[Indicator]) -> Iterator[tuple[Indicator, list[Any]]]:
        """Yield the record of each name that has one, without its key."""
        asked = np.array(prefixes(names), _LAYOUT[0])
        names = [names[number] for number in np.argsort(asked).tolist()]
        asked.sort()  # searched in order: else memory is leapt about in
        keys = [_key(name) for name in names]
        for first, count in self._pieces(source):
            least, greatest = (self._column(source, 0, place, 1)[0] for place in (first, first + count - 1))
            own = slice(np.searchsorted(asked, least), np.searchsorted(asked, greatest, "right"))
            if own.start == own.stop:
                continue
            begins, starts, sizes = (self._column(source, column, first, count) for column in range(len(_LAYOUT)))
            at, end = np.searchsorted(begins, asked[own]), np.searchsorted(begins, asked[own], "right")
            # several names may begin alike: each meets all of their records
            counts = end - at
            places = np.repeat(end - np.cumsum(counts), counts) + np.arange(counts.sum())
            asking, starts, sizes = np.repeat(np.arange(own.start, own.stop), counts), starts[places], sizes[places]
            order = np.argsort(starts, kind="stable")
            for number, start, size in zip(*(some[order].tolist() for some in (asking, starts, sizes)), strict=True):
                key, *rest = DECODE(self._bytes(size, start))
                if key == keys[number]:
                    yield names[number], rest

    def all_records(self, source: str) -> Iterator[list[Any]]:
        """Yield all records, keys first."""
        for first, count in self._pieces(source):
            starts, sizes = (self._column(source, column, first, count) for column in (1, 2))
            for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
                yield DECODE(self._bytes(size, start))

    def _pieces(self, source: str) -> Iterator[tuple[int, int]]:
        """Yield where each piece of a source's index begins, and its length."""
        _, count = self._sources.get(source, (0, 0))
        return ((first, min(NAMES_AT_ONCE, count - first)) for first in range(0, count, NAMES_AT_ONCE))

    def _column(self, source: str, column: int, first: int, count: int) -> np.ndarray[Any, Any]:
        """Return a piece of one column of a source's index, see ``_LAYOUT``."""
        at, total = self._sources[source]
        before = sum(kind.itemsize for kind in _LAYOUT[:column])
        return self._array(_LAYOUT[column], count, at + total * before + first * _LAYOUT[column].itemsize)

    def _array(self, kind: np.dtype[Any], count: int, at: int) -> np.ndarray[Any, Any]:
        return np.frombuffer(self._bytes(count * kind.itemsize, at), kind)

    def _bytes(self, size: int, at: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)


def _key(name: Indicator) -> bytes:
    """Return by what a record is known: a hash by its bytes, all else by its kind and text."""
    if name.kind == HASH:
        return bytes.fromhex(name.value)
    return f"{name.kind}:{name.value}".encode("utf-8", "surrogatepass")
