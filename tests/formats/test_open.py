"""What a file is comes from its content; what holds no rows is refused in a sentence with something to do."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import InputError, OutputError
from enrich.formats import Document, ReadOptions, _calamine, creator_for, open_document, xls
from enrich.formats._encoding import of_sample

MD5 = "d41d8cd98f00b204e9800998ecf8427e"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def opened(folder: Path, name: str, content: bytes, options: ReadOptions | None = None) -> Document:
    path = folder / name
    path.write_bytes(content)
    return open_document(path, options)


def cells(document: Document) -> list[list[str]]:
    return [list(row.texts) for sheet in document.sheets for row in document.rows(sheet)]


def package(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return target.getvalue()


def ods(rows: str, *, manifest: str = "<manifest/>", head: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", manifest)
        file.writestr(
            "content.xml",
            f'{head}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="One">{rows}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    return target.getvalue()


def row(text: str, repeat: int = 1, *, kind: str = 'office:value-type="string"') -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{repeat}"><table:table-cell {kind}>'
        f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
    )


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
        ("a.fods", b'<?xml version="1.0"?>\n<office:document xmlns:office="o">' + MD5.encode(), "flat OpenDocument"),
        ("a.csv", bytes(range(256)) * 20, "neither text nor"),
        ("a.csv", b"", "empty"),
        ("a.csv.gz", gzip.compress(b""), "empty"),
        ("a.csv.gz", gzip.compress(b"a,b\n" * 99)[:-20], "breaks off"),
        ("a.csv.gz", gzip.compress(b"a,b\n")[:10] + b"\xff" * 40, "damaged gzip"),
        ("a.ods", ods(row("x", 900_000), manifest="<manifest:encryption-data/>"), "password"),
        ("a.ods", ods("", head="<!DOCTYPE x [<!ENTITY y 'z'>]>"), "entities"),
        ("a.ods", ods("", head='<?xml version="1.0" encoding="UVF-8"?>'), "damaged"),
    ],
)
def test_what_holds_no_rows_is_refused_by_name(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        cells(opened(tmp_path, name, content))
    assert name.removesuffix(".gz") in str(caught.value)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        open_document(tmp_path / "none.csv")
    with pytest.raises(InputError, match="folder"):
        open_document(tmp_path)


def test_gzip_of_text_is_unpacked_and_tidied_up(tmp_path: Path) -> None:
    document = opened(tmp_path, "a.csv.gz", gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n"))
    assert document.format == "delimited"
    assert document.path == tmp_path / "a.csv.gz"
    assert cells(document) == [["a", "b"], ["1", "2"], ["3", "4"]]
    document.close()
    with pytest.raises(FileNotFoundError):
        cells(document)


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unpacks to more than"):
        opened(tmp_path, "a.txt.gz", gzip.compress(bytes(8 << 20)), ReadOptions(limit=2 << 20))


def test_a_row_repeated_a_million_times_in_ods_is_refused(tmp_path: Path) -> None:
    wide = row("x", 1_000_000).replace("<table:table-cell ", '<table:table-cell table:number-columns-repeated="1000" ')
    with pytest.raises(InputError, match="cells"):
        opened(tmp_path, "a.ods", ods(wide))


def test_an_ods_that_is_indented_or_does_not_name_its_type_is_read(tmp_path: Path) -> None:
    lines = (row("a b") + row(MD5)).replace("><table:", ">\n  <table:").replace("></table:", ">\n</table:")
    whole = ods(lines.replace("><text:p", ">\n    <text:p"))
    assert cells(opened(tmp_path, "a.ods", whole)) == [["a b"], [MD5]]
    unnamed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as file, zipfile.ZipFile(unnamed, "w") as other:
        for name in ("content.xml", "META-INF/manifest.xml"):
            other.writestr(name, file.read(name))
    assert cells(opened(tmp_path, "b.ods", unnamed.getvalue())) == [["a b"], [MD5]]


def test_ods_cells_are_text_as_they_are_shown(tmp_path: Path) -> None:
    number = row("12", kind='office:value-type="float" office:value="12"')
    grown = row("1,23E+31", kind='office:value-type="float" office:value="1.23E+31"')
    day = row("1.5.24", kind='office:value-type="date" office:date-value="2024-05-01"')
    assert cells(opened(tmp_path, "a.ods", ods(number + row("007") + grown + day))) == [
        ["12"],
        ["007"],
        ["1.23E+31"],
        ["2024-05-01"],
    ]


def test_records_become_rows_under_dotted_keys(tmp_path: Path) -> None:
    content = json.dumps(
        {"info": "x", "objects": [{"id": 1, "hashes": {"MD5": MD5}, "tags": ["a", "b"]}, {"id": 12345678901234567890}]}
    )
    document = opened(tmp_path, "a.json", content.encode())
    assert list(document.sheets) == ["document", "objects"]
    assert [list(row.texts) for row in document.rows("objects")] == [
        ["id", "hashes.MD5", "tags"],
        ["1", MD5, "a, b"],
        ["12345678901234567890", "", ""],
    ]
    assert document.header_row("objects") == 1


def test_hashes_that_are_keys_are_rows_and_double_keys_are_both_kept(tmp_path: Path) -> None:
    document = opened(tmp_path, "a.json", b'{"%s": {"n": 1}, "x": "one", "x": "two"}' % MD5.encode())
    flat = " ".join(text for line in cells(document) for text in line)
    assert MD5 in flat
    assert "one" in flat
    assert "two" in flat


def test_keys_that_are_data_stand_under_the_name_of_what_holds_them(tmp_path: Path) -> None:
    document = opened(tmp_path, "a.json", b'{"samples": {"%s": {"samples": "x", "key": "y"}}}' % MD5.encode())
    assert cells(document) == [["samples_", "samples", "key"], [MD5, "x", "y"]]
    document = opened(tmp_path, "b.json", b'{"%s": "a.exe"}' % MD5.encode())
    assert cells(document) == [["item", "value"], [MD5, "a.exe"]]


LEAVES = st.text(alphabet="abcdef0123456789", min_size=8, max_size=12)
VALUES = st.recursive(
    LEAVES | st.none() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=20) | st.dictionaries(st.text("xyz.", min_size=1, max_size=3), inner, max_size=4)
    ),
    max_leaves=40,
)


@given(value=st.lists(VALUES, max_size=5) | st.dictionaries(LEAVES, VALUES, max_size=4))
def test_every_leaf_of_a_json_document_is_in_some_cell(value: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    document = opened(tmp_path_factory.mktemp("json"), "a.json", json.dumps(value).encode())
    shown = "\n".join(text for line in cells(document) for text in line)
    for leaf in leaves(value):
        assert leaf in shown


def leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value] if isinstance(value, str) else []


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


@given(content=st.binary(min_size=1, max_size=300), name=st.sampled_from(["a", "a.csv", "a.xls", "a.json", "a.ods"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    try:
        cells(opened(tmp_path_factory.mktemp("any"), name, content))
    except InputError as error:
        assert str(error)  # noqa: PT017 - either way is right


def test_nobody_writes_an_unknown_suffix() -> None:
    with pytest.raises(OutputError, match=r"\.pdf"):
        creator_for(".pdf")


@pytest.mark.shared
def test_every_real_file_is_read_or_refused(shared: Path) -> None:
    for path in sorted((shared / "iocs").iterdir()):
        if path.suffix in (".xlsx", ".xlsm"):
            continue
        try:
            document = open_document(path)
            assert list(document.sheets)
            document.close()
        except InputError as error:
            assert error.hint, path.name  # noqa: PT017 - either way is right


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


def test_two_keys_of_one_name_keep_their_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"y": {"x": "one"}, "y.x": "two", "z": {"a": "three"}, "z.a": null}]')
    document = open_document(path, ReadOptions())
    assert {text for row in document.rows("") for text in row.texts} >= {"one", "two", "three"}


@pytest.mark.parametrize(("suffix", "converted"), [("xlsx", False), ("xlsx.gz", False), ("xls", True), ("ods", True)])
def test_merged_cells_are_known_in_every_kind_of_workbook(
    tmp_path: Path, suffix: str, converted: bool, request: pytest.FixtureRequest
) -> None:
    book = openpyxl.Workbook()
    for line in (("TLP", "SHA256", "Note"), ("RED", "a", "n"), (None, "b", None), (None, "c", "o")):
        book.active.append(line)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("C2:C3")
    book.active.merge_cells("D1:E1")
    book.save(tmp_path / "in.xlsx")
    path = tmp_path / f"in.{suffix}"
    if suffix.endswith("gz"):
        path.write_bytes(gzip.compress((tmp_path / "in.xlsx").read_bytes()))
    if converted:
        soffice = request.getfixturevalue("soffice")
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", suffix, "--outdir", tmp_path, tmp_path / "in.xlsx"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    with closing(open_document(path)) as document:
        (sheet,) = document.sheets
        assert [row.number for row in document.rows(sheet)] == [1, 2, 3, 4]
        assert {area for area in document.merged(sheet) if area[1] != area[3]} == {(0, 2, 0, 4), (2, 2, 2, 3)}


def test_sheets_of_ours_in_an_ods_are_none_of_the_analysts(tmp_path: Path) -> None:
    names = "".join(
        f'<table:named-range table:name="{name}" table:cell-range-address="${sheet}.$A$1"/>'
        for name, sheet in [
            ("_ioc_enrich.VirusTotal", "VirusTotal"),
            ("_ioc_enrich.Summary", "'It''s ours'"),
            ("x", "c"),
        ]
    )
    sheets = "".join(
        f'<table:table table:name="{name}">{row(MD5)}</table:table>' for name in ("VirusTotal", "It's ours")
    )
    rest = f'{sheets}<table:named-expressions>{names}</table:named-expressions><table:table table:name="c">{row("x")}'
    assert opened(tmp_path, "a.ods", ods(f"{row(MD5)}</table:table>{rest}")).sheets == ["One", "c"]


def test_rows_merged_in_ods_are_counted_below_rows_that_repeat(tmp_path: Path) -> None:
    repeated = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    merged = '<table:table-cell table:number-columns-repeated="2"/><table:table-cell table:number-rows-spanned="2"/>'
    document = opened(tmp_path, "a.ods", ods(f"{repeated}<table:table-row>{merged}</table:table-row>{row('x')}"))
    assert document.merged(document.sheets[0]) == [(2, 4, 2, 5)]


def test_a_text_merges_nothing(tmp_path: Path) -> None:
    document = opened(tmp_path, "a.csv", b"a,b\n1,2\n")
    assert document.merged("") == []


def test_an_ods_that_its_reader_finds_too_short_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(path: Path) -> None:
        raise OSError("failed to fill whole buffer")

    monkeypatch.setattr(_calamine.CalamineWorkbook, "from_path", short, raising=False)
    with pytest.raises(InputError, match="damaged"):
        _calamine.opened(tmp_path / "a.ods", "ods")


def test_an_xls_that_would_take_the_process_down_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le"))
    monkeypatch.setattr(xls, "_TRIAL", "import os; os.abort()")
    with pytest.raises(InputError, match="damaged"):
        open_document(path)
