"""What comes back of a run: every row in its place, with its own answer, and again on the next run."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from enrich.cli.main import main
from enrich.standin.synthetic import hashes
from tests.support.standin_server import Stand, rows, stand_in


def test_every_row_comes_back_in_place_with_its_status(stand: Stand, table: Path) -> None:
    assert stand.run(table) == 0
    out = rows(table.with_name("incident.enriched.csv"))
    assert [row["Host"] for row in out] == ["ws1", "ws2", "ws3", "ws4", "ws5", "ws6"]
    assert [row["vt_status"] for row in out] == ["found", "found", "found", "trivial", "invalid", ""]
    assert [row["Note"] for row in out][2:4] == ["N/A", "007"]
    assert out[0]["vt_sha256"] == hashes(1)[2] == out[1]["vt_sha256"]
    assert "63" in out[4]["vt_note"]
    assert len(stand.asked()) == 2, "one call a file"


def test_removing_our_fields_gives_the_input_back(stand: Stand, table: Path) -> None:
    stand.run(table)
    given, back = table.read_bytes().splitlines(), table.with_name("incident.enriched.csv").read_bytes().splitlines()
    assert all(new.startswith(old) for old, new in zip(given, back, strict=True))


def test_enriching_an_enriched_file_refreshes_its_columns(stand: Stand, table: Path) -> None:
    stand.run(table)
    once = table.with_name("incident.enriched.csv")
    assert stand.run(once, "-o", table.with_name("twice.csv")) == 0
    assert once.read_bytes() == table.with_name("twice.csv").read_bytes()


def test_columns_that_an_earlier_run_appended_are_refreshed_whatever_this_run_asks_for(
    stand: Stand, tmp_path: Path
) -> None:
    path, once, twice = tmp_path / "in.csv", tmp_path / "once.csv", tmp_path / "twice.csv"
    path.write_text(f"MD5\n{hashes(1)[0]}\n{hashes(2)[0]}\n")
    assert stand.run(path, "--all-columns", "-o", once) == 0
    old = rows(once)
    size = old[0]["vt_size"]
    once.write_text(once.read_text(encoding="utf-8").replace(f",{size},", ",999,"), encoding="utf-8")
    assert rows(once)[0]["vt_size"] == "999"
    assert stand.run(once, "-o", twice) == 0
    assert rows(twice) == old


def test_a_second_run_takes_back_its_own_cells_and_leaves_the_analyst_s(tmp_path: Path) -> None:
    source, first, second = (tmp_path / name for name in ("list.xlsx", "first.xlsx", "second.xlsx"))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [("Host", "SHA256"), ("a", hashes(1)[2]), ("b", hashes(2)[2]), ("c", None)]:
        sheet.append(row)
    book.save(source)
    offline = ["--offline", "--store", "memory:", "-q"]
    assert main(["run", str(source), "-o", str(first), *offline]) == 3
    book = openpyxl.load_workbook(first)
    sheet = book["Sheet"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    sheet["B3"] = None  # the analyst strikes a hash out
    sheet.cell(4, heads["vt_status"], "bob")
    sheet.cell(4, heads["vt_malicious"], "call him")
    book.save(first)
    assert main(["run", str(first), "-o", str(second), *offline]) == 3
    given = openpyxl.load_workbook(second)["Sheet"]
    assert [given.cell(row, heads["vt_status"]).value for row in (2, 3, 4)] == ["pending", None, "bob"]
    assert [given.cell(row, heads["vt_note"]).value for row in (3, 4)] == [None, None]
    assert given.cell(4, heads["vt_malicious"]).value == "call him"


def test_a_row_of_two_files_is_not_answered_by_one_of_them(stand: Stand, tmp_path: Path) -> None:
    one, two = hashes(1), hashes(2)
    path = tmp_path / "contradicting.csv"
    path.write_text(f"MD5,SHA256\n{one[0]},{two[2]}\n")
    output = tmp_path / "contradicting.enriched.csv"
    assert stand.run(path, "--budget", "1") == 3
    assert rows(output)[0]["vt_sha256"] == two[2]
    assert "different files" in rows(output)[0]["vt_note"]
    assert stand.run(path, "--offline") == 3
    assert stand.run(path) == 0
    assert rows(output)[0]["vt_sha256"] == one[2], "the worse of the two"
    assert len(stand.asked()) == 2


def test_a_stale_answer_speaks_for_its_own_file_alone(stand: Stand, tmp_path: Path) -> None:
    one, two = hashes(1), hashes(2)
    path, both = tmp_path / "known.csv", tmp_path / "both.csv"
    path.write_text(f"SHA256\n{two[2]}\n")
    both.write_text(f"MD5,SHA256\n{one[0]},{two[2]}\n{one[0]},\n")
    assert stand.run(path) == 0
    assert stand.run(both, "--refresh", "--budget", "0") == 3
    assert [row["vt_status"] for row in rows(tmp_path / "both.enriched.csv")] == ["found", "pending"]


def test_unknown_files_are_not_found_with_no_ratio_and_no_link(tmp_path: Path, key: str) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"SHA256\n{'ab' * 32}\n")
    with stand_in(tmp_path, synthetic=False) as there:
        assert there.run(path, "--fail-on", "unknown") == 10
    out = rows(tmp_path / "one.enriched.csv")
    assert (out[0]["vt_status"], out[0]["vt_detections"], out[0]["vt_link"]) == ("not_found", "", "")
    assert out[0]["vt_checked_at"]


def test_in_place_keeps_the_original(stand: Stand, table: Path) -> None:
    before = table.read_bytes()
    assert stand.run(table, "--in-place") == 0
    assert table.with_name("incident.csv.bak").read_bytes() == before
    assert rows(table)[0]["vt_status"] == "found"


def test_every_output_is_as_shut_as_the_input(stand: Stand, table: Path) -> None:
    table.chmod(0o600)
    outputs = [table.with_name(f"out.{suffix}") for suffix in ("csv", "xlsx", "md", "json", "html")]
    assert stand.run(table, *(word for out in outputs for word in ("-o", out))) == 0
    assert {out.name: out.stat().st_mode & 0o777 for out in outputs} == dict.fromkeys((o.name for o in outputs), 0o600)


@pytest.mark.parametrize("more", [[], ["--in-place"]])
@pytest.mark.parametrize("name", ["in.csv", "in.xlsx"])
def test_an_analysts_column_under_a_name_of_ours_keeps_its_words(
    stand: Stand, tmp_path: Path, name: str, more: list[str]
) -> None:
    own = ["seen by me", None, "call Bob"]
    sheet = [["SHA256", "vt_note", "Host"], *([hashes(n)[2], own[n], f"h{n}"] for n in range(3))]
    path = tmp_path / name
    if name == "in.csv":
        path.write_text("".join(",".join(cell or "" for cell in row) + "\n" for row in sheet))
    else:
        book = openpyxl.Workbook()
        for row in sheet:
            book.active.append(row)
        book.save(path)
    assert stand.run(path, *more) == 0
    out = path if more else path.with_name(f"in.enriched{path.suffix}")
    if name == "in.csv":
        read = [line[:3] for line in csv.reader(out.read_text("utf-8-sig").splitlines())]
    else:
        read = [list(row)[:3] for row in openpyxl.load_workbook(out).worksheets[0].iter_rows(values_only=True)]
    assert [[cell or None for cell in row] for row in read] == sheet
