"""A text file as blocks of whole lines, in bytes that keep ASCII's meaning, and the way back.

UTF-16 and UTF-32 are handed on as UTF-8 and turned back on writing, one to one, lone surrogates and torn ends included.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain

from enrich.errors import InputError
from enrich.files.encoding import PLAIN_RUN, Encoding
from enrich.files.opened import Readable

BLOCK = 1 << 17
LONGEST_LINE = 64 << 20
"""Bytes; a few hundred KB of gzip hold one that would fill the memory."""
_PLAIN = re.compile(rb"[\t\r\n\x20-\x7e]*")
_SHORTEST_PLAIN = 31
"""Bytes: an MD5 with its line's end less the byte that may belong to the unit before."""


def blocks(path: Readable, encoding: Encoding, size: int = BLOCK, *, first: int = 0) -> Iterator[bytes]:
    """Yield the file behind its byte order mark, in blocks that end with a line's end (or the file's). ``first``: the
    bytes of the first block, where the file goes on with another's blocks.
    """
    with path.open("rb") as stream:
        stream.seek(len(encoding.bom))
        chunks: Iterator[bytes] = chain([stream.read(first or size)], iter(partial(stream.read, size), b""))
        if encoding.wide:
            chunks = widened(unmixed(chunks, encoding.name) if encoding.mixed else chunks, encoding.name, path)
        unfinished: list[bytes] = []
        waiting = 0
        for chunk in chunks:
            cut = _cut(chunk)
            if not cut:
                unfinished.append(chunk)
                waiting += len(chunk)
                # A few kilobytes of gzip can hold a line that no memory holds.
                if waiting > LONGEST_LINE:
                    raise InputError(
                        f"{path.name} has a line of more than {LONGEST_LINE >> 20} MB",
                        hint="no list has: was it made without line ends?",
                    )
                continue
            waiting = 0
            unfinished.append(chunk[:cut])
            yield b"".join(unfinished)
            unfinished = [chunk[cut:]]
        rest = b"".join(unfinished)
        if rest:
            yield rest


def _cut(chunk: bytes) -> int:
    """Behind the last line end that is certain: a CR at the very end may be half of a CRLF."""
    return chunk.rfind(b"\n") + 1 or chunk.rfind(b"\r", 0, len(chunk) - 1) + 1


def unmixed(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Yield a UTF-16 stream to which plain text was appended (``echo HASH >> list.txt``), as UTF-16 throughout."""
    pending, is_plain = b"", False
    """What was not taken yet; whether it is plain text."""
    for raw in chain(chunks, [b""]):
        data, pending, at, last = pending + raw, b"", 0, not raw
        while at < len(data) and not pending:
            if not is_plain:
                start = _plain_start(data, at)
                is_plain = start is not None
                end = start
                if end is None:  # the end of a chunk may begin plain text
                    end = len(data) if last else max(at, len(data) - 64 - (len(data) - at) % 2)
                    pending = data[end:]
                yield data[at:end]
            else:
                run = _PLAIN.match(data, at)
                end = run.end() if run is not None else at
                if end == len(data) and not last:
                    end = max(at, end - 1)  # it may be the first half of a wide character
                    pending = data[end:]
                else:
                    if name.endswith("le") and end > at and _is_high_byte(data, end):
                        end -= 1
                    is_plain = end == len(data)
                yield data[at:end].decode("ascii").encode(name)
            at = end


def _plain_start(data: bytes, at: int) -> int | None:
    """Return where plain text begins behind ``at``, at the end of a whole unit."""
    for match in PLAIN_RUN.finditer(data, at):
        start = match.start() + (match.start() - at) % 2
        if match.end() - start >= _SHORTEST_PLAIN:
            return start
    return None


def _is_high_byte(data: bytes, at: int) -> bool:
    """Return whether the byte behind plain text is the second half of a wide character, whose first half looked plain.

    Plain text ends with a line's end as a rule.
    """
    return at < len(data) and (data[at] == 0 or (data[at] < 0x20 and data[at - 1 : at] != b"\n"))


def widened(chunks: Iterable[bytes], name: str, path: Readable) -> Iterator[bytes]:
    """Yield a UTF-16 or UTF-32 stream as UTF-8. A torn last character stays out: see ``torn_end``."""
    # Names of files on Windows may hold lone halves of surrogate pairs: they are kept, unit for unit.
    decoder = codecs.getincrementaldecoder(name)("surrogatepass")
    for raw in chunks:
        try:
            text = decoder.decode(raw)
        except UnicodeDecodeError:
            raise InputError(
                f"{path.name} is not valid {name.upper()} text",
                hint="save it as UTF-8, or name its encoding with --encoding",
            ) from None
        yield text.encode("utf-8", "surrogatepass")


def torn_end(path: Readable, encoding: Encoding) -> bytes:
    """Return the bytes at the end of a wide file that are no whole unit (a lost last byte); usually none."""
    if not encoding.wide:
        return b""
    unit = 2 if encoding.name.startswith("utf-16") else 4
    size = path.stat().st_size - len(encoding.bom)
    odd = size % unit
    with path.open("rb") as stream:
        if unit == 2 and size - odd >= 2:
            # half of a surrogate pair waits in the decoder as well
            stream.seek(-odd - 2, io.SEEK_END)
            last = int.from_bytes(stream.read(2), "little" if encoding.name.endswith("le") else "big")
            odd += 2 if 0xD800 <= last < 0xDC00 else 0
        if not odd:
            return b""
        stream.seek(-odd, io.SEEK_END)
        return stream.read()


def narrowed(data: bytes, encoding: Encoding) -> bytes:
    """Return what ``blocks`` gave, as the file's own bytes."""
    if not encoding.wide:
        return data
    return data.decode("utf-8", "surrogatepass").encode(encoding.name, "surrogatepass")


def lines_of(text: str) -> list[str]:
    """Return lines with their ends: CR, LF or CRLF, and nothing else (``str.splitlines`` knows eleven)."""
    return list(io.StringIO(text, newline=""))
