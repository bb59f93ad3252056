"""A folder of Parquet joined with stored answers, against DuckDB's join with the same: what a row costs in each. And a
folder of CSV against a plain run.

Both are run over many rows and over a tenth of them, of the same files: what starting and looking up cost is left out.
And over a tenth of rows and files: of the whole run starting alone is left out, and we look up what DuckDB is given.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from tests.bench.made import digest, fill
from tests.bench.measure import Figure, Size, enrich, paired, python

JOIN = """
from pathlib import Path
import duckdb
lake, answers, out = map(Path, sys.argv[1:4])
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


def csv_of(parquet: Path, folder: Path) -> tuple[Path, Path]:
    """The same rows as a folder of CSV, and as one: what is text stands in quotes, as exports have it."""
    folder.mkdir()
    whole = folder.with_suffix(".csv")
    with whole.open("wb") as file:
        for number, part in enumerate(sorted(parquet.iterdir())):
            rows = pq.read_table(part)
            pc.write_csv(rows, folder / f"{part.stem}.csv")
            pc.write_csv(rows, file, pc.WriteOptions(include_header=not number))
    return folder, whole


def csv_figure(size: Size, folder: Path, many: Path, few: Path, stored: tuple[object, ...]) -> Figure:
    """Return what a row of CSV costs in parts, against one of a plain run over the same rows in one file."""
    more = size.lines * 5 - size.lines // 2
    (parts, whole), (few_parts, few_whole) = (csv_of(one, folder / f"{one.name}-csv") for one in (many, few))

    def plain(one: Path) -> float:
        return enrich("run", one, *stored, "-o", Path(mkdtemp(dir=folder)) / "out.csv").seconds

    def by_parts(one: Path) -> float:
        return enrich("run", one, *stored, "--workers", 1, "--out-dir", mkdtemp(dir=folder)).seconds

    works = (partial(by_parts, parts), partial(by_parts, few_parts), partial(plain, whole), partial(plain, few_whole))
    taken = paired(size.rounds, *works)
    row, plain_row = (max(one - other, 1e-3) / more for one, other in (taken[:2], taken[2:]))
    detail = f"{row * 1e6:.1f} against {plain_row * 1e6:.1f} us"
    return Figure("CSV in parts: a row / a plain run's over one file", row / plain_row, 0.7, detail)


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    rows = size.lines * 5
    files, few, store = max(10, rows // 20), rows // 10, folder / "store.sqlite"
    fill(store, files)
    many, fewer = (lake(folder / name, count, files) for name, count in (("many", rows), ("few", few)))
    tenth = lake(folder / "tenth", few, files // 10)
    stored = ("--store", f"sqlite:///{store}", "--offline", "-q")
    yield csv_figure(size, folder, many, fewer, stored)
    stored = (*stored, "--workers", 1)
    answers = {one: folder / f"{one.name}.parquet" for one in (many, tenth)}
    for one, table in answers.items():
        enrich("run", one, *stored, "--only-answers", "-o", table)

    def ours(one: Path, *options: object) -> Callable[[], float]:
        return lambda: enrich("run", one, *stored, *options, "--out-dir", mkdtemp(dir=folder)).seconds

    def theirs(one: Path, table: Path) -> Callable[[], float]:
        return lambda: python(JOIN, one, table, mkdtemp(dir=folder)).seconds

    named, found = ("--column", "SHA256"), ()
    works = [ours(many, *named), ours(fewer, *named), ours(tenth, *named), ours(many, *found), ours(fewer, *found)]
    has_duckdb = importlib.util.find_spec("duckdb") is not None
    if has_duckdb:
        works += [theirs(many, answers[many]), theirs(fewer, answers[many]), theirs(tenth, answers[tenth])]
    taken = paired(size.rounds, *works)

    def a_row(many_: float, few_: float) -> float:
        """Return the processor seconds of a row."""
        return max(many_ - few_, 1e-3) / (rows - few)

    row, scanned_row, run = a_row(taken[0], taken[1]), a_row(taken[3], taken[4]), a_row(taken[0], taken[2])
    if not has_duckdb:
        yield Figure("Parquet in parts: a row, with the own scan / named", scanned_row / row, 2.1)
        return
    their_row, their_run = a_row(taken[5], taken[6]), a_row(taken[5], taken[7])
    for name, cost, bar in (("a named column", row, 1.2), ("the own scan", scanned_row, 2.5)):
        detail = f"{cost * 1e6:.1f} against {their_row * 1e6:.1f} us"
        yield Figure(f"Parquet in parts: a row, {name} / DuckDB's join", cost / their_row, bar, detail)
    detail = f"{run * 1e6:.1f} against {their_run * 1e6:.1f} us a row, one in twenty a file of its own"
    yield Figure("Parquet in parts: rows and looked up files / DuckDB", run / their_run, 1.2, detail)
