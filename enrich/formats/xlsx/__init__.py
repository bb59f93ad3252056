"""Excel workbooks (``.xlsx``, ``.xlsm``): read as a stream, and handed back with nothing of theirs changed."""

from __future__ import annotations

from functools import partial

from enrich.files.opened import Readable
from enrich.formats.shared.document import Creator, ReadOptions
from enrich.formats.xlsx.create import MACRO_WORKBOOK, PLAIN_WORKBOOK, create
from enrich.formats.xlsx.document import XlsxDocument

__all__ = ["READS", "SUFFIXES", "create", "creator", "read", "recognise"]

READS = (".xlsx", ".xlsm")
SUFFIXES = (".xlsx", ".xlsm")
PAGES = True
"""It takes pages besides the sheets."""
_ZIP_MEMBER = b"PK\x03\x04"
SIGNATURES = (b"PK",)
"""Asked before the formats that read text: a package whose members are stored unpacked is nearly all text."""
_NAME_ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".xlsb")
_CERTAIN = 100
_FIRST_PARTS = (b"[Content_Types].xml", b"xl/", b"_rels/.rels", b"docProps/")


def recognise(head: bytes, name: str) -> int:
    """Return how sure it is, of 100: its first bytes say it, or its name where they could be several formats."""
    named = name.casefold().endswith(_NAME_ENDINGS)
    if head.startswith(_ZIP_MEMBER):
        if head[30:].startswith(b"mimetype"):
            return 0  # an OpenDocument file names itself first
        return _CERTAIN if named or any(part in head for part in _FIRST_PARTS) else 0
    return _CERTAIN if named and head.startswith(SIGNATURES) else 0


def read(path: Readable, options: ReadOptions) -> XlsxDocument:
    """Open a workbook. Raises ``InputError`` where it is damaged, encrypted, hostile or none."""
    return XlsxDocument(path, options.limit)


def creator(suffix: str) -> Creator:
    """Return ``create`` of the kind of workbook that the suffix stands for."""
    return partial(create, kind=MACRO_WORKBOOK if suffix == ".xlsm" else PLAIN_WORKBOOK)
