"""The console in any code page: what it lacks stands as a number, and nothing fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HASH = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"


@pytest.mark.parametrize("code_page", ["ascii", "cp437", "cp1251", "cp1252", "cp932", "utf-16"])
@pytest.mark.parametrize(
    "words",
    [["--help"], ["scan", "список–漢字.csv"], ["plan", "список–漢字.csv"], ["plan", "нет.csv"], ["doctor"], ["список"]],
)
def test_every_command_speaks_in_any_code_page(tmp_path: Path, code_page: str, words: list[str]) -> None:
    (tmp_path / "список–漢字.csv").write_text(f"Хост,Хеш\nузел–1,{HASH}\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": code_page, "ENRICH_STORE": "memory:", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "enrich", *words], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    told = (done.stdout + done.stderr).decode(code_page, "replace")
    assert "Traceback" not in told
    assert "encod" not in done.stderr.decode(code_page, "replace")
    assert done.returncode in (0, 2, 5, 6)
    assert told.strip()
