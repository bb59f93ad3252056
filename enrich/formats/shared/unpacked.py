"""A document that was unpacked from gzip into a temporary file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO

from enrich.files.opened import Readable
from enrich.formats.shared.document import Document
from enrich.model.page import Page
from enrich.model.row import Addition, Area, Row


class Unpacked:
    """A document that stands on a temporary copy: it shows the path it came from and tidies up when closed."""

    def __init__(self, document: Document, path: Readable, release: Callable[[], None]) -> None:
        self._document = document
        self._release = release
        self.path = path
        self.format = document.format
        self.sheets = document.sheets
        self.hidden = document.hidden
        self.warnings = document.warnings
        self.can_give_back = document.can_give_back

    def rows(self, sheet: str) -> Iterator[Row]:
        return self._document.rows(sheet)

    def header_row(self, sheet: str) -> int | None:
        return self._document.header_row(sheet)

    def merged(self, sheet: str) -> list[Area]:
        return self._document.merged(sheet)

    def check(self, new: Mapping[str, int]) -> None:
        self._document.check(new)

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:
        return self._document.give_back(target, additions, pages)

    def close(self) -> None:
        self._document.close()
        self._release()
