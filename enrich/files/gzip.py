"""Inflates an answer's body within a limit, by isal where the processor has it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Protocol, cast

from enrich.errors import Transient

BODY_LIMIT = 32 * 1024 * 1024
"""Bytes of one answer, on the wire and inflated; the largest report on record has 1.3 MB."""
GZIP_MAGIC = b"\x1f\x8b"
MOST_MEMBERS = 16
"""RFC 1952 lets a gzip be a series of members; thousands of empty ones would only burn time."""


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


_inflater: Callable[[int], _Inflater] = zlib.decompressobj
_broken: tuple[type[Exception], ...] = (zlib.error,)
try:
    from isal import igzip_lib, isal_zlib
except ImportError:  # a processor that isal does not serve
    pass
else:
    _inflater = isal_zlib.decompressobj
    _broken = (zlib.error, cast("type[Exception]", igzip_lib.IsalError))  # its stub calls it an instance


def inflate(wire: bytes, limit: int = BODY_LIMIT) -> bytes:
    """Return the body's own bytes: gzip is told by its magic number, which no JSON begins with.

    Raises ``Transient`` where the gzip is broken, cut short or inflates past ``limit`` bytes.
    """
    if not wire.startswith(GZIP_MAGIC):
        return wire
    body, left = b"", wire
    for _ in range(MOST_MEMBERS):
        member = _inflater(31)  # window bits for gzip with its header
        try:
            body += member.decompress(left, limit + 1 - len(body))
        except _broken as error:
            raise Transient(f"the answer's gzip is broken ({error})") from None
        if len(body) > limit:
            raise Transient(f"the answer inflates past {limit // 1024 // 1024} MiB: a gzip bomb?")
        if not member.eof:
            raise Transient("the answer's gzip was cut short")
        left = member.unused_data
        if not left.startswith(GZIP_MAGIC):
            return body
    raise Transient("the answer's gzip has too many members")
