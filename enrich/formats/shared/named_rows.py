"""Rows of plain values whose names stand beside them: what an interface for queries answers with.

``{"columns": [{"name": "Host"}, {"name": "SHA256"}], "rows": [["ws1", "9f61..."]]}`` is how Kusto, Elasticsearch,
Splunk, Trino, Snowflake, Grafana and pandas (``split``) write a table. Without its names a commit's id would pass for a
file's hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

Lists = list[tuple[str, Any]]
"""Lists of an object, and of the objects in it, each with its path."""

_KEYS_OF_NAMES = re.compile(r"column|field|head|name", re.IGNORECASE)
"""A list is one of names only under such a key, or where each entry has a type: ``tags`` beside pairs are none."""
_NAMING = ("name", "title", "field", "label", "text", "id")
"""How the key ends under which an entry of such a list says its name (``ColumnName``), the best first."""
_VALUE = re.compile(r"[0-9A-Fa-f]{32,}|://")


def with_names(value: dict[str, Any], lists: Lists) -> Lists:
    """Return ``lists`` of the object ``value`` with the rows among them as records, where their names stand in it."""
    if not any(_is_lists(inner) for _, inner in lists):
        return lists
    names = [found for path, inner in _lists(value, "") if (found := _names(path, inner))]
    return [(path, _records(path, inner, names)) for path, inner in lists]


def _is_lists(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, list) for item in value)


def _lists(value: dict[str, Any], prefix: str) -> Iterator[tuple[str, list[Any]]]:
    for key, inner in value.items():
        if isinstance(inner, list):
            yield f"{prefix}{key}", inner
        elif isinstance(inner, dict):
            yield from _lists(inner, f"{prefix}{key}.")


def _names(path: str, entries: list[Any]) -> list[str]:
    """Return the names that a list holds; none where it is no list of names."""
    names: list[Any] = []
    of_names = _KEYS_OF_NAMES.search(path.rpartition(".")[2])
    if all(isinstance(entry, dict) and (of_names or _has_type(entry)) for entry in entries):
        names = [_name(entry) for entry in entries]
    elif of_names:
        names = entries
    if not all(isinstance(name, str) and name.strip() and not _VALUE.search(name) for name in names):
        return []
    return names if len(set(names)) == len(names) else []


def _name(entry: dict[str, Any]) -> Any:
    for ending in _NAMING:
        for key, text in entry.items():
            if key.lower().endswith(ending):
                return text
    return None


def _has_type(entry: dict[str, Any]) -> bool:
    return any(key.lower().endswith("type") for key in entry)


def _records(path: str, value: Any, candidates: Sequence[list[str]]) -> Any:
    """Return the records of rows, or of columns, that have as many values as one of ``candidates`` has names; else
    ``value``.
    """
    if not _is_lists(value):
        return value
    lengths = {len(item) for item in value}
    if len(lengths) > 1:
        return value
    (length,) = lengths
    # one list may be a row as well as a column
    by_columns = next((names for names in candidates if len(names) == len(value) > 1), None)
    by_rows = next((names for names in candidates if len(names) == length), None)
    if by_columns and (by_rows is None or path.lower().endswith("columns")):
        return [dict(zip(by_columns, row, strict=True)) for row in zip(*value, strict=True)]
    if by_rows:
        return [dict(zip(by_rows, row, strict=True)) for row in value]
    return value
