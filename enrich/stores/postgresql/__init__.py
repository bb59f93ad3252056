"""The store of a team: ``postgresql://[USER@]HOST[:PORT][,HOST]/DATABASE[?schema=enrich]``, the extra ``team``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.clock import Clock
from enrich.errors import UsageError
from enrich.stores.postgresql.address import parsed

if TYPE_CHECKING:
    from enrich.stores.postgresql.store import PostgresqlStore


def open(url: str, clock: Clock) -> PostgresqlStore:  # noqa: A001 - the name that the interface gives it
    """Return the store at ``url``, its tables made where they are not there yet.

    Raises ``UsageError`` for a bad URL and where the extra is not installed, ``StoreError`` where it cannot be reached.
    """
    address = parsed(url)
    try:
        from enrich.stores.postgresql.connection import PostgresqlDatabase  # noqa: PLC0415 - an extra
        from enrich.stores.postgresql.store import PostgresqlStore  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            f"a store in PostgreSQL needs psycopg 3: {error}", hint="install it: pip install 'ioc-enrich[team]'"
        ) from error
    return PostgresqlStore(url, PostgresqlDatabase(address, clock), clock)
