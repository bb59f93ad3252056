"""OpenDocument spreadsheets, read whole; the result is written as another format. Knows nothing of other packages.

The reader lays a sheet out in memory, so its size is reckoned first: a few bytes can say "this row, a million times".
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import IO
from xml.parsers import expat

from enrich.errors import InputError
from enrich.files.opened import Readable
from enrich.formats.shared import calamine
from enrich.formats.shared.document import PAGE_MARK
from enrich.formats.shared.options import ReadOptions
from enrich.formats.shared.read_only import ReadOnly
from enrich.model.row import Area

SUFFIXES: tuple[str, ...] = ()
SIGNATURES = (b"PK\x03\x04",)
MOST_CELLS = 50_000_000
_MIME = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_INDENTED = re.compile(rb">\s+<(/?(?:table:|text:p[\s/>]))")
"""Between these tags stands no text that is meant."""
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    OSError,
    RuntimeError,  # a part that is locked, or packed in a way that nobody knows
    ValueError,
    LookupError,  # of a part that is not there; of an encoding that nobody knows
)
_SHEET = re.compile(r"^\$?(?:'((?:[^']|'')+)'|([^.']+))\.")
"""The sheet that an address begins with."""
_TOO_BIG = "save the part you need as .xlsx or .csv"


def recognise(head: bytes, name: str) -> int:
    """By the type that stands uncompressed at the beginning; by name where a packer put it elsewhere."""
    if not head.startswith(SIGNATURES):
        return 0
    if head[30:].startswith(_MIME):
        return 90
    return 60 if name.lower().endswith((".ods", ".ots")) else 0


def read(path: Readable, options: ReadOptions) -> ReadOnly:
    """Raises ``InputError`` for what is damaged, locked or would unpack beyond ``options.limit``."""
    try:
        merged, pages = _checked(path, options.limit)
    except _DAMAGED as error:
        raise InputError(
            f"{path.name} is a damaged .ods workbook ({error})", hint="open it and save it as .xlsx or .csv"
        ) from None
    try:
        return calamine.opened(path, "ods", merged=merged, pages=pages)
    except InputError:
        plain = _plain(path)
        if plain is None:
            raise
    return calamine.opened(path, "ods", plain, merged, pages)


def _plain(path: Readable) -> BytesIO | None:
    """The package as its reader wants it, where writers do it otherwise: named first of all by its type, and no
    indentation between rows and cells. None where that changes nothing.
    """
    with path.open("rb") as stream, zipfile.ZipFile(stream) as package:
        content, manifest = package.read("content.xml"), package.read("META-INF/manifest.xml")
        named = "mimetype" in package.namelist()
    tidy = _INDENTED.sub(rb"><\1", content)
    if named and tidy == content:
        return None
    plain = BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", _MIME.removeprefix(b"mimetype"), zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", tidy)
    plain.seek(0)
    return plain


def _checked(path: Readable, limit: int) -> tuple[dict[str, list[Area]], set[str]]:
    """The merged areas by sheet, and the sheets that are pages of ours, once the file is known to be harmless."""
    with path.open("rb") as stream, zipfile.ZipFile(stream) as package:
        if b"manifest:encryption-data" in package.read("META-INF/manifest.xml")[: 1 << 20]:
            raise InputError(
                f"{path.name} is protected by a password", hint="open it with the password and save a copy without one"
            )
        unpacked = sum(member.file_size for member in package.infolist())
        if unpacked > limit:
            raise InputError(f"{path.name} unpacks to {unpacked >> 20} MB", hint=_TOO_BIG)
        with package.open("content.xml") as content:
            reckoning = _Reckoning(path.name)
            reckoning.read(content)
    if reckoning.cells > MOST_CELLS:
        raise InputError(f"{path.name} holds {reckoning.cells:,} cells", hint=_TOO_BIG)
    return reckoning.merged, reckoning.pages


class _Reckoning:
    """How many cells the sheets span when each is laid out up to its last row and column that hold something; and
    which of them are merged, and which sheets an earlier run added, which the reader does not tell.
    """

    def __init__(self, name: str) -> None:
        self.cells = 0
        self.merged: dict[str, list[Area]] = {}
        self.pages: set[str] = set()
        self._name = name
        self._areas: list[Area] = []
        self._row = self._last_row = self._width = 0
        self._repeated = 1
        self._column = self._last_column = 0

    def read(self, content: IO[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.ParseFile(content)

    def _refuse(self, *_: object) -> None:
        raise InputError(f"{self._name} declares XML entities", hint="a spreadsheet needs none: treat it as hostile")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self._row = self._last_row = self._width = 0
            self._areas = self.merged.setdefault(attributes.get("table:name", ""), [])
        elif tag == "table:table-row":
            self._repeated = int(attributes.get("table:number-rows-repeated", 1))
            self._column = self._last_column = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            if (rows := int(attributes.get("table:number-rows-spanned", 1))) > 1:
                right = self._column + int(attributes.get("table:number-columns-spanned", 1)) - 1
                self._areas.append((self._column, self._row + 1, right, self._row + rows))
            self._column += int(attributes.get("table:number-columns-repeated", 1))
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._last_column = self._column
        elif tag == "text:p":
            self._last_column = self._column
        elif tag == "table:named-range" and attributes.get("table:name", "").startswith(PAGE_MARK):
            sheets = _SHEET.findall(attributes.get("table:cell-range-address", ""))
            self.pages.update((quoted or plain).replace("''", "'") for quoted, plain in sheets[:1])

    def _end(self, tag: str) -> None:
        if tag == "table:table-row":
            self._row += self._repeated
            if self._last_column:
                self._last_row = self._row
                self._width = max(self._width, self._last_column)
        elif tag == "table:table":
            self.cells += self._last_row * self._width
