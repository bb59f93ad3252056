"""The store in one SQLite file: ``sqlite:///relative/path`` or ``sqlite:////absolute/path``. Knows only the URL."""

from __future__ import annotations

from pathlib import Path

from enrich.clock import Clock
from enrich.config.parsing import some_path
from enrich.errors import UsageError
from enrich.stores.sqlite.connection import SqliteDatabase
from enrich.stores.sqlite.store import SqliteStore

SCHEME = "sqlite:///"


def files(url: str) -> list[Path]:
    """Return the database and the files that SQLite keeps beside it."""
    path = some_path(url.removeprefix(SCHEME))
    return [path, *(path.with_name(path.name + more) for more in ("-wal", "-shm", "-journal"))]


def open(url: str, clock: Clock) -> SqliteStore:  # noqa: A001 - the name that the interface gives it
    """Return the store at ``url``, created where there is none. ``StoreError``; ``UsageError`` for a bad URL."""
    path = url.removeprefix(SCHEME)
    if path == url or not path:
        raise UsageError(f"{url!r} names no SQLite file", hint="give sqlite:///path/to/store.db")
    return SqliteStore(url, SqliteDatabase(some_path(path)), clock)
