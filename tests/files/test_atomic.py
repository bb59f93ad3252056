"""A file is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from enrich.errors import OutputError
from enrich.files.atomic import atomic


def test_a_write_that_fails_leaves_the_former_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("former")
    with pytest.raises(RuntimeError), atomic(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_text() == "former"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_full_disk_is_an_output_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, atomic(tmp_path / "a.csv"):
        raise OSError(28, "No space left on device")
    assert "no answer is lost" in caught.value.hint
    assert os.listdir(tmp_path) == []


def test_in_place_keeps_the_original_as_bak_and_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("former")
    path.chmod(0o640)
    with atomic(path, keep=True) as file:
        file.write(b"new")
    assert path.read_text() == "new"
    assert (tmp_path / "a.csv.bak").read_text() == "former"
    assert path.stat().st_mode & 0o777 == 0o640
