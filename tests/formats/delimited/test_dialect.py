"""The delimiter is found by what it does to the records, and our fields are written in the file's own manner."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.formats import text
from enrich.formats.delimited import recognise
from tests.formats.delimited.tables import addition, given_back, opened


def test_the_sep_line_is_kept_and_is_no_row(tmp_path: Path) -> None:
    table = opened(tmp_path, b"sep=;\r\na;b\r\n1;2\r\n")
    assert [row.number for row in table.rows("")] == [1, 2]
    given = given_back(table, addition(header=1))
    assert given.startswith(b"sep=;\r\na;b;vt_status;vt_detections;vt_first_seen\r\n1;2;found;53/72;")


@pytest.mark.parametrize(
    ("line", "delimiter"), [("sep=|", "|"), ('"sep=;"', ";"), ("SEP=\t", "\t"), ("sep=; \t", ";"), ("sep= ", " ")]
)
def test_the_delimiter_is_the_character_behind_sep(tmp_path: Path, line: str, delimiter: str) -> None:
    assert opened(tmp_path, f"{line}\r\na\r\n".encode()).dialect.delimiter == delimiter


def test_a_line_that_names_no_ascii_delimiter_is_a_row(tmp_path: Path) -> None:
    content = "sep=\u00a7\r\na,b\r\n".encode()
    table = opened(tmp_path, content)
    assert [row.number for row in table.rows("")] == [1, 2]
    assert given_back(table, addition(header=1)).startswith("sep=\u00a7,".encode())


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


W3C = (
    b"#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
    b"#Fields: date time s-ip cs-method cs(User-Agent) \r\n2026-11-01 00:00:01 10.0.0.5 GET Mozilla/5.0+(X11)\r\n"
)


def test_a_log_that_names_its_fields_in_a_comment_is_a_table_parted_by_spaces(tmp_path: Path) -> None:
    assert recognise(W3C, "u_ex261101.log") > text.recognise(W3C, "u_ex261101.log")
    table = opened(tmp_path, W3C)
    assert list(table.rows(""))[-1].texts == ["2026-11-01", "00:00:01", "10.0.0.5", "GET", "Mozilla/5.0+(X11)"]
    assert not table.can_give_back


def test_fields_of_a_log_that_are_named_with_commas_are_parted_by_commas(tmp_path: Path) -> None:
    content = b"#Software: Microsoft Exchange Server\n#Fields: date-time,client-ip,message-id\n2026-11-01,8.8.8.8,x y\n"
    assert opened(tmp_path, content).dialect.delimiter == ","


@pytest.mark.parametrize("delimiter", ["\t", ",", "|"])
def test_a_log_that_names_its_fields_is_a_table_from_its_first_row_on(tmp_path: Path, delimiter: str) -> None:
    head = "#separator \\x09\n#path\thttp\n#fields,ts,host,user_agent\n#types,time,string,string\n"
    row = "1,evil.com,Mozilla/5.0 (Windows NT 10.0; Win64; like Gecko)\n"
    for rows in (1, 2):
        content = (head + row * rows + "#close,2026\n").replace(",", delimiter).encode()
        assert recognise(content, "http.log") > text.recognise(content, "http.log")
        table = opened(tmp_path, content)
        assert (table.dialect.delimiter, table.can_give_back) == (delimiter, True)
        assert sum("evil.com" in row.texts for row in table.rows("")) == rows


def test_a_line_of_fields_that_a_text_quotes_makes_no_log_of_it() -> None:
    quoted = b"Notes of the case, in words.\n\n#Fields: date time c-ip\nThe hash of bob is in the vault.\n"
    log = b"#Version: 1.0\n#Fields: date time c-ip\n2026-11-01 00:00:01 45.9.148.81\n"
    assert (recognise(quoted, "notes.txt"), recognise(log, "u_ex.log")) == (0, 70)


def test_the_bars_of_an_ad_blocker_s_rules_part_no_fields() -> None:
    rules = b"[Adblock Plus]\n! A | B | C\n" + b"".join(b"||evil%d.example.net^\n" % n for n in range(9))
    assert text.recognise(rules, "list.txt") > recognise(rules, "list.txt")
    hashes = b"".join(b"||%064d\n" % n for n in range(9))
    assert recognise(hashes, "list.txt") > text.recognise(hashes, "list.txt")
