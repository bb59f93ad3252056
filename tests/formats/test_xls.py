"""Old workbooks: read in a process of its own, which has little memory, little time and no key."""

from __future__ import annotations

import io
import os
import subprocess
from contextlib import closing
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from openpyxl.comments import Comment

from enrich.errors import InputError
from enrich.formats import open_document, xls
from enrich.formats.shared import loaded_workbook
from enrich.formats.shared.child import Limits
from enrich.formats.xls.formula_tokens import formula_text
from enrich.formats.xls.records import sheets_of
from enrich.model.row import Row
from tests.formats.encrypted_xls import encrypted

HASH = "152aa229ca7bfa20c5cfaba0e1971e1db76d2f4f62b8ef6ef3a7f1843afb7824"
LONG = "c" * 9000 + " end"


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory, soffice: str) -> bytes:
    """What LibreOffice makes of a workbook with links, comments and formulas."""
    folder = tmp_path_factory.mktemp("xls")
    made = openpyxl.Workbook()
    sheet = made.active
    for line in (["host", "report"], ["a", "VT"], ["ж", "x"]):
        sheet.append(line)
    sheet["B2"].hyperlink = f"https://www.virustotal.com/gui/file/{HASH}"
    sheet["A3"].comment = Comment(f"примечание {HASH}", "me")
    sheet["C2"] = f'=HYPERLINK("https://x.example/"&"{HASH}","VT")'
    sheet["C3"] = '=IF(A2="a","yes","no")'
    sheet["E5"].comment = Comment(LONG, "me")
    made.save(folder / "a.xlsx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "xls", "--outdir", folder, folder / "a.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "a.xls").read_bytes()


def rows(path: Path) -> list[Row]:
    with closing(open_document(path)) as document:
        (sheet,) = document.sheets
        return list(document.rows(sheet))


@pytest.mark.slow
@pytest.mark.libreoffice
def test_links_comments_and_formulas_hang_on_their_cells(book: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(book)
    found = {row.number: row.attached for row in rows(tmp_path / "a.xls") if row.attached}
    addresses = ((1, f"https://www.virustotal.com/gui/file/{HASH}"), (2, f"https://x.example/{HASH}"))
    assert found == {2: addresses, 3: ((0, f"примечание {HASH}"),), 5: ((4, LONG),)}


@pytest.mark.libreoffice
def test_an_old_workbook_under_a_newer_name_is_read_as_what_it_is(tmp_path: Path, book: bytes) -> None:
    (tmp_path / "a.xls").write_bytes(book)
    (tmp_path / "a.xlsx").write_bytes(book)
    assert rows(tmp_path / "a.xlsx") == rows(tmp_path / "a.xls")


@pytest.mark.libreoffice
def test_excels_default_password_opens_and_no_other(book: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(book)
    (tmp_path / "b.xls").write_bytes(encrypted(book, "VelvetSweatshop"))
    assert rows(tmp_path / "b.xls") == rows(tmp_path / "a.xls")
    (tmp_path / "c.xls").write_bytes(encrypted(book, "secret"))
    with pytest.raises(InputError, match="password"):
        open_document(tmp_path / "c.xls")


@pytest.mark.parametrize(("password", "opens"), [("VelvetSweatshop", True), ("secret", False)])
def test_a_newer_workbook_under_the_default_password_opens_likewise(tmp_path: Path, password: str, opens: bool) -> None:
    made, plain, hidden = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    made.active.append(["md5", HASH])
    made.save(plain)
    msoffcrypto.OfficeFile(plain).encrypt(password, hidden)
    path = tmp_path / "a.xlsx"
    path.write_bytes(hidden.getvalue())
    if opens:
        assert rows(path)[0].texts == ["md5", HASH]
    else:
        with pytest.raises(InputError, match="password"):
            open_document(path)


def workbook_without_end(tmp_path: Path) -> Path:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le"))
    return path


@pytest.mark.parametrize(
    ("ending", "patience"),
    [
        ("import os; os.abort()", 30.0),
        ("import time; time.sleep(60)", 0.2),
        (
            f"import sys; sys.path[:0] = [sys.argv[1]]; from enrich.formats import xls; xls.LIMITS.set(); bytes({1 << 40})",
            30.0,
        ),
    ],
)
def test_what_takes_the_reading_process_down_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, patience: float
) -> None:
    monkeypatch.setattr(loaded_workbook, "CHILD_PROGRAM", ending)
    monkeypatch.setattr(xls, "LIMITS", Limits(waiting=patience))
    with pytest.raises(InputError, match="damaged"):
        open_document(workbook_without_end(tmp_path))


def test_the_reading_process_has_no_key_and_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VT_API_KEY", "f" * 64)
    told = tmp_path / "told"
    monkeypatch.setattr(
        loaded_workbook,
        "CHILD_PROGRAM",
        "import os, resource, sys; sys.path[:0] = [sys.argv[1]]; from enrich.formats import xls; xls.LIMITS.set();"
        f"open({str(told)!r}, 'w').write(' '.join(os.environ) + f' {{resource.getrlimit(resource.RLIMIT_AS)[0]}}')",
    )
    with closing(open_document(workbook_without_end(tmp_path))):
        pass
    *names, memory = told.read_text().split()
    assert set(names) <= {"PATH", "TEMP", "SYSTEMROOT", "LC_CTYPE"}
    assert int(memory) == xls.LIMITS.memory
    assert "VT_API_KEY" in os.environ


@given(some.binary(max_size=300))
@example(b"<\0")  # a record that would continue the first is cut in its head
@example(b"\x85\0\x09\0" + bytes(9) + b"\x09\x08\x01\0\0")  # a sheet named, a beginning cut short
def test_any_bytes_are_records_or_none(content: bytes) -> None:
    assert isinstance(sheets_of(b"\x09\x08\x04\x00\x00\x06\x05\x00" + content), dict)


@given(some.binary(max_size=60))
def test_any_tokens_are_a_formula_as_far_as_they_go(tokens: bytes) -> None:
    assert isinstance(formula_text(tokens), str)
