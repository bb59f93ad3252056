"""Every row that holds something recognised has a word: why nothing was asked, or why nothing could be read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import openpyxl
import pytest

from enrich.cli.console import outcome
from enrich.model.file_counts import FileCounts
from tests.support import made_results
from tests.support.standin_server import Stand, rows, sha256


def sha512(seed: int) -> str:
    return hashlib.sha512(str(seed).encode()).hexdigest()


def test_the_last_words_count_what_is_left_out_by_reason() -> None:
    incident = made_results.incident()
    lines = outcome(incident, FileCounts.of(incident.entries))
    assert "  left out (2): a GUID" in lines


def test_a_list_of_sha512_says_in_each_row_why_it_was_not_asked(stand: Stand, tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text(f"file,sha512\na.exe,{sha512(1)}\nb.exe,{sha512(2)}\nc.exe,\n", "utf-8")
    assert stand.run(path, "-o", out) == 0
    table = rows(out)
    assert [line["vt_status"] for line in table] == ["skipped", "skipped", ""]
    assert all("looked up by MD5, SHA-1 and SHA-256 only" in line["vt_note"] for line in table[:2])
    assert stand.asked() == []


def test_look_alikes_say_what_they_are_beside_rows_that_are_answered(stand: Stand, tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    other = hashlib.md5(b"imports").hexdigest()
    path.write_text(f"type,value\nsha256,{sha256(1)}\nimphash,{other}\nnote,a word\n", "utf-8")
    assert stand.run(path, "-o", out) == 0
    table = rows(out)
    assert [line["vt_status"] for line in table] == ["found", "skipped", ""]
    assert "imphash" in table[1]["vt_note"]
    assert stand.asked() == [sha256(1)]


def test_a_formula_without_a_result_says_why_nothing_was_read(stand: Stand, tmp_path: Path) -> None:
    path, out = tmp_path / "in.xlsx", tmp_path / "out.csv"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (("Host", "SHA256"), ("ws1", sha256(1)), ("ws2", "=LOWER(Z9)"), ("=A2", None)):
        sheet.append(line)
    book.save(path)
    assert stand.run(path, "-o", out) == 0
    table = rows(out)
    assert [line["vt_status"] for line in table[:2]] == ["found", "invalid"]
    assert "never calculated" in table[1]["vt_note"]
    assert stand.asked() == [sha256(1)]


def test_a_torn_hash_is_invalid_with_both_places_and_no_piece_is_asked_for(stand: Stand, tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    torn = sha256(2)
    path.write_text(f"file,SHA256\na.exe,{sha256(1)}\nb.exe,{torn[:32]}\n,{torn[32:]}\n", "utf-8")
    assert stand.run(path, "-o", out) == 0
    table = rows(out)
    assert [line["vt_status"] for line in table] == ["found", "invalid", "invalid"]
    assert {line["vt_note"] for line in table[1:]} == {"a piece of a SHA-256 torn over 2 cells (B3 and B4)"}
    assert stand.asked() == [sha256(1)]


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["10-wrapped", "12-formulas-without-result", "18-sha512-only", "20-password-dumps"])
def test_no_row_of_these_folders_is_without_a_word(stand: Stand, shared: Path, tmp_path: Path, folder: str) -> None:
    paths = sorted((shared / "faults" / folder).iterdir())
    assert paths
    for path in paths:
        out = tmp_path / f"{path.name}.csv"
        assert stand.run(path, "-o", out) in (0, 6), path.name
        if folder != "12-formulas-without-result":
            assert any(line["vt_status"] for line in rows(out)), path.name
        for line in rows(out) if out.exists() else ():
            assert not line["vt_status"] or line["vt_status"] == "found" or line["vt_note"], (path.name, line)
