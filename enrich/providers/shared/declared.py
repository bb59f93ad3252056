"""The columns that every source has, and the kinds that its own are of: each declared once, by prefix and title."""

from __future__ import annotations

from dataclasses import dataclass, replace

from enrich.model.column import Column, Type


@dataclass(frozen=True, slots=True)
class ColumnMaker:
    """Declares the columns of one source: ``prefix`` before their names, ``title`` before their headings."""

    prefix: str
    title: str

    def text(self, name: str, title: str, help_: str, *, default: bool = True, width: int = 24) -> Column:
        return self._column(name, title, help_, Type.TEXT, default=default, width=width)

    def date(self, name: str, title: str, help_: str, *, default: bool = True) -> Column:
        return self._column(name, title, help_, Type.DATE, default=default, width=20)

    def integer(self, name: str, title: str, help_: str, *, default: bool = True) -> Column:
        return self._column(name, title, help_, Type.INTEGER, default=default, width=12)

    def link(self, name: str, title: str, help_: str, page: str, *, default: bool = True) -> Column:
        """Return a column of links to pages of the service, which begin with ``page``."""
        return replace(self._column(name, title, help_, Type.LINK, default=default, width=30), page=page)

    def column_set(self, service: str, *own: Column) -> tuple[Column, ...]:
        """Return a source's set: how the asking ended, its ``own`` columns, why, and when it answered."""
        status = "How the lookup ended; never blank beside an indicator"
        return (
            self._column("status", "status", status, Type.STATUS, default=True, width=12),
            *own,
            self.text("note", "note", "Why: what is special about the row", width=40),
            self.date("checked_at", "checked at", f"When {service} gave this answer, UTC", default=False),
        )

    def _column(self, name: str, title: str, help_: str, kind: Type, *, default: bool, width: int) -> Column:
        return Column(f"{self.prefix}_{name}", f"{self.title} {title}", help_, kind, default, width)
