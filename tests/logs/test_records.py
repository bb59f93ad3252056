"""What a run leaves for machines and auditors: log, metrics, and every request that left the house."""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enrich.errors import OutputError
from enrich.logs import metrics
from enrich.logs.json_lines import JsonLinesFile
from enrich.standin.options import Fault, Faults
from tests.support.standin_server import KEY, Stand, a_list, rows, sha256

SAMPLE = re.compile(r'^([a-z_]+)(?:\{([a-z]+)="([a-z_]+)"\})? (\S+)$')


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def samples(path: Path) -> dict[str, float]:
    """As Prometheus' text format has it; a line that is none fails."""
    found = {}
    for line in path.read_text().splitlines():
        if not line.startswith("# "):
            match = SAMPLE.match(line)
            assert match, line
            found[match[1] + (f":{match[3]}" if match[3] else "")] = float(match[4])
    return found


def test_every_request_is_audited_with_its_status_and_never_the_key(stand: Stand, tmp_path: Path) -> None:
    audit = tmp_path / "audit.jsonl"
    stand.run(a_list(tmp_path / "in.csv", range(3)), "--audit", audit)
    kept = lines(audit)
    assert sorted(line["path"] for line in kept) == sorted(
        [f"/api/v3/files/{sha256(number)}" for number in range(3)] + ["/api/v3/users/[key]/overall_quotas"]
    )
    assert {(line["method"], line["status"]) for line in kept} == {("GET", 200)}
    assert all(0 <= line["seconds"] < 10 and line["time"].endswith("Z") for line in kept)
    assert KEY not in audit.read_text()
    assert stat.S_IMODE(audit.stat().st_mode) == 0o600


@pytest.mark.slow
def test_the_audit_is_what_the_service_saw_faults_included(standing: Callable[..., Stand], tmp_path: Path) -> None:
    faults = Faults(script={sha256(0): (Fault.INTERNAL_500,), sha256(1): (Fault.RESET,)})
    stand = standing(faults=faults, absent_share=0.0)
    audit = tmp_path / "audit.jsonl"
    stand.run(a_list(tmp_path / "in.csv", range(3)), "--audit", audit)
    seen = [request["path"] for request in stand.log()["requests"] if request["file"]]
    assert sorted(line["path"] for line in lines(audit) if "files" in line["path"]) == sorted(seen)
    ends = {(line["path"][-64:], line["status"]) for line in lines(audit)}
    assert {(sha256(0), 500), (sha256(0), 200), (sha256(1), None), (sha256(1), 200)} <= ends
    assert all(line["error"] for line in lines(audit) if line["status"] is None)


def test_the_audit_is_only_ever_appended_to(stand: Stand, tmp_path: Path) -> None:
    audit = tmp_path / "audit.jsonl"
    audit.write_text('{"earlier": "run"}\n')
    stand.run(a_list(tmp_path / "in.csv", range(2)), "--audit", audit)
    first = audit.read_text()
    stand.run(a_list(tmp_path / "in.csv", range(3)), "--audit", audit)
    assert first.startswith('{"earlier": "run"}\n')
    assert audit.read_text().startswith(first)


def test_without_an_audit_nothing_is_sent(stand: Stand, tmp_path: Path) -> None:
    assert stand.run(a_list(tmp_path / "in.csv", range(2)), "--audit", tmp_path / "no" / "such" / "folder") == 7
    assert stand.log()["requests"] == []


def test_metrics_that_cannot_be_written_are_told_before_a_call_is_spent(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "metrics").mkdir()
    assert stand.run(a_list(tmp_path / "in.csv", range(2)), "--metrics-file", tmp_path / "metrics") == 7
    assert stand.log()["requests"] == []


