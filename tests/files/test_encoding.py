"""The encoding of a text is told by few letters, and the user's word overrules."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.errors import InputError
from enrich.files.encoding import of_sample
from enrich.formats import ReadOptions, open_document
from tests.support.small_files import MD5, cells, opened


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1252", "Schädling für Büro, größer"),
        ("cp1252", "\u201cquoted\u201d \u2013 dash\u2019s own"),
        ("cp1252", f"{MD5}\u00a0,x"),
        ("mac_roman", f"{MD5}\u00a0,x"),
        ("mac_roman", "José señor año"),
        ("cp1251", "Вредоносный файл"),
        ("cp1251", "ВНИМАНИЕ"),
        ("gbk", "恶意软件,哈希"),
        ("cp932", "マルウェア,ハッシュ"),
        ("utf-8", "恶意软件 é"),
        ("utf-16-be", f"{MD5},é"),
        ("utf-32-le", f"{MD5},é"),
    ],
)
def test_a_few_letters_tell_the_encoding(codec: str, text: str) -> None:
    sample = f"{MD5},1\r\n{text}\r\n{MD5},2\r\n".encode(codec)
    assert sample.decode(of_sample(sample).name) == sample.decode(codec)


def test_the_user_s_word_on_the_encoding_overrules(tmp_path: Path) -> None:
    assert cells(opened(tmp_path, "a.csv", b"a,\xe9\n1,2\n", ReadOptions(encoding="cp1251")))[0] == ["a", "й"]
    with pytest.raises(InputError, match="no text encoding"):
        opened(tmp_path, "a.csv", b"a,b\n", ReadOptions(encoding="klingon"))


def test_utf_16_pasted_into_an_ascii_list_hides_no_hash(tmp_path: Path) -> None:
    digest = "0123456789abcdef" * 4
    path = tmp_path / "list.txt"
    path.write_bytes(
        b"PowerShell in the document, then the files it drops:\n"
        + "Wrapped".encode("utf-16-le") * 40
        + b"\n"
        + digest.encode() * 1
        + b"  a.exe\n" * 2
        + b"# end of the list, plain ASCII again\n" * 40
    )
    document = open_document(path)
    assert any(digest in text for row in document.rows("") for text in row.texts)
    document.close()


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "undefined", "unicode_escape", "cp037", "rot13", "base64", "charmap"]
)
def test_a_codec_that_is_none_of_text_files_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=f"no text encoding called '{name}'"):
        opened(tmp_path, "a.csv", f"a,{MD5}\n".encode(), ReadOptions(encoding=name))


@pytest.mark.parametrize(
    "name", ["utf-8", "utf-7", "hz", "iso2022_jp", "gb18030", "shift_jis", "big5", "koi8-r", "euc-kr"]
)
def test_a_codec_of_text_files_is_taken(tmp_path: Path, name: str) -> None:
    assert cells(opened(tmp_path, "a.csv", f"a,{MD5}\n".encode(), ReadOptions(encoding=name)))[0] == ["a", MD5]
