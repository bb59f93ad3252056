"""Odd records given back: far longer ones, quotes left open; and many at once as they would be one by one."""

from __future__ import annotations

import io
from pathlib import Path
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from enrich.files.encoding import Encoding
from enrich.formats import ReadOptions, delimited
from enrich.formats.delimited import append
from enrich.formats.delimited.append import Appender
from enrich.formats.delimited.records import Dialect, RawRecords
from enrich.formats.delimited.render import Renderer
from enrich.model.column import Column, Type
from enrich.model.row import Added, Addition

COLUMNS = (Column("vt_note", "Note", ""), Column("vt_other", "Other", ""))
RECORDS = st.sampled_from([b"a,b\n", b"a,b\r\n", b"\n", b"a\n", b"a,b,c\n", b'"a\nb",c\n', b"# a,b\n", b"a,\r"])


def _written(content: bytes, header: int | None, without: set[int]) -> tuple[bytes, list[int]]:
    added = Added(("x", "y, z"))
    addition = Addition(COLUMNS, ("vt_note", "vt_other"), header, lambda number: None if number in without else added)
    raw = RawRecords(Dialect(), Encoding("utf-8"))
    appender = Appender(addition, Renderer(Dialect(), "utf-8"), raw, width=2, usual=2)
    return b"".join(appender.written(raw.batches([content, b"c,d\n", content]))), appender.long


@given(
    st.lists(st.just(b"a,b\n"), max_size=6),
    st.lists(RECORDS, max_size=2),
    st.sampled_from([None, 1, 3]),
    st.sets(st.integers(1, 6), max_size=1),
)
def test_records_written_together_and_one_by_one_are_the_same(
    plain: list[bytes], others: list[bytes], header: int | None, without: set[int]
) -> None:
    content = b"".join(plain + others)
    together = _written(content, header, without)
    with patch.object(append, "_plain_lines", return_value=False):
        assert together == _written(content, header, without)


FOUND = Added(("found", "invoice, 3.exe"))
SET = (Column("vt_status", "Status", "", Type.STATUS), Column("vt_file_name", "File name", ""))
NAMES = ("vt_status", "vt_file_name")


def _given(folder: Path, content: bytes, rows: set[int], present: dict[str, int] | None = None) -> bytes:
    path = folder / "list.csv"
    path.write_bytes(content)
    table = delimited.read(path, ReadOptions())
    addition = Addition(SET, NAMES, 1, lambda number: FOUND if number in rows else None, present or {})
    target = io.BytesIO()
    table.give_back(target, {"": addition}, ())
    return target.getvalue()


def test_a_second_run_leaves_a_far_longer_row_its_own_fields(tmp_path: Path) -> None:
    content = b"a,b\n" + b"1,2\n" * 9 + b"x" + b",y" * 200 + b"\n" + b"z" + b",w" * 150 + b"\n"
    once = _given(tmp_path, content, {*range(2, 9), 11})
    assert once.splitlines()[10] == b"x" + b",y" * 200 + b',found,"invoice, 3.exe"'
    twice = _given(tmp_path, once, {*range(2, 9), 11}, {"vt_status": 2, "vt_file_name": 3})
    assert twice == once


def test_a_far_longer_row_that_is_new_in_an_enriched_file_gets_its_fields_at_its_end(tmp_path: Path) -> None:
    content = b"a,b,vt_status,vt_file_name\n" + b"1,2,found,old\n" * 5 + b"x" + b",y" * 90 + b"\n"
    given = _given(tmp_path, content, {7}, {"vt_status": 2, "vt_file_name": 3})
    assert given.splitlines()[6] == b"x" + b",y" * 90 + b',found,"invoice, 3.exe"'


def test_no_quote_of_ours_closes_one_that_was_left_open(tmp_path: Path) -> None:
    content = b'a,b\n1,"open\n2,"closed"\n'
    once = _given(tmp_path, content, {2, 3})
    assert once == (
        b'a,b,vt_status,vt_file_name\n1,"open,found,invoice\\x2c 3.exe\n2,"closed",found,"invoice, 3.exe"\n'
    )
    assert _given(tmp_path, once, {2, 3}, {"vt_status": 2, "vt_file_name": 3}) == once
