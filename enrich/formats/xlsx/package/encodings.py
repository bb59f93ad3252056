"""XML in other encodings than UTF-8: found out and transcoded, so that the rest of the format reads UTF-8 alone."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from enrich.errors import InputError

DECLARATION = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
NAMED = re.compile(r"""(<\?xml[^>]*?encoding\s*=\s*["'])[A-Za-z0-9._-]+""")


def encoding_of(head: bytes) -> str | None:
    """The codec that makes text of a part which begins like this; None where it is UTF-8 as it stands."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(b"<\0"):
        return "utf-16-le"
    if head.startswith(b"\0<"):
        return "utf-16-be"
    named = DECLARATION.search(head[:200])
    if named is None:
        return None
    try:
        codec = codecs.lookup(named[1].decode("ascii"))
    except LookupError:
        return None
    # Single bytes that call themselves UTF-16 are a writer's slip: the bytes are right.
    plain = codec.name.startswith(("utf-8", "ascii", "utf-16", "utf-32")) or not codec._is_text_encoding  # noqa: SLF001
    return None if plain else codec.name


def redeclared(data: bytes) -> bytes:
    """Bytes in UTF-8 that call themselves something else, set right: a part that we write anew shall be read."""
    named = DECLARATION.search(data[:200])
    if named is None:
        return data
    try:
        right = codecs.lookup(named[1].decode("ascii")).name in ("utf-8", "ascii")
    except LookupError:
        right = False
    return data if right else data[: named.start(1)] + b"UTF-8" + data[named.end(1) :]


def as_utf8(text: str) -> bytes:
    """The text as UTF-8, its declaration set right."""
    return NAMED.sub(r"\1UTF-8", text, count=1).encode("utf-8", "surrogatepass")


def utf8_chunks(chunks: Iterator[bytes], fault: Callable[[str], InputError]) -> Iterator[bytes]:
    """The pieces of a part as UTF-8; those of a part that is UTF-8 go through as they are."""
    first = b""
    for chunk in chunks:
        first += chunk
        if len(first) >= 200:
            break
    encoding = encoding_of(first)
    if encoding is None:
        yield redeclared(first)
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        yield as_utf8(decoder.decode(first))
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise fault("is not in the encoding that it names") from error
