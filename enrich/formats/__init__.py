"""The file formats, one module each: a file's rows as text, and the same file again with cells appended.

A format's module offers ``SUFFIXES`` (those it writes as), ``recognise(head: bytes, name: str) -> bool`` on content,
``read(path, options) -> Document`` and, where it can make a new file, ``create(...)``. It imports nothing of ours but
``model`` and ``errors``, and fulfils the protocols below by shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from enrich.model import Addition, Page, Row


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """``encoding`` overrules detection; ``limit`` is the most bytes that anything packed may unpack to."""

    encoding: str | None = None
    limit: int = 4 << 30


class Document(Protocol):
    """An input file that stays the original to copy from."""

    path: Path
    format: str
    """The module's name."""
    sheets: Sequence[str]
    """Names in order; one empty name where the format has a single table. Sheets of ours from an earlier run
    (``VirusTotal``, ``Summary``, by their mark) are not among them."""
    warnings: list[str]
    """Sentences that the user should read: what was odd about this file."""

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows that hold something, in order, as text, from an own pass over the source."""
        ...

    def header_row(self, sheet: str) -> int | None:
        """The header that the file itself declares (a table's), else None."""
        ...

    def give_back(self, target: BinaryIO, additions: Mapping[str, Addition], pages: Sequence[Page]) -> list[str]:
        """Write the same file with the additions (and pages, where the format has sheets); returns warnings.

        Bytes that need not change do not change. ``OutputError`` where something cannot be written as asked;
        ``NotImplementedError`` never: a format that cannot give back has ``can_give_back = False``.
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
