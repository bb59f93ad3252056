"""Which object bears which name: the prefixes of names, and the numbers of the objects, in two tables.

What is new is appended to ``fresh``, and goes into the sorted ``identities`` once there is much of it: put there at
once, each name would rewrite a page of its own, twelve kilobytes for a file with three hashes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from enrich.stores.sql.connection import Database

SOME = 10_000
"""Fresh names, after which they are sorted in; read once by every process that opens the store, in milliseconds."""

_SORTED = "SELECT object FROM json_each(?) CROSS JOIN identities ON prefix = value"


class Identities:
    """Every method runs inside a transaction. Prefixes are not unique: the full names decide."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._fresh: dict[int, list[int]] = {}
        self._count = 0
        self._version: int | None = None

    def objects(self, prefixes: Iterable[int]) -> list[int]:
        """The objects that bear a name with one of ``prefixes``, each once and in order."""
        self._look()
        wanted = set(prefixes)
        found = {number for (number,) in self._database.rows(_SORTED, (listed(sorted(wanted)),))}
        if self._fresh:
            found.update(number for prefix in wanted & self._fresh.keys() for number in self._fresh[prefix])
        return sorted(found)

    def append(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Prefixes and their new objects."""
        self._look()
        self._database.run_many("INSERT INTO fresh VALUES (?, ?)", pairs)
        for prefix, number in pairs:
            self._fresh.setdefault(prefix, []).append(number)
        self._count += len(pairs)
        if self._count >= SOME:
            self._sort_in()

    def change(self, number: int, gone: Collection[int], new: Collection[int]) -> None:
        """An object loses the prefixes ``gone`` and gets those that are ``new`` to it."""
        if gone:
            self._look()
            if self._fresh:
                self._sort_in()
            sql = "DELETE FROM identities WHERE prefix = ? AND object = ?"
            self._database.run_many(sql, [(prefix, number) for prefix in gone])
        if new:
            self._database.run_many("INSERT INTO identities VALUES (?, ?)", [(prefix, number) for prefix in new])

    def forget(self) -> None:
        """After a transaction that was undone: what is fresh is read again."""
        self._version = None

    def _look(self) -> None:
        """Know what is fresh, other processes' names included."""
        version = self._database.data_version()
        if version == self._version:
            return
        self._fresh, self._count = {}, 0
        for prefix, number in self._database.rows("SELECT prefix, object FROM fresh"):
            self._fresh.setdefault(prefix, []).append(number)
            self._count += 1
        self._version = version

    def _sort_in(self) -> None:
        self._database.run("INSERT OR IGNORE INTO identities SELECT prefix, object FROM fresh ORDER BY prefix, object")
        self._database.run("DELETE FROM fresh")
        self._fresh, self._count = {}, 0


def listed(numbers: Sequence[int]) -> str:
    """For ``json_each``, SQLite's way to take any number of values at once."""
    return msgspec.json.encode(numbers).decode()
