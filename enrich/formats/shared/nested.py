"""Nested records as flat tables: every leaf, and every key that is data, stands in some cell.

An object is one row, its inner objects' keys joined by dots. A list of objects inside it is a table of its own, named
by its path, so that one record stays one row however many it holds. So is a list of rows whose names stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from enrich.formats.shared.named_rows import with_names
from enrich.model.row import Row

LONGEST_JOINED_LIST = 16
"""A list of more scalars than this becomes rows."""
WIDEST_TABLE = 500
"""Columns from which on a record with further keys opens a further table."""
_DATA_KEY = re.compile(r"[0-9A-Fa-f]{32,}")
_ROOT_TABLE = "document"
_NAMING_KEYS = ("name", "type", "_type", "kind", "object", "class", "category", "meta-category")
"""Keys under which a record says what it is, for those that stand in it."""
_LONGEST_NAME = 40
_MOST_OWNERS = 6


@dataclass(slots=True)
class _Records:
    columns: dict[str, int] = field(default_factory=dict)
    records: list[dict[str, str]] = field(default_factory=list)
    owners: list[tuple[str, ...]] = field(default_factory=list)
    """For each record the names of the records that it stands in, the nearest first."""
    lists: list[list[str]] = field(default_factory=list)


class Tables:
    """Tables by path, filled with one value after the other."""

    def __init__(self) -> None:
        self._tables: dict[str, _Records] = {}
        self._open: dict[str, str] = {}
        """Path -> the last of its tables, where there are several."""

    def names(self) -> list[str]:
        """Return the tables' names as sheets; one nameless where there is one."""
        paths = list(self._tables) or [""]
        return [""] if len(paths) == 1 else [path or _ROOT_TABLE for path in paths]

    def headed(self, sheet: str) -> bool:
        """Return whether a table's first row holds the records' keys."""
        table = self._table(sheet)
        return table is not None and bool(table.records)

    def rows(self, sheet: str) -> Iterator[Row]:
        """Yield a table's rows: the keys first, then the records; a list of lists has no keys."""
        table = self._table(sheet)
        if table is None:
            return
        if table.records:
            names = list(table.columns)
            yield Row(1, names)
            for number, (record, owners) in enumerate(zip(table.records, table.owners, strict=True), 2):
                if any(record.values()):
                    yield Row(number, [record.get(name, "") for name in names], owners=owners)
        first = len(table.records) + 2 if table.records else 1
        for number, texts in enumerate(table.lists, first):
            if any(texts):
                yield Row(number, texts)

    def _table(self, sheet: str) -> _Records | None:
        if not sheet:
            return next(iter(self._tables.values()), None)
        return self._tables.get("" if sheet == _ROOT_TABLE and sheet not in self._tables else sheet)

    def add(self, value: Any, path: str = "", owners: tuple[str, ...] = ()) -> None:
        """Add one value: an object or scalar is a record, a list is records. ``owners`` are the names of what
        holds it.
        """
        if isinstance(value, list):
            for item in value:
                if isinstance(item, list):
                    self._add_list(item, path, owners)
                else:
                    self.add(item, path, owners)
        elif isinstance(value, dict) and _keys_are_data(value):
            for key, inner in value.items():
                self._record(_named(key, inner, path), path, owners)
        elif isinstance(value, dict):
            self._record(value, path, owners)
        else:
            self._record({path.rpartition(".")[2] or "value": value}, path, owners)

    def _add_list(self, items: list[Any], path: str, owners: tuple[str, ...]) -> None:
        """Add a list in a list: a row of a table without keys, where it holds scalars."""
        if any(isinstance(item, dict | list) for item in items):
            self.add(items, path, owners)
        else:
            self._at(path).lists.append([_text(item) for item in items])

    def _at(self, path: str) -> _Records:
        return self._tables.setdefault(path, _Records())

    def _record(self, value: dict[str, Any], path: str, owners: tuple[str, ...]) -> None:
        flat: dict[str, str] = {}
        later: list[tuple[str, Any]] = []
        _flatten(value, "", flat, later)
        if flat:
            name = self._open.get(path, path)
            table = self._at(name)
            # Records with keys of their own each (registry paths, say) would make a table of ten thousand columns.
            if len(table.columns) >= WIDEST_TABLE and not flat.keys() <= table.columns.keys():
                name = self._open[path] = f"{name}'"
                table = self._at(name)
            for name in flat:
                table.columns.setdefault(name, len(table.columns))
            table.records.append(flat)
            table.owners.append(owners)
        if later:
            holders = (*_calls_itself(flat), *owners)[:_MOST_OWNERS]
            for name, inner in with_names(value, later):
                self.add(inner, f"{path}.{name}" if path else name, holders)


def flat_record(value: Any) -> dict[str, str] | None:
    """Return an object's leaves by their dotted keys; None for what is no object, or needs several rows or tables."""
    if not isinstance(value, dict) or _keys_are_data(value):
        return None
    flat: dict[str, str] = {}
    later: list[tuple[str, Any]] = []
    _flatten(value, "", flat, later)
    return None if later else flat


def _calls_itself(flat: dict[str, str]) -> list[str]:
    """Return what a record says that it is: "pe-section", "certificate"."""
    return [text for key in _NAMING_KEYS if (text := flat.get(key, "")) and len(text) <= _LONGEST_NAME]


def _flatten(value: dict[str, Any], prefix: str, flat: dict[str, str], later: list[tuple[str, Any]]) -> None:
    """Put the object's leaves into ``flat``, and what needs a table of its own into ``later``."""
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, dict):
            if _keys_are_data(inner):
                later.append((name, inner))
            else:
                _flatten(inner, f"{name}.", flat, later)
        elif isinstance(inner, list):
            # A short list of tags or names is read in its cell; a long one, or one of objects, is a table.
            if len(inner) > LONGEST_JOINED_LIST or any(isinstance(item, dict | list) for item in inner):
                later.append((name, inner))
            else:
                _put(flat, name, ", ".join(map(_text, inner)))
        else:
            _put(flat, name, _text(inner))


def _put(flat: dict[str, str], name: str, text: str) -> None:
    """Keep the text of each of two keys that come to one name (``a.b``, and the ``b`` of an ``a``)."""
    while flat.get(name) and text:
        name += "'"
    flat[name] = text or flat.get(name, "")


def _named(key: str, inner: Any, path: str) -> dict[str, Any]:
    """Return the row of a record that stands under a key: the key has a column of its own.

    The column is called as the object that holds the records, which says no more of them ("key").
    """
    record = inner if isinstance(inner, dict) else {"value": inner}
    name = path.rpartition(".")[2] or "item"
    while name in record:
        name += "_"
    return {name: key, **record}


def _keys_are_data(value: dict[str, Any]) -> bool:
    """Return whether an object is really a list of records: its keys are hashes, or there are very many of them."""
    # VirusTotal's and sandboxes' documents have objects whose keys are hashes: a column for each would be no table.
    if any(_DATA_KEY.search(key) for key in value):
        return True
    return len(value) > 100 and all(isinstance(inner, dict) for inner in value.values())


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
