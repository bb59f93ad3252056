"""Columns of a Parquet file that come back as the bytes they were, with others of ours beside them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.formats import ReadOptions, open_document
from enrich.formats.parquet.thrift import read_struct, struct_bytes
from enrich.model.column import Column, Type
from enrich.model.row import Added, Addition
from enrich.model.status import Status
from enrich.model.verdict import Tone

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

OURS = (Column("vt_malicious", "Malicious", "", Type.INTEGER), Column("vt_label", "Label", ""))
whole = st.tuples(st.sampled_from([4, 5, 6]), st.integers(-(2**31), 2**31))
plain = st.one_of(
    whole,
    st.tuples(st.just(8), st.binary(max_size=200)),
    st.tuples(st.just(7), st.binary(min_size=8, max_size=8)),
    st.tuples(st.sampled_from([1, 2]), st.none()),
    st.tuples(st.just(9), st.tuples(st.just(6), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20))),
)
structs = st.recursive(
    st.dictionaries(st.integers(1, 40), plain, max_size=5),
    lambda inner: st.dictionaries(
        st.integers(1, 40),
        st.one_of(
            plain,
            st.tuples(st.just(12), inner),
            st.tuples(st.just(9), st.tuples(st.just(12), st.lists(inner, max_size=17))),
        ),
        max_size=5,
    ),
    max_leaves=20,
)


@given(structs)
def test_a_struct_comes_back_as_it_was(struct: Any) -> None:
    assert read_struct(struct_bytes(struct)) == struct


def table(rows: int = 700) -> Any:
    """Columns of many types, nested ones among them, with one of an earlier run in the middle."""
    return pa.table(
        {
            "Host": pa.array([f"ws{n % 7}" for n in range(rows)]),
            "Seen": pa.array([n * 1000 for n in range(rows)], pa.timestamp("us", tz="UTC")),
            "Tags": pa.array([[str(n), None] if n % 3 else None for n in range(rows)]),
            "vt_label": pa.array(["old"] * rows),
            "Place": pa.array([{"x": n, "y": [{"z": n / 2}]} for n in range(rows)]),
            "Raw": pa.array([bytes([n % 256]) * (n % 40) for n in range(rows)]),
            "SHA256": pa.array([f"{n:064x}" if n % 5 else None for n in range(rows)]),
        },
        metadata={"made": "here"},
    )


def given_back(path: Path, by_row: Any = lambda row: Added((row, f"label {row % 4}"), Tone.PLAIN, Status.FOUND)) -> Any:
    document = open_document(path, ReadOptions())
    target = io.BytesIO()
    try:
        addition = Addition(OURS, tuple(c.name for c in OURS), 1, cells=by_row)
        assert document.give_back(target, {"": addition}, ()) == []
    finally:
        document.close()
    target.seek(0)
    return pq.ParquetFile(target), target.getvalue()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": "zstd", "data_page_version": "2.0"},
        {"compression": "none", "use_dictionary": False, "store_schema": False},
        {"write_page_index": True, "version": "1.0"},
        {"compression": {"Host": "gzip", "SHA256": "snappy"}, "sorting_columns": [pq.SortingColumn(0)]},
    ],
    ids=str,
)
def test_their_columns_are_the_same_bytes_and_ours_stand_beside_them(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(table(), path, row_group_size=300, **options)
    before = pq.ParquetFile(path)
    after, data = given_back(path)
    theirs = [name for name in table().column_names if name != "vt_label"]
    assert after.schema_arrow.names == [*table().column_names, "vt_malicious"]
    assert after.read(theirs).equals(before.read(theirs))
    ours = after.read(["vt_malicious", "vt_label"]).to_pylist()
    assert ours == [{"vt_malicious": row, "vt_label": f"label {row % 4}"} for row in range(2, 702)]
    kept, told = (dict(file.metadata.metadata or {}) for file in (after, before))
    assert (kept.pop(b"ARROW:schema", None) is None) == (told.pop(b"ARROW:schema", None) is None)
    assert kept == told
    groups = [file.metadata.row_group(n).to_dict() for file in (before, after) for n in range(3)]
    for one, other in zip(groups[:3], groups[3:], strict=True):
        assert other["num_rows"] == one["num_rows"]
        by_path = {column["path_in_schema"]: column for column in other["columns"]}
        for column in one["columns"]:
            same = by_path[column["path_in_schema"]]
            if column["path_in_schema"] != "vt_label":
                for fact in ("statistics", "compression", "encodings", "total_compressed_size", "physical_type"):
                    assert same[fact] == column[fact]
        assert other["total_byte_size"] == sum(column["total_uncompressed_size"] for column in other["columns"])
    assert data[:4] == data[-4:] == b"PAR1"
    before.close()


def test_another_reader_sees_the_same(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    path, out = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(table(), path, row_group_size=300)
    out.write_bytes(given_back(path)[1])
    with duckdb.connect() as sql:
        theirs = "SELECT * EXCLUDE (vt_label) FROM"
        before = sql.execute(f"{theirs} '{path}'").fetchall()
        after = sql.execute(f"SELECT * EXCLUDE (vt_label, vt_malicious) FROM '{out}'").fetchall()
        assert after == before
        assert sql.execute(f"SELECT sum(vt_malicious), count(DISTINCT vt_label) FROM '{out}'").fetchall() == [
            (sum(range(2, 702)), 4)
        ]
        assert sql.execute(f"SELECT Host FROM '{out}' WHERE vt_malicious = 700").fetchall() == [("ws5",)]


def test_a_table_without_rows_gets_our_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with pq.ParquetWriter(path, table().schema):
        pass
    after, _ = given_back(path)
    assert after.metadata.num_rows == 0
    assert after.schema_arrow.names == [*table().column_names, "vt_malicious"]
    assert after.read().to_pylist() == []
