"""What holds of every delimited file: our fields taken away, the input's bytes are left; row numbers agree."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from enrich.errors import InputError
from enrich.formats import Document, ReadOptions, creator_for, open_document
from enrich.formats._encoding import Encoding
from enrich.formats._stream import blocks
from enrich.formats.delimited import create, read
from enrich.formats.delimited.raw import RawRecords
from enrich.formats.delimited.records import Cutter, Dialect
from enrich.formats.delimited.table import Table
from enrich.model import Added, Addition, Column, Row, Type

STATUS = Column("vt_status", "Status", "", Type.STATUS)
RATIO = Column("vt_detections", "Detections", "", Type.RATIO)
DATE = Column("vt_first_seen", "First seen", "", Type.DATE)
COLUMNS = (STATUS, RATIO, DATE)
NAMES = tuple(column.name for column in COLUMNS)
FOUND = Added(("found", "53/72", 1494574935))
FIELDS = ["found", "53/72", "2017-05-12T07:42:15Z"]


def addition(
    cells: Callable[[int], Added | None] = lambda _: FOUND,
    header: int | None = None,
    present: dict[str, int] | None = None,
) -> Addition:
    return Addition(COLUMNS, NAMES, header, cells, present or {})


def given_back(document: Document, added: Addition) -> bytes:
    target = io.BytesIO()
    document.give_back(target, {"": added}, ())
    return target.getvalue()


def opened(folder: Path, content: bytes, name: str = "list.csv") -> Table:
    path = folder / name
    path.write_bytes(content)
    return read(path, ReadOptions())


def texts(document: Document) -> list[list[str]]:
    return [list(row.texts) for row in document.rows("")]


def test_fields_stand_behind_each_record_with_its_own_line_end(tmp_path: Path) -> None:
    table = opened(tmp_path, b"name,hash\r\na,1\nb,2\r\n\r\nc,3")
    tail = b",found,53/72,2017-05-12T07:42:15Z"
    heads = b",vt_status,vt_detections,vt_first_seen"
    assert given_back(table, addition(header=1)) == (
        b"name,hash" + heads + b"\r\na,1" + tail + b"\nb,2" + tail + b"\r\n\r\nc,3" + tail
    )


def test_rows_without_cells_are_left_to_the_byte(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbfa;b\r"x;\ry";2\r\r;\n'
    assert given_back(opened(tmp_path, content), addition(lambda _: None)) == content


def test_a_row_number_is_the_record_s_and_blank_lines_count(tmp_path: Path) -> None:
    table = opened(tmp_path, b'a,b\n\n"1\n2",3\n,\nx,y\n')
    assert [(row.number, list(row.texts)) for row in table.rows("")] == [
        (1, ["a", "b"]),
        (3, ["1\n2", "3"]),
        (5, ["x", "y"]),
    ]


def test_short_records_are_padded_so_that_our_fields_stand_in_line(tmp_path: Path) -> None:
    table = opened(tmp_path, b"title\na,b,c\n1,2,3\n1\n1,2,3\n")
    given = list(csv.reader(io.StringIO(given_back(table, addition(lambda n: FOUND if n > 2 else None)).decode())))
    assert given[0] == ["title"]
    assert [record[3:] for record in given[2:]] == [FIELDS] * 3


TEXT = st.text(alphabet='ab,;"\n\r \t|#=\ufeff\u00e9\x00', max_size=60)
WORDS = st.sampled_from([",", ";", "\t", "|"])


@given(text=TEXT, delimiter=WORDS)
def test_both_passes_see_the_same_records(text: str, delimiter: str) -> None:
    dialect = Dialect(delimiter)
    seen = Cutter(dialect).cut(text, more=False)
    raw = text.encode()
    records, counts = [], []
    for batch in RawRecords(dialect, Encoding("utf-8")).batches([raw] if raw else []):
        records += batch[0]
        counts += batch[1]
    assert b"".join(records) == raw
    assert [max(len(fields), 1) for fields in seen.records] == [count + 1 for count in counts]


@given(text=TEXT, delimiter=WORDS)
def test_every_character_of_a_text_is_in_some_field(text: str, delimiter: str) -> None:
    cut = Cutter(Dialect(delimiter)).cut(text, more=False)
    shown = "".join(field for record in cut.records for field in record)
    for sign in "ab\u00e9\x00":
        assert shown.count(sign) == text.count(sign)


@given(rows=st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), min_size=1, max_size=8), delimiter=WORDS)
def test_what_csv_writes_is_read_as_it_was(rows: list[list[str]], delimiter: str) -> None:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    assert Cutter(Dialect(delimiter), "").cut(target.getvalue(), more=False).records == rows


@given(content=TEXT.map(str.encode), name=st.sampled_from(["a.csv", "a.tsv"]))
def test_our_fields_taken_away_leave_the_input(
    content: bytes, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("taken", numbered=True)
    if not content.strip():
        return
    table = opened(folder, content, name)
    if table.encoding.wide:
        return
    delimiter = table.dialect.delimiter.encode()
    marker = Added(("zzfound", None, None))
    ends = table.dialect.quote_all
    tail = delimiter.join([b'"zzfound"', b'""', b'""'] if ends else [b"zzfound", b"", b""])
    numbers = {row.number for row in table.rows("")}
    given = given_back(table, addition(lambda n: marker if n in numbers else None))
    assert given.count(b"zzfound") == len(numbers)
    pieces = re.split(delimiter + re.escape(tail), given)
    joined = b"".join(pieces)
    kept = joined if len(joined) == len(content) else _unpadded(pieces, content)
    assert kept == content


def _unpadded(pieces: list[bytes], content: bytes) -> bytes:
    """Only delimiters may stand between what was there before and our fields."""
    at = 0
    for piece in pieces:
        bare = piece
        while not content.startswith(bare, at) and bare and bare[-1:] in b",;\t|":
            bare = bare[:-1]
        assert content.startswith(bare, at)
        at += len(bare)
    return content[:at]


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


def test_the_sep_line_is_kept_and_is_no_row(tmp_path: Path) -> None:
    table = opened(tmp_path, b"sep=;\r\na;b\r\n1;2\r\n")
    assert [row.number for row in table.rows("")] == [1, 2]
    given = given_back(table, addition(header=1))
    assert given.startswith(b"sep=;\r\na;b;vt_status;vt_detections;vt_first_seen\r\n1;2;found;53/72;")


def test_an_unterminated_quote_swallows_nothing(tmp_path: Path) -> None:
    table = opened(tmp_path, b'a,b\n"open,1\n2,3\n4,"5"\n6,7\n')
    assert texts(table) == [["a", "b"], ['"open', "1"], ["2", "3"], ["4", "5"], ["6", "7"]]


def test_an_unterminated_quote_over_many_blocks_is_let_go() -> None:
    raw = [b'a,"b\n', *[b"1,2\n"] * 99]
    records = [record for batch in RawRecords(Dialect(), Encoding("utf-8")).batches(raw) for record in batch[0]]
    assert records == raw


def test_a_cell_beyond_the_csv_module_s_limit_is_read(tmp_path: Path) -> None:
    long = "x" * 200_000
    table = opened(tmp_path, f'a,b\n"{long}\n",2\n{long},3\n"{long}""",4\n'.encode())
    assert [record[1] for record in texts(table)] == ["b", "2", "3", "4"]
    assert texts(table)[3][0] == long + '"'


