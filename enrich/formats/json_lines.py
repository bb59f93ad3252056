"""JSON lines whose records are flat: one record a line, given back with our keys behind its own. Knows no finding.

Telemetry comes so, larger than the memory: a line is held at a time. What is nested in lists, or not UTF-8, is read as
any JSON is.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any, BinaryIO

import msgspec

from enrich.errors import OutputError
from enrich.files.encoding import decoded
from enrich.files.opened import Readable
from enrich.files.source import NotThis
from enrich.formats.shared.document import Document, ReadOptions, Slice, Table
from enrich.formats.shared.nested import WIDEST_TABLE, flat_record
from enrich.model.cell_reference import letters
from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.page import Page
from enrich.model.row import Added, Addition, Row
from enrich.visible import visible

READS = (".jsonl", ".ndjson")
SUFFIXES = (".jsonl", ".ndjson")
TEXT = True
ONE_TABLE = True
"""A new file has room for one table alone."""
HEADER = 1
"""The row of the keys; the records follow, one a line, blank lines among them."""
LONGEST = 16 << 20
"""Bytes of a line."""
_BOM = b"\xef\xbb\xbf"


def recognise(head: bytes, name: str) -> int:
    """Before JSON, which it is as well, in a file of that name: other JSON becomes a workbook, as people expect."""
    line = next((line for line in decoded(head).lstrip("\ufeff").split("\n") if line.strip()), "")
    named = name.lower().removesuffix(".gz").endswith(READS)
    return 85 if named and line.lstrip().startswith("{") and _is_record(line) else 0


def _is_record(line: str) -> bool:
    """Return whether a line is a record: of a long one the first bytes alone may be here."""
    return line.rstrip().endswith("}") or len(line) >= 1 << 14


def read(path: Readable, options: ReadOptions) -> JsonLines:
    """Open the file. Raises ``NotThis`` where a line is no flat record."""
    if options.encoding not in (None, "utf-8", "utf-8-sig"):
        raise NotThis
    return JsonLines(path)


def read_slice(path: Readable, piece: Slice) -> JsonLines:
    """Return a slice of a file that was read: ``path`` holds its bytes alone."""
    return JsonLines(path, piece)


class JsonLines(Document):
    """One file of records."""

    format = "json_lines"
    can_give_back = True
    block_size = 1 << 17
    """Bytes between two places where it can be cut."""

    def __init__(self, path: Readable, piece: Slice | None = None) -> None:
        """``piece``: ``path`` holds that slice alone."""
        super().__init__(path)
        self._before = HEADER if piece is None else piece.rows
        self._is_slice = piece is not None
        self._keys: list[str] = msgspec.msgpack.decode(piece.whole) if piece is not None else []
        self._offsets, self._rows = array("Q"), array("Q")
        if piece is None:
            self._look_through()

    def _look_through(self) -> None:
        """Find all keys, in the order of first sight, and where the file can be cut."""
        keys: dict[str, None] = {}
        at = cut = 0
        for number, line in self._lines():
            keys.update(dict.fromkeys(_record(line)))
            at += len(line)
            if at - cut >= self.block_size:
                self._offsets.append(at)
                self._rows.append(number)
                cut = at
        if len(keys) > WIDEST_TABLE:
            raise NotThis
        if at > cut:
            self._offsets.append(at)
            self._rows.append(number)
        self._keys = list(keys)

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield each line as it stands, with the number of its row."""
        with self.path.open("rb") as stream:
            for number in count(self._before + 1):
                line = stream.readline(LONGEST)
                if not line:
                    return
                if len(line) == LONGEST:
                    raise NotThis
                yield number, line

    def rows(self, sheet: str) -> Iterator[Row]:  # noqa: ARG002 - there is one table
        """Yield the keys, then each record that holds something."""
        keys = self._keys
        if not self._is_slice:
            yield Row(HEADER, keys)
        for number, line in self._lines():
            record = _record(line)
            if any(record.values()):
                yield Row(number, [record.get(key, "") for key in keys])

    def header_row(self, sheet: str) -> int | None:  # noqa: ARG002 - there is one table
        return HEADER

    def slices(self, size: int) -> list[Slice]:
        slices: list[Slice] = []
        first, row, whole = 0, HEADER, msgspec.msgpack.encode(self._keys)
        for at, last in zip(self._offsets, self._rows, strict=True):
            if at - first >= size or at == self._offsets[-1]:
                slices.append(Slice(first, at, row, last, self.format, whole))
                first, row = at, last
        return slices

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:  # noqa: ARG002 - records have no pages
        """Return the same lines; records that get cells have our keys behind their own, an earlier run's replaced."""
        addition = additions.get("")
        lines = self._lines()
        if addition is None:
            target.writelines(line for _, line in lines)
        else:
            target.writelines(_with(line, addition, addition.cells(number)) for number, line in lines)
        return []


