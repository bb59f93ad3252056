"""What a run in parts gives beyond the parts: one summary, one exit code and the reports, as a plain run gives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.parts.thread_engine import Threads
from tests.support.standin_server import EMPTY_MD5, Stand, rows, sha256

TIMES = {"started", "ended", "seconds"}


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Parts with everything in them that a summary counts."""
    folder = tmp_path / "lake"
    folder.mkdir()
    head = "Host,SHA256,MD5\n"
    (folder / "a.csv").write_text(head + "".join(f"ws{n},{sha256(n)},\n" for n in range(30)))
    odd = f"ws1,{sha256(3)[:-1]},\nws2,,{EMPTY_MD5}\nws3,{sha256(40)},\nws4,zzz,\n"
    (folder / "b.csv").write_text(head + odd + f"ws5,{sha256(3)},\n")
    (folder / "c.csv").write_text(f"Host,SHA256,Commit\nws9,{sha256(41)},{'ab' * 20}\n")
    return folder


def summary(stand: Stand, capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    stand.run(*arguments, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {name: value for name, value in found.items() if name not in TIMES | {"outputs"}}


def test_the_summary_is_that_of_a_plain_run(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stand.run(*sorted(lake.iterdir()), "--out-dir", tmp_path / "first") == 0
    plain = summary(stand, capsys, *sorted(lake.iterdir()), "--out-dir", tmp_path / "plain")
    parts = summary(stand, capsys, lake, "--workers", 2, "--out-dir", tmp_path / "out")
    assert parts == plain
    assert parts["damaged"] == 1
    assert parts["left_out"] >= 1
    assert threads.jobs


@pytest.mark.parametrize("gate", ["malicious", "unknown", "change"])
def test_the_gate_is_that_of_a_plain_run(stand: Stand, tmp_path: Path, lake: Path, threads: Threads, gate: str) -> None:
    del threads
    plain = stand.run(*sorted(lake.iterdir()), "--out-dir", tmp_path / "plain", "--fail-on", gate)
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out", "--fail-on", gate) == plain


@pytest.mark.slow
@pytest.mark.parametrize("name", ["report.html", "report.md", "report.json", "report.pdf", "bundle.stix.json"])
def test_reports_are_made_over_all_parts(stand: Stand, tmp_path: Path, lake: Path, threads: Threads, name: str) -> None:
    del threads
    more = ("--format", "stix") if "stix" in name else ()
    report = tmp_path / name
    assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / "out", "-o", report, *more) == 0
    assert report.stat().st_size
    assert len(list((tmp_path / "out").glob("*.enriched.csv"))) == 3


def test_the_result_document_names_hosts_and_places_of_the_worst(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    del threads
    wanted = []
    for name, command in (("plain", sorted(lake.iterdir())), ("parts", [lake, "--workers", 2])):
        report = tmp_path / f"{name}.json"
        assert stand.run(*command, "--out-dir", tmp_path / name, "-o", report) == 0
        result = json.loads(report.read_text())["result"]
        bad = [entry for entry in result["entries"] if entry["finding"].get("malicious")]
        assert bad
        wanted.append({e["finding"]["indicator"]["value"]: (e["places"], sorted(e["groups"])) for e in bad})
        wanted.append([result["totals"] | {"from_store": 0, "calls": 0}, result["remarks"], result["group_by"]])
    assert wanted[:2] == wanted[2:]


def test_changes_since_the_last_run_are_told_in_every_part(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    del threads
    options = ("--columns", "status,change")
    for folder in ("one", "two"):
        assert stand.run(lake, "--workers", 2, "--out-dir", tmp_path / folder, *options) == 0
        (lake / "c.csv").write_text(f"Host,SHA256\nws9,{sha256(41)}\nws9,{sha256(3)}\n")
    told = [row["vt_change"] for row in rows(tmp_path / "two" / "c.enriched.csv")]
    assert told == ["", "new in this list"]


def test_what_is_made_over_all_parts_is_as_shut_as_the_strictest(
    stand: Stand, tmp_path: Path, lake: Path, threads: Threads
) -> None:
    del threads
    (lake / "b.csv").chmod(0o600)
    report, out = tmp_path / "report.md", tmp_path / "out"
    assert stand.run(lake, "--workers", 2, "--out-dir", out, "-o", report) == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (report, *out.glob("*.csv"))}
    assert modes["report.md"] == modes["b.enriched.csv"] == 0o600
    assert modes["a.enriched.csv"] != 0o600
