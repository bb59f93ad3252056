"""The layouts of a database by number, read as they are met. Knows how they are kept, not what they mean."""

from __future__ import annotations

from enrich.errors import StoreError
from enrich.stores.sql.connection import Database
from enrich.stores.sql.pack import Layout, key_of, key_text


class Layouts:
    """Layout to number and back; small, so all that were met stay in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: dict[Layout, int] = {}
        self._layouts: dict[int, Layout] = {}

    def number(self, layout: Layout) -> int:
        """The layout's number; kept if it is new. Inside a transaction only."""
        number = self._numbers.get(layout)
        if number is None:
            text = key_text(layout.key)
            rows = self._database.rows("SELECT layout FROM layouts WHERE text = ?", (text,))
            number = rows[0][0] if rows else self._database.run("INSERT INTO layouts (text) VALUES (?)", (text,))
            self._numbers[layout] = number
        return number

    def layout(self, number: int) -> Layout:
        layout = self._layouts.get(number)
        if layout is None:
            rows = self._database.rows("SELECT text FROM layouts WHERE layout = ?", (number,))
            if not rows:
                raise StoreError("the store is damaged: a layout is missing", hint="restore a copy of the store")
            layout = self._layouts[number] = Layout.of(key_of(rows[0][0]))
        return layout

    def forget(self) -> None:
        """After a transaction that was undone: its layouts are gone, and their numbers may come again."""
        self._numbers.clear()
        self._layouts.clear()
