"""JSON and JSON lines: whatever records they hold as tables. Knows the tables' making only, see ``_flat``."""

from __future__ import annotations

import json
from typing import Any

from enrich.files.encoding import decoded, detect
from enrich.files.opened import Readable
from enrich.files.source import NotThis
from enrich.formats.shared.document import ReadOnly, ReadOptions
from enrich.formats.shared.nested import Tables

READS = (".json",)
SUFFIXES: tuple[str, ...] = ()
TEXT = True
LARGEST = 1 << 30
"""Bytes; what is larger is read as text, line by line."""


def recognise(head: bytes, name: str) -> int:  # noqa: ARG001 - the name is no evidence
    """Before tables, which JSON lines look like; ``read`` steps back where it is none."""
    return 80 if decoded(head).lstrip("\ufeff \t\r\n").startswith(("{", "[")) else 0


def read(path: Readable, options: ReadOptions) -> ReadOnly:
    """Return the tables of the records. Raises ``NotThis`` where the content is not JSON after all."""
    if path.stat().st_size > LARGEST:
        raise NotThis
    encoding = detect(path, options.encoding)
    text = path.read_bytes()[len(encoding.bom) :].decode(encoding.name, "replace").strip("\ufeff\x00 \t\r\n")
    warnings: list[str] = []
    tables = Tables()
    try:
        for value in _values(text, warnings):
            tables.add(value)
    except RecursionError:
        raise NotThis from None
    return ReadOnly(path, "json", tables.names(), tables.rows, warnings, headed=tables.headed)


def _values(text: str, warnings: list[str]) -> list[Any]:
    """Return the document, several one behind the other, or each line's; a line that is damaged stays as its text."""
    try:
        return _one_behind_the_other(text)
    except json.JSONDecodeError:
        pass
    values: list[Any] = []
    damaged = 0
    for full in text.splitlines() if "\n" in text else text.split("\r"):
        line = full.strip(_BETWEEN)
        if not line:
            continue
        try:
            values.append(_DECODER.decode(line))
        except json.JSONDecodeError:
            damaged += 1
            values.append(line)
    if damaged * 2 >= len(values):
        raise NotThis
    if damaged:
        warnings.append(f"{damaged} of {len(values)} lines are not JSON: they are read as text")
    return values


def _one_behind_the_other(text: str) -> list[Any]:
    """Return the values of a text that holds nothing else, whatever blanks and marks of an encoding part them."""
    values, at = [], 0
    while at < len(text):
        value, end = _DECODER.raw_decode(text, at)
        values.append(value)
        at = end
        while at < len(text) and text[at] in _BETWEEN:
            at += 1
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a key that stands twice keeps both values."""
    result = dict(pairs)
    if len(result) < len(pairs):
        for key in result:
            values = [value for name, value in pairs if name == key]
            result[key] = values[0] if len(values) == 1 else values
    return result


_BETWEEN = " \t\r\n\ufeff\x00"
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object)
"""Numbers stay as they are written: no digit is lost, no 1E+31 is made."""
