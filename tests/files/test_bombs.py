"""Small files that would fill the memory are refused in a sentence, and what was refused keeps no memory."""

from __future__ import annotations

import gzip
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from enrich.config.settings import Settings
from enrich.errors import InputError
from enrich.files import lines, source
from enrich.formats import open_document
from enrich.pipeline.inputs import read_inputs
from tests.support.standin_server import a_list


@pytest.fixture
def bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(source, "RATIO_FROM", 4 << 20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * (2 << 20)))
    return path


def test_a_gzip_bomb_is_refused(bomb: Path) -> None:
    with pytest.raises(InputError, match="times its size"):
        open_document(bomb)


def test_a_line_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 1 << 20)
    path = tmp_path / "line.csv"
    path.write_bytes(b"a,b\n" + b"x" * (3 << 20))
    with pytest.raises(InputError, match="has a line of more than"), closing(open_document(path)) as document:
        list(document.rows(""))


def test_refused_inputs_keep_no_memory(bomb: Path) -> None:
    for number in range(20):
        bomb.with_name(f"bomb{number}.csv.gz").write_bytes(bomb.read_bytes())
    inputs = [a_list(bomb.with_name("list.csv"), range(3)), *bomb.parent.glob("bomb*.gz")]
    tracemalloc.start()
    with read_inputs(inputs, Settings()) as intake:
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(intake.unread) == 21
        assert all(error.__traceback__ is None for _, error in intake.unread)
    assert kept < 8 << 20
