"""Excel workbooks (``.xlsx``, ``.xlsm``): read as a stream, and handed back with nothing of theirs changed.

A workbook is a zip archive of XML parts. ``opened`` reads it; ``write_back`` reads its sheets a second time and writes
the archive again, each member's packed bytes as they are but for the few parts that must know of what is added:

    package/archive       members, checked and unpacked        package/xml_edit       a part as a tree of byte positions
    package/workbook      which sheets there are, and where    package/registrations  new sheets and names entered
    sheet/stream, cells   rows and cells of a sheet's bytes    sheet/splice           our cells put among them
    sheet/read            cells as text, with shared_strings,  sheet/values           values of ours as cells, with
                          dates and formulas                                          new_strings and styles
    sheet/layout          tables, which grow, and drawings;    sheet/properties       widths and filter, with paper:
                          the first free column                                       how wide it is printed
    pages/                sheets of ours, with charts
    sheet/attached_parts  links and comments                   sheet/readable         letters and grounds beside

``create`` makes a plain workbook of any document's rows, which is then opened and written back like any other.
"""

from __future__ import annotations

from enrich.files.opened import Readable
from enrich.formats.shared.document import ReadOptions
from enrich.formats.xlsx.create import create
from enrich.formats.xlsx.write_back import XlsxDocument

__all__ = ["READS", "SUFFIXES", "create", "read", "recognise"]

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
