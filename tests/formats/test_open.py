"""What a file is comes from its content; what holds no rows is refused in a sentence with something to do."""

from __future__ import annotations

import gzip
import io
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import InputError, OutputError
from enrich.formats import ReadOptions, create_document, open_document
from enrich.registry import entries
from tests.support.small_files import MD5, OLE, cells, ods, opened, package, row

BOF_OF_EXCEL_97 = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12)
"""The record that begins a workbook's stream."""


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("a.xls", b"md5,name\n%s,x\n%s,y\n" % (MD5.encode(), MD5.encode()), "delimited"),
        ("a.xlsx", b"md5;name\n1;x\n2;y\n", "delimited"),
        ("a.csv", b"md5\tname\n1\tx\n2\ty\n", "delimited"),
        ("list", f"{MD5}\n{MD5}\n".encode(), "text"),
        ("a.txt", f"{MD5}  file name, with a comma\n{MD5}  b\n{MD5}  c, d, e\n".encode(), "text"),
        ("hashes.md5", f"{MD5} *setup.exe\n{MD5} *other.exe\n".encode(), "text"),
        ("a.csv", b'{"md5": "x"}\n{"md5": "y"}\n', "json"),
        ("a.json", b'{"md5": "x", broken\nmore text\n', "text"),
        ("a.log", b"[2024-05-01] found\n[2024-05-02] lost\n", "text"),
        ("a.csv", ods(row(MD5)), "ods"),
    ],
)
def test_the_content_decides(tmp_path: Path, name: str, content: bytes, format_: str) -> None:
    document = opened(tmp_path, name, content)
    assert document.format == format_
    assert cells(document)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("~$case.xlsx", b"\x05alice" + bytes(150), "lock file"),
        ("a.xls", b"\n<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("a.csv", b"%PDF-1.7\n", "PDF"),
        ("a.xlsb", package("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
        ("a.docx", package("[Content_Types].xml", "word/document.xml"), "Word"),
        ("a.zip", package("list.csv"), "zip archive"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        ("a.msg", OLE + "__substg1.0_001A001E".encode("utf-16-le"), "Outlook"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xls", OLE + "Workbook\0".encode("utf-16-le") + bytes(900), "damaged"),
        ("a.xls", OLE + "BOOK\0".encode("utf-16-le") + bytes(900), "damaged"),
        ("a.xls", BOF_OF_EXCEL_97 + b"\x2f\x00\x06\x00" + bytes(6), "protected by a password"),
        ("a.xls", BOF_OF_EXCEL_97 + b"\x85\x00\x06\x00" + bytes(6) + b"\x2f\x00\x06\x00" + bytes(6), "damaged"),
        ("a.xls", b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(90), "Excel 4 or older"),
        ("a.xls", b"\x09\x00\x04\x00\x07\x00\x10\x00" + bytes(90), "Excel 4 or older"),
        ("a.fods", b'<?xml version="1.0"?>\n<office:document xmlns:office="o">' + MD5.encode(), "flat OpenDocument"),
        ("a.csv", bytes(range(256)) * 20, "neither text nor"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf", "empty"),
        ("a.txt", b"\xff\xfe", "empty"),
        ("a.csv.gz", gzip.compress(b"\xef\xbb\xbf", mtime=0), "empty"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "empty"),
        ("a.csv.gz", gzip.compress(b"a,b\n" * 99, mtime=0)[:-20], "breaks off"),
        ("a.csv.gz", gzip.compress(b"a,b\n", mtime=0)[:10] + b"\xff" * 40, "damaged gzip"),
        ("a.ods", ods(row("x", 900_000), manifest="<manifest:encryption-data/>"), "password"),
        ("a.ods", ods("", head="<!DOCTYPE x [<!ENTITY y 'z'>]>"), "entities"),
        ("a.ods", ods("", head='<?xml version="1.0" encoding="UVF-8"?>'), "damaged"),
    ],
)
def test_what_holds_no_rows_is_refused_by_name(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        cells(opened(tmp_path, name, content))
    assert name.removesuffix(".gz") in str(caught.value)


@pytest.mark.parametrize("line", ['<!--#echo var="a" -->\n', "<!-- a --><!-- b\n", "<?xml version='1.0'?>\n", " \n"])
def test_a_file_of_comments_alone_is_looked_at_once(tmp_path: Path, line: str) -> None:
    path = tmp_path / "comments.txt"
    path.write_text(line * 25 + MD5, encoding="utf-8")
    began = time.process_time()
    document = open_document(path)
    assert time.process_time() - began < 0.5  # each comment doubled it: half a minute for 25
    with closing(document):
        assert MD5 in str(cells(document))


def test_a_page_behind_comments_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "page.xls"
    path.write_text(
        "<?xml version='1.0'?>\n<!-- a -->\n<!-- b -- c -->\n<html><body>404</body></html>", encoding="utf-8"
    )
    with pytest.raises(InputError, match="web page"):
        open_document(path)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        open_document(tmp_path / "none.csv")
    with pytest.raises(InputError, match="folder"):
        open_document(tmp_path)


def test_gzip_of_text_is_unpacked_and_tidied_up(tmp_path: Path) -> None:
    document = opened(tmp_path, "a.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0) + gzip.compress(b"3,4\n", mtime=0))
    assert document.format == "delimited"
    assert cells(document) == [["a", "b"], ["1", "2"], ["3", "4"]]
    document.close()
    with pytest.raises(FileNotFoundError):
        cells(document)


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unpacks to more than"):
        opened(tmp_path, "a.txt.gz", gzip.compress(bytes(8 << 20), mtime=0), ReadOptions(limit=2 << 20))


@given(content=st.binary(min_size=1, max_size=300), name=st.sampled_from(["a", "a.csv", "a.xls", "a.json", "a.ods"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    try:
        cells(opened(tmp_path_factory.mktemp("any"), name, content))
    except InputError as error:
        assert str(error)  # noqa: PT017 - either way is right


def test_nobody_writes_an_unknown_suffix() -> None:
    with pytest.raises(OutputError, match=r"\.pdf"):
        create_document(".pdf", io.BytesIO(), [], [])


@pytest.mark.slow
@pytest.mark.shared
def test_every_real_file_is_read_or_refused(shared: Path) -> None:
    read = 0
    for path in sorted((shared / "iocs").iterdir()):
        if path.suffix in (".xlsx", ".xlsm"):
            continue
        try:
            document = open_document(path)
            assert list(document.sheets)
            document.close()
            read += 1
        except InputError as error:
            assert error.hint, path.name  # noqa: PT017 - either way is right
    assert read > 100


def test_what_a_document_calls_its_format_is_an_entry_of_the_formats(tmp_path: Path) -> None:
    for name, content in (("a.json", b'[{"md5": "x"}]'), ("a.csv", b"a,b\n1,2\n"), ("a.txt", b"some words\n")):
        (tmp_path / name).write_bytes(content)
        with closing(open_document(tmp_path / name)) as document:
            assert document.format in entries("enrich.formats")
