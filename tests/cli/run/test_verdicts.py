"""One word for what an answer says: in the sheet, the last words, the gate, JSON, metrics and reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from enrich.standin.synthetic import facts
from tests.support.standin_server import Stand, a_list, rows, sha256

WORDS = ("malicious", "suspicious", "undetected", "no_verdict", "unknown")


def number_with(detections: int) -> int:
    """A made-up file that so many engines detect."""
    return next(number for number in range(1000) if facts(sha256(number)).malicious == detections)


def a_dataset(path: Path) -> Path:
    """Files that the service knows and no engine has judged: without counts, and with counts of nothing."""
    known = {"size": 1000, "type_description": "Win32 EXE", "meaningful_name": "new.exe"}
    lines = [
        {"sha256": sha256(1), "sha1": sha256(1)[:40], "md5": sha256(1)[:32], **known},
        {"sha256": sha256(2), "sha1": sha256(2)[:40], "md5": sha256(2)[:32], **known, "last_analysis_stats": {}},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.mark.parametrize(
    ("detections", "gate", "more", "code"),
    [
        (2, "malicious", [], 0),
        (2, "suspicious", [], 10),
        (41, "suspicious", [], 10),
        (41, "malicious", [], 10),
        (2, "malicious", ["--malicious-from", "2"], 10),
        (41, "malicious", ["--malicious-from", "42"], 0),
        (0, "suspicious,unknown", [], 0),
    ],
)
def test_the_gate_goes_by_the_verdict_and_the_threshold_decides_anew_over_stored_answers(
    stand: Stand, tmp_path: Path, detections: int, gate: str, more: list[str], code: int
) -> None:
    number = number_with(detections)
    path = a_list(tmp_path / "in.csv", range(number, number + 1))
    assert stand.run(path) == 0
    assert stand.run(path, "--fail-on", gate, *more) == code
    assert len(stand.asked()) == 1, "the second run answers from the store"
    assert rows(tmp_path / "in.enriched.csv")[0]["vt_malicious"] == str(detections)


def test_the_verdicts_of_sheet_and_json_are_one_and_stand_beside_the_status(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand = standing(synthetic=True, absent_share=0.2)
    path = a_list(tmp_path / "in.csv", range(60))
    metrics = tmp_path / "enrich.prom"
    assert stand.run(path, "--json", "--metrics-file", metrics) == 0
    told = json.loads(capsys.readouterr().out)
    table = rows(tmp_path / "in.enriched.csv")
    assert list(table[0])[1:4] == ["vt_status", "vt_verdict", "vt_detections"]
    counted = {word: sum(row["vt_verdict"] == word for row in table) for word in WORDS}
    assert {word: told[word] for word in WORDS} == counted
    assert counted["malicious"]
    assert counted["suspicious"]
    assert counted["undetected"]
    assert counted["unknown"] == told["not_found"] > 0
    lines = metrics.read_text().splitlines()
    assert all(f'enrich_run_verdicts{{verdict="{word}"}} {counted[word]}' in lines for word in WORDS)


def test_a_file_that_is_known_and_not_judged_is_nowhere_unknown_or_never_seen(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand = standing(synthetic=False, dataset=a_dataset(tmp_path / "data.jsonl"))
    path = a_list(tmp_path / "in.csv", range(1, 3))
    outputs = [tmp_path / f"out{suffix}" for suffix in (".csv", ".xlsx", ".md", ".json")]
    wished = [part for output in outputs for part in ("-o", output)]
    assert stand.enrich("run", path, "--fail-on", "unknown,suspicious", *wished) == 0
    said = capsys.readouterr().err
    assert [(row["vt_status"], row["vt_verdict"]) for row in rows(outputs[0])] == [("found", "no_verdict")] * 2
    assert "0 unknown" in said
    assert "2 no_verdict" in said
    result = json.loads(outputs[3].read_text())["result"]
    assert (result["totals"]["no_verdict"], result["totals"]["unknown"]) == (2, 0)
    markdown = outputs[2].read_text()
    assert "| 🔵 No verdict | 2 |" in markdown
    assert "## Unknown files" not in markdown
    assert "2 of 2 files have no verdict" in markdown
    sheet = openpyxl.load_workbook(outputs[1])["Summary"]
    words = {str(row[0].value): row[1].value for row in sheet.iter_rows() if row[0].value}
    assert words["No verdict"] == 2
    assert words["Unknown"] == 0


def test_counts_that_cannot_be_read_fail_the_row_and_are_asked_for_again(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = sha256(1)
    file = {"sha256": value, "sha1": value[:40], "md5": value[:32], "type_description": "Win32 EXE"}
    (tmp_path / "data.jsonl").write_text(
        json.dumps({**file, "last_analysis_stats": {"malicious": -3, "undetected": 60}}) + "\n"
    )
    stand = standing(synthetic=False, dataset=tmp_path / "data.jsonl")
    sheet = a_list(tmp_path / "in.csv", range(1, 2))
    for times in (1, 2):
        assert stand.enrich("run", sheet, "--fail-on", "malicious") == 4
        assert "failed (1): known to VirusTotal, its detection counts cannot be read" in capsys.readouterr().err
        assert stand.asked() == [value] * times, "nothing was stored as fresh"
    (row,) = rows(tmp_path / "in.enriched.csv")
    assert (row["vt_status"], row["vt_verdict"], row["vt_detections"]) == ("failed", "", "")
    assert row["vt_file_type"] == "Win32 EXE", "which was paid for"
