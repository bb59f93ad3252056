"""A body is inflated whole, within a limit, or not at all."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from enrich.errors import Transient
from enrich.files.gzip import inflate


def test_a_gzip_bomb_is_stopped_in_little_memory():
    bomb = gzip.compress(bytes(200_000_000), 1, mtime=0)
    tracemalloc.start()
    with pytest.raises(Transient, match="bomb"):
        inflate(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000


def test_a_body_is_inflated_whole_or_not_at_all():
    whole = gzip.compress(b'{"a": 1}' * 1000, mtime=0)
    assert inflate(whole) == b'{"a": 1}' * 1000
    assert inflate(b"{}") == b"{}"
    assert inflate(b"") == b""
    assert inflate(gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0)) == b"ab"
    for broken in (
        whole[:-1],
        whole[:20],
        whole[:-8] + b"12345678",
        b"\x1f\x8b rubbish",
        gzip.compress(b"", mtime=0) * 100,
    ):
        with pytest.raises(Transient, match="gzip"):
            inflate(broken)


def test_the_limit_itself_is_allowed():
    assert inflate(gzip.compress(bytes(1000), mtime=0), limit=1000) == bytes(1000)
    with pytest.raises(Transient):
        inflate(gzip.compress(bytes(1001), mtime=0), limit=1000)
