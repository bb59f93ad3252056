"""The workbook's zip archive: members in order, their bytes raw or inflated under limits, XML parts as UTF-8.

An archive from an incident is hostile ground: sizes are checked against what really comes out, and names that two
programs could read differently are refused.
"""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from enrich.errors import InputError
from enrich.files.opened import Readable
from enrich.formats.shared.faults import Fault, damaged, foreign, unsafe
from enrich.formats.xlsx.package.zip_writer import LOCAL_HEADER

CHUNK = 1 << 18
RATIO, RATIO_FROM = 200, 64 << 20
"""A member over 64 MiB that unpacks to more than 200 times its size is a bomb: real sheets stay under 100."""
LARGEST_SMALL_PART = 256 << 20
"""No part that is read whole is larger in a real workbook."""
MOST_ELEMENTS_IN_ALL = 3_000_000
"""Elements in all parts that are read into elements, each part counted once."""
_UNREADABLE = (zipfile.BadZipFile, zlib.error, ValueError, struct.error, EOFError, NotImplementedError, RuntimeError)
"""What zipfile raises for an archive that is damaged, or marked as patched or strongly encrypted."""
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")


def key(name: str) -> str:
    """Return how a part's name is looked up: writers differ in slashes and case."""
    # Part names are compared without regard to case (ECMA-376 part 2), start with a slash in content types and
    # relationships and with none in the zip; some .NET writers use backslashes.
    return name.replace("\\", "/").lstrip("/").casefold()


