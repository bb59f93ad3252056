"""The samples are worth a demo: many known files, some unknown, damage, duplicates, and made anew byte for byte."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from typing import Any

import openpyxl
import pytest

from enrich.standin import samples

HASH = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9a-zA-Z])")
INPUTS = ("incident.xlsx", "edr-export.csv", "proxy-dns.csv", "report-iocs.txt")


def facts_of(kind: str) -> list[dict[str, Any]]:
    """What the dataset says of files, or of "domain", "ip_address" or "url"."""
    every = [json.loads(line) for line in samples.dataset().read_text(encoding="utf-8").splitlines()]
    return [facts for facts in every if facts.get("type", "file") == kind]


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """Each hash of each file in the dataset, and the file's SHA-256."""
    return {facts[kind]: facts["sha256"] for facts in facts_of("file") for kind in ("md5", "sha1", "sha256")}


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(samples.folder() / "incident.xlsx")


def workbook_text(book: openpyxl.Workbook) -> str:
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


@pytest.fixture(scope="module")
def seen(book: openpyxl.Workbook) -> list[str]:
    """All hashes that stand in the samples."""
    texts = [(samples.folder() / name).read_text(encoding="utf-8-sig") for name in INPUTS[1:]]
    return [match.lower() for text in [workbook_text(book), *texts] for match in HASH.findall(text)]


def test_the_dataset_spans_fifteen_years_and_many_kinds(known):
    files = facts_of("file")
    years = {facts["first_submission_date"][:4] for facts in files}
    assert len(files) >= 60
    assert len(known) == 3 * len(files)
    assert int(max(years)) - int(min(years)) >= 15
    assert {"Win32 EXE", "Android", "ELF", "PDF", "MS Word Document", "Powershell"} <= {
        facts["type_description"] for facts in files
    }


def test_every_known_file_stands_in_the_samples_and_some_unknown_ones(known, seen):
    assert {known[value] for value in seen if value in known} == set(known.values())
    empty = {"d41d8cd98f00b204e9800998ecf8427e", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
    assert empty <= set(seen)
    assert 6 <= len(set(seen) - set(known) - empty) <= 12
    assert len(seen) > len(set(seen))


def test_the_workbook_holds_what_a_responders_workbook_holds(book):
    assert book.sheetnames == ["Timeline", "Triage", "EDR hashes", "Partner list"]
    text = workbook_text(book)
    assert re.search(r"\b[0-9a-f]{63}\b", text)
    assert re.search(r"\b(?=[0-9a-fO]*O)[0-9a-fO]{64}\b", text)
    assert "hxxp" in text
    assert "[.]" in text
    triage = book["Triage"]
    assert list(triage.tables) == ["Triage"]
    assert triage.tables["Triage"].autoFilter is not None
    assert triage.conditional_formatting
    assert triage["F2"].comment.text
    assert triage["H2"].is_date
    assert [str(merged) for merged in book["Timeline"].merged_cells] == ["A1:F1"]


def test_the_csv_is_as_a_european_excel_writes_it():
    raw = (samples.folder() / "edr-export.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfHost;User;")
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")


@pytest.mark.slow
def test_the_generator_makes_the_committed_files_anew(tmp_path):
    made = subprocess.run(
        [sys.executable, samples.folder() / "make_samples.py", tmp_path], capture_output=True, check=False
    )
    assert made.returncode == 0, made.stderr.decode()
    for name in INPUTS[1:]:
        assert (tmp_path / name).read_bytes() == (samples.folder() / name).read_bytes()
    again, committed = (
        openpyxl.load_workbook(io.BytesIO((folder / "incident.xlsx").read_bytes()))
        for folder in (tmp_path, samples.folder())
    )
    assert workbook_text(again) == workbook_text(committed)
