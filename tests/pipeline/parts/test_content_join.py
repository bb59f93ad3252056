"""A part that is joined by its columns is the same, row for row and word for word, as when it is written row by row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from enrich.pipeline.parts import content_join
from enrich.standin.synthetic import hashes
from tests.pipeline.parts.thread_engine import Threads
from tests.support.standin_server import EMPTY_MD5, Stand, sha256

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def md5(number: int) -> str:
    """The MD5 of a made-up file."""
    return hashes(number)[0]


SPENT = {"started", "ended", "seconds", "outputs", "from_store"}
"""What is not the same in two runs: a part's hashes of one file are taken from the store as several."""
ODD = {
    3: {"SHA256": sha256(3)[:-1]},
    70: {"SHA256": sha256(4).upper(), "MD5": md5(4)},
    71: {"SHA256": sha256(4), "MD5": md5(5)},
    72: {"SHA256": None, "MD5": EMPTY_MD5},
    73: {"SHA256": None, "MD5": None},
    74: {"SHA256": None, "MD5": md5(6), "Mark": "TLP:RED"},
    75: {"Commit": "ab" * 20},
    76: {"SHA256": None, "Commit": "cd" * 20},
    140: {"SHA256": f"{sha256(1)} {sha256(2)}"},
    141: {"Mark": "see evil.example.com"},
    142: {"SHA256": None, "Mark": "see evil.example.com"},
}


def table(size: int) -> Any:
    """Rows that are mostly alike; those of ``ODD`` hold something else."""
    rows = [
        {"Host": f"ws{n % 9}", "SHA256": sha256(n % 23), "MD5": None, "Commit": None, "Mark": "none", "Pid": n, "At": n}
        | ODD.get(n, {})
        for n in range(size)
    ]
    return pa.Table.from_pylist(
        rows, pa.schema([(k, pa.int64() if k in ("Pid", "At") else pa.string()) for k in rows[0]])
    )


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake"
    folder.mkdir()
    pq.write_table(table(600), folder / "a.parquet", row_group_size=250)
    pq.write_table(table(90), folder / "b.parquet")
    pq.write_table(table(20), folder / "c.parquet")  # none of its hashes repeats
    return folder


def told(stand: Stand, capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    stand.run(*arguments, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {name: value for name, value in found.items() if name not in SPENT}


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--column", "SHA256"),
        ("--column", "SHA256", "--column", "MD5"),
        ("--all-columns",),
        ("--kinds", "all"),
        ("--never-send", "Mark=TLP:RED"),
        ("--columns", "status,change,note"),
        ("--lang", "ru"),
    ],
    ids=" ".join,
)
@pytest.mark.slow
def test_a_part_is_the_same_as_row_by_row(
    stand: Stand,
    tmp_path: Path,
    lake: Path,
    threads: Threads,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
) -> None:
    del threads
    made = list[content_join.CellsByColumn]()
    cells = content_join.PartContents.cells
    monkeypatch.setattr(content_join.PartContents, "cells", lambda *given: made.append(cells(*given)) or made[-1])
    parts = sorted(lake.iterdir())
    stand.run(*parts, "--out-dir", tmp_path / "first", *options)  # what is asked now, the two others have
    plain = told(stand, capsys, *parts, "--out-dir", tmp_path / "plain", *options)
    assert not made
    ours = told(stand, capsys, lake, "--workers", 1, "--out-dir", tmp_path / "out", *options)
    assert made
    assert ours == plain
    for name in ("a.enriched.parquet", "b.enriched.parquet", "c.enriched.parquet"):
        one, other = (pq.ParquetFile(tmp_path / folder / name) for folder in ("plain", "out"))
        assert other.schema_arrow.equals(one.schema_arrow, check_metadata=True)
        assert other.read().to_pylist() == one.read().to_pylist()
        assert other.num_row_groups == one.num_row_groups


def test_a_workbook_of_two_sheets_may_lie_beside_parquet(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    del threads
    book = Workbook()
    for sheet in (book.active, book.create_sheet("more")):
        for row in (["Host", "SHA256"], *([f"ws{n}", sha256(n)] for n in range(3))):
            sheet.append(row)
    book.save(lake / "d.xlsx")
    assert stand.run(lake, "--workers", 1, "--out-dir", tmp_path / "out") == 0
    assert stand.run(lake / "d.xlsx", "--out-dir", tmp_path / "plain") == 0
    given, plain = (load_workbook(tmp_path / folder / "d.enriched.xlsx") for folder in ("out", "plain"))
    for name in ("Sheet", "more"):
        assert list(given[name].values) == list(plain[name].values)


def test_what_is_open_is_not_put_in_the_stead_of_answers(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    del threads
    out = tmp_path / "out"
    assert stand.run(lake, "--workers", 1, "--out-dir", out) == 0
    before = (out / "a.enriched.parquet").read_bytes()
    pq.write_table(table(601), lake / "a.parquet")
    stand.store = tmp_path / "empty.sqlite"
    stand.run(lake, "--workers", 1, "--out-dir", out, "--offline")
    assert (out / "a.enriched.parquet").read_bytes() == before