class Package:
    """An opened archive. ``members`` keep the archive's own order."""

    def __init__(self, path: Readable, limit: int) -> None:
        self.path = path
        self.limit = limit
        self._elements_by_part: dict[str, int] = {}
        """Elements of the parts that were read into elements, by the key of their name."""
        self._file = self._open(path)
        try:
            self.members = self._directory()
            self._by_key = self._index()
        except BaseException:
            self._file.close()
            raise

    @staticmethod
    def _open(path: Readable) -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror or error}") from error

    def _directory(self) -> list[zipfile.ZipInfo]:
        try:
            self._zip = zipfile.ZipFile(self._file)
        except (*_UNREADABLE, OSError) as error:
            raise damaged(self.path, "its zip directory cannot be read") from error
        # What the directory says of sizes is a claim: it is refused here where it is absurd, and counted again as
        # bytes come out.
        self._check_sizes(self._zip.infolist())
        return self._zip.infolist()

    def _check_sizes(self, members: list[zipfile.ZipInfo]) -> None:
        if sum(m.file_size for m in members) > self.limit:
            raise unsafe(self.path, f"it unpacks to more than {self.limit >> 20} MiB")
        for m in members:
            if m.file_size > RATIO_FROM and m.file_size > RATIO * m.compress_size:
                raise unsafe(
                    self.path, f"{m.filename!r} unpacks to {m.file_size // max(m.compress_size, 1)} times its size"
                )
        # members that share bytes make a bomb of a few kilobytes, which no ratio of a single member shows
        ends = 0
        for m in sorted(members, key=lambda m: m.header_offset):
            if m.header_offset < ends:
                raise unsafe(self.path, "members of its zip archive overlap")
            ends = m.header_offset + LOCAL_HEADER.size + m.compress_size

    def _index(self) -> dict[str, zipfile.ZipInfo]:
        index: dict[str, zipfile.ZipInfo] = {}
        for member in self.members:
            if member.is_dir():
                continue
            # of two members of one name, the program that shows the file may read the other one
            if key(member.orig_filename) in index:
                raise unsafe(self.path, f"its zip archive holds {member.filename!r} twice")
            index[key(member.orig_filename)] = member
        return index

    def close(self) -> None:
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return key(name) in self._by_key

    def find(self, name: str) -> zipfile.ZipInfo:
        """Return the member of that name; ``InputError`` where it is missing."""
        member = self._by_key.get(key(name))
        if member is None:
            raise damaged(self.path, f"its part {name!r} is missing")
        return member

    def names(self) -> list[str]:
        return [m.orig_filename for m in self.members]

    def raw(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield the member's bytes as they lie in the archive."""
        position = self._data_offset(member)
        left = member.compress_size
        while left:
            self._file.seek(position)
            chunk = self._file.read(min(left, CHUNK))
            if not chunk:
                raise damaged(self.path, f"{member.filename!r} is cut short")
            position += len(chunk)
            left -= len(chunk)
            yield chunk

    def _data_offset(self, member: zipfile.ZipInfo) -> int:
        self._file.seek(member.header_offset)
        head = self._file.read(LOCAL_HEADER.size)
        if len(head) < LOCAL_HEADER.size or head[:4] != b"PK\x03\x04":
            raise damaged(self.path, f"{member.filename!r} is not where the zip directory says")
        # A member's own header can be longer than its entry in the directory: Info-ZIP and macOS put longer extra
        # fields here.
        fields = LOCAL_HEADER.unpack(head)
        return member.header_offset + LOCAL_HEADER.size + int(fields[-2]) + int(fields[-1])

    def inflated(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield the member's content in pieces; its length and checksum hold when the last piece is out."""
        # Bit 0: encrypted by the packer. A password of Excel's own makes an OLE container, which never comes here.
        if member.flag_bits & 0x1:
            raise InputError(f"{self.path.name} is encrypted with a password", hint="save a copy without the password")
        # Excel opens stored and deflated members alone; a packer's bzip2 or LZMA would make a workbook for nobody.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise foreign(
                self.path, f"is packed with a method that no spreadsheet program uses ({member.compress_type})"
            )
        try:
            with self._zip.open(member) as stream:
                while piece := stream.read(CHUNK):
                    yield piece
        except _UNREADABLE as error:
            raise damaged(
                self.path, f"{member.filename!r} cannot be unpacked, or does not match its checksum"
            ) from error

    def chunks(self, name: str) -> Iterator[bytes]:
        """Return a part's text as UTF-8 in pieces, whatever it is stored in."""
        return _utf8_chunks(self.inflated(self.find(name)), lambda what: damaged(self.path, f"{name!r} {what}"))

    def take_apart(self, name: str, elements: int) -> None:
        """Count a part that is read into elements; ``InputError`` where the parts hold more than any workbook."""
        self._elements_by_part[key(name)] = elements
        if sum(self._elements_by_part.values()) > MOST_ELEMENTS_IN_ALL:
            raise unsafe(self.path, f"its parts hold more than {MOST_ELEMENTS_IN_ALL:,} elements around the rows")

    def part(self, name: str) -> bytes:
        """Return a small part's text as UTF-8."""
        member = self.find(name)
        if member.file_size > LARGEST_SMALL_PART:
            raise unsafe(self.path, f"{member.filename!r} unpacks to {member.file_size >> 20} MiB")
        return b"".join(self.chunks(name))


def _encoding_of(head: bytes) -> str | None:
    """Return the codec that makes text of a part which begins like this; None where it is UTF-8 as it stands."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(b"<\0"):
        return "utf-16-le"
    if head.startswith(b"\0<"):
        return "utf-16-be"
    named = _DECLARED.search(head[:200])
    if named is None:
        return None
    try:
        codec = codecs.lookup(named[1].decode("ascii"))
    except LookupError:
        return None
    # Single bytes that call themselves UTF-16 are a writer's slip: the bytes are right.
    plain = codec.name.startswith(("utf-8", "ascii", "utf-16", "utf-32")) or not codec._is_text_encoding  # noqa: SLF001
    return None if plain else codec.name


def _redeclared(data: bytes) -> bytes:
    """Return a part's first bytes, in UTF-8, with the declaration set right: a part that we write shall be read."""
    named = _DECLARED.search(data[:200])
    if named is None:
        return data
    try:
        right = codecs.lookup(named[1].decode("ascii")).name in ("utf-8", "ascii")
    except LookupError:
        right = False
    return data if right else data[: named.start(1)] + b"UTF-8" + data[named.end(1) :]


def _utf8_chunks(chunks: Iterator[bytes], fault: Fault) -> Iterator[bytes]:
    """Yield the pieces of a part as UTF-8; those of a part that is UTF-8 go through as they are."""
    # The encoding is told by the first bytes, and a chunk may be shorter than a byte order mark with a declaration.
    first = b""
    for chunk in chunks:
        first += chunk
        if len(first) >= 200:
            break
    # The standard lets a part be UTF-8 or UTF-16; Excel writes the first, some Java and .NET programs the second.
    # Sheets are searched as bytes, so all are turned into UTF-8 and a part that we write stays so.
    encoding = _encoding_of(first)
    if encoding is None:
        yield _redeclared(first)
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        yield _redeclared(decoder.decode(first).encode())
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise fault("is not in the encoding that it names") from error