def test_a_file_that_quotes_all_gets_ours_quoted(tmp_path: Path) -> None:
    table = opened(tmp_path, b'"a","b"\r\n"1","2"\r\n')
    assert b'"2","found","53/72","2017' in given_back(table, addition(header=1))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;x\n2,5;3,5;y\n", ";"),
        ("type,value,note\nmd5,x,a; b\nmd5,y,c; d\n", ","),
        ("# a, b, c\n# d\nx;one, two\ny;three\nz;four, five, six\n", ";"),
        ("a | b | c\n1 | 2 | x,y\n3 | 4 | z\n", "|"),
        ("Report of May, June and July\n\nh\tn\n1\tx, y\n2\tz\n", "\t"),
        ('"x","a;b","c"\n"y","a;b","c"\n', ","),
        ("MD5\nabc\ndef\n", ","),
    ],
)
def test_the_delimiter_is_the_one_that_cuts_evenly(tmp_path: Path, text: str, delimiter: str) -> None:
    assert opened(tmp_path, text.encode()).dialect.delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("cast|film\nx, y|z|found|53/72|53\n", "|"),
        ('a,b\nx,y,found,\'5/72,"one; two"\nx,y,pending,,"one; two"\n', ","),
        ("a;b\n1,5;2,5;not_found;;;\n", ";"),
    ],
)
def test_the_delimiter_beside_our_fields_is_the_file_s_even_where_they_make_it_uneven(
    tmp_path: Path, text: str, delimiter: str
) -> None:
    """An earlier run gave the lines above the first hash nothing, and a note of ours may hold another delimiter."""
    assert opened(tmp_path, text.encode()).dialect.delimiter == delimiter


