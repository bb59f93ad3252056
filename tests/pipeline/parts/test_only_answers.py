"""The table of answers alone, and the statement that joins it in a warehouse."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.support.standin_server import Stand, a_list, rows, sha256

README = Path(__file__).resolve().parents[3] / "README.md"


@pytest.mark.parametrize("name", ["answers.csv", "answers.xlsx", "answers.parquet", "answers.csv.gz"])
def test_every_unique_indicator_of_all_inputs_stands_once(stand: Stand, tmp_path: Path, name: str) -> None:
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")
    inputs = [a_list(tmp_path / "a.csv", range(3)), a_list(tmp_path / "b.csv", range(2, 6))]
    output = tmp_path / name
    assert stand.run(*inputs, "-o", output, "--only-answers") == 0
    assert sorted(path.name for path in tmp_path.glob("*.enriched.*")) == [], "no input is given back"
    assert stand.run(output, "-o", tmp_path / "check.csv") == 0, "it is a list itself"
    found = rows(tmp_path / "check.csv")
    assert sorted(row["indicator"] for row in found) == sorted(map(sha256, range(6)))
    assert {row["indicator"]: row["cells"] for row in found}[sha256(2)] == "2"
    assert [row["vt_status"] for row in found] == ["found"] * 6


@pytest.mark.slow
def test_what_is_not_worth_a_call_stands_there_too_however_many_work_on_it(stand: Stand, tmp_path: Path) -> None:
    empty = hashlib.md5(b"").hexdigest()
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"Hash,Host\n{sha256(1)},x\n{empty},{name}\n", encoding="utf-8")
    inputs = [tmp_path / "a.csv", tmp_path / "b.csv"]
    assert stand.run(*inputs, "-o", tmp_path / "plain.csv", "--only-answers") == 0
    assert stand.run(*inputs, "-o", tmp_path / "parts.csv", "--only-answers", "--workers", 2) == 0
    plain, parts = rows(tmp_path / "plain.csv"), rows(tmp_path / "parts.csv")
    assert [(row["indicator"], row["cells"], row["vt_status"], row["vt_note"]) for row in parts] == [
        (row["indicator"], row["cells"], row["vt_status"], row["vt_note"]) for row in plain
    ]
    assert {row["indicator"]: row["vt_status"] for row in parts} == {sha256(1): "found", empty: "trivial"}


def test_it_needs_an_output_and_goes_with_sheets_in_a_folder(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "a.csv", range(3))
    assert stand.run(sheet, "--only-answers") == 2
    assert stand.run(sheet, "--only-answers", "-o", tmp_path / "x.csv", "--out-dir", tmp_path / "out") == 0
    assert (tmp_path / "out" / "a.enriched.csv").exists()


def test_the_recipe_of_readme_joins_a_lake_of_parquet(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    duckdb = pytest.importorskip("duckdb")
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (tmp_path / "lake").mkdir()
    for part in range(3):
        values = [sha256(number % 4) for number in range(part, part + 10)]
        pq.write_table(pa.table({"host": [f"ws{part}"] * 10, "sha256": values}), tmp_path / f"lake/{part}.parquet")
    monkeypatch.chdir(tmp_path)
    distinct, joined = re.findall(r"```sql\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[:2]
    duckdb.sql(distinct)
    assert stand.run("hashes.parquet", "-o", "answers.parquet", "--only-answers") == 0
    duckdb.sql(joined)
    table = pq.read_table(tmp_path / "enriched.parquet").to_pylist()
    assert len(table) == 30
    assert {row["vt_status"] for row in table} == {"found"}
    assert all(row["vt_sha256"] == row["sha256"] for row in table)
    assert len(stand.asked()) == 4, "one call a file, however many rows"
