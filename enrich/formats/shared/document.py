"""What every format offers: a document to read and to give back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from msgspec import Struct

from enrich.errors import OutputError
from enrich.files.opened import Readable
from enrich.model.page import Page
from enrich.model.row import Addition, Area, Row

PAGE_MARK = "_ioc_enrich."
"""A hidden defined name that begins so points at a page of ours; programs keep such names when they save, in whichever
kind of workbook.
"""
WORDS_MARK = "_ioc_enrich_words."
"""Begins the hidden name that holds what the words of a page of ours came to when it was written."""

Table = tuple[str, Iterable[Row], Addition]
"""A table for a new file: its title, its rows, and what they get."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is to be read: ``encoding`` overrules detection; ``limit`` is the most bytes that anything packed may
    unpack to; ``arrow_from`` the bytes of a text from which on Arrow reads it, where that is installed: to have it
    loaded takes 70 MiB.
    """

    encoding: str | None = None
    limit: int = 4 << 30
    arrow_from: int = 128 << 20


class Slice(Struct, frozen=True):
    """Whole records of a file, which can be read and given back by themselves.

    The slices of a file, one behind the other, come to the same bytes as the file at once.
    """

    first: int
    """Its first byte in the file, from 0."""
    end: int
    """The byte behind its last one."""
    rows: int
    """How many rows of the file stand before it."""
    last: int
    """The number of its last row."""
    format: str
    whole: bytes
    """What its format needs to know of the whole file."""


class CellForm(Struct, frozen=True):
    """How a format writes our cells, where those of a row depend on nothing but what the row holds: they are made once
    for all rows, of all files, that hold the same.
    """

    format: str
    dialect: bytes = b""
    """By which cells are one text, as the format's ``cell_texts`` makes it; b"": they are typed columns of Arrow."""


class Document:
    """An input file that stays the original to copy from. As it is here, it is one table that is only read."""

    format: str
    """The module's name."""
    sheets: Sequence[str] = ("",)
    """Names in order; one empty name where the format has a single table. Sheets of ours from an earlier run
    (``VirusTotal``, ``Summary``, by their mark) are not among them."""
    hidden: Collection[str] = ()
    """The sheets that its programs do not show; what is given back keeps them so by itself."""
    can_give_back = False
    remove_copy: Callable[[], None] | None = None
    """Removes the temporary file that it was unpacked into; None where it is read as it lies."""

    def __init__(self, path: Readable, warnings: Sequence[str] = ()) -> None:
        self.path = path
        self.warnings = list(warnings)
        """Sentences that the user should read: what was odd about this file."""

    def rows(self, sheet: str) -> Iterator[Row]:
        """Return the rows that hold something, in order, as text, from an own pass over the source."""
        raise NotImplementedError

    def header_row(self, sheet: str) -> int | None:  # noqa: ARG002 - there is none
        """Return the header that the file itself declares (a table's), else None."""
        return None

    def merged(self, sheet: str) -> list[Area]:  # noqa: ARG002 - nothing is merged
        """Return the merged areas of a sheet that was read to its end: what stands in the first cell is meant
        for all.
        """
        return []

    def slices(self, size: int) -> list[Slice]:  # noqa: ARG002 - it cannot be cut
        """Return slices of at least ``size`` bytes of the table that was read to its end; none where it cannot be cut.

        A member whose documents can be has ``read_slice(path, slice) -> Document``.
        """
        return []

    def cell_form(self) -> CellForm | None:
        """Return how our cells are written in the table that was read to its end; None where rows are looked at singly.

        A member of whose documents that is a text has ``cell_texts(dialect, columns)``, which returns what makes the
        texts of many rows from their values, column by column.
        """
        return None

    def check(self, new: Mapping[str, int]) -> None:
        """Raise ``OutputError`` where so many new columns by sheet cannot be given back: asked before calls are spent.

        Every sheet named was read to its end.
        """

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:  # noqa: ARG002 - see below
        """Write the same file with the additions (and pages, where the format has sheets); returns warnings.

        Bytes that need not change do not change. ``OutputError`` where something cannot be written as asked. Only for
        formats that ``can_give_back``.
        """
        raise OutputError(
            f"{self.path.name} cannot take columns of ours", hint="name an output that ends in .xlsx or .csv with -o"
        )

    def close(self) -> None:
        if self.remove_copy is not None:
            self.remove_copy()


class ReadOnly(Document):
    """A document whose rows come from a function.

    ``headed`` says of a sheet whether its first row names the columns, ``merged`` which cells are merged.
    """

    def __init__(
        self,
        path: Readable,
        format: str,  # noqa: A002 - as it is called in a document
        sheets: Sequence[str],
        rows: Callable[[str], Iterator[Row]],
        warnings: Sequence[str] = (),
        *,
        headed: Callable[[str], bool] = lambda _: False,
        merged: Callable[[str], list[Area]] = lambda _: [],
        hidden: Collection[str] = (),
    ) -> None:
        super().__init__(path, warnings)
        self.format, self.sheets, self.hidden = format, sheets, hidden
        self._rows, self._headed, self._merged = rows, headed, merged

    def rows(self, sheet: str) -> Iterator[Row]:
        return self._rows(sheet)

    def header_row(self, sheet: str) -> int | None:
        return 1 if self._headed(sheet) else None

    def merged(self, sheet: str) -> list[Area]:
        return self._merged(sheet)
