"""A UTF-16 file to which a program appended plain text, as `echo HASH >> list.txt` does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from enrich.files.encoding import Encoding, detect
from enrich.files.lines import blocks
from enrich.formats import open_document

HASH = "ce7bdd9b27c5daf751e64a5649b2fb80332bfc19a6bf81546fefaa7c6fc6ba54"
MD5 = "d41d8cd98f00b204e9800998ecf8427e"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("plain", [f"{HASH}\r\n", MD5, f"{MD5}\n{HASH}\n"])
def test_both_parts_are_read_and_the_file_is_told_as_mixed(tmp_path: Path, codec: str, plain: str) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(f"\ufeffседьмой {HASH}\r\n".encode(codec) + plain.encode() + f"конец {MD5}\n".encode(codec))
    document = open_document(path)
    texts = [row.texts[0] for row in document.rows("")]
    assert "\n".join(texts) == f"седьмой {HASH}\n" + plain.replace("\r", "").rstrip("\n") + (
        f"конец {MD5}" if plain == MD5 else f"\nконец {MD5}"
    )
    assert "plain text appended" in document.warnings[0]


def test_a_table_of_both_is_given_back_as_another_format(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffhost,md5\nя,x\n".encode("utf-16-le") + f"ws,{MD5}\n".encode())
    document = open_document(path)
    assert [list(row.texts) for row in document.rows("")] == [["host", "md5"], ["я", "x"], ["ws", MD5]]
    assert not document.can_give_back


def test_a_file_of_one_encoding_is_none_of_these(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(("\ufeff" + "散户摤戹㜲 " * 300 + HASH).encode("utf-16-le"))
    assert detect(path) == Encoding("utf-16-le", b"\xff\xfe")


@given(
    some.lists(some.tuples(some.text(some.sampled_from("яa\n文"), max_size=9), some.booleans()), max_size=5),
    some.integers(1, 90),
    some.sampled_from(["utf-16-le", "utf-16-be"]),
)
def test_pieces_of_any_size_are_read_alike(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[str, bool]], size: int, codec: str
) -> None:
    path = tmp_path_factory.mktemp("mixed") / "a"
    written, expected = b"", ""
    for text, plain in parts:
        piece = f"{HASH}{text.encode('ascii', 'ignore').decode()}\n" if plain else f"я{text}я"
        written += piece.encode("ascii" if plain else codec)
        expected += piece
    path.write_bytes(written)
    assert b"".join(blocks(path, Encoding(codec, mixed=True), size)).decode() == expected


def test_a_guessed_encoding_is_said_with_the_option_that_overrules(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("호스트,SHA256,비고\r\n재무부,x,감염 의심\r\n".encode("euc-kr"))
    assert "--encoding" in open_document(path).warnings[0]
