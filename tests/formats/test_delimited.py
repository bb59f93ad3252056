"""What holds of every delimited file: our fields taken away, the input's bytes are left; row numbers agree."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from enrich.formats import Document, ReadOptions
from enrich.formats._encoding import Encoding
from enrich.formats.delimited import read
from enrich.formats.delimited.raw import RawRecords
from enrich.formats.delimited.records import Cutter, Dialect
from enrich.formats.delimited.table import Table
from enrich.model import Added, Addition, Column, Type

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
