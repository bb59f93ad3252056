"""Whatever ends a run, and whenever: its metrics and its object on stdout say so, and nothing says it is still well."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from enrich.cli.main import main
from enrich.errors import OutputError
from enrich.logs.summary import schema
from tests.support.standin_server import Stand, a_list, sha256

METRICS = "enrich_run_exit_code"


def ended_with(metrics: Path) -> float:
    (line,) = (line for line in metrics.read_text().splitlines() if line.startswith(f"{METRICS} "))
    return float(line.split()[1])


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the one object on stdout, which is as the schema has it."""
    (line,) = capsys.readouterr().out.splitlines()
    document: dict[str, Any] = json.loads(line)
    jsonschema.validate(document, schema())
    return document


@pytest.fixture
def night_before(stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The metrics of a run to which all was answered."""
    metrics = tmp_path / "enrich.prom"
    assert stand.run(a_list(tmp_path / "in.csv", range(2)), "--metrics-file", metrics) == 0
    assert ended_with(metrics) == 0
    capsys.readouterr()
    return metrics


FAILURES: dict[str, tuple[list[str], int, str]] = {
    "a log in a folder that is not there": (["{}/in.csv", "--log-file", "{}/no/such/log"], 7, "cannot be written"),
    "a broken configuration": (["{}/in.csv", "--config", "{}/broken.toml"], 2, "broken.toml"),
    "a configuration that is not there": (["{}/in.csv", "--config", "{}/nowhere.toml"], 2, "nowhere.toml"),
    "a value that makes no sense": (["{}/in.csv", "--max-age", "soon"], 2, "soon"),
    "an option that there is not": (["{}/in.csv", "--bogus"], 2, "--bogus"),
    "no input": ([], 2, "no input"),
    "an input that is not there": (["{}/missing.csv"], 6, "there is no file"),
    "one file that is used twice": (["{}/in.csv", "-o", "{}/in.csv"], 2, "in.csv"),
    "a store in no folder": (["{}/in.csv", "--store", "sqlite:////proc/no/store"], 7, "store"),
    "an inbox and inputs": (["{}/in.csv", "--inbox", "{}"], 2, "--inbox"),
    "an output under a file": (["{}/in.csv", "-o", "{}/in.csv/out.csv"], 7, "out.csv"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_run_that_fails_before_it_comes_to_anything_leaves_no_success_in_the_metrics_and_prints_why(
    night_before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], failure: str
) -> None:
    arguments, code, reason = FAILURES[failure]
    (tmp_path / "broken.toml").write_text("per-minute = [")
    words = [word.format(tmp_path) for word in arguments]
    store = [] if "--store" in words else ["--store", "memory:"]
    assert main(["run", *words, *store, "--metrics-file", str(night_before), "--json", "-q"]) == code
    assert ended_with(night_before) == code
    said = printed(capsys)
    assert (said["exit_code"], said["unique"], said["outputs"]) == (code, 0, [])
    assert reason in said["problem"]


def test_so_it_does_without_a_key(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VT_API_KEY")
    metrics = tmp_path / "enrich.prom"
    assert stand.run(a_list(tmp_path / "in.csv", range(2)), "--json", "--metrics-file", metrics) == 5
    said = printed(capsys)
    assert said["exit_code"] == ended_with(metrics) == 5
    assert "no API key was found" in said["problem"]


def test_so_does_a_bug(
    stand: Stand,
    night_before: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr("enrich.pipeline.run.ask", stumble)
    log = tmp_path / "log.jsonl"
    assert stand.run(tmp_path / "in.csv", "--metrics-file", night_before, "--json", "--log-file", log) == 1
    assert ended_with(night_before) == 1
    assert "ZeroDivisionError" in printed(capsys)["problem"]
    last = json.loads(log.read_text().splitlines()[-1])
    assert (last["event"], last["exit_code"]) == ("error", 1)


@pytest.mark.parametrize("given", ["--metrics-file={}", "ENRICH_METRICS_FILE"])
def test_the_metrics_are_found_however_they_are_named(
    night_before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    words = [given.format(night_before)] if given.startswith("-") else []
    if not words:
        monkeypatch.setenv(given, str(night_before))
    assert main(["run", str(tmp_path / "in.csv"), *words, "--bogus"]) == 2
    assert ended_with(night_before) == 2


@pytest.mark.parametrize("named", ["in.csv", "notes.txt", "empty"])
def test_what_is_no_file_of_metrics_is_never_written_over_by_a_run_that_failed(tmp_path: Path, named: str) -> None:
    path = tmp_path / named
    content = {"in.csv": f"SHA256\n{sha256(1)}\n", "notes.txt": "mine\n", "empty": ""}[named]
    path.write_text(content)
    for wrong in (["--config", tmp_path / "nowhere.toml"], ["--bogus"], ["-o", path]):
        assert main(["run", *map(str, [path, "--metrics-file", path, *wrong])]) == 2
    assert path.read_text() == content


def test_an_inbox_prints_a_line_for_a_file_that_it_rejects(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("enrich.pipeline.inbox.SETTLE", 0)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    a_list(inbox / "good.csv", range(1))
    (inbox / "bad.xlsx").write_bytes(b"PK\3\4 no workbook")
    assert stand.run("--inbox", inbox, "--out-dir", tmp_path / "out", "--json") == 6
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for one in told:
        jsonschema.validate(one, schema())
    assert sorted(one["exit_code"] for one in told) == [0, 6]
    (rejected,) = (one for one in told if one["exit_code"] == 6)
    assert rejected["unread"][0]["path"] == str(inbox / "bad.xlsx")
    assert rejected["problem"] == rejected["unread"][0]["reason"]


def test_a_run_whose_source_was_left_out_says_so_in_its_object(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = a_list(tmp_path / "in.csv", range(1))
    assert stand.run(sheet, "--source", "virustotal,malwarebazaar", "--json") == 5
    assert printed(capsys)["problem"].startswith("MalwareBazaar was left out: no API key was found; ")


def test_nothing_is_the_problem_of_a_run_that_went_well(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert standing().run(a_list(tmp_path / "in.csv", range(1)), "--json") == 0
    assert printed(capsys)["problem"] == ""


def test_metrics_that_fail_at_the_very_end_make_no_second_object(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OutputError("the metrics cannot be written: No space left on device")

    monkeypatch.setattr("enrich.cli.console.write_metrics", full)
    sheet = a_list(tmp_path / "in.csv", range(1))
    assert stand.run(sheet, "--metrics-file", tmp_path / "m.prom", "--json") == 7
    told = capsys.readouterr()
    assert [json.loads(line)["found"] for line in told.out.splitlines()] == [1]
    assert "the metrics cannot be written" in told.err
