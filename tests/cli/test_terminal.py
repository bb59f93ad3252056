"""What a file name or a service's word may hold, no terminal obeys and no output breaks on."""

from __future__ import annotations

import errno
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from enrich.cli.main import exit_code_of, main
from enrich.cli.progress import Bar, Lines
from enrich.clock import SystemClock
from enrich.files.paths import path_text
from enrich.model.event import Event, EventKind
from enrich.visible import visible

HOSTILE = "red\x1b[31m\x1b]0;title\x07 \u202egnp.exe \udcff"


def test_nothing_in_a_line_moves_the_cursor_or_turns_the_text_round() -> None:
    assert visible("rot\x1b[31m\r\n\u202e") == r"rot\x1b[31m\r\n\u202e"
    assert visible("Ünïcode, 日本, C:\\dir") == "Ünïcode, 日本, C:\\dir"


def test_a_name_that_is_no_utf8_is_text_that_every_output_can_hold() -> None:
    assert path_text(Path(os.fsdecode(b"raw\xff.csv"))) == r"raw\xff.csv"


@pytest.mark.parametrize(
    "command",
    [["run", "{name}"], ["scan", "{name}"], ["report", "{name}", "-o", "x.md"], ["run", "x", "{name}"], ["{name}"]],
)
def test_no_error_lets_a_name_reach_the_terminal_raw(
    command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([word.format(name=HOSTILE) for word in command]) in (2, 6)
    said = capsys.readouterr().err
    assert "red" in said
    assert said.replace("\n", "").isprintable()


@pytest.mark.parametrize("make", [Lines, Bar])
def test_no_word_of_the_service_reaches_the_terminal_raw(make: type[Lines | Bar]) -> None:
    out = io.StringIO()
    listener = make(SystemClock(), out)
    listener(Event(EventKind.STARTED, total=2, reach=2))
    listener(Event(EventKind.STOPPED, text=HOSTILE))
    listener.close()
    assert r"red\x1b[31m" in out.getvalue().replace("\n", "")
    assert "\x1b]0;" not in out.getvalue()


def test_a_file_whose_name_is_no_utf8_goes_through_every_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"raw\xff.csv")
    Path(name).write_text(f"hash\n{'ab' * 32}\n")
    forms = [word for suffix in ("csv", "xlsx", "html", "md", "json", "pdf", "stix") for word in ("-o", f"o.{suffix}")]
    logged = ["--log-file", "log.jsonl", "--store", "memory:", "--offline", "--json"]
    assert main(["run", name, *forms, *logged]) == 3
    assert json.loads(capsys.readouterr().out)["inputs"][0]["path"] == r"raw\xff.csv"
    assert main(["run", name, *logged]) == 3
    assert os.fsdecode(b"raw\xff.enriched.csv") in os.listdir()


@pytest.mark.slow
def test_standard_output_that_cannot_be_written_is_exit_7(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text(f"hash\n{'ab' * 32}\n")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "enrich", "scan", table], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (7, "enrich: standard output cannot be written: No space left on device\n")


@pytest.mark.slow
def test_a_terminal_without_the_characters_gets_their_numbers(tmp_path: Path) -> None:
    table = tmp_path / "Ünïcode.csv"
    table.write_text(f"hash\n{'ab' * 32}\n")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "enrich", "scan", table], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0
    assert r"\xdcn\xefcode.csv" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell")
@pytest.mark.parametrize("words", ["2>&-", ">&-", ">&- 2>&-", "2>/dev/full", "2>&1 | true; exit ${PIPESTATUS[0]}"])
def test_a_job_does_not_end_because_its_words_go_nowhere(tmp_path: Path, words: str) -> None:
    table = tmp_path / "in.csv"
    table.write_text(f"hash\n{'ab' * 32}\n")
    command = shlex.join([sys.executable, "-m", "enrich", "run", str(table), "--store", "memory:", "--offline"])
    done = subprocess.run(["bash", "-c", f"{command} {words}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert (tmp_path / "in.enriched.csv").exists()


def test_a_disk_that_fails_while_it_is_read_is_no_fault_of_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with open(os.devnull, "w") as nowhere:
        sys.stdout, before = nowhere, sys.stdout
        try:
            code = exit_code_of(OSError(errno.EIO, os.strerror(errno.EIO)))
        finally:
            sys.stdout = before
    assert code == 6
    assert "an input cannot be read" in capsys.readouterr().err