def test_what_ended_a_run_is_told_even_where_the_metrics_fail_after_it(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OutputError("the metrics cannot be written: No space left on device")

    monkeypatch.setattr("enrich.cli.console.write_metrics", full)
    assert stand.run(tmp_path / "missing.csv", "--metrics-file", tmp_path / "m.prom") == 6
    said = capsys.readouterr().err
    assert "the metrics cannot be written" in said
    assert "there is no file" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_an_audit_on_a_full_disk_is_an_error() -> None:
    with pytest.raises(OutputError, match="No space left"):
        JsonLinesFile(Path("/dev/full"), "the audit log").append({"path": "/path"})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
def test_what_cannot_be_written_down_is_not_sent(stand: Stand, tmp_path: Path) -> None:
    assert stand.run(a_list(tmp_path / "in.csv", range(2)), "--audit", "/dev/full") == 7
    assert stand.asked() == []


def test_an_audit_that_fails_on_the_way_ends_the_run_with_its_outputs(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, lines_left = JsonLinesFile.append, iter(range(3))

    def full(self: JsonLinesFile, line: dict[str, object]) -> None:
        if next(lines_left, None) is None:
            raise OutputError("the audit log cannot be written: No space left on device")
        append(self, line)

    monkeypatch.setattr(JsonLinesFile, "append", full)
    sheet = a_list(tmp_path / "in.csv", range(20))
    assert stand.run(sheet, "--audit", tmp_path / "audit.jsonl", "--concurrency", 1) == 7
    statuses = [row["vt_status"] for row in rows(tmp_path / "in.enriched.csv")]
    assert (statuses.count("found"), statuses.count("pending")) == (2, 18)
    assert len(stand.asked()) == 3


def test_a_refused_key_is_audited_without_it(
    standing: Callable[..., Stand], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = standing(keys=frozenset({KEY}))
    wrong = "0bad" * 16
    monkeypatch.setenv("VT_API_KEY", wrong)
    audit, log, metrics_file = tmp_path / "audit.jsonl", tmp_path / "log.jsonl", tmp_path / "run.prom"
    code = stand.run(
        a_list(tmp_path / "in.csv", range(2)), "--audit", audit, "--log-file", log, "--metrics-file", metrics_file
    )
    assert code == 5
    assert [line["status"] for line in lines(audit)] == [401]
    assert not any(wrong in path.read_text() for path in (audit, log, metrics_file))
    assert samples(metrics_file)["enrich_run_exit_code"] == 5


def test_the_log_tells_the_run_from_its_start_to_its_end(stand: Stand, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    stand.run(a_list(tmp_path / "in.csv", range(3)), "--log-file", log)
    kept = lines(log)
    assert [line["event"] for line in kept] == [
        "run_started",
        "started",
        *["answered"] * 3,
        "ended",
        "writing",
        "run_ended",
    ]
    assert {line["value"] for line in kept if line["event"] == "answered"} == {sha256(number) for number in range(3)}
    assert all(line["time"].endswith("Z") and line["level"] == "info" for line in kept)
    assert (kept[-1]["exit_code"], kept[-1]["calls"], kept[-1]["found"]) == (0, 3, 3)
    assert KEY not in log.read_text()
    stand.run(a_list(tmp_path / "in.csv", range(3)), "--log-file", log)
    assert lines(log)[: len(kept)] == kept, "a log is appended to"


def test_errors_and_stops_stand_in_the_log_too(stand: Stand, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert stand.run(tmp_path / "missing.csv", "--log-file", log) == 6
    assert (lines(log)[-1]["event"], lines(log)[-1]["exit_code"]) == ("error", 6)
    assert stand.run(a_list(tmp_path / "in.csv", range(3)), "--budget", 1, "--log-file", log) == 3
    assert "stopped" in [line["event"] for line in lines(log) if line["level"] == "warning"]


def test_an_input_that_cannot_be_read_stands_in_the_log_and_the_summary(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, missing, log = a_list(tmp_path / "in.csv", range(1)), tmp_path / "missing.csv", tmp_path / "log.jsonl"
    assert stand.run(sheet, missing, "--log-file", log, "--json") == 6
    (unread,) = json.loads(capsys.readouterr().out)["unread"]
    assert unread["path"] == str(missing)
    assert "there is no file" in unread["reason"]
    assert [line["text"] for line in lines(log) if line["event"] == "not_read"] == [unread["reason"]]


def test_verbose_names_every_answer(stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stand.enrich("run", a_list(tmp_path / "in.csv", range(2)), "-v")
    told = capsys.readouterr()
    assert all(f"{sha256(number)} found " in told.err for number in range(2))
    assert told.out == ""


def test_metrics_tell_counts_quota_and_times(standing: Callable[..., Stand], tmp_path: Path) -> None:
    stand, target = standing(per_minute=600, per_day=100, used_day=10), tmp_path / "enrich.prom"
    sheet = a_list(tmp_path / "in.csv", range(4))
    before = time.time()
    assert stand.run(sheet, "--metrics-file", target) == 0
    found = samples(target)
    assert found["enrich_run_rows:found"] == 4
    assert found["enrich_run_rows:pending"] == 0
    assert (found["enrich_run_calls"], found["enrich_run_exit_code"], found["enrich_run_inputs"]) == (4, 0, 1)
    assert found["enrich_quota_left:day"] == 86
    assert found["enrich_quota_left:month"] == float("inf")
    assert before - 1 <= found["enrich_last_success_timestamp_seconds"] <= time.time() + 1
    assert [path.name for path in tmp_path.glob("*.prom")] == ["enrich.prom"]


def test_the_last_success_outlives_runs_that_were_none(stand: Stand, tmp_path: Path) -> None:
    target = tmp_path / "enrich.prom"
    assert stand.run(a_list(tmp_path / "in.csv", range(4)), "--budget", 1, "--metrics-file", target) == 3
    assert metrics.last_success(target) is None, "there was none yet"
    assert stand.run(tmp_path / "in.csv", "--metrics-file", target) == 0
    success = metrics.last_success(target)
    assert success is not None
    for arguments, code in ((["--refresh", "--budget", 0], 3), (["--known-good", tmp_path / "missing"], 2)):
        assert stand.run(tmp_path / "in.csv", *arguments, "--metrics-file", target) == code
        assert metrics.last_success(target) == success
        assert samples(target)["enrich_run_exit_code"] == code
        assert samples(target)["enrich_last_run_timestamp_seconds"] >= success


def test_the_gate_is_a_success_for_the_metrics(stand: Stand, tmp_path: Path) -> None:
    target = tmp_path / "enrich.prom"
    code = stand.run(a_list(tmp_path / "in.csv", range(40)), "--fail-on", "malicious", "--metrics-file", target)
    assert code == 10
    assert metrics.last_success(target) is not None


@pytest.mark.slow
def test_the_metrics_of_an_inbox_are_those_of_all_its_files(stand: Stand, tmp_path: Path) -> None:
    box, target = tmp_path / "in", tmp_path / "enrich.prom"
    box.mkdir()
    a_list(box / "a.csv", range(2))
    a_list(box / "b.csv", range(3))
    stand.run("--inbox", box, "--out-dir", tmp_path / "out", "--metrics-file", target)
    assert (samples(target)["enrich_run_inputs"], samples(target)["enrich_run_rows:found"]) == (2, 5)


def test_metrics_are_readable_for_the_exporter(stand: Stand, tmp_path: Path) -> None:
    target = tmp_path / "enrich.prom"
    stand.run(a_list(tmp_path / "in.csv", range(1)), "--metrics-file", target)
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such mode")
def test_a_log_names_every_value_and_is_its_owner_s_alone(stand: Stand, tmp_path: Path) -> None:
    log, theirs = tmp_path / "log.jsonl", tmp_path / "shared.jsonl"
    theirs.touch()
    theirs.chmod(0o640)
    mask = os.umask(0)
    try:
        assert stand.run(a_list(tmp_path / "in.csv", range(1)), "--log-file", log) == 0
        assert stand.run(tmp_path / "in.csv", "--log-file", theirs) == 0
    finally:
        os.umask(mask)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(theirs.stat().st_mode) == 0o640, "what is there keeps what it was given"


def test_what_cannot_be_seen_stands_in_a_log_as_escapes_that_a_program_reads_back(tmp_path: Path) -> None:
    log, hostile = tmp_path / "log.jsonl", "invoice\u202efdp.exe \u200b\x1b[2J\U000e0041 \N{CYRILLIC SMALL LETTER YA}"
    JsonLinesFile(log, "the log").append({"text": hostile})
    written = log.read_text(encoding="utf-8")
    assert json.loads(written) == {"text": hostile}
    assert written.isprintable() or written.rstrip("\n").isprintable()
    assert "\N{CYRILLIC SMALL LETTER YA}" in written


def test_a_log_may_be_rotated_away_at_any_time(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    writer = JsonLinesFile(log, "the log")
    writer.append({"line": 1})
    log.rename(tmp_path / "log.jsonl.1")
    writer.append({"line": 2})
    assert [json.loads(path.read_text()) for path in (tmp_path / "log.jsonl.1", log)] == [{"line": 1}, {"line": 2}]
