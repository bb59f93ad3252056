"""Short texts by name: what a job has to know again the next time, such as an inbox of its files. No answers."""

from __future__ import annotations

from enrich.stores.sql.connection import Database

_TABLE = "CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT NOT NULL)"


class Notes:
    """Texts by name: that part of ``Store``. The table is made when the first one is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, name: str) -> str:
        self._database.run(_TABLE)
        rows = self._database.rows("SELECT text FROM notes WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def keep_note(self, name: str, text: str) -> None:
        self._database.run(_TABLE)
        with self._database.writing():
            self._database.run("DELETE FROM notes WHERE name = ?", (name,))
            if text:
                self._database.run("INSERT INTO notes VALUES (?, ?)", (name, text))
