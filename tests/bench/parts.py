"""A folder of Parquet joined with stored answers, against DuckDB's join with the same: what a row costs in each.

Both are run over many rows and over a tenth of them, of the same files: what starting and looking up cost is left out.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.made import digest, fill
from tests.bench.measure import Cost, Figure, Size, enrich, python

JOIN = """
from pathlib import Path
import duckdb
lake, answers, out = map(Path, sys.argv[1:4])
out.mkdir()
sql = duckdb.connect()
sql.execute(f"CREATE TABLE a AS SELECT * EXCLUDE (kind, cells) FROM '{answers}'")
for part in lake.iterdir():
    sql.execute(
        f"COPY (SELECT t.*, a.* EXCLUDE (indicator) FROM '{part}' t LEFT JOIN a ON a.indicator = lower(t.SHA256)) "
        f"TO '{out / part.name}' (FORMAT parquet, COMPRESSION snappy)"
    )
"""
PARTS = 4


def lake(folder: Path, rows: int, files: int) -> Path:
    """Telemetry in parts: nine columns, of which one holds hashes."""
    folder.mkdir()
    chance, size = np.random.default_rng(1), rows // PARTS
    hashes = pa.array([digest(number) for number in range(files)])
    images = pa.array([f"C:\\Program Files\\vendor{number % 300}\\tool{number}.exe" for number in range(files)])
    for part in range(PARTS):
        chosen = pa.array(chance.integers(0, files, size))
        columns = {
            "Time": pa.array(1_700_000_000_000_000 + np.arange(size) * 1237, pa.timestamp("us", tz="UTC")),
            "Host": pa.array([f"WS-{number:05d}" for number in chance.integers(0, 5000, size)]),
            "User": pa.array([f"CORP\\user{number}" for number in chance.integers(0, 2000, size)]),
            "Pid": pa.array(chance.integers(4, 60_000, size)),
            "Image": images.take(chosen),
            "CommandLine": pa.array([f"tool.exe --job {number}" for number in chance.integers(0, 20_000, size)]),
            "SHA256": hashes.take(chosen),
            "Size": pa.array(chance.integers(0, 10_000_000, size)),
            "Event": pa.array(["ProcessCreate"] * size),
        }
        pq.write_table(pa.table(columns), folder / f"part-{part}.parquet")
    return folder


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    rows = size.lines * 5
    files, store = max(1, rows // 20), folder / "store.sqlite"
    fill(store, files)
    lakes = [lake(folder / name, count, files) for name, count in (("many", rows), ("few", rows // 10))]
    stored = ("--store", f"sqlite:///{store}", "--offline", "-q", "--workers", 1)
    answers = folder / "answers.parquet"
    enrich("run", lakes[0], *stored, "--only-answers", "-o", answers)

    def ours(*options: object) -> list[Cost]:
        return [
            enrich("run", one, *stored, *options, "--out-dir", folder / f"{one.name}{len(options)}") for one in lakes
        ]

    def a_row(costs: list[Cost]) -> float:
        """Return the processor seconds of a row."""
        return max(costs[0].seconds - costs[1].seconds, 1e-3) / (rows - rows // 10)

    named, found = a_row(ours("--column", "SHA256")), a_row(ours())
    if importlib.util.find_spec("duckdb") is None:
        yield Figure("Parquet in parts: a row, with the own scan / named", found / named, 2.1)
        return
    theirs = a_row([python(JOIN, one, answers, folder / f"{one.name}-duckdb") for one in lakes])
    for name, cost, bar in (("a named column", named, 1.2), ("the own scan", found, 2.5)):
        detail = f"{cost * 1e6:.1f} against {theirs * 1e6:.1f} us"
        yield Figure(f"Parquet in parts: a row, {name} / DuckDB's join", cost / theirs, bar, detail)