def create(
    target: BinaryIO,
    tables: Iterable[Table],
    pages: Sequence[Page],  # noqa: ARG001 - records have no pages
    suffix: str = ".jsonl",  # noqa: ARG001 - both mean the same
) -> list[str]:
    """Write one table's rows as records of texts, ours typed. ``OutputError`` for several tables."""
    given = iter(tables)
    _, rows, addition = next(given)
    heading: Sequence[str] = ()
    for row in rows:
        if row.number == addition.header_row:
            heading = row.texts
            continue
        names = [*heading, *[""] * (len(row.texts) - len(heading))]
        texts = {name or letters(place): text for place, (name, text) in enumerate(zip(names, row.texts, strict=False))}
        line = json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace")
        target.write(_with(line, addition, addition.cells(row.number)) + b"\n")
    if next(given, None) is not None:
        raise OutputError("JSON lines hold one table, and the input has several", hint="choose one with --sheet")
    return []


def _record(line: bytes) -> dict[str, str]:
    """Return a line's leaves by their dotted keys; none of a blank one. ``NotThis`` where it is no flat record."""
    try:
        text = line.removeprefix(_BOM).decode("utf-8")
        if not text.strip():
            return {}
        record = flat_record(_DECODER.decode(text.strip(_BLANKS)))
    except (ValueError, RecursionError):
        raise NotThis from None
    if record is None:
        raise NotThis
    return record


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose keys are all different."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise NotThis
    return value


_BLANKS = " \t\r\n"
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)
"""Numbers stay as they are written."""


def _with(line: bytes, addition: Addition, added: Added | None) -> bytes:
    """Return a record's line with our keys, and without those of an earlier run."""
    if addition.present:
        line = _without(line, addition.present.keys())
    if added is None or b"}" not in line:
        return line
    close = line.rindex(b"}")
    body = line[:close].rstrip()
    ours = dict(zip(addition.headings, map(_typed, added.values, addition.columns), strict=True))
    between = b"" if body.endswith(b"{") else b","
    return body + between + msgspec.json.encode(ours)[1:-1] + line[len(body) :]


def _typed(value: Scalar, column: Column) -> Scalar:
    """Return a value as JSON has it: dates in ISO form, texts as whoever reads them sees them."""
    if value is None or value == "":
        return None
    if column.type is Type.DATE:
        return _date(int(value))
    return visible(value).encode("utf-8", "replace").decode() if isinstance(value, str) else value


@lru_cache(maxsize=1024)
def _date(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _behind(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Return the place behind what a pattern finds at ``at``: the line was read as JSON before, so it is there."""
    found = pattern.match(text, at)
    assert found is not None
    return found.end()


def _without(line: bytes, names: Iterable[str]) -> bytes:
    """Return the line without these keys of its record; as it stands where it has none of them."""
    if not any(name.encode() in line for name in names):
        return line
    text = line.decode("utf-8")
    last = at = first = text.index("{") + 1
    kept = [text[:first]]
    while text[at := _behind(_BETWEEN, text, at)] != "}":
        key, end = _DECODER.raw_decode(text, at)
        _, at = _DECODER.raw_decode(text, _behind(_COLON, text, end))
        if key not in names:
            kept.append(text[last:at].lstrip(", ") if len(kept) == 1 and last > first else text[last:at])
        last = at
    return "".join([*kept, text[last:]]).encode("utf-8")
