"""A new workbook shows the sheets that the one it is made of shows, and no other."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pytest

from tests.support.standin_server import Stand, sha256


def _converted(path: Path, suffix: str, soffice: str) -> Path:
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", suffix, "--outdir", path.parent, path]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path.with_suffix(f".{suffix}")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_hidden_sheets_stay_hidden_in_a_new_workbook_and_what_is_left_behind_is_said(
    stand: Stand, tmp_path: Path, soffice: str, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Draft"
    book.active.append(["a", "b"])
    for name in ("Shown", "Secret"):
        sheet = book.create_sheet(name)
        sheet.append(["Host", "SHA256"])
        sheet.append(["ws1", sha256(1)])
    book["Draft"].sheet_state = book["Secret"].sheet_state = "hidden"
    book.active = 1
    book.save(tmp_path / "in.xlsx")
    source = _converted(tmp_path / "in.xlsx", suffix, soffice)
    assert stand.run(source, "-o", tmp_path / "out.xlsx") == 0
    told = capsys.readouterr().err
    assert told.count("the result is a new .xlsx of its texts; formats, formulas, merged cells, comments") == 1
    made = openpyxl.load_workbook(tmp_path / "out.xlsx")
    states = {sheet.title: sheet.sheet_state for sheet in made}
    hidden = {name for name, state in states.items() if state != "visible"}
    assert hidden == {"Draft", "Secret"}
    assert made.active.title == "Shown"
