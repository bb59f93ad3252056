"""Files that hold no rows we can read, by name and with what to do instead."""

from __future__ import annotations

import mmap
import re
import zipfile
from collections.abc import Sequence

from enrich.errors import InputError
from enrich.files.encoding import decoded
from enrich.files.opened import Readable
from enrich.formats.shared.decrypted import OLE
from enrich.formats.shared.faults import LOCKED, SAVE_AS_SHEET, SAVE_UNLOCKED

_COPY_TEXT = "copy its text or table into a .txt or .csv file"
_UNPACK_FIRST = "unpack it first"

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF", _COPY_TEXT),
    (b"{\\rtf", "a rich text document", _COPY_TEXT),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", "type or recognise its text into a .txt file"),
    (b"\xff\xd8\xff", "a JPEG image", "type or recognise its text into a .txt file"),
    (b"GIF8", "a GIF image", "type or recognise its text into a .txt file"),
    (b"BM\x00", "a bitmap image", "type or recognise its text into a .txt file"),
    (b"MZ\x90", "a Windows program", "give a list of hashes, not the files themselves"),
    (b"\x7fELF", "a Linux program", "give a list of hashes, not the files themselves"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK_FIRST),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK_FIRST),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK_FIRST),
    (b"\xfd7zXZ\x00", "an XZ archive", _UNPACK_FIRST),
    (b"BZh", "a bzip2 archive", _UNPACK_FIRST),
    (b"MSCF", "a cabinet archive", _UNPACK_FIRST),
    (b"SQLite format 3\x00", "an SQLite database", "export its table as .csv"),
    (b"\x00\x01\x00\x00Standard ", "an Access database", "export its table as .csv"),
    # the first records of BIFF2, BIFF3 and BIFF4, which stand in no container
    *(
        (start, "a workbook of Excel 4 or older", SAVE_AS_SHEET)
        for start in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
    ),
)
_WORKBOOK_STREAMS = ("Workbook\0", "Book\0", "WORKBOOK\0", "BOOK\0", "WorkBook\0")
"""What writers call the part that is a workbook: names in a container are alike whatever their case."""
OLE_PARTS: tuple[tuple[str, str, str], ...] = (
    ("EncryptedPackage", LOCKED, SAVE_UNLOCKED),
    ("__substg1.0_", "an Outlook message", _COPY_TEXT),
    ("__properties_version1.0", "an Outlook message", _COPY_TEXT),
    ("WordDocument", "a Word document", _COPY_TEXT),
    ("PowerPoint Document", "a PowerPoint presentation", _COPY_TEXT),
)
_ZIP_PARTS: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)", "open it in Excel and save it as .xlsx"),
    ("word/document.xml", "a Word document", _COPY_TEXT),
    ("ppt/presentation.xml", "a PowerPoint presentation", _COPY_TEXT),
    ("AndroidManifest.xml", "an Android app", "give a list of hashes, not the files themselves"),
    ("META-INF/MANIFEST.MF", "a Java archive", "give a list of hashes, not the files themselves"),
    ("Index/Document.iwa", "an Apple iWork document", "export it as .xlsx or .csv"),
)
_ZIP_MIMES = {
    "application/vnd.oasis.opendocument.text": "an OpenDocument text",
    "application/vnd.oasis.opendocument.presentation": "an OpenDocument presentation",
    "application/epub+zip": "an e-book",
}
# Consoles serve HTML tables as "Excel", and a log-in page where a session has ended: both under a name ending in
# .xls.
_WEB_PAGE = re.compile(
    r"\s*+(?:<\?xml[^>]*>\s*+)?(?:(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_FLAT_ODF = re.compile(r"\s*+(?:<\?xml[^>]*>\s*+)?(?:(?><!--.*?-->)\s*+)*+<office:document[\s>]", re.DOTALL)
_MSO_XML = re.compile(
    r'\s*<\?xml[^>]*>.{0,400}(?:progid="Excel\.Sheet"|urn:schemas-microsoft-com:office:spreadsheet)', re.DOTALL
)


def refusal(path: Readable, head: bytes, name: str) -> InputError | None:
    """Return why a file is not read, where it is of a known kind without rows for us; else None."""
    # Excel's lock file holds the name of who has the workbook open, and no sheet.
    if name.startswith("~$"):
        return _error(name, "the lock file that Excel leaves beside an open workbook", f"give {name[2:]} itself")
    for signature, what, hint in _SIGNATURES:
        if head.startswith(signature):
            return _error(name, what, hint)
    if head.startswith(OLE):
        return _ole(path, name)
    if head.startswith(b"PK\x03\x04"):
        return _zip(path, name)
    if head.startswith(b"PK\x05\x06"):
        return _error(name, "an empty archive", "was it saved, or still being downloaded?")
    return _markup(head, name)


def unknown(name: str, known: Sequence[str]) -> InputError:
    """Content that no format claims; ``known`` are the suffixes of those that are read."""
    return InputError(f"{name} is neither text nor a spreadsheet", hint=f"give one of {' '.join(known)}")


def _error(name: str, what: str, hint: str) -> InputError:
    return InputError(f"{name} is {what}", hint=hint)


def _ole(path: Readable, name: str) -> InputError | None:
    """Old Office files share one container; their parts' names stand in it as UTF-16."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        # A look at the names alone, wherever the directory lies: a damaged container is left to its reader.
        if any(content.find(part.encode("utf-16-le")) >= 0 for part in _WORKBOOK_STREAMS):
            return None
        for part, what, hint in OLE_PARTS:
            if content.find(part.encode("utf-16-le")) >= 0:
                return _error(name, what, hint)
    return _error(name, "an old Office file without a workbook in it", SAVE_AS_SHEET)


def _zip(path: Readable, name: str) -> InputError | None:
    """Return what a package holds. A broken one is left to the format that it claims to be."""
    try:
        with path.open("rb") as stream, zipfile.ZipFile(stream) as package:
            names = package.namelist()
            mime = package.read("mimetype")[:200].decode("latin-1").strip() if _small(package, "mimetype") else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return None
    folded = {entry.replace("\\", "/").lower().lstrip("/") for entry in names}
    for part, what, hint in _ZIP_PARTS:
        if part.lower() in folded:
            return _error(name, what, hint)
    if mime in _ZIP_MIMES:
        return _error(name, _ZIP_MIMES[mime], _COPY_TEXT)
    if mime or any(entry == "[content_types].xml" or entry.startswith("xl/") for entry in folded):
        return None
    if {"content.xml", "meta-inf/manifest.xml"} <= folded:  # OpenDocument that does not say of what kind
        return None
    return _error(name, "a zip archive", _UNPACK_FIRST)


def _small(package: zipfile.ZipFile, name: str) -> bool:
    return name in package.namelist() and package.getinfo(name).file_size < 1000


def _markup(head: bytes, name: str) -> InputError | None:
    """Web pages that call themselves spreadsheets: a portal's log-in or error page, or an HTML table."""
    text = decoded(head[:4096])
    if _WEB_PAGE.match(text):
        return _error(name, "a web page (HTML), not a table", "download the file itself again, or " + SAVE_AS_SHEET)
    if _MSO_XML.match(text):
        return _error(name, "an Excel 2003 XML sheet", "open it in Excel and save it as .xlsx")
    if _FLAT_ODF.match(text):
        return _error(name, "a flat OpenDocument file", SAVE_AS_SHEET)
    return None
