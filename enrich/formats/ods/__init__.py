"""OpenDocument spreadsheets, read whole; the result is written as another format.

The reader lays a sheet out in memory, so its size is reckoned first: a few bytes can say "this row, a million times".
"""

from __future__ import annotations

import re
import zipfile
import zlib
from functools import partial
from io import BytesIO
from xml.parsers import expat

from enrich.errors import InputError
from enrich.files.opened import Readable
from enrich.formats.ods.survey import ContentSurvey
from enrich.formats.shared import calamine
from enrich.formats.shared.document import ReadOnly, ReadOptions
from enrich.formats.shared.faults import locked, unreadable
from enrich.formats.shared.formula_text import without_result
from enrich.model.cell_reference import cell_name

READS = (".ods",)
SUFFIXES: tuple[str, ...] = ()
SIGNATURES = (b"PK\x03\x04",)
MOST_CELLS = 50_000_000
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
    try:
        survey = _checked(path, options.limit)
    except _DAMAGE_ERRORS as error:
        raise unreadable(path, "ods", error) from None
    opened = partial(
        calamine.opened,
        path,
        "ods",
        lambda sheet, _: survey.attachments(sheet),
        pages=survey.pages,
        warnings=[
            f"{sheet}: {without_result(len(places), cell_name(*places[0]))}"
            for sheet, places in survey.uncalculated().items()
        ],
    )
    try:
        return opened()
    except InputError:
        plain = _plain(path)
        if plain is None:
            raise
    return opened(plain)


def _plain(path: Readable) -> BytesIO | None:
    """Return the package as its reader wants it; None where it is so already.

    The reader wants the type as the first member, and no indentation between rows and cells.
    """
    with path.open("rb") as stream, zipfile.ZipFile(stream) as package:
        content, manifest = package.read("content.xml"), package.read("META-INF/manifest.xml")
        # The standard wants the type first and unpacked (ODF 1.3 part 2, 3.3); zip programs that pack a folder anew
        # sort by name.
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


def _checked(path: Readable, limit: int) -> ContentSurvey:
    """Return what one pass over the file says, which is harmless then."""
    with path.open("rb") as stream, zipfile.ZipFile(stream) as package:
        # Encrypted parts are listed in the manifest, which is never encrypted itself.
        if b"manifest:encryption-data" in package.read("META-INF/manifest.xml")[: 1 << 20]:
            raise locked(path)
        unpacked = sum(member.file_size for member in package.infolist())
        if unpacked > limit:
            raise InputError(f"{path.name} unpacks to {unpacked >> 20} MB", hint=_TOO_BIG_HINT)
        # Sheets of spreadsheet programs end in blank rows "repeated" a million times: they count for nothing, unlike
        # such a row with a value.
        with package.open("content.xml") as content:
            survey = ContentSurvey(path.name, content)
    if survey.cells > MOST_CELLS:
        raise InputError(f"{path.name} holds {survey.cells:,} cells", hint=_TOO_BIG_HINT)
    return survey
