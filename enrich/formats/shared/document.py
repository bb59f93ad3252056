"""What every format offers: a document to read and to give back, and perhaps a way to make a new one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

from msgspec import Struct

from enrich.errors import OutputError
from enrich.files.opened import Readable
from enrich.model.page import Page
from enrich.model.row import Addition, Area, Row

PAGE_MARK = "_ioc_enrich."
"""A hidden defined name that begins so points at a page of ours; programs keep such names when they save, in whichever
kind of workbook.
"""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is to be read: ``encoding`` overrules detection; ``limit`` is the most bytes that anything packed may
    unpack to.
    """

    encoding: str | None = None
    limit: int = 4 << 30


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


@runtime_checkable
class Sliceable(Protocol):
    """A document that can be cut. A member whose documents are has ``read_slice(path, slice) -> Document``."""

    def slices(self, size: int) -> list[Slice]:
        """Slices of at least ``size`` bytes, of the table that was read to its end; one where it cannot be cut."""
        ...


class Document(Protocol):
    """An input file that stays the original to copy from."""

    path: Readable
    format: str
    """The module's name."""
    sheets: Sequence[str]
    """Names in order; one empty name where the format has a single table. Sheets of ours from an earlier run
    (``VirusTotal``, ``Summary``, by their mark) are not among them."""
    warnings: list[str]
    """Sentences that the user should read: what was odd about this file."""

    hidden: Collection[str]
    """The sheets that its programs do not show; what is given back keeps them so by itself."""

    def rows(self, sheet: str) -> Iterator[Row]:
        """Return the rows that hold something, in order, as text, from an own pass over the source."""
        ...

    def header_row(self, sheet: str) -> int | None:
        """Return the header that the file itself declares (a table's), else None."""
        ...

    def merged(self, sheet: str) -> list[Area]:
        """Return the merged areas of a sheet that was read to its end: what stands in the first cell is meant
        for all.
        """
        ...

    def check(self, new: Mapping[str, int]) -> None:
        """Raise ``OutputError`` where so many new columns by sheet cannot be given back: asked before calls are spent.

        Every sheet named was read to its end.
        """
        ...

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:
        """Write the same file with the additions (and pages, where the format has sheets); returns warnings.

        Bytes that need not change do not change. ``OutputError`` where something cannot be written as asked. Only for
        formats that ``can_give_back``.
        """
        ...

    can_give_back: bool

    def close(self) -> None: ...


class Creator(Protocol):
    """``create`` of a format that can make a new file from any document's rows."""

    def __call__(
        self,
        target: BinaryIO,
        tables: Iterable[tuple[str, Iterable[Row], Addition]],
        pages: Sequence[Page],
    ) -> list[str]: ...


def read_only_warning(kind: str) -> str:
    """Return what a user should hear of a workbook that is only read."""
    return (
        f"a .{kind} workbook is read only: the result is a new .xlsx of its texts; formats, formulas, merged cells, "
        "comments and pictures stay in the original"
    )


class ReadOnly:
    """A document that is only read: its rows come from a function, and our cells cannot be put back into it.

    ``headed`` says of a sheet whether its first row names the columns, ``merged`` which cells are merged;
    ``close`` tidies up.
    """

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
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = path
        self.format = format
        self.sheets = sheets
        self.hidden: Collection[str] = ()
        self.warnings = list(warnings)
        self._rows = rows
        self._headed = headed
        self._merged = merged
        self._close = close

    def check(self, new: Mapping[str, int]) -> None:
        """Do nothing: the input is not given back, and a new file has room."""

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
        self._close()
