"""What each shape of input is given back as: lists, sheets without headings, packed files, standard input."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from enrich.standin.synthetic import hashes
from tests.support.standin_server import EMPTY_MD5, Stand, rows


def test_standard_input_to_a_named_output(stand: Stand, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped:
        buffer = io.BytesIO(table.read_bytes())

    monkeypatch.setattr("sys.stdin", Piped())
    out = table.with_name("out.csv")
    assert stand.run("-", "-o", out) == 0
    assert rows(out)[0]["vt_status"] == "found"


def test_a_plain_list_becomes_a_workbook(stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"seen in the report:\n{hashes(5)[1]}\n{hashes(6)[2]}  evil.exe\n")
    assert stand.run(path) == 0
    book = openpyxl.load_workbook(tmp_path / "list.enriched.xlsx")
    assert "VirusTotal" in book.sheetnames
    assert "Summary" in book.sheetnames
    statuses = [cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "found"]
    assert len(statuses) == 2


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"sha256": hashes(5)[2], "host": "a"}]),
        json.dumps({"sha256": hashes(5)[2]}) + "\n" + json.dumps({"sha256": hashes(6)[2]}),
        json.dumps({"meta": {"author": "x"}, "iocs": [{"md5": hashes(5)[0]}]}),
    ],
)
def test_json_becomes_a_workbook(stand: Stand, tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.json"
    path.write_text(text)
    assert stand.run(path) == 0
    book = openpyxl.load_workbook(tmp_path / "list.enriched.xlsx")
    assert "found" in [cell.value for sheet in book.worksheets[:2] for row in sheet.iter_rows() for cell in row]
    assert stand.run(path, "-o", tmp_path / "out.csv") == 0


@pytest.mark.parametrize("name", ["notes.md", "notes.txt"])
def test_a_table_of_markdown_becomes_a_workbook_since_fields_at_its_end_would_break_it(
    stand: Stand, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    files = "".join(f"| file{number}.exe | `{hashes(number)[2]}` |\n" for number in range(5))
    path.write_text(f"# Report\n\n| File | SHA256 |\n|---|:---|\n{files}")
    assert stand.run(path) == 0
    assert sorted(found.name for found in tmp_path.glob("*.enriched.*")) == ["notes.enriched.xlsx"]


def test_a_new_file_that_looks_like_the_input_is_said_to_be_none(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].append([hashes(5)[1]])
    book.save(path)
    assert stand.enrich("run", path, "-o", tmp_path / "out.xlsm") == 0
    assert "a new file of the cells' texts" in capsys.readouterr().err
    assert stand.enrich("run", path, "-o", tmp_path / "out.xlsx") == 0
    assert "made anew" not in capsys.readouterr().err


def names_above(path: Path, sheet: str | None = None) -> dict[int, list[str]]:
    """Our headings by the row they stand in."""
    book = openpyxl.load_workbook(path)
    found = {}
    for number, cells in enumerate((book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True), 1):
        if ours := [str(cell) for cell in cells if str(cell).startswith("vt_")]:
            found[number] = ours
    return found


@pytest.mark.slow
def test_a_sheet_without_headings_gets_ours_above_its_first_hash_and_no_second_set(
    stand: Stand, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("List", 0)
    table = [["Samples of the week"], [""], *[[f"ws{n}", hashes(n)[2]] for n in range(1, 60)]]
    for row in table:
        sheet.append(row)
    book.save(tmp_path / "bare.xlsx")
    once, twice = tmp_path / "bare.enriched.xlsx", tmp_path / "twice.xlsx"
    assert stand.run(tmp_path / "bare.xlsx") == 0
    assert list(names_above(once)) == [2]
    assert stand.run(once, "-o", twice) == 0
    assert names_above(twice) == names_above(once)
    assert openpyxl.load_workbook(twice).worksheets[0].max_column == 2 + len(names_above(once)[2])


def test_a_csv_without_headings_gets_none_and_no_second_set(stand: Stand, tmp_path: Path) -> None:
    path, twice = tmp_path / "bare.csv", tmp_path / "twice.csv"
    path.write_text("".join(f"ws{n},{hashes(n)[0]}\n" for n in range(1, 6)) + f"ws6,{EMPTY_MD5}\nws7,\n")
    once = tmp_path / "bare.enriched.csv"
    assert stand.run(path) == 0
    assert stand.run(once, "-o", twice) == 0
    assert twice.read_bytes() == once.read_bytes()
    assert b"vt_" not in once.read_bytes()


def test_a_list_with_titles_is_given_headings_once(stand: Stand, tmp_path: Path) -> None:
    path, twice = tmp_path / "list.txt", tmp_path / "twice.xlsx"
    path.write_text(f"IOCS\n\n\nLoader\n{hashes(1)[2]}\n\nImplant\n{hashes(2)[2]}\n")
    once = tmp_path / "list.enriched.xlsx"
    assert stand.run(path) == 0
    assert stand.run(once, "-o", twice) == 0
    assert list(names_above(once)) == [1]
    assert names_above(twice) == names_above(once)


@pytest.mark.parametrize("chosen", [[], ["--sheet", "Hosts"]])
def test_sheets_without_a_hash_or_not_chosen_come_along_as_they_are(
    stand: Stand, tmp_path: Path, chosen: list[str]
) -> None:
    book = openpyxl.Workbook()
    hosts, notes = book.create_sheet("Hosts", 0), book.create_sheet("Notes", 1)
    for row in (["Host", "MD5"], ["ws1", hashes(1)[0]]):
        hosts.append(row)
    for row in (["Author", "Remark"], ["me", "nothing"]):
        notes.append(row)
    book.save(tmp_path / "book.xlsx")
    output = tmp_path / "table.csv"
    assert stand.run(tmp_path / "book.xlsx", *chosen, "-o", output) == 0
    lines = output.read_text(encoding="utf-8-sig").splitlines()
    assert "Notes\nAuthor,Remark\nme,nothing" in "\n".join(lines)


def test_what_came_packed_goes_back_packed(stand: Stand, table: Path) -> None:
    source = table.with_name("list.csv.gz")
    source.write_bytes(gzip.compress(table.read_bytes(), mtime=0))
    assert stand.run(table, source) == 0
    plain, back = table.with_name("incident.enriched.csv"), table.with_name("list.enriched.csv.gz")
    assert gzip.decompress(back.read_bytes()) == plain.read_bytes()
    assert stand.run(source, "-o", table.with_name("named.csv")) == 0
    assert table.with_name("named.csv").read_bytes() == plain.read_bytes()
    listed = table.with_name("list.txt.gz")
    listed.write_bytes(gzip.compress(hashes(1)[2].encode(), mtime=0))
    assert stand.run(listed) == 0
    assert table.with_name("list.enriched.xlsx").read_bytes().startswith(b"PK")


def test_a_hash_in_a_comment_is_looked_up_where_its_row_has_no_cell(stand: Stand, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Case 12", "What was seen:"])
    book.active["C5"].comment = Comment(f"dropper {hashes(5)[2]}", "analyst")
    book.save(tmp_path / "list.xlsx")
    assert stand.run(tmp_path / "list.xlsx") == 0
    assert stand.run(tmp_path / "list.enriched.xlsx") == 0  # the next night, in which our cells stand in its row
    for name in ("list.enriched.xlsx", "list.enriched.enriched.xlsx"):
        first = openpyxl.load_workbook(tmp_path / name).worksheets[0]
        assert "found" in [cell.value for cell in first[5]]


def a_workbook(path: Path, tables: dict[str, list[int]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, numbers in tables.items():
        sheet = book.create_sheet(name)
        sheet.append(["Host", "SHA256"] if numbers else ["Read me first"])
        for number in numbers:
            sheet.append([f"ws{number}", hashes(number)[2]])
    book.save(path)
    return path


@pytest.mark.parametrize("suffix", [".jsonl", ".ndjson", ".parquet"])
def test_sheets_that_a_file_of_one_table_has_no_room_for_are_told_before_a_call_is_spent(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    book, out, audit = tmp_path / "two.xlsx", tmp_path / f"out{suffix}", tmp_path / "audit.jsonl"
    a_workbook(book, {"Read me": [], "March": [1], "April": [2, 3]})
    also = tmp_path / "also.csv"
    assert stand.run(book, "-o", out, "-o", also, "--audit", audit) == 7
    said = capsys.readouterr().err
    assert f"ends in {suffix} has room for one table, and 2 sheets hold indicators: March, April" in said
    assert "--sheet" in said
    assert (out.exists(), also.exists(), audit.exists() and "/files/" in audit.read_text()) == (False, False, False)
    assert stand.run(book, "-o", out, "--sheet", "April") == 0
    assert "holds that of April, not those of: Read me, March" in " ".join(capsys.readouterr().err.split())
    if suffix != ".parquet":
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        assert [(line["Host"], line["vt_status"]) for line in lines] == [("ws2", "found"), ("ws3", "found")]


def test_the_one_sheet_that_holds_indicators_goes_into_a_file_of_one_table(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = a_workbook(tmp_path / "one.xlsx", {"Read me": [], "March": [1]})
    assert stand.run(book, "-o", tmp_path / "out.jsonl") == 0
    assert "holds that of March, not those of: Read me" in " ".join(capsys.readouterr().err.split())
    [line] = (tmp_path / "out.jsonl").read_text().splitlines()
    assert json.loads(line)["vt_status"] == "found"
    assert stand.run(a_workbook(tmp_path / "single.xlsx", {"March": [1]}), "-o", tmp_path / "single.jsonl") == 0
    assert "has room for" not in capsys.readouterr().err
