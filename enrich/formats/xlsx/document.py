"""A workbook as a document: its rows as text, and the same workbook again with our cells and pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import BinaryIO

from enrich.files.opened import Readable
from enrich.formats.xlsx.opened import Original
from enrich.formats.xlsx.sheet.shared_strings import SharedStrings
from enrich.formats.xlsx.write_back import GiveBack
from enrich.model.page import Page
from enrich.model.row import Addition, Area, Row


class XlsxDocument:
    """Fulfils ``enrich.formats.Document``. The file stays open until ``close``."""

    format = "xlsx"
    can_give_back = True

    def __init__(self, path: Readable, limit: int, strings: SharedStrings | None = None) -> None:
        """``limit`` is the most bytes that it may unpack to; ``strings`` its shared strings, where they are known.

        ``InputError`` where it is damaged, hostile or none.
        """
        self.path = path
        self._original = Original(path, limit)
        if strings is not None:
            self._original.strings = strings
        try:
            self._original.tell_pages()
        except BaseException:
            self._original.close()
            raise
        self.warnings = self._original.warnings

    @property
    def sheets(self) -> Sequence[str]:
        return list(self._original.sheets)

    @property
    def hidden(self) -> Collection[str]:
        """The sheets that a program does not show: only a new file needs to be told."""
        listed = self._original.workbook.root.all("sheets", "sheet")
        return [e.attributes.get("name", "") for e in listed if e.attributes.get("state", "visible") != "visible"]

    def close(self) -> None:
        self._original.close()

    def header_row(self, sheet: str) -> int | None:
        return self._original.layout(sheet).header_row()

    def rows(self, sheet: str) -> Iterator[Row]:
        return self._original.rows(sheet)

    def merged(self, sheet: str) -> list[Area]:
        return self._original.survey(sheet).frame().merged()

    def check(self, new: Mapping[str, int]) -> None:
        self._original.check(new)

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:
        return GiveBack(self._original, additions, pages).write(target)
