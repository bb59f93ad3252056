"""Answers that stand in an output never give way to ``pending`` or ``failed`` unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.standin_server import Stand, a_list, rows


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.csv.gz"])
def test_offline_with_another_store_keeps_the_answers_of_an_output(
    stand: Stand, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, output = a_list(tmp_path / "in.csv", range(4)), tmp_path / name
    assert stand.run(sheet, "-o", output) == 0
    before = output.read_bytes()
    other = Stand(stand.address, tmp_path / "other.sqlite")
    assert other.run(sheet, "-o", output, "--offline") == 7
    assert output.read_bytes() == before
    assert "--replace-answers" in capsys.readouterr().err
    assert other.run(sheet, "-o", output, "--offline", "--replace-answers") == 3
    assert output.read_bytes() != before


def test_in_place_they_are_kept_too_and_a_run_that_answers_goes_on(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(4))
    assert stand.run(sheet, "--in-place") == 0
    other = Stand(stand.address, tmp_path / "other.sqlite")
    assert other.run(sheet, "--in-place", "--budget", 2) == 7
    assert [row["vt_status"] for row in rows(sheet)] == ["found"] * 4
    assert other.run(sheet, "--in-place") == 0


def test_they_are_kept_where_lookups_fail(
    stand: Stand, tmp_path: Path, hurried: None, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, output = a_list(tmp_path / "in.csv", range(4)), tmp_path / "out.csv"
    assert stand.run(sheet, "-o", output) == 0
    before = output.read_bytes()
    away = Stand("http://127.0.0.1:1", tmp_path / "other.sqlite")
    assert away.run(sheet, "-o", output) == 7
    assert output.read_bytes() == before
    told = capsys.readouterr().err
    assert "4 rows that this run lacks" in told
    assert "no connection" in told
    assert away.run(sheet, "-o", output, "--replace-answers") == 4


def test_what_was_pending_before_may_be_so_again(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(4))
    for _ in range(2):
        assert stand.run(sheet, "--budget", 1) == 3
    assert [row["vt_status"] for row in rows(tmp_path / "in.enriched.csv")].count("found") == 2
