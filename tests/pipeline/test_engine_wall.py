"""An engine is one new file: what shares the parts of a large input, named in help and by doctor, and run by its name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from enrich.cli.main import main
from enrich.pipeline import engines
from enrich.registry import entries
from tests.support.standin_server import Stand, a_list, rows, sha256

THREADS = '''
"""Threads of this process, the smallest engine there is."""

from concurrent.futures import ThreadPoolExecutor

NEEDS = ()


def executor(settings):
    return ThreadPoolExecutor(settings.workers)
'''


@pytest.fixture
def threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "further"
    folder.mkdir()
    (folder / "threads.py").write_text(THREADS)
    engines.__path__.append(str(folder))
    entries.cache_clear()
    yield
    engines.__path__.remove(str(folder))
    entries.cache_clear()
    monkeypatch.delitem(sys.modules, "enrich.pipeline.engines.threads", raising=False)


@pytest.mark.usefixtures("threads")
def test_the_parts_of_a_folder_go_through_it(stand: Stand, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    for number in range(3):
        a_list(lake / f"part{number}.csv", range(number, number + 4))
    assert stand.run(lake, "--engine", "threads", "--workers", 2, "--out-dir", tmp_path / "out") == 0
    assert sorted(stand.asked()) == sorted(map(sha256, range(6)))
    parts = [rows(tmp_path / "out" / f"part{number}.enriched.csv") for number in range(3)]
    assert [row["vt_status"] for part in parts for row in part] == ["found"] * 12


@pytest.mark.usefixtures("threads")
def test_help_doctor_and_the_hint_name_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--help"]) == 0
    assert "(dask, local, threads)" in " ".join(capsys.readouterr().out.split())
    main(["doctor", "--store", "memory:"])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if " engines " in line and line.startswith("ok")]
    assert "threads" in line
    (tmp_path / "in.csv").write_text(f"sha256\n{sha256(1)}\n")
    assert main(["run", str(tmp_path / "in.csv"), "--engine", "thread", "--out-dir", str(tmp_path)]) == 2
    assert "threads" in capsys.readouterr().err
