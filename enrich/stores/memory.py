"""The store that ends with the process: ``memory:``. The same SQLite, in memory."""

from __future__ import annotations

from enrich.clock import Clock
from enrich.stores.sqlite.connection import SqliteDatabase
from enrich.stores.sqlite.store import SqliteStore


def open(url: str, clock: Clock) -> SqliteStore:  # noqa: A001 - the name that the interface gives it
    return SqliteStore(url, SqliteDatabase(None), clock)
