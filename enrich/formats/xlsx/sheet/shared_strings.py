"""The shared strings part, kept as one run of UTF-8 bytes and their offsets: a million take what they weigh."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

from enrich.formats.shared.faults import Fault
from enrich.formats.xlsx.package.xml_edit import MarkupError, parse
from enrich.formats.xlsx.sheet.stream import ASIDE, LARGEST_ROW, end_tag
from enrich.formats.xlsx.sheet.text import string_in, unescaped

_COMPLETE_ASIDE = re.compile(ASIDE, re.DOTALL)


class SharedStrings:
    """Text by index: ``blob[offsets[i]:offsets[i + 1]]`` is UTF-8 without any escape."""

    def __init__(self) -> None:
        self.blob = bytearray()
        self.offsets = array("Q", [0])
        self.prefix = ""
        """The namespace prefix of the list's elements, with its colon."""
        self.rich: set[int] = set()
        """The places of strings with formats or phonetic guides of their own."""

    def add(self, text: bytes, *, rich: bool = False) -> None:
        if rich:
            self.rich.add(len(self))
        self.blob += text
        self.offsets.append(len(self.blob))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> str:
        return self.blob[self.offsets[index] : self.offsets[index + 1]].decode()


def shared_strings(chunks: Iterator[bytes], fault: Fault) -> SharedStrings:
    """Read the part once; phonetic guides are left out, runs of rich text are joined."""
    strings = SharedStrings()
    buffer = next(chunks, b"")
    root = re.search(rb"<(?:([A-Za-z_][\w.-]*):)?sst[\s/>]", buffer)
    if root is None or b"<!DOCTYPE" in buffer[: root.start()]:
        raise fault("is no list of strings, or holds a DOCTYPE")
    strings.prefix = root[1].decode() + ":" if root[1] else ""
    p = re.escape(strings.prefix.encode())
    # An entry is one text, empty, or takes a parser (runs of rich text, phonetic guides). A list has a million
    # entries, so the first kind is taken by this one expression.
    plain = re.compile(
        rb'<%(p)ssi>(?:<%(p)st(?: xml:space="preserve")?>([^<]*)</%(p)st>|<%(p)st/>)</%(p)ssi>'
        rb"|<%(p)ssi(?:\s[^<>]*)?/>|(<%(p)ssi(?:\s[^<>]*)?>)|(<!|<\?)" % {b"p": p}
    )
    position = root.end()
    while True:
        position = _take(strings, buffer, position, plain, b"</" + p.replace(b"\\", b"") + b"si", fault)
        chunk = next(chunks, None)
        if chunk is None:
            break
        buffer = buffer[position:] + chunk
        position = 0
        if len(buffer) > LARGEST_ROW:
            raise fault("holds a string that is larger than any program writes")
    if b"<" + p.replace(b"\\", b"") + b"si" in buffer[position:]:
        raise fault("is cut short")
    return strings


def _take(
    strings: SharedStrings,
    buffer: bytes,
    position: int,
    plain: re.Pattern[bytes],
    close: bytes,
    fault: Fault,
) -> int:
    """Add every whole string in the buffer, and return where the first that is not whole begins."""
    while match := plain.search(buffer, position):
        if match[3]:
            end = _aside_end(buffer, match.start())
        elif match[2]:
            _, end = end_tag(buffer, match.end(), close)
            if end >= 0:
                strings.add(_rich(buffer[match.start() : end], fault), rich=True)
        else:
            raw = match[1] or b""
            # an entity, an escape (_x000D_), a line end to normalise: only then is it worth decoding
            awkward = b"&" in raw or b"_x" in raw or b"\r" in raw or not _is_utf8(raw)
            strings.add(unescaped(raw).encode() if awkward else raw)
            end = match.end()
        if end < 0:
            return match.start()
        position = end
    # A start tag may be cut at the buffer's end: keep what follows the last tag's beginning.
    cut = buffer.rfind(b"<", position)
    return cut if cut >= 0 else len(buffer)


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return True
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _aside_end(buffer: bytes, start: int) -> int:
    match = _COMPLETE_ASIDE.match(buffer, start)
    return match.end() if match else -1


def _rich(item: bytes, fault: Fault) -> bytes:
    """Return the text of one ``si`` that is not a lone ``t``."""
    try:
        joined = string_in(parse(item))
    except MarkupError as error:
        raise fault(str(error)) from error
    if "_x" in joined:
        # The parser resolved entities; the format's own escapes (`_x000D_`) are characters to it.
        joined = unescaped(joined.replace("&", "&amp;").encode())
    return joined.encode("utf-8", "replace")
