"""How a command ends: the exit code that says what happened, and nothing half done left behind."""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from enrich.cli.main import main
from enrich.standin.options import Fault, Faults, Latency
from enrich.standin.synthetic import hashes
from tests.support.standin_server import Stand, a_list, rows, stand_in


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, 6),
        (lambda path: path.mkdir(), 6),
        (lambda path: path.write_bytes(b""), 6),
        (lambda path: path.write_text("name,size\nno,hash\n"), 6),
        (lambda path: path.write_bytes(b"\x7fELF" + bytes(range(256)) * 40), 6),
        (lambda path: path.write_bytes(b"PK\x03\x04broken"), 6),
    ],
    ids=["missing", "directory", "empty", "no hash", "binary", "broken zip"],
)
def test_a_bad_input_is_exit_6_with_a_sentence(
    stand: Stand, tmp_path: Path, make: Any, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    make(path)
    assert stand.run(path) == code
    told = capsys.readouterr().err
    assert told.startswith("enrich: ")
    assert "Traceback" not in told
    assert not list(tmp_path.glob("*.enriched.*"))


def test_one_bad_input_of_several_does_not_stop_the_others(stand: Stand, table: Path) -> None:
    missing = table.with_name("missing.csv")
    assert stand.run(table, missing) == 6
    assert table.with_name("incident.enriched.csv").exists()


@pytest.mark.parametrize("more", [[], ["--out-dir", "out"]])
def test_the_same_pattern_night_by_night_takes_no_output_for_an_input(
    stand: Stand,
    table: Path,
    more: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(table.parent)
    assert stand.run("incident.csv") == 0
    assert stand.run("*.csv", *more) == 0, "as a pattern"
    assert stand.run("incident.csv", "incident.enriched.csv", *more) == 0, "as a shell expands it"
    assert "incident.enriched.csv: left out" in capsys.readouterr().err
    assert not list(table.parent.rglob("*.enriched.enriched.*"))


def test_a_store_that_is_no_store_is_exit_7_and_left_as_it_was(stand: Stand, table: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.sqlite"
    bad.write_bytes(b"this is not a database" * 100)
    assert main(["run", str(table), "--virustotal-url", stand.address, "--store", f"sqlite:///{bad}", "-q"]) == 7
    assert bad.read_bytes() == b"this is not a database" * 100


def test_a_file_that_is_called_like_an_option_and_a_folder_are_told_how_they_are_named(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-list.csv").write_text(f"SHA256\n{hashes(1)[2]}\n")
    assert stand.run("-list.csv") == 2
    assert "say ./-list.csv" in capsys.readouterr().err
    assert stand.run("./-list.csv", "-o", "out/") == 2
    assert "--out-dir takes a folder" in capsys.readouterr().err
    assert stand.run("./-list.csv", "-o", "out.doc") == 2
    assert "--out-dir" not in capsys.readouterr().err


def test_the_gate_trips_on_malicious_and_on_nothing_else(stand: Stand, tmp_path: Path) -> None:
    detected, clean = a_list(tmp_path / "detected.csv", range(1, 2)), a_list(tmp_path / "clean.csv", range(4, 5))
    assert stand.run(detected, "--fail-on", "malicious") == 10
    assert stand.run(clean, "--fail-on", "malicious") == 0
    assert rows(tmp_path / "clean.enriched.csv")[0]["vt_malicious"] == "0"


def test_the_service_that_keeps_failing_is_exit_4_with_the_reason(
    tmp_path: Path, key: str, hurried: None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"SHA256\n{hashes(1)[2]}\n")
    faults = Faults(script={hashes(1)[2]: [Fault.HTML_200] * 4})
    with stand_in(tmp_path, faults=faults) as there:
        assert there.enrich("run", path) == 4
        out = rows(tmp_path / "one.enriched.csv")
        assert (out[0]["vt_status"], out[0]["vt_detections"]) == ("failed", "")
        assert "failed (1): the answer is not VirusTotal's JSON" in capsys.readouterr().err
        assert out[0]["vt_note"]
        assert there.run(path) == 0, "a failure is never kept"


def test_a_quiet_run_tells_what_failed_and_nothing_else(
    stand: Stand, table: Path, key: str, hurried: None, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--virustotal-url", "http://127.0.0.1:1", "--store", "memory:", "--replace-answers"]
    assert main(["run", str(table), *where, "-q"]) == 4
    assert re.fullmatch(r"failed \(\d+\): 127\.0\.0\.1: no connection .*\n", capsys.readouterr().err)
    assert stand.run(table) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "--no-such-flag"],
        ["nonsense"],
        ["run", "x", "--max-age", "soon"],
        ["cache", "prune", "--older-than", "long"],
        ["standin", "--port", "99999"],
        ["standin", "--per-day", "0"],
        ["standin", "--fault-rate", "3"],
        ["standin", "--latency", "-1"],
        ["standin", "--faults", "weather"],
    ],
)
def test_usage_errors_are_exit_2_in_two_lines(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("enrich: ")
    assert second.startswith("  ")


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz", "-"])
def test_a_disk_that_fails_at_the_last_moment_is_no_traceback(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """What was put aside cannot be removed; all that was asked for is written."""
    content = f"SHA256\n{hashes(1)[2]}\n".encode()
    sheet = tmp_path / name if name != "-" else name
    if isinstance(sheet, Path):
        sheet.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    def broken(path: object, **_more: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", broken)
        patched.setattr(os, "rmdir", broken)
        patched.setattr(tempfile, "tempdir", str(tmp_path))
        code = stand.run(sheet, "-o", tmp_path / "out.csv", "-o", tmp_path / "out.xlsx", "-o", tmp_path / "out.md")
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert code == 0, told
    assert rows(tmp_path / "out.csv")[0]["vt_status"] == "found"


@pytest.mark.slow
def test_how_long_an_answer_may_take_is_the_users_to_say(
    tmp_path: Path, key: str, hurried: None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"SHA256\n{hashes(1)[2]}\n")
    with stand_in(tmp_path, latency=Latency(way_out=60.0)) as there:
        assert there.enrich("run", path, "--timeout", "0.2") == 4
        assert "--timeout" in capsys.readouterr().err
        assert there.run(path, "--timeout", "30") == 0


def test_what_keeps_an_input_from_being_kept_is_told_and_the_input_stays(
    stand: Stand, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr("enrich.files.atomic.keep_first", full)
    before = table.read_bytes()
    assert stand.run(table, "--in-place") == 7
    told = capsys.readouterr().err
    assert f"{table} cannot be written: No space left on device" in told
    assert table.read_bytes() == before
