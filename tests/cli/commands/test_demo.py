"""The demo makes every form, and all are told the same: a report made later says what the run's own said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from enrich.cli.commands import demo
from enrich.cli.main import main
from enrich.reports import load

SHEETS = ["incident.enriched.xlsx", "edr-export.enriched.csv", "proxy-dns.enriched.csv", "report-iocs.enriched.xlsx"]
OWN = {"PROXY": "http://127.0.0.1:1", "BUDGET": "1", "OFFLINE": "true", "COLUMNS": "vt_size"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Made by somebody whose own settings would stop any run."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    with pytest.MonkeyPatch.context() as patched:
        for name, value in OWN.items():
            patched.setenv(f"ENRICH_{name}", value)
        assert main(["demo", "--out-dir", str(folder), "-q"]) == 0
    return folder


@pytest.mark.slow
def test_sheets_and_reports_are_there(out: Path) -> None:
    assert sorted(path.name for path in out.iterdir()) == sorted([*SHEETS, *demo.REPORTS])


@pytest.mark.slow
def test_the_users_own_settings_are_no_part_of_it(out: Path) -> None:
    first, *others = (out / "edr-export.enriched.csv").read_text("utf-8-sig").splitlines()
    assert "vt_detections" in first
    assert any("found" in line for line in others)


@pytest.mark.slow
def test_a_report_made_later_is_the_run_s_own(out: Path, tmp_path: Path) -> None:
    again = [tmp_path / name for name in ("report.html", "report.md", "result.json")]
    assert main(["report", str(out / "result.json"), *(f"-o{path}" for path in again)]) == 0
    for path in again:
        assert path.read_bytes() == (out / path.name).read_bytes(), path.name


def test_the_document_has_the_sheets_digests_and_names_the_reports(out: Path) -> None:
    outputs = {Path(output.path).name: output.sha256 for output in load(out / "result.json").outputs}
    assert list(outputs) == [*SHEETS, *demo.REPORTS]
    for name in SHEETS:
        assert outputs[name] == hashlib.sha256((out / name).read_bytes()).hexdigest()
    assert {outputs[name] for name in demo.REPORTS} == {""}


def test_a_workbook_names_its_own_input_and_no_other(out: Path) -> None:
    sheet = openpyxl.load_workbook(out / "incident.enriched.xlsx")["Summary"]
    texts = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "incident.xlsx" in texts
    assert "report.html" in texts
    assert "edr-export" not in texts
    assert len(sheet._charts) == 4, "families that stand there once each need no chart"


@pytest.mark.slow
def test_without_the_extra_the_demo_still_runs_and_says_what_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("html", "pdf"):
        monkeypatch.setattr(f"enrich.reports.{form}.NEEDS", ("a_library_that_is_nowhere",))
    assert main(["demo", "--out-dir", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted([*SHEETS, "report.md", "result.json"])
    assert "report.html, report.pdf; `enrich doctor` says" in capsys.readouterr().err


@pytest.mark.slow
def test_titles_follow_the_language_and_machine_names_stay(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert main(["demo", "--out-dir", str(folder), "-q", "--lang", "ru"]) == 0
    book = openpyxl.load_workbook(folder / "incident.enriched.xlsx")
    assert [cell.value for cell in book["VirusTotal"][3]][:4] == ["Индикатор", "Где", "Ячеек", "VT статус"]
    assert any("vt_status" in row for row in book["Timeline"].iter_rows(values_only=True))
    assert "файлов вредоносны" in str([cell.value for (cell,) in book["Summary"]["A1:A6"]])
