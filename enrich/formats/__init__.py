"""The file formats, one file or folder each: a file's rows as text, and the same file again with cells appended.

A member is a module of this folder that offers what :class:`Format` names. Nothing else lists it: inputs are recognised
by content, outputs are made by suffix, and ``--help``, ``enrich doctor`` and the hint for what nobody can read follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Protocol, cast

from enrich.errors import OutputError
from enrich.files.opened import Readable
from enrich.files.source import NotThis, fetched
from enrich.formats.shared.decrypted import decrypted
from enrich.formats.shared.document import CellForm, Document, ReadOptions, Slice, Table
from enrich.formats.shared.unsupported import refusal, unknown
from enrich.model.column import Column
from enrich.model.finding import Scalar
from enrich.model.page import Page
from enrich.registry import entries

__all__ = [
    "CellForm",
    "Document",
    "Format",
    "ReadOptions",
    "Slice",
    "Table",
    "cell_texts",
    "create_document",
    "open_document",
    "open_slice",
    "slices_of",
    "suffixes_read",
    "suffixes_written",
    "takes_encoding",
]


class Format(Protocol):
    """What a member of this folder offers.

    Besides, where they say something: ``SIGNATURES: tuple[bytes, ...]``, first bytes that settle which format it is;
    ``create(target, tables, pages, suffix) -> warnings``, where it can make a new file of any document's rows;
    ``PAGES = True`` where its files hold pages of ours besides the tables; ``TEXT = True`` where its files are texts,
    which may be in any encoding; and ``read_slice(path, slice) -> Document``
    where its documents have ``slices``. A member imports nothing of ours but the ground floor.
    """

    READS: tuple[str, ...]
    """The suffixes by which people know such files, for help; content decides what a file is."""
    SUFFIXES: tuple[str, ...]
    """The suffixes that it writes, the natural one first; none where it is only read."""

    def recognise(self, head: bytes, name: str) -> int:
        """Return how sure it is, of 100, that a file with these first bytes (64 KiB at most) and that name is one of
        its own; 0 where it is none.
        """
        ...

    def read(self, path: Readable, options: ReadOptions) -> Document:
        """Return the document. ``InputError`` in one sentence where it is damaged, ``NotThis`` where it is another
        format.
        """
        ...


def members() -> dict[str, Format]:
    """Return the formats by name."""
    return cast("dict[str, Format]", entries(__name__))


def suffixes_read() -> list[str]:
    """Return the suffixes of files that can be read, by format."""
    return [suffix for member in members().values() for suffix in member.READS]


def suffixes_written() -> list[str]:
    """Return the suffixes of tables that can be made anew."""
    return [suffix for member in members().values() if hasattr(member, "create") for suffix in member.SUFFIXES]


def takes_pages(suffix: str) -> bool:
    """Return whether a file of this suffix can hold pages of ours besides the tables."""
    return any(getattr(member, "PAGES", False) and suffix in member.SUFFIXES for member in members().values())


def takes_one_table(suffix: str) -> bool:
    """Return whether a new file of this suffix has room for one table alone."""
    return any(getattr(member, "ONE_TABLE", False) and suffix in member.SUFFIXES for member in members().values())


def takes_encoding(name: str) -> bool:
    """Return whether files of the format of this name may be in any encoding."""
    return bool(getattr(members()[name], "TEXT", False))


def open_document(path: Readable, options: ReadOptions | None = None) -> Document:
    """Open a file as what its content says, whatever it is called.

    Raises ``InputError`` in one sentence with a hint for what is missing, empty, unreadable or of a kind that holds no
    rows. Gzip of a text, and a workbook under Excel's default password, are unpacked into a temporary file, which is
    gone when the document is closed.
    """
    options = options or ReadOptions()
    source = decrypted(fetched(path, options.limit), options.limit)
    try:
        document = _document(source.data, source.head, source.name, options)
    except BaseException:
        source.close()
        raise
    if source.folder is not None:
        document.remove_copy = source.close
    return document


def slices_of(document: Document, size: int) -> list[Slice]:
    """Return slices of at least ``size`` bytes of a document that was read to its end.

    None where a cut is not worth it, or the document cannot be cut: one that was unpacked is no piece of its file.
    """
    slices = document.slices(size) if document.remove_copy is None else []
    return slices if len(slices) > 1 else []


def open_slice(path: Readable, piece: Slice) -> Document:
    """Return one slice as a document of its own; ``path`` holds its bytes alone. Its rows keep the file's numbers."""
    member: Any = members()[piece.format]
    document: Document = member.read_slice(path, piece)
    return document


def cell_texts(form: CellForm, columns: Sequence[Column]) -> Callable[[Sequence[Sequence[Scalar]]], list[bytes]]:
    """Return what makes the texts of many rows' cells from their values, column by column: see ``CellForm``."""
    member: Any = members()[form.format]
    texts: Callable[[Sequence[Sequence[Scalar]]], list[bytes]] = member.cell_texts(form.dialect, columns)
    return texts


def _document(path: Readable, head: bytes, name: str, options: ReadOptions) -> Document:
    """Return the document of the first format, the surest first, that does not step back when it looks closer."""
    refused = refusal(path, head, name)
    if refused is not None:
        raise refused
    for member in _candidates(head, name):
        try:
            return member.read(path, options)
        except NotThis:
            continue
    raise unknown(name, suffixes_read())


def _candidates(head: bytes, name: str) -> Iterator[Format]:
    """Yield the formats that it may be, the surest first. A signature settles it: whether such bytes would read as text
    too is not asked.
    """
    every = members().values()
    signed = [member for member in every if head.startswith(getattr(member, "SIGNATURES", ()))]
    for group in (signed, [member for member in every if member not in signed]):
        found = [(member.recognise(head, name), member) for member in group]
        yield from (member for sure, member in sorted(found, key=lambda pair: -pair[0]) if sure > 0)


def create_document(suffix: str, target: BinaryIO, tables: Iterable[Table], pages: Sequence[Page]) -> list[str]:
    """Write a new file of this suffix (``.xlsx``) with each table's rows, and return warnings.

    Raises ``OutputError`` where no format makes such a file.
    """
    for member in members().values():
        if hasattr(member, "create") and suffix.lower() in member.SUFFIXES:
            warnings: list[str] = member.create(target, tables, pages, suffix.lower())
            return warnings
    known = " ".join(sorted(suffixes_written()))
    raise OutputError(f"nothing can be written as {suffix or 'a file without a suffix'}", hint=f"use one of {known}")
