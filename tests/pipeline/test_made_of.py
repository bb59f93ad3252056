"""A run that replaces what another input was given back as says so; the same input's output is refreshed in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.standin_server import Stand, a_list


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    """Two lists of one name in two folders."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    return [a_list(tmp_path / name / "list.csv", range(1)) for name in ("one", "two")]


def test_what_was_made_of_another_input_is_told_when_it_is_replaced(
    two: list[Path], stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    for path, told in ((two[0], ""), (two[0], ""), (two[1], str(two[0])), (two[1], ""), (two[0], str(two[1]))):
        assert stand.run(path, "--out-dir", out) == 0
        err = capsys.readouterr().err
        assert ("was made of" in err) == bool(told)
        assert told in err


@pytest.mark.slow
def test_a_run_in_parts_tells_it_too(
    two: list[Path], stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    for path, workers, told in (
        (two[0].parent, True, ""),
        (two[0].parent, True, ""),
        (two[1].parent, True, str(two[0])),
        (two[1].parent, True, ""),
        (two[0], False, str(two[1])),
        (two[1], True, str(two[0])),
    ):
        assert stand.run(path, "--out-dir", out, *(("--workers", 1) if workers else ())) == 0
        err = capsys.readouterr().err
        assert ("was made of" in err) == bool(told)
        assert told in err


def test_an_input_that_was_moved_is_no_other(
    two: list[Path], stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stand.run(two[0], "--out-dir", tmp_path / "out") == 0
    two[0].unlink()
    assert stand.run(two[1], "--out-dir", tmp_path / "out") == 0
    assert "was made of" not in capsys.readouterr().err


def test_what_is_written_in_place_was_made_of_itself(
    two: list[Path], stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert stand.run(two[0], "--in-place") == 0
    assert "was made of" not in capsys.readouterr().err
