"""Our fields taken away, the input's bytes are left; those of an earlier run are refreshed where they stand."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from enrich.errors import InputError
from enrich.formats import open_document
from enrich.formats.delimited.table import DelimitedDocument
from enrich.model.row import Added
from tests.formats.delimited.tables import FIELDS, FOUND, TEXT, addition, given_back, opened


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


def test_short_records_are_padded_so_that_our_fields_stand_in_line(tmp_path: Path) -> None:
    table = opened(tmp_path, b"title\na,b,c\n1,2,3\n1\n1,2,3\n")
    given = list(csv.reader(io.StringIO(given_back(table, addition(lambda n: FOUND if n > 2 else None)).decode())))
    assert given[0] == ["title"]
    assert [record[3:] for record in given[2:]] == [FIELDS] * 3


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


def test_a_second_run_replaces_our_fields_where_they_stand(tmp_path: Path) -> None:
    content = b'x,"y",vt_status,note,vt_detections\r\n1,"a,\r\nb",found,"=keep",1/70\r\n2,c,"found",k,1/70\r\n3\r\n# ours, not, theirs, a, b\r\n'
    table = opened(tmp_path, content)
    new = {2: FOUND, 4: FOUND}
    given = given_back(table, addition(new.get, 1, {"vt_status": 2, "vt_detections": 4}))
    assert given == (
        b'x,"y",vt_status,note,vt_detections,vt_first_seen\r\n'
        b'1,"a,\r\nb",found,"=keep",53/72,2017-05-12T07:42:15Z\r\n'
        b"2,c,,k,,\r\n"
        b"3,,found,,53/72,2017-05-12T07:42:15Z\r\n"
        b"# ours, not, theirs, a, b\r\n"
    )


def test_a_second_run_leaves_what_cannot_be_ours_in_rows_that_get_nothing(tmp_path: Path) -> None:
    content = b"x,vt_status,vt_detections\n1,found,1/70\npc1,bob,4711\n,,\n"
    given = given_back(opened(tmp_path, content), addition({2: FOUND}.get, 1, {"vt_status": 1, "vt_detections": 2}))
    assert given.splitlines()[2:] == [b"pc1,bob,4711,", b",,,"]


def test_a_row_without_an_answer_has_a_field_for_a_column_that_a_later_run_adds(tmp_path: Path) -> None:
    content = b"x,vt_status,vt_detections\n1,found,1/70\nb,,\n# aside\n\n"
    given = given_back(opened(tmp_path, content), addition({2: FOUND}.get, 1, {"vt_status": 1, "vt_detections": 2}))
    assert [line.count(b",") for line in given.splitlines()] == [3, 3, 3, 0, 0]


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


@pytest.mark.slow
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
        if not isinstance(document, DelimitedDocument):
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


@pytest.mark.slow
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
