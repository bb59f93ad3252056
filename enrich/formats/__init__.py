"""The file formats, one module each: a file's rows as text, and the same file again with cells appended.

A format's module offers ``SUFFIXES`` (those it writes as), ``recognise(head: bytes, name: str) -> int`` on content (how
sure it is, of 100), ``read(path, options) -> Document`` and, where it can make a new file, ``create``, a ``Creator``;
where that depends on the suffix, ``creator(suffix)`` gives it. ``SIGNATURES`` are the first bytes of a format that is
no text. It imports nothing of ours but ``model`` and ``errors``, and fulfils the protocols below by shape.
``open_document`` asks them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, Protocol

from enrich.errors import OutputError
from enrich.formats._options import ReadOptions
from enrich.formats._refuse import refusal, unknown
from enrich.formats._source import Borrowed, NotThis, fetched
from enrich.model import Addition, Area, Row
from enrich.page import Page
from enrich.registry import entries

__all__ = ["Creator", "Document", "ReadOptions", "creator_for", "open_document"]


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

    def merged(self, sheet: str) -> list[Area]:
        """The merged areas of a sheet that was read to its end: what stands in the first cell is meant for all."""
        ...

    def check(self, new: Mapping[str, int]) -> None:
        """Raises ``OutputError`` where so many new columns by sheet cannot be given back: asked before calls are spent.

        Every sheet named was read to its end.
        """
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


def open_document(path: Path, options: ReadOptions | None = None) -> Document:
    """Opens a file as what its content says, whatever it is called.

    Raises ``InputError`` in one sentence with a hint for what is missing, empty, unreadable or of a kind that holds no
    rows. Gzip of a text is unpacked into a temporary file, which is gone when the document is closed.
    """
    options = options or ReadOptions()
    source = fetched(path, options.limit)
    try:
        document = _opened(source.data, source.head, source.name, options)
    except BaseException:
        source.close()
        raise
    return Borrowed(document, path, source.close) if source.borrowed else document


def _opened(path: Path, head: bytes, name: str, options: ReadOptions) -> Document:
    """The first format, the surest first, that does not step back when it looks closer."""
    refused = refusal(path, head, name)
    if refused is not None:
        raise refused
    for module in _candidates(head, name):
        try:
            document: Document = module.read(path, options)
        except NotThis:
            continue
        return document
    raise unknown(name)


def _candidates(head: bytes, name: str) -> Iterator[ModuleType]:
    """The formats that it may be, the surest first. A signature settles it: whether such bytes would read as text too
    is not asked.
    """
    modules = entries(__name__).values()
    signed = [module for module in modules if head.startswith(getattr(module, "SIGNATURES", ()))]
    for group in (signed, [module for module in modules if module not in signed]):
        found = [(module.recognise(head, name), module) for module in group]
        yield from (module for sure, module in sorted(found, key=lambda pair: -pair[0]) if sure > 0)


def creator_for(suffix: str) -> Creator:
    """Who makes a new file of this suffix (``.xlsx``). Raises ``OutputError`` where nobody does."""
    makers = [module for module in entries(__name__).values() if hasattr(module, "create")]
    for module in makers:
        if suffix.lower() in module.SUFFIXES:
            made: Creator = module.creator(suffix.lower()) if hasattr(module, "creator") else module.create
            return made
    known = " ".join(sorted(suffix for module in makers for suffix in module.SUFFIXES))
    raise OutputError(f"nothing can be written as {suffix or 'a file without a suffix'}", hint=f"use one of {known}")
