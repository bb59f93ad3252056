"""The console in any code page: what it lacks stands as a number, and nothing fails."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from enrich.__main__ import entry

HASH = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"
COMMANDS = [
    ["--help"],
    ["scan", "список–漢字.csv"],
    ["plan", "список–漢字.csv"],
    ["plan", "нет.csv"],
    ["doctor"],
    ["список"],
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "список–漢字.csv").write_text(f"Хост,Хеш\nузел–1,{HASH}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENRICH_STORE", "memory:")


def is_sound(code: int | str | None, out: str, error: str) -> None:
    assert "Traceback" not in out + error
    assert "encod" not in error
    assert code in (0, 2, 5, 6)
    assert (out + error).strip()


@pytest.mark.parametrize("code_page", ["ascii", "cp437", "cp1251", "cp1252", "cp932", "utf-16"])
@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_speaks_in_any_code_page(
    code_page: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(io.BytesIO(), encoding=code_page))
    monkeypatch.setattr(sys, "argv", ["enrich", *words])
    with pytest.raises(SystemExit) as left:
        entry()
    said = []
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        said.append(stream.buffer.getvalue().decode(code_page))  # type: ignore[attr-defined] - the one set above
    is_sound(left.value.code, *said)


@pytest.mark.parametrize(("code_page", "words"), [("cp1251", COMMANDS[0]), ("cp932", COMMANDS[2])])
@pytest.mark.slow
def test_a_process_of_its_own_does_the_same(code_page: str, words: list[str]) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": code_page, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-m", "enrich", *words], env=environment, capture_output=True, check=False)
    is_sound(done.returncode, done.stdout.decode(code_page, "replace"), done.stderr.decode(code_page, "replace"))