def test_a_second_run_replaces_our_fields_where_they_stand(tmp_path: Path) -> None:
    content = b'x,"y",vt_status,note,vt_detections\r\n1,"a,\r\nb",found,"=keep",1/70\r\n2,c,"found",k,1/70\r\n3\r\n# ours, not, theirs, a, b\r\n'
    table = opened(tmp_path, content)
    new = {2: FOUND, 4: FOUND}
    given = given_back(table, addition(new.get, 1, {"vt_status": 2, "vt_detections": 4}))
    assert given == (
        b'x,"y",vt_status,note,vt_detections,vt_first_seen\r\n'
        b'1,"a,\r\nb",found,"=keep",53/72,2017-05-12T07:42:15Z\r\n'
        b"2,c,,k,\r\n"
        b"3,,found,,53/72,2017-05-12T07:42:15Z\r\n"
        b"# ours, not, theirs, a, b\r\n"
    )


def test_a_second_run_leaves_what_cannot_be_ours_in_rows_that_get_nothing(tmp_path: Path) -> None:
    content = b"x,vt_status,vt_detections\n1,found,1/70\npc1,bob,4711\n,,\n"
    given = given_back(opened(tmp_path, content), addition({2: FOUND}.get, 1, {"vt_status": 1, "vt_detections": 2}))
    assert given.splitlines()[2:] == [b"pc1,bob,4711", b",,"]


def test_enriching_twice_with_the_same_answers_changes_nothing(tmp_path: Path) -> None:
    once = given_back(opened(tmp_path, b"a,b\n1,2\n3\n"), addition(lambda n: FOUND if n > 1 else None, 1))
    again = opened(tmp_path, once, "again.csv")
    present = {"vt_status": 2, "vt_detections": 3, "vt_first_seen": 4}
    assert given_back(again, addition(lambda n: FOUND if n > 1 else None, 1, present)) == once


def test_one_record_out_of_all_proportion_does_not_widen_the_rest(tmp_path: Path) -> None:
    table = opened(tmp_path, b"a,b\n" * 20 + b"," * 5000 + b"\n")
    target = io.BytesIO()
    warnings = table.give_back(target, {"": addition()}, ())
    assert target.getvalue().startswith(b"a,b,found,")
    assert len(warnings) == 1
    assert "21" in warnings[0]


def test_a_created_csv_has_a_header_and_our_fields_in_line() -> None:
    target = io.BytesIO()
    rows = [Row(3, ["x", "1\n2"]), Row(9, ["y"])]
    create(target, [("", rows, addition(lambda n: FOUND if n == 9 else None))], ())
    lines = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    assert lines == [["A", "B", *NAMES], ["x", "1\n2"], ["y", "", *FIELDS]]


