"""The store that ends with the process: ``memory:``. The same SQLite, in memory."""

from __future__ import annotations

from enrich.clock import Clock
from enrich.stores.sql.connection import Database
from enrich.stores.sql.store import DatabaseStore


def open(url: str, clock: Clock) -> DatabaseStore:  # noqa: A001 - the name that the interface gives it
    return DatabaseStore(url, Database(None), clock)
