from __future__ import annotations

from hashlib import md5, sha1, sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.formats.shared.bytes_as_text import bytes_as_text


@pytest.mark.parametrize(
    "text", ["C:\\a.exe", sha256(b"a").hexdigest(), md5(b"a").hexdigest(), "tab\there", "", "über"]
)
def test_text_that_was_not_called_so_is_read_as_text(text: str) -> None:
    assert bytes_as_text(text.encode()) == text


@pytest.mark.parametrize(
    "digest", [md5(b"a").digest(), sha1(b"a").digest(), sha256(b"a").digest(), b"\0", "äöü".encode("latin-1")]
)
def test_bytes_that_are_no_text_are_read_in_hex(digest: bytes) -> None:
    assert bytes_as_text(digest) == digest.hex()


@given(st.binary(max_size=40))
def test_bytes_come_back_from_their_text(value: bytes) -> None:
    text = bytes_as_text(value)
    assert value in (text.encode(), bytes.fromhex(text) if text == value.hex() else None)
