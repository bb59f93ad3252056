"""JSON becomes tables, and nothing of it is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.formats import ReadOptions, open_document
from tests.support.small_files import MD5, cells, opened


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


def test_records_without_common_keys_do_not_widen_a_table_without_end(tmp_path: Path) -> None:
    records = [{f"key{number}": f"{number:032x}"} for number in range(2_000)]
    document = opened(tmp_path, "a.json", json.dumps(records).encode())
    shown = [list(row.texts) for sheet in document.sheets for row in document.rows(sheet)]
    assert max(map(len, shown)) <= 500
    assert len(document.sheets) == 4
    assert shown[-1][-1] == f"{1999:032x}"
    assert sum(f"{1999:032x}" in text for line in shown for text in line) == 1


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


def test_two_keys_of_one_name_keep_their_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"y": {"x": "one"}, "y.x": "two", "z": {"a": "three"}, "z.a": null}]')
    document = open_document(path, ReadOptions())
    assert {text for row in document.rows("") for text in row.texts} >= {"one", "two", "three"}


ROWS = [["ws1", MD5, "a.exe"], ["ws2", MD5[::-1], None]]
HEADED = [["Host", "MD5", "Path"], ["ws1", MD5, "a.exe"], ["ws2", MD5[::-1], ""]]
BY_COLUMN = [list(column) for column in zip(*ROWS, strict=True)]
TYPED = [{"name": name, "type": "string"} for name in HEADED[0]]


@pytest.mark.parametrize(
    ("answer", "sheet"),
    [
        ({"tables": [{"name": "PrimaryResult", "columns": TYPED, "rows": ROWS}]}, "tables.rows"),  # Kusto
        ({"Tables": [{"Columns": [{"ColumnName": name} for name in HEADED[0]], "Rows": ROWS}]}, "Tables.Rows"),
        ({"columns": TYPED, "values": ROWS}, "values"),  # Elasticsearch
        ({"fields": HEADED[0], "rows": ROWS}, ""),  # Splunk
        ({"fields": HEADED[0], "columns": BY_COLUMN}, ""),
        ({"columns": HEADED[0], "index": [0, 1], "data": ROWS}, "data"),  # pandas
        ({"resultSetMetaData": {"numRows": 2, "rowType": TYPED}, "data": ROWS}, "data"),  # Snowflake
        ({"schema": {"fields": TYPED}, "data": {"values": BY_COLUMN}}, "data.values"),  # Grafana
    ],
)
def test_rows_of_plain_values_have_the_names_that_stand_beside_them(tmp_path: Path, answer: object, sheet: str) -> None:
    document = opened(tmp_path, "a.json", json.dumps(answer).encode())
    (found,) = [name for name in document.sheets if name.endswith(sheet) and name not in ("document", "fields")][-1:]
    assert [list(row.texts) for row in document.rows(found)] == HEADED
    assert document.header_row(found) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"tags": ["a", "b"], "files": [["a.exe", MD5]]},  # no names
        {"columns": ["a"], "rows": [["a.exe", MD5]]},  # not theirs
        {"columns": ["a", "a"], "rows": [["a.exe", MD5]]},
        {"columns": ["Host", "MD5"], "rows": [["a.exe", MD5], [MD5]]},
        {"names": ["b.exe", MD5[::-1]], "rows": [["a.exe", MD5]]},  # values themselves
        {"users": [{"name": "max"}, {"name": "eva"}], "rows": [["a.exe", MD5]]},
    ],
)
def test_what_stands_beside_rows_is_not_taken_for_their_names_where_it_may_be_something_else(
    tmp_path: Path, answer: dict[str, object]
) -> None:
    document = opened(tmp_path, "a.json", json.dumps(answer).encode())
    assert ["a.exe", MD5] in [list(row.texts) for sheet in document.sheets for row in document.rows(sheet)]
    assert all("a.exe" not in text for line in cells(document)[:1] for text in line)
