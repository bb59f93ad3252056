"""Short texts by name: what a job has to know again the next time, such as an inbox of its files. No answers."""

from __future__ import annotations

from enrich.stores.sql.part import Part


class Notes(Part):
    """Texts by name: that part of ``Store``."""

    def note(self, name: str) -> str:
        rows = self.database.rows("SELECT text FROM notes WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def keep_note(self, name: str, text: str) -> None:
        with self.database.writing():
            self.database.run("DELETE FROM notes WHERE name = ?", (name,))
            if text:
                self.database.run("INSERT INTO notes (name, text) VALUES (?, ?)", (name, text))
