"""What a SQL database offers to the parts of a store: statements that two databases share, and transactions.

Statements are written with ``?`` for each value and ``EACH(?)`` for a list of integers of 32 bits at once, a table with
the one column ``value``. Beside that they keep to what SQLite and PostgreSQL both read: ``ON CONFLICT``, no
``REPLACE``, no ``RETURNING``, every table's columns named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Database(Protocol):
    """An open database. Every method raises ``StoreError`` where it cannot do what it is asked."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run one statement and return all that it yields. A list among ``values`` stands for ``EACH(?)``."""
        ...

    def run(self, sql: str, values: Sequence[Any] = ()) -> None: ...

    def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Run the block in one transaction that no other writer runs beside: all or nothing. Not to be nested."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """Several reads of one and the same state."""
        ...

    def size(self) -> int:
        """Return the bytes that the store takes."""
        ...

    def reclaim(self) -> None:
        """Give the room of what was removed back, as far as that is quick."""
        ...

    def close(self) -> None: ...
