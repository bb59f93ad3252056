"""The lines of Python that README gives for frames of other libraries, run as they stand there."""

from __future__ import annotations

import re
import shutil
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.standin_server import KEY, Stand, sha256

README = Path(__file__).resolve().parents[3] / "README.md"
SECTION = re.search(r"\n## Beyond one table\n(.*?)\n## ", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of Dask, with the newest pandas
@pytest.mark.parametrize("library", ["dask.dataframe", "polars"])
def test_frames_of_others_are_enriched_as_readme_says(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    pytest.importorskip(library)
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    assert SECTION is not None
    (recipe,) = re.findall(rf"```python\n(import {library} .*?)```", SECTION[1], re.DOTALL)
    (tmp_path / "lake").mkdir()
    for part in range(3):
        values = [sha256(number % 4) for number in range(part, part + 10)]
        pq.write_table(pa.table({"host": [f"ws{part}"] * 10, "sha256": values}), tmp_path / f"lake/{part}.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VT_API_KEY", KEY)
    monkeypatch.setenv("ENRICH_STORE", f"sqlite:///{stand.store}")
    monkeypatch.setenv("ENRICH_VIRUSTOTAL_URL", stand.address)
    exec(compile(recipe, "README.md", "exec"), {})
    table = pq.read_table(tmp_path / "enriched.parquet").to_pylist()
    assert len(table) == 30
    assert {row["vt_status"] for row in table} == {"found"}
    assert all(row["vt_sha256"] == row["sha256"] for row in table)
    assert sorted(stand.asked()) == sorted(map(sha256, range(4))), "one call a file, whichever partitions it stands in"


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")  # of PySpark, with the newest pandas
def test_spark_joins_the_answers_and_enriches_by_the_partition_as_readme_says(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = pytest.importorskip("pyspark.sql")
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    assert SECTION is not None
    blocks = re.findall(r"```python\n(.*?)```", SECTION[1], re.DOTALL)
    distinct, joined, partitions = (block for block in blocks if "spark" in block)
    (tmp_path / "lake").mkdir()
    for part in range(3):
        values = [sha256(number % 4).upper() for number in range(part, part + 10)]
        pq.write_table(pa.table({"host": [f"ws{part}"] * 10, "sha256": values}), tmp_path / f"lake/{part}.parquet")
    monkeypatch.chdir(tmp_path)
    for name, value in (("API_KEY", KEY), ("STORE", f"sqlite:///{stand.store}"), ("VIRUSTOTAL_URL", stand.address)):
        monkeypatch.setenv("VT_API_KEY" if name == "API_KEY" else f"ENRICH_{name}", value)
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")  # its workers do what the newest pandas warns of
    local = {"spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2"}
    spark = sql.SparkSession.builder.master("local[1]").config(map=local).getOrCreate()
    try:
        names: dict[str, object] = {}
        exec(compile(distinct, "README.md", "exec"), names)
        hashes = sorted((tmp_path / "hashes").glob("*.parquet"))
        assert stand.run(*hashes, "-o", tmp_path / "answers.parquet", "--only-answers") == 0
        exec(compile(joined, "README.md", "exec"), names)
        by_sql = pq.read_table(tmp_path / "enriched").to_pylist()
        shutil.rmtree(tmp_path / "enriched")
        exec(compile(partitions, "README.md", "exec"), {})
        by_partition = pq.read_table(tmp_path / "enriched").to_pylist()
    finally:
        spark.stop()
    for table in (by_sql, by_partition):
        assert len(table) == 30
        assert {row["vt_status"] for row in table} == {"found"}
        assert all(row["vt_sha256"] == row["sha256"].lower() for row in table)
    assert all(isinstance(row["vt_first_seen"], datetime) for row in by_partition)
    assert sorted(stand.asked()) == sorted(map(sha256, range(4))), "one call a file by either way"
