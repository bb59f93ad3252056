"""A workbook as a document: its rows as text, and the same workbook again with our cells and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from enrich.formats.xlsx.opened import OpenedWorkbook
from enrich.formats.xlsx.write_back import WriteBack
from enrich.model.page import Page
from enrich.model.row import Addition


class XlsxDocument(OpenedWorkbook):
    """Reads as ``OpenedWorkbook``, writes as ``WriteBack``."""

    format = "xlsx"
    can_give_back = True

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:
        return WriteBack(self, additions, pages).write(target)
