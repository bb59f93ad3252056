"""The file formats, one module each: a file's rows as text, and the same file again with cells appended.

A format's module offers ``SUFFIXES`` (those it writes as), ``recognise(head: bytes, name: str) -> int`` on content (how
sure it is, of 100), ``read(path, options) -> Document`` and, where it can make a new file, ``create``, a ``Creator``;
where that depends on the suffix, ``creator(suffix)`` gives it. ``SIGNATURES`` are the first bytes of a format that is
no text. It imports nothing of ours but the ground floor, and fulfils the protocols of ``_document`` by shape.
``open_document`` asks them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from enrich.errors import OutputError
from enrich.files.opened import Readable
from enrich.files.source import NotThis, fetched
from enrich.formats.shared.document import Creator, Document
from enrich.formats.shared.options import ReadOptions
from enrich.formats.shared.unpacked import Unpacked
from enrich.formats.shared.unsupported import refusal, unknown
from enrich.registry import entries

__all__ = ["Creator", "Document", "ReadOptions", "creator_for", "open_document"]


def open_document(path: Readable, options: ReadOptions | None = None) -> Document:
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
    return Unpacked(document, path, source.close) if source.borrowed else document


def _opened(path: Readable, head: bytes, name: str, options: ReadOptions) -> Document:
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
