"""A document that is only read: its rows come from a function, and our cells cannot be put back into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO

from enrich.errors import OutputError
from enrich.files.opened import Readable
from enrich.model.page import Page
from enrich.model.row import Addition, Area, Row


class ReadOnly:
    """One file of a format that has no room for columns of ours, or none that can be reached safely."""

    can_give_back = False

    def __init__(
        self,
        path: Readable,
        format: str,  # noqa: A002 - the protocol's name
        sheets: Sequence[str],
        rows: Callable[[str], Iterator[Row]],
        warnings: Sequence[str] = (),
        *,
        headed: Callable[[str], bool] = lambda _: False,
        merged: Callable[[str], list[Area]] = lambda _: [],
    ) -> None:
        self.path = path
        self.format = format
        self.sheets = sheets
        self.warnings = list(warnings)
        self._rows = rows
        self._headed = headed
        self._merged = merged

    def check(self, new: Mapping[str, int]) -> None:
        """Nothing is given back: a new file has room."""

    def rows(self, sheet: str) -> Iterator[Row]:
        return self._rows(sheet)

    def header_row(self, sheet: str) -> int | None:
        return 1 if self._headed(sheet) else None

    def merged(self, sheet: str) -> list[Area]:
        return self._merged(sheet)

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:  # noqa: ARG002 - see below
        raise OutputError(
            f"{self.path.name} cannot take columns of ours", hint="name an output that ends in .xlsx or .csv with -o"
        )

    def close(self) -> None:
        """Nothing is held open between passes."""
