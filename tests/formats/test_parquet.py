"""Parquet: read as text whatever its types, and given back with every one of them, row group by row group."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from enrich.cli.main import main
from enrich.errors import InputError
from enrich.formats import open_document
from tests.support.standin_server import Stand, a_list, rows, sha256

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

WHEN = dt.datetime(2026, 11, 3, 12, 30, tzinfo=dt.UTC)
COLUMNS = {
    "Host": pa.array(["ws1", None, "ws3"]),
    "SHA256": pa.array([sha256(1), sha256(2), sha256(3)]),
    "Raw": pa.array([bytes.fromhex(sha256(n)) for n in (1, 2, 3)], pa.binary(32)),
    "Seen": pa.array([WHEN, None, WHEN], pa.timestamp("us", tz="UTC")),
    "Day": pa.array([dt.date(2026, 11, 3)] * 3),
    "Count": pa.array([0, 7, None], pa.int32()),
    "Price": pa.array([Decimal("1.50"), None, Decimal("2.25")], pa.decimal128(9, 2)),
    "Tags": pa.array([["a", "b"], [], None], pa.list_(pa.string())),
    "Kind": pa.array(["x", "y", "x"]).dictionary_encode(),
    "Flag": pa.array([True, False, None]),
}
TABLE = pa.table(COLUMNS).replace_schema_metadata({"case": "2026-17"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "alerts.parquet"
    pq.write_table(TABLE, target, row_group_size=2, compression="zstd")
    return target


def test_every_type_is_read_as_text(path: Path) -> None:
    with closing(open_document(path)) as document:
        lines = [list(row.texts) for row in document.rows("")]
        assert document.header_row("") == 1
    assert lines[0] == list(COLUMNS)
    assert lines[1] == [
        *("ws1", sha256(1), sha256(1), "2026-11-03T12:30:00+00:00", "2026-11-03", "0", "1.50"),
        *('["a", "b"]', "x", "true"),
    ]
    assert lines[2][0] == lines[2][3] == lines[2][6] == ""


def test_text_in_columns_of_bytes_is_read_as_text(tmp_path: Path) -> None:
    target = tmp_path / "impala.parquet"
    cells = [sha256(1).encode(), None, b"\xff\x00"]
    pq.write_table(pa.table({"sha256": pa.array(cells, pa.binary()), "in": [{"raw": b"md5"}] * 3}), target)
    with closing(open_document(target)) as document:
        lines = [list(row.texts) for row in document.rows("")][1:]
    assert lines == [[sha256(1), '{"raw": "md5"}'], ["", '{"raw": "md5"}'], ["ff00", '{"raw": "md5"}']]


def test_it_comes_back_with_its_schema_and_typed_columns(stand: Stand, path: Path) -> None:
    assert stand.run(path) == 0
    file = pq.ParquetFile(path.with_name("alerts.enriched.parquet"))
    back = file.read()
    assert back.select(list(COLUMNS)).equals(TABLE.select(list(COLUMNS)))
    assert file.schema_arrow.metadata[b"case"] == b"2026-17"
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [2, 1]
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert back.column("vt_status").to_pylist() == ["found"] * 3
    assert back.column("vt_sha256").to_pylist() == back.column("SHA256").to_pylist()
    assert back.schema.field("vt_malicious").type == pa.int64()
    assert back.schema.field("vt_first_seen").type == pa.timestamp("ms", tz="UTC")


def test_running_again_refreshes_the_columns_and_adds_no_second_set(stand: Stand, path: Path) -> None:
    assert stand.run(path, "--budget", 1) == 3
    once = path.with_name("alerts.enriched.parquet")
    twice = path.with_name("twice.parquet")
    assert stand.run(once, "-o", twice) == 0
    names = pq.read_schema(twice).names
    assert len(names) == len(set(names))
    assert names == pq.read_schema(once).names
    assert pq.read_table(twice).column("vt_status").to_pylist() == ["found"] * 3


def test_verdicts_are_those_of_the_same_rows_as_csv(stand: Stand, tmp_path: Path, path: Path) -> None:
    assert stand.run(path, "-o", tmp_path / "out.csv") == 0
    told = {row["SHA256"]: row["vt_detections"].lstrip("'") for row in rows(tmp_path / "out.csv")}
    assert stand.run(path) == 0
    back = pq.read_table(path.with_name("alerts.enriched.parquet"))
    assert dict(zip(back.column("SHA256").to_pylist(), back.column("vt_detections").to_pylist(), strict=True)) == told


def test_a_csv_becomes_parquet(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(3))
    assert stand.run(sheet, "-o", tmp_path / "out.parquet") == 0
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column("SHA256").to_pylist() == [sha256(n) for n in range(3)]
    assert table.column("vt_status").to_pylist() == ["found"] * 3
    assert table.schema.field("vt_engines").type == pa.int64()


def test_a_damaged_one_is_told_in_a_sentence(tmp_path: Path, path: Path) -> None:
    half = tmp_path / "half.parquet"
    half.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="damaged Parquet file"):
        open_document(half)


def test_bytes_that_are_called_text_and_are_none_end_no_run(stand: Stand, tmp_path: Path) -> None:
    values = [b"a\xffb", sha256(1).encode(), None]
    column = pa.array(values, pa.binary()).cast(pa.string(), safe=False)
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"note": column, "SHA256": [sha256(n) for n in range(3)]}), path)
    assert stand.run(path, "-o", tmp_path / "out.csv") == 0
    assert stand.run(path, "-o", tmp_path / "out.parquet") == 0
    back = pq.read_table(tmp_path / "out.parquet")
    assert back.column("note").cast(pa.binary()).to_pylist() == values
    assert back.column("vt_status").to_pylist() == ["found"] * 3


def test_it_is_an_option_that_help_and_readers_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--help"]) == 0
    assert "parquet" in capsys.readouterr().out


def test_an_empty_table_is_no_damage(tmp_path: Path) -> None:
    target = io.BytesIO()
    pq.write_table(TABLE.slice(0, 0), target)
    (tmp_path / "none.parquet").write_bytes(target.getvalue())
    with closing(open_document(tmp_path / "none.parquet")) as document:
        assert [row.number for row in document.rows("")] == [1]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_times_are_read_in_iso_form_as_python_writes_it(tmp_path: Path, unit: str, zone: str | None) -> None:
    moments = [dt.datetime(2026, 1, 2, 3, 4, 5), None, dt.datetime(1970, 1, 1)]
    column = pa.array(moments, pa.timestamp(unit)).view(pa.timestamp(unit, zone))
    pq.write_table(pa.table({"n": [1, 2, 3], "at": column}), tmp_path / "in.parquet")
    with closing(open_document(tmp_path / "in.parquet")) as document:
        rows = [row.texts[1] for row in document.rows("")][1:]
    read = pq.read_table(tmp_path / "in.parquet").column("at").to_pylist()
    assert rows == ["" if moment is None else moment.isoformat() for moment in read]
