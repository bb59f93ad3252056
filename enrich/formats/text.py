"""Plain text: a list, a report, a mail. One line is one row of one cell."""

from __future__ import annotations

from collections.abc import Iterator

from enrich.files.encoding import Encoding, decoded, detect, looks_like_text
from enrich.files.lines import blocks, lines_of
from enrich.files.opened import Readable
from enrich.formats.shared.document import ReadOnly, ReadOptions
from enrich.model.row import Row

READS = (".txt", ".log", ".md")
SUFFIXES: tuple[str, ...] = ()
TEXT = True


def recognise(head: bytes, name: str) -> int:  # noqa: ARG001 - a text may have any name
    """Return how sure it is, of 100, that this is text at all."""
    return 30 if looks_like_text(decoded(head)) else 0


def read(path: Readable, options: ReadOptions) -> ReadOnly:
    encoding = detect(path, options.encoding)
    return ReadOnly(path, "text", ("",), lambda _: _rows(path, encoding), encoding.remarks())


def _rows(path: Readable, encoding: Encoding) -> Iterator[Row]:
    number = 0
    for block in blocks(path, encoding):
        for line in lines_of(block.decode(encoding.codec, "replace")):
            number += 1
            text = line.rstrip("\r\n")
            if text:
                yield Row(number, (text,))
