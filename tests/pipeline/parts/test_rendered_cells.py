"""Texts in parts are given the cells that were rendered once for all of them: the same bytes as row by row."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from enrich.formats.delimited import DelimitedDocument, append, arrow_records, table
from enrich.pipeline import inputs
from enrich.pipeline.parts import content_join, phases, run
from enrich.pipeline.parts.content_join import CellsAsText, PartContents
from enrich.standin.synthetic import hashes
from tests.pipeline.parts.thread_engine import Threads
from tests.support.standin_server import EMPTY_MD5, Stand, sha256

pytest.importorskip("pyarrow")

ODD = {
    5: (sha256(3)[:-1], "", "damaged"),
    50: (sha256(4).upper(), hashes(4)[0], "of one file"),
    51: (sha256(4), hashes(5)[0], "of two files"),
    52: ("", EMPTY_MD5, "empty"),
    53: ("", "", "nothing"),
    54: ("", hashes(6)[0], "TLP:RED"),
    55: (f"{sha256(1)} {sha256(2)}", "", "two in a cell"),
    56: (sha256(7), "", "see evil.example.com"),
}


def a_table(path: Path, *, delimiter: str = ",", codec: str = "utf-8", end: str = "\n", quoted: bool = False) -> None:
    """Rows that are mostly alike; those of ``ODD`` hold something else."""
    lines = [("Host", "SHA256", "MD5", "Mark")]
    lines += [(f"wé{n % 7}", *ODD.get(n, (sha256(n % 11), "", "x"))) for n in range(120)]
    mark = '"' if quoted else ""
    text = end.join(delimiter.join(f"{mark}{cell}{mark}" for cell in line) for line in lines)
    path.write_bytes((text + end).encode(codec))


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake"
    folder.mkdir()
    a_table(folder / "a.csv")
    a_table(folder / "b.csv", end="\r\n")
    a_table(folder / "c.csv", delimiter=";", codec="cp1252", quoted=True)
    a_table(folder / "d.tsv", delimiter="\t", codec="utf-16")
    pairs(folder / "e.csv", range(40))
    return folder


def pairs(path: Path, numbers: Iterable[int]) -> None:
    """Rows that hold two hashes of a file each; each three times."""
    rows = [f"ws,{hashes(number)[0]},{sha256(number)}\n" for number in numbers]
    path.write_text("Host,MD5,SHA256\n" + "".join(rows) * 3)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[CellsAsText]:
    """What gave out fields that were rendered before."""
    given, own = list[CellsAsText](), CellsAsText.rendered

    def rendered(self: CellsAsText, first: int, end: int) -> object:
        given.append(self)
        return own(self, first, end)

    monkeypatch.setattr(CellsAsText, "rendered", rendered)
    return given


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--column", "SHA256"),
        ("--all-columns",),
        ("--kinds", "all"),
        ("--never-send", "Mark=TLP:RED"),
        ("--columns", "status,change,note"),
        ("--lang", "ru"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("size", [None, 2000], ids=["whole", "slices"])
@pytest.mark.slow
def test_a_text_is_the_same_as_row_by_row(
    stand: Stand,
    tmp_path: Path,
    lake: Path,
    threads: Threads,
    read: list[CellsAsText],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    size: int | None,
) -> None:
    del threads
    monkeypatch.setattr(content_join, "_ROWS_AT_ONCE", 50)
    if size is not None:
        monkeypatch.setattr(phases, "SLICE_SIZE", size)
        monkeypatch.setattr(DelimitedDocument, "block_size", 500)
    parts = sorted(lake.iterdir())
    stand.run(*parts, "--out-dir", tmp_path / "plain", *options)
    assert not read
    stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out", *options)
    assert len(set(read)) >= len(parts)
    for part in parts:
        name = f"{part.stem}.enriched{part.suffix}"
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()


def test_a_large_text_is_the_same_as_row_by_row(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    del threads
    (lake / "f.csv").write_bytes((lake / "a.csv").read_bytes().replace(b"\n", b"\r\n", 25))
    parts, at_once = sorted(lake.iterdir()), Counter[bool]()
    stand.run(*parts, "--out-dir", tmp_path / "plain")

    def counted(lines: bytes, fields: object) -> bytes | None:
        result = arrow_records.with_fields(lines, fields)  # type: ignore[arg-type]
        at_once[result is not None] += 1
        return result

    monkeypatch.setattr(append, "with_fields", counted)
    monkeypatch.setattr(table, "LARGE", 0)
    monkeypatch.setattr(inputs, "_ARROW_FROM", 0)
    monkeypatch.setattr(DelimitedDocument, "block_size", 500)
    stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out")
    assert all(at_once[made] for made in (True, False))
    for part in parts:
        name = f"{part.stem}.enriched{part.suffix}"
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()


def test_rows_with_several_hashes_of_a_file_share_its_cells(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    del threads
    for part in lake.iterdir():
        part.unlink()
    made, cells = list[PartContents](), PartContents.cells
    monkeypatch.setattr(PartContents, "cells", lambda *given: made.append(given[0]) or cells(*given))
    pairs(lake / "a.csv", range(40))
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert [contents.targets for contents in made] == [[]]
    assert stand.run(lake / "a.csv", "--out-dir", tmp_path / "plain") == 0
    assert (tmp_path / "out/a.enriched.csv").read_bytes() == (tmp_path / "plain/a.enriched.csv").read_bytes()


def test_a_file_behind_whose_quote_nothing_is_sure_goes_row_by_row(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, read: list[CellsAsText]
) -> None:
    del threads
    for part in lake.iterdir():
        part.unlink()
    (lake / "open.csv").write_text("Host,SHA256\n" + f'"ws,{sha256(1)}\n' * 30)
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert stand.run(lake / "open.csv", "--out-dir", tmp_path / "plain") == 0
    assert not read
    assert (tmp_path / "out/open.enriched.csv").read_bytes() == (tmp_path / "plain/open.enriched.csv").read_bytes()


def test_columns_of_an_earlier_run_are_refreshed_row_by_row(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, read: list[CellsAsText]
) -> None:
    del threads
    assert stand.run(lake / "a.csv", "--out-dir", tmp_path / "once") == 0
    assert stand.run(tmp_path / "once", "--workers", 2, "--out-dir", tmp_path / "twice") == 0
    assert not read
    (twice,) = (tmp_path / "twice").glob("*.csv")
    assert twice.read_bytes() == (tmp_path / "once/a.enriched.csv").read_bytes()


@pytest.mark.parametrize("lacks", ["arrow", "rows"])
def test_few_rows_and_a_machine_without_arrow_need_no_file_of_cells(
    stand: Stand,
    tmp_path: Path,
    lake: Path,
    threads: Threads,
    read: list[CellsAsText],
    monkeypatch: pytest.MonkeyPatch,
    lacks: str,
) -> None:
    del threads
    if lacks == "arrow":
        found = importlib.util.find_spec
        monkeypatch.setattr(run, "find_spec", lambda name: None if name == "pyarrow" else found(name))
    else:
        for part in lake.iterdir():
            part.unlink()
        for part in range(30):
            (lake / f"{part}.csv").write_text(f"Host,SHA256\nws,{sha256(part)}\n")
    stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out")
    assert len(list((tmp_path / "out").glob("*.enriched.*"))) == (5 if lacks == "arrow" else 30)
    assert not read


def test_answers_do_not_give_way_to_failed_lookups(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, hurried: None
) -> None:
    """Where no row needs more than the file of cells, which has those of hashes that stand alone."""
    del threads, hurried
    for part in lake.iterdir():
        part.unlink()
    (lake / "a.csv").write_text("Host,SHA256\n" + "".join(f"ws,{sha256(n % 4)}\n" for n in range(12)))
    command = (lake, "--workers", 1, "--out-dir", tmp_path / "out")
    assert stand.run(*command) == 0
    before = (tmp_path / "out/a.enriched.csv").read_bytes()
    away = Stand("http://127.0.0.1:1", tmp_path / "other.sqlite")
    assert away.run(*command) == 7
    assert (tmp_path / "out/a.enriched.csv").read_bytes() == before
