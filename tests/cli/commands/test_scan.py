"""`enrich scan` shows what stands where, and by whose word."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from enrich.cli.main import main
from tests.support.made_sheets import md5, sha1, sha256


def scan(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["scan", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str, name: str = "in.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    return write


def test_it_shows_which_link_of_the_chain_decided(
    sheet: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet("Fingerprints", f"  SHA1: {sha1(1)}", f"file: MD5 {md5(1)}", name="in.txt")
    _, out, _ = scan(capsys, path)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["status"] for row in rows] == ["left_out", "indicator"]
    assert "by the title 'Fingerprints' in row 1" in rows[0]["reason"]


def test_values_are_the_bare_indicators_each_once(
    sheet: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet("SHA256,Mutex", f"{sha256(1)},{md5(1)}", f"{sha256(1)},", f"{sha256(2)},")
    code, out, _ = scan(capsys, path, "--values")
    assert (code, out.split()) == (0, [sha256(1), sha256(2)])


def test_a_column_that_is_nowhere_is_a_usage_error_that_names_those_there_are(
    sheet: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = scan(capsys, sheet("SHA256,Note", f"{sha256(1)},x"), "--column", "Nope")
    assert code == 2
    assert "'Nope'" in err
    assert "SHA256, Note" in err


def test_a_column_that_says_nothing_of_hashes_is_left_out_and_the_way_to_have_it_is_told(
    sheet: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet("Colour,Tree", f"red,{sha256(1)}", f"blue,{sha256(2)}")
    _, out, err = scan(capsys, path)
    assert out.count("left_out") == 2
    assert "--column Tree" in err
    _, out, _ = scan(capsys, path, "--column", "Tree", "--values")
    assert out.split() == [sha256(1), sha256(2)]


def test_names_of_files_are_guarded_as_cells_are(
    sheet: Callable[..., Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet("SHA256", sha256(1), name="=cmd()\u202e.csv")
    monkeypatch.chdir(tmp_path)
    _, out, _ = scan(capsys, "=cmd()\u202e.csv")
    assert next(csv.DictReader(io.StringIO(out)))["input"].startswith("'=cmd()\\u202e")


def test_names_of_sheets_are_guarded_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.Workbook()
    book.active.title = "=1+1\u202e"
    book.active.append(["SHA256"])
    book.active.append([sha256(1)])
    book.save(tmp_path / "in.xlsx")
    _, out, _ = scan(capsys, tmp_path / "in.xlsx")
    assert next(csv.DictReader(io.StringIO(out)))["sheet"] == "'=1+1\\u202e"