def test_creating_by_suffix_takes_its_delimiter() -> None:
    target = io.BytesIO()
    creator_for(".TSV")(target, [("", [Row(1, ["x", "y"])], addition(header=1))], ())
    assert target.getvalue().decode("utf-8-sig") == "x\ty\tvt_status\tvt_detections\tvt_first_seen\r\n"


@pytest.mark.shared
def test_every_real_table_comes_back_to_the_byte(shared: Path) -> None:
    tried = 0
    for path in sorted((shared / "iocs").iterdir()):
        if path.suffix in (".xlsx", ".xlsm"):
            continue
        try:
            document = open_document(path)
        except InputError:
            continue
        rows = [row for sheet in document.sheets for row in document.rows(sheet)]
        if not isinstance(document, Table):
            continue
        tried += 1
        assert given_back(document, addition(lambda _: None)) == path.read_bytes()
        numbers = dict.fromkeys((row.number for row in rows), Added(("zzours", None, None)))
        codec, delimiter = document.encoding.name, re.escape(document.dialect.delimiter)
        back = path.read_bytes().decode(codec, "surrogateescape")
        plain = given_back(document, addition(numbers.get)).decode(codec, "surrogateescape")
        mark = "zzours" if not document.dialect.quote_all else '"zzours"'
        assert plain.count("zzours") == len(rows)
        empty = '""' if document.dialect.quote_all else ""
        bare = re.sub(f"{delimiter}{mark}{delimiter}{empty}{delimiter}{empty}", "", plain)
        assert bare == back or [line.rstrip(document.dialect.delimiter) for line in bare.splitlines()] == [
            line.rstrip(document.dialect.delimiter) for line in back.splitlines()
        ], path.name
    assert tried > 50


@pytest.mark.libreoffice
def test_libreoffice_shows_our_fields_as_text(tmp_path: Path, soffice: str) -> None:
    hostile = ["=1+1", "+1", "-1", "@x", "\t=1", "\uff1d1+1", "5-12", "1e5", "007", "12/70", "Mar 5", "  =2", 'a,b"c']
    content = "".join(f"row{number},x\n" for number in range(len(hostile)))
    table = opened(tmp_path, content.encode())
    ratios = ["5/72"] * len(hostile)
    given = given_back(table, addition(lambda n: Added((hostile[n - 1], ratios[n - 1], 1494574935))))
    (tmp_path / "out.csv").write_bytes(b"\xef\xbb\xbf" + given)
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--infilter=Text - txt - csv (StarCalc):44,34,76,1",
            "--convert-to",
            "ods",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "out.csv"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    rows = CalamineWorkbook.from_path(tmp_path / "out.ods").get_sheet_by_index(0).to_python()
    for row, text in zip(rows, hostile, strict=True):
        assert isinstance(row[2], str)
        assert row[2].lstrip("'").strip() == text.replace("\t", "\\t").strip()
        assert isinstance(row[3], str)
        assert row[3].lstrip("'") == "5/72"


@given(text=TEXT, delimiter=WORDS, size=st.integers(1, 40))
def test_both_passes_agree_wherever_blocks_are_cut(
    text: str, delimiter: str, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("blocks") / "a.csv"
    path.write_bytes(text.encode())
    encoding, dialect = Encoding("utf-8"), Dialect(delimiter)
    pieces = list(blocks(path, encoding, size))
    assert b"".join(pieces) == path.read_bytes()
    seen, held = [], ""
    for index, piece in enumerate([*pieces, b""]):
        cut = Cutter(dialect).cut(held + piece.decode("utf-8", "replace"), more=index < len(pieces))
        held = (held + piece.decode("utf-8", "replace"))[-cut.left :] if cut.left else ""
        seen += cut.records
    batches = list(RawRecords(dialect, encoding).batches(pieces))
    raw = [record for batch in batches for record in batch[0]]
    assert b"".join(raw) == path.read_bytes()
    if len(pieces) < 30:  # beyond, an open quote is let go
        assert [max(len(fields), 1) - 1 for fields in seen] == [count for batch in batches for count in batch[1]]
