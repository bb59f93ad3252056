"""What a run tells: on stdout the data, on stderr what happened and what to do, the key nowhere."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import openpyxl
import pytest

from enrich.cli.main import main
from enrich.standin.synthetic import hashes
from tests.support.standin_server import KEY, Stand, rows


def test_the_summary_is_one_json_object_and_all_else_goes_to_stderr(
    stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.enrich("run", table, "--json")
    told = capsys.readouterr()
    summary = json.loads(told.out)
    assert (summary["exit_code"], summary["unique"], summary["calls"]) == (0, 3, 2)
    assert (summary["found"], summary["trivial"], summary["invalid"]) == (3, 1, 1)
    assert summary["inputs"][0]["indicators"] == 5
    assert summary["outputs"][0]["path"].endswith("incident.enriched.csv")
    assert len(summary["outputs"][0]["sha256"]) == 64
    assert summary["quota"]["used"] == {"day": 2, "month": 2}
    assert told.err
    stand.run(table, "--json")
    again = json.loads(capsys.readouterr().out)
    assert again["quota"]["used"] == {"day": None, "month": None}, "all from the store: no key was needed"


def test_the_stand_in_says_so_on_every_face(stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = [str(table.with_name(f"out{suffix}")) for suffix in (".csv", ".xlsx")]
    arguments = [part for out in outputs for part in ("-o", out)]
    stand.enrich("run", table, *arguments)
    assert "not from www.virustotal.com" in capsys.readouterr().err
    assert "stand-in" in rows(Path(outputs[0]))[0]["vt_note"]
    book = openpyxl.load_workbook(outputs[1])
    assert "Stand-in" in str(book["Summary"]["A1"].value)


def test_every_file_is_in_the_last_words_and_so_is_why_a_gate_tripped(
    stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (table.parent / "never.txt").write_text(hashes(2)[2])
    never = ["--never-send", str(table.parent / "never.txt")]
    assert stand.enrich("run", table, "--fail-on", "malicious,unknown", *never) == 10
    told = capsys.readouterr().err
    assert "3 files in 6 rows" in told
    assert "1 trivial, 1 skipped" in told
    assert "pending" not in told
    assert "--fail-on malicious,unknown" in told


def test_names_of_the_empty_file_are_one_file_in_a_run_and_in_its_plan(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in.csv"
    names = [hashlib.new(name, b"").hexdigest() for name in ("md5", "sha1", "sha256")]
    path.write_text("\n".join(["hash", *names, hashes(5)[2]]) + "\n")
    assert stand.enrich("plan", path, "--json") == 0
    planned = json.loads(capsys.readouterr().out)
    assert (planned["unique"], planned["trivial"]) == (2, 1)
    assert stand.enrich("run", path) == 0
    told = capsys.readouterr().err
    assert "2 files in 4 rows" in told
    assert "1 trivial" in told


def test_older_answers_that_were_to_be_replaced_are_told(
    stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.enrich("run", table)
    assert stand.enrich("run", table, "--refresh", "--budget", "1") == 3
    assert "older answers stand where none came" in capsys.readouterr().err


def test_an_engine_that_no_answer_knows_is_told(stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stand.run(table, "--engines", "Mircosoft,Kaspersky") == 0
    said = capsys.readouterr().err
    assert "no answer holds a verdict of Mircosoft:" in said


def test_a_column_that_is_not_there_is_said(stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stand.run(table, "--column", "Nope") == 2
    assert "no input has a column 'Nope'" in capsys.readouterr().err
    assert stand.run(table, "--sheet", "Nope") == 2
    assert "without sheets" in capsys.readouterr().err


def test_a_failed_row_says_what_to_do(tmp_path: Path, table: Path, key: str, hurried: None) -> None:
    where = ["--virustotal-url", "http://127.0.0.1:1", "--proxy", "http://127.0.0.1:1", "--store", "memory:"]
    assert main(["run", str(table), *where, "-q"]) == 4
    assert "check --proxy" in rows(table.with_name("incident.enriched.csv"))[0]["vt_note"]


def test_an_error_in_standard_input_names_it_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert main(["scan", "-"]) == 6
    assert "enrich: standard input is empty" in capsys.readouterr().err


def test_the_key_is_in_no_output_store_or_word(
    stand: Stand, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.enrich("run", table, "-v", "--log-file", tmp_path / "log", "--audit", tmp_path / "audit")
    stand.enrich("doctor")
    stand.enrich("quota")
    told = capsys.readouterr()
    seen = told.out.encode() + told.err.encode()
    seen += b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert KEY.encode() not in seen


def test_an_offline_run_says_what_would_bring_the_rest(
    stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stand.enrich("run", table, "--offline") == 3
    assert "run without --offline to go on" in capsys.readouterr().err
    assert stand.enrich("run", table, "--budget", "0") == 3
    assert "run the same command again to go on" in capsys.readouterr().err


def test_a_key_file_that_is_not_there_is_told_wherever_it_should_lie(
    stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in ("/no-such-key", "no-such-key"):
        assert stand.enrich("run", table, "--key-file", place) == 5
        assert f"the key file {place} cannot be read" in capsys.readouterr().err


def test_a_mistyped_choice_is_told_with_the_one_that_was_meant(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(table), "--fail-on", "malicous"]) == 2
    assert "did you mean malicious?" in capsys.readouterr().err


@pytest.mark.parametrize("malicious_from", [1, 75])
def test_each_answer_is_told_with_the_verdict_of_this_run(
    stand: Stand, table: Path, capsys: pytest.CaptureFixture[str], malicious_from: int
) -> None:
    stand.enrich("run", table, "-v", "--malicious-from", malicious_from)
    told = capsys.readouterr().err
    assert ("found malicious " in told, "found suspicious " in told) == (malicious_from == 1, malicious_from == 75)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.slow
def test_a_list_that_begins_in_its_first_row_is_told_which_columns_ours_are(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    lines = [("ws1", hashes(1)[2]), ("ws2", hashes(2)[2])]
    bare, headed = tmp_path / f"bare{suffix}", tmp_path / f"headed{suffix}"
    for path, table in ((bare, lines), (headed, [("Host", "SHA256"), *lines])):
        if suffix == ".csv":
            path.write_text("".join(",".join(line) + "\n" for line in table))
        else:
            book = openpyxl.Workbook()
            for line in table:
                book.active.append(line)
            book.save(path)
    said = "no row is free for headings; the new columns are, in this order: vt_status, vt_detections"
    assert stand.run(bare, "--columns", "vt_status,vt_detections") == 0
    assert said in " ".join(capsys.readouterr().err.split())
    assert stand.run(headed, "--columns", "vt_status,vt_detections") == 0
    assert "no row is free" not in capsys.readouterr().err
    (tmp_path / "parts").mkdir()
    bare.rename(tmp_path / "parts" / bare.name)
    assert stand.run(tmp_path / "parts", "--workers", 1, "--out-dir", tmp_path / "out") == 0
    assert "no row is free" not in capsys.readouterr().err
