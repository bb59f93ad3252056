"""OpenDocument spreadsheets, read whole by another process; the result is written as another format.

The reader lays a sheet out in memory, so its size is reckoned first: a few bytes can say "this row, a million times".
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from enrich.errors import InputError
from enrich.files.opened import Readable
from enrich.formats.ods.survey import ContentSurvey
from enrich.formats.shared.child import Limits, LoadedWorkbook
from enrich.formats.shared.document import ReadOnly, ReadOptions
from enrich.formats.shared.faults import locked, unreadable
from enrich.formats.shared.loaded_workbook import load_workbook

READS = (".ods",)
SUFFIXES: tuple[str, ...] = ()
SIGNATURES = (b"PK\x03\x04",)
MOST_CELLS = 50_000_000
LIMITS = Limits()
"""None but that: how large a sheet may be is reckoned before it is read."""
_MIME = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_INDENTED = re.compile(rb">\s+<(/?(?:table:|text:p[\s/>]))")
"""Between these tags stands no text that is meant."""
_DAMAGE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    OSError,
    RuntimeError,  # a part that is locked, or packed in a way that nobody knows
    ValueError,
    LookupError,  # of a part that is not there; of an encoding that nobody knows
)
_TOO_BIG_HINT = "save the part you need as .xlsx or .csv"


def recognise(head: bytes, name: str) -> int:
    """By the type that stands uncompressed at the beginning; by name where a packer put it elsewhere."""
    if not head.startswith(SIGNATURES):
        return 0
    if head[30:].startswith(_MIME):
        return 90
    return 60 if name.lower().endswith((".ods", ".ots")) else 0


def read(path: Readable, options: ReadOptions) -> ReadOnly:
    """Open the file. Raises ``InputError`` for what is damaged, locked or would unpack beyond ``options.limit``."""
    return load_workbook(path, "ods", LIMITS, options.limit)


def opened(content: BinaryIO, path: Path, most: int) -> LoadedWorkbook:
    """Return what the child reads. ``InputError`` for what ``read`` refuses, ``CalamineError`` for what it cannot."""
    try:
        survey = _checked(content, path, most)
    except _DAMAGE_ERRORS as error:
        raise unreadable(path, "ods", error) from None
    content.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(content)
    except CalamineError:
        plain = _plain(content)
        if plain is None:
            raise
        workbook = CalamineWorkbook.from_filelike(plain)
    return LoadedWorkbook(workbook, survey.sheets, frozenset(survey.pages) & {*workbook.sheet_names})


def _plain(content: BinaryIO) -> BytesIO | None:
    """Return the package as its reader wants it; None where it is so already.

    The reader wants the type as the first member, and no indentation between rows and cells.
    """
    with zipfile.ZipFile(content) as package:
        xml, manifest = package.read("content.xml"), package.read("META-INF/manifest.xml")
        # The standard wants the type first and unpacked (ODF 1.3 part 2, 3.3); zip programs that pack a folder anew
        # sort by name.
        named = "mimetype" in package.namelist()
    tidy = _INDENTED.sub(rb"><\1", xml)
    if named and tidy == xml:
        return None
    plain = BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", _MIME.removeprefix(b"mimetype"), zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", tidy)
    plain.seek(0)
    return plain


def _checked(content: BinaryIO, path: Path, most: int) -> ContentSurvey:
    """Return what one pass over the file says, which is harmless then."""
    with zipfile.ZipFile(content) as package:
        # Encrypted parts are listed in the manifest, which is never encrypted itself.
        if b"manifest:encryption-data" in package.read("META-INF/manifest.xml")[: 1 << 20]:
            raise locked(path)
        unpacked = sum(member.file_size for member in package.infolist())
        if unpacked > most:
            raise InputError(f"{path.name} unpacks to {unpacked >> 20} MB", hint=_TOO_BIG_HINT)
        # Sheets of spreadsheet programs end in blank rows "repeated" a million times: they count for nothing, unlike
        # such a row with a value.
        with package.open("content.xml") as xml:
            survey = ContentSurvey(path.name, xml)
    if survey.cells > MOST_CELLS:
        raise InputError(f"{path.name} holds {survey.cells:,} cells", hint=_TOO_BIG_HINT)
    return survey
