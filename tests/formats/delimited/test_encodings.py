"""A delimited file keeps its encoding, its mark and the bytes that do not fit it."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.model.row import Added
from tests.formats.delimited.tables import FOUND, addition, given_back, opened, texts


@pytest.mark.parametrize(
    ("codec", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-32-le", b"\xff\xfe\0\0"),
        ("cp1252", b""),
    ],
)
def test_the_output_keeps_encoding_and_mark(tmp_path: Path, codec: str, bom: bytes) -> None:
    text = "name,note\r\ncaf\u00e9,d41d8cd98f00b204e9800998ecf8427e\r\n"
    table = opened(tmp_path, bom + text.encode(codec))
    assert texts(table)[1][0] == "caf\u00e9"
    expected = text.replace("e\r\n", "e,found,53/72,2017-05-12T07:42:15Z\r\n").replace(
        "note,found,53/72,2017-05-12T07:42:15Z", "note"
    )
    assert given_back(table, addition(lambda n: FOUND if n == 2 else None)) == bom + expected.encode(codec)


def test_a_torn_utf16_end_and_lone_surrogates_stand_as_they_were(tmp_path: Path) -> None:
    content = b"\xff\xfe" + "a,b\r\n1,2\r\nx,".encode("utf-16-le") + b"\x00\xdc\x41\x00\x00\xd8\x07"
    table = opened(tmp_path, content)
    assert given_back(table, addition(lambda _: None)) == content


def test_a_character_the_encoding_lacks_becomes_an_escape(tmp_path: Path) -> None:
    table = opened(tmp_path, "stra\u00dfe,gr\u00f6\u00dfe\na,b\n".encode("cp1252"))
    given = given_back(table, addition(lambda n: Added(("\u6076\u00df", None, None)) if n == 2 else None))
    assert given.endswith(b"a,b,\\u6076\xdf,,\n")


def test_broken_bytes_in_utf8_are_kept(tmp_path: Path) -> None:
    content = "\u00e9\u00e8\u4e2d\u6587,caf\u00e9\n".encode() * 20 + b"x,\xff\n"
    table = opened(tmp_path, content)
    assert table.encoding.name == "utf-8"
    assert given_back(table, addition(lambda n: FOUND if n == 1 else None)).endswith(b"x,\xff\n")
