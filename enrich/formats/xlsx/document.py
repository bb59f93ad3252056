"""A workbook as a document: its rows as text, and the same workbook again with our cells and pages.

How a workbook goes through this folder: ``package`` opens the archive and finds the sheets; ``sheet`` streams a sheet's
rows out (``stream``, ``cells``, ``read``) and says what lies around them (``properties``, ``layout``); ``write_back``
copies every part as it lies but those that must know of us: ``sheet/splice`` puts our cells into a sheet's stream,
``package/registrations`` enters sheets of ours, which ``pages`` writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from enrich.formats.xlsx.opened import OpenedWorkbook
from enrich.formats.xlsx.write_back import WriteBack
from enrich.model.page import Page
from enrich.model.row import Addition


class XlsxDocument(OpenedWorkbook):
    """Fulfils ``enrich.formats.Document``."""

    format = "xlsx"
    can_give_back = True

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:
        return WriteBack(self, additions, pages).write(target)
