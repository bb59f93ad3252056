"""The fields behind many rows at once, column by column: what a whole column allows is looked at once for all.

Knows values and no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from enrich.formats.delimited.render import Renderer, date_fields, harmless
from enrich.model.column import Column, Type
from enrich.model.finding import Scalar
from enrich.model.row import Added

_ROWS_REMEMBERED = 1 << 14


class Tails:
    """Each row's chosen fields, a delimiter before each; rows that share their cells share the bytes."""

    def __init__(self, renderer: Renderer, columns: Sequence[Column], chosen: Sequence[int]) -> None:
        self._renderer = renderer
        self._columns = [(index, columns[index].type, renderer.column(columns[index].type)) for index in chosen]
        self._known: dict[int, tuple[Added, bytes]] = {}
        """Cells and their bytes by the cells' identity, which no others can bear as long as these are kept here."""

    def of(self, rows: Sequence[Added | None]) -> list[bytes]:
        """Return what is appended to each row; nothing for a row without cells."""
        known = self._known
        if len(known) > _ROWS_REMEMBERED:
            known.clear()
        fresh = {id(added): added for added in rows if added is not None and id(added) not in known}
        if fresh:
            known.update(
                zip(fresh, zip(fresh.values(), self._rendered(list(fresh.values())), strict=True), strict=True)
            )
        return [b"" if added is None else known[id(added)][1] for added in rows]

    def _rendered(self, rows: Sequence[Added]) -> list[bytes]:
        if not self._columns:
            return [b""] * len(rows)
        columns = list(zip(*[added.values for added in rows], strict=True))
        delimiter = self._renderer.delimiter
        fields = [self._texts(columns[index], kind, one) for index, kind, one in self._columns]
        return self._renderer.lines([delimiter + delimiter.join(texts) for texts in zip(*fields, strict=True)])

    def _texts(self, values: Sequence[Scalar], kind: Type, one: Renderer.Field) -> Sequence[str]:
        """Return one column's fields."""
        kinds = set(map(type, values))
        if len(kinds) > 1:
            return list(map(one, values))
        distinct = set(values)
        if len(distinct) * 2 <= len(values):
            known = {value: one(value) for value in distinct}
            return list(map(known.__getitem__, values))
        if self._renderer.plain and kinds == {int}:
            numbers = cast("Sequence[int]", values)
            return date_fields(numbers) if kind is Type.DATE else list(map(str, numbers))
        if self._renderer.plain and kinds == {str} and harmless(texts := cast("Sequence[str]", values), kind):
            return texts
        return list(map(one, values))
