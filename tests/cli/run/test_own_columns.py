"""Columns that bear our names: the analyst's are kept with a word, an earlier run's replaced in place, in every form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from enrich.formats import open_document
from tests.support.standin_server import Stand, rows, sha256

OWN = {
    "vt_verdict": "benign - checked by JM",
    "vt_malicious": "3",
    "vt_note": "my remark",
    "vt_link": "https://ticket/1",
}
SUBSETS = [
    "",
    "vt_status,vt_detections,vt_note",
    "vt_detections",
    "vt_note,vt_detections",
    "vt_first_seen,vt_malicious",
]


def _written(path: Path, lines: Sequence[Sequence[str | int]]) -> Path:
    if path.suffix == ".csv":
        path.write_text("".join(",".join(map(str, line)) + "\n" for line in lines))
        return path
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(list(line))
    book.save(path)
    return path


def _texts(path: Path) -> list[list[str]]:
    document = open_document(path)
    try:
        return [list(row.texts) for row in document.rows(document.sheets[0])]
    finally:
        document.close()


def _options(columns: str) -> list[str]:
    return ["--columns", columns] if columns else []


@pytest.mark.parametrize("columns", SUBSETS)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_analysts_words_under_names_of_ours_stay_through_every_run(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str, columns: str
) -> None:
    far = [["B", sha256(n), "", "", "", ""] for n in range(2, 45)]
    lines = [["host", "sha256", *OWN], *far, ["A", sha256(1), *OWN.values()]]
    path = _written(tmp_path / f"in{suffix}", lines)
    assert stand.run(path, "--in-place", *_options(columns)) == 0
    if not columns:
        assert "a column 'vt_note' of your own is there" in capsys.readouterr().err
    once = _texts(path)
    assert [line[: len(lines[0])] for line in once] == lines
    assert len({*once[0]}) == len(once[0])
    assert stand.run(path, "--in-place", *_options(columns)) == 0
    assert _texts(path) == once


@pytest.mark.parametrize("columns", SUBSETS)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".tsv", ".parquet"])
def test_what_an_earlier_run_appended_is_written_anew_and_never_twice(
    stand: Stand, tmp_path: Path, suffix: str, columns: str
) -> None:
    source = _written(tmp_path / "in.csv", [["host", "sha256"], *[["A", sha256(n)] for n in range(9)]])
    once = tmp_path / f"once{suffix}"
    assert stand.run(source, "-o", once, *_options(columns)) == 0
    before = _texts(once)
    for number, chosen in enumerate((columns, "vt_size,vt_note")):
        twice = tmp_path / f"twice-{number}{suffix}"
        assert stand.run(once, "-o", twice, *_options(chosen)) == 0
        after = _texts(twice)
        assert not [name for name in after[0] if "(" in name]
        assert [line[: len(before[0])] for line in after] == before


def test_columns_without_a_status_are_written_anew_with_a_word(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _written(tmp_path / "in.csv", [["host", "sha256", "vt_detections"], ["A", sha256(1), "5/72"]])
    assert stand.run(path, "--columns", "vt_detections", "--in-place") == 0
    assert "are written anew: vt_detections" in capsys.readouterr().err
    assert len(rows(path)[0]) == 3
