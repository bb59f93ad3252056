"""The command as a user runs it, against the stand-in: files, exit codes, words, and what is asked of the service."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from enrich.cli import main
from enrich.commands._stand_in import in_background
from enrich.standin.options import Fault, Faults, Options
from enrich.standin.synthetic import hashes

KEY = "0123456789abcdef" * 4
EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("VT_API_KEY", KEY)
    return KEY


class Stand:
    """A running stand-in and the arguments that lead a command to it."""

    def __init__(self, address: str, store: Path) -> None:
        self.address = address
        self.arguments = ["--virustotal-url", address, "--store", f"sqlite:///{store}", "-q"]

    def counts(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}/_standin/counts") as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def files_asked(self) -> int:
        """Requests for files, repeated ones included."""
        with urllib.request.urlopen(f"{self.address}/_standin/log") as answer:
            return sum(json.load(answer)["asked"].values())


@pytest.fixture
def stand(tmp_path: Path, key: str) -> Iterator[Stand]:
    with in_background(Options(synthetic=True)) as address:
        yield Stand(address, tmp_path / "store.sqlite")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three files in four rows, an empty file's hash, a damaged one, and words."""
    one, two, three = hashes(1), hashes(2), hashes(3)
    path = tmp_path / "incident.csv"
    path.write_text(
        "Host,MD5,SHA256,Note\n"
        f"ws1,{one[0]},{one[2]},same file twice in a row\n"
        f"ws2,{one[0].upper()},,by md5 alone\n"
        f"ws3,,{two[2]},N/A\n"
        f"ws4,{EMPTY_MD5},,007\n"
        f"ws5,,{three[2][:-1]},cut\n"
        "ws6,,,nothing\n"
    )
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_comes_back_in_place_with_its_status(stand: Stand, table: Path) -> None:
    assert main(["run", str(table), *stand.arguments]) == 0
    out = rows(table.with_name("incident.enriched.csv"))
    assert [row["Host"] for row in out] == ["ws1", "ws2", "ws3", "ws4", "ws5", "ws6"]
    assert [row["vt_status"] for row in out] == ["found", "found", "found", "trivial", "invalid", ""]
    assert [row["Note"] for row in out][2:4] == ["N/A", "007"]
    assert out[0]["vt_sha256"] == hashes(1)[2] == out[1]["vt_sha256"]
    assert "63" in out[4]["vt_note"]
    assert stand.files_asked() == 2, "one call a file"


def test_removing_our_fields_gives_the_input_back(stand: Stand, table: Path) -> None:
    main(["run", str(table), *stand.arguments])
    given, back = table.read_bytes().splitlines(), table.with_name("incident.enriched.csv").read_bytes().splitlines()
    assert all(new.startswith(old) for old, new in zip(given, back, strict=True))


def test_a_second_run_asks_nothing(stand: Stand, table: Path) -> None:
    main(["run", str(table), *stand.arguments])
    before = stand.counts()
    assert main(["run", str(table), *stand.arguments]) == 0
    assert stand.counts() == before


def test_enriching_an_enriched_file_refreshes_its_columns(stand: Stand, table: Path) -> None:
    main(["run", str(table), *stand.arguments])
    once = table.with_name("incident.enriched.csv")
    assert main(["run", str(once), "-o", str(table.with_name("twice.csv")), *stand.arguments]) == 0
    assert once.read_bytes() == table.with_name("twice.csv").read_bytes()


def test_an_engine_chosen_later_is_read_from_what_was_paid_for(stand: Stand, table: Path) -> None:
    main(["run", str(table), *stand.arguments])
    before = stand.files_asked()
    assert main(["run", str(table), "--engines", "Microsoft,Kaspersky", *stand.arguments]) == 0
    out = rows(table.with_name("incident.enriched.csv"))
    assert out[0]["vt_engine_microsoft"]
    assert out[2]["vt_engine_kaspersky"]
    assert stand.files_asked() == before


def test_an_engine_that_no_answer_knows_is_told(stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(table), "--engines", "Mircosoft,Kaspersky", *stand.arguments]) == 0
    said = capsys.readouterr().err
    assert "no answer holds a verdict of Mircosoft:" in said


def test_columns_that_an_earlier_run_appended_are_refreshed_whatever_this_run_asks_for(
    stand: Stand, tmp_path: Path
) -> None:
    path, once, twice = tmp_path / "in.csv", tmp_path / "once.csv", tmp_path / "twice.csv"
    path.write_text(f"MD5\n{hashes(1)[0]}\n{hashes(2)[0]}\n")
    assert main(["run", str(path), *stand.arguments, "--all-columns", "-o", str(once)]) == 0
    old = rows(once)
    size = old[0]["vt_size"]
    once.write_text(once.read_text(encoding="utf-8").replace(f",{size},", ",999,"), encoding="utf-8")
    assert rows(once)[0]["vt_size"] == "999"
    assert main(["run", str(once), *stand.arguments, "-o", str(twice)]) == 0
    assert rows(twice) == old


def test_a_column_that_is_not_there_is_said(stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(table), *stand.arguments, "--column", "Nope"]) == 6
    assert "--column Nope" in capsys.readouterr().err
    assert main(["run", str(table), *stand.arguments, "--sheet", "Nope"]) == 2
    assert "without sheets" in capsys.readouterr().err


def test_standard_input_to_a_named_output(stand: Stand, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped:
        buffer = io.BytesIO(table.read_bytes())

    monkeypatch.setattr("sys.stdin", Piped())
    out = table.with_name("out.csv")
    assert main(["run", "-", "-o", str(out), *stand.arguments]) == 0
    assert rows(out)[0]["vt_status"] == "found"


def test_a_plain_list_becomes_a_workbook(stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"seen in the report:\n{hashes(5)[1]}\n{hashes(6)[2]}  evil.exe\n")
    assert main(["run", str(path), *stand.arguments]) == 0
    book = openpyxl.load_workbook(tmp_path / "list.enriched.xlsx")
    assert "VirusTotal" in book.sheetnames
    assert "Summary" in book.sheetnames
    statuses = [cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "found"]
    assert len(statuses) == 2


def test_a_new_file_that_looks_like_the_input_is_said_to_be_none(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].append([hashes(5)[1]])
    book.save(path)
    assert main(["run", str(path), "-o", str(tmp_path / "out.xlsm"), *stand.arguments]) == 0
    assert "made anew of the cells' texts" in capsys.readouterr().err
    assert main(["run", str(path), "-o", str(tmp_path / "out.xlsx"), *stand.arguments]) == 0
    assert "made anew" not in capsys.readouterr().err


def names_above(path: Path, sheet: str | None = None) -> dict[int, list[str]]:
    """Our headings by the row they stand in."""
    book = openpyxl.load_workbook(path)
    found = {}
    for number, cells in enumerate((book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True), 1):
        if ours := [str(cell) for cell in cells if str(cell).startswith("vt_")]:
            found[number] = ours
    return found


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
    assert main(["run", str(tmp_path / "bare.xlsx"), *stand.arguments]) == 0
    assert list(names_above(once)) == [2]
    assert main(["run", str(once), *stand.arguments, "-o", str(twice)]) == 0
    assert names_above(twice) == names_above(once)
    assert openpyxl.load_workbook(twice).worksheets[0].max_column == 2 + len(names_above(once)[2])


def test_a_csv_without_headings_gets_none_and_no_second_set(stand: Stand, tmp_path: Path) -> None:
    path, twice = tmp_path / "bare.csv", tmp_path / "twice.csv"
    path.write_text("".join(f"ws{n},{hashes(n)[0]}\n" for n in range(1, 6)) + f"ws6,{EMPTY_MD5}\nws7,\n")
    once = tmp_path / "bare.enriched.csv"
    assert main(["run", str(path), *stand.arguments]) == 0
    assert main(["run", str(once), *stand.arguments, "-o", str(twice)]) == 0
    assert twice.read_bytes() == once.read_bytes()
    assert b"vt_" not in once.read_bytes()


def test_a_list_with_titles_is_given_headings_once(stand: Stand, tmp_path: Path) -> None:
    path, twice = tmp_path / "list.txt", tmp_path / "twice.xlsx"
    path.write_text(f"IOCS\n\n\nLoader\n{hashes(1)[2]}\n\nImplant\n{hashes(2)[2]}\n")
    once = tmp_path / "list.enriched.xlsx"
    assert main(["run", str(path), *stand.arguments]) == 0
    assert main(["run", str(once), *stand.arguments, "-o", str(twice)]) == 0
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
    assert main(["run", str(tmp_path / "book.xlsx"), *stand.arguments, *chosen, "-o", str(output)]) == 0
    lines = output.read_text(encoding="utf-8-sig").splitlines()
    assert "Notes\nAuthor,Remark\nme,nothing" in "\n".join(lines)


def test_the_stand_in_says_so_on_every_face(stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = [str(table.with_name(f"out{suffix}")) for suffix in (".csv", ".xlsx")]
    arguments = [part for out in outputs for part in ("-o", out)]
    main(["run", str(table), *arguments, *[a for a in stand.arguments if a != "-q"]])
    assert "not from www.virustotal.com" in capsys.readouterr().err
    assert "stand-in" in rows(Path(outputs[0]))[0]["vt_note"]
    book = openpyxl.load_workbook(outputs[1])
    assert "Stand-in" in str(book["Summary"]["A1"].value)


def test_the_summary_is_one_json_object_and_all_else_goes_to_stderr(
    stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["run", str(table), "--json", *[a for a in stand.arguments if a != "-q"]])
    told = capsys.readouterr()
    summary = json.loads(told.out)
    assert (summary["exit_code"], summary["unique"], summary["calls"]) == (0, 3, 2)
    assert (summary["found"], summary["trivial"], summary["invalid"]) == (3, 1, 1)
    assert summary["inputs"][0]["indicators"] == 5
    assert summary["outputs"][0]["path"].endswith("incident.enriched.csv")
    assert len(summary["outputs"][0]["sha256"]) == 64
    assert summary["quota"]["used"] == {"day": 2, "month": 2}
    assert told.err
    main(["run", str(table), "--json", *stand.arguments])
    again = json.loads(capsys.readouterr().out)
    assert again["quota"]["used"] == {"day": None, "month": None}, "all from the store: no key was needed"


def test_a_budget_leaves_the_rest_pending_and_the_next_run_goes_on(stand: Stand, table: Path) -> None:
    assert main(["run", str(table), "--budget", "1", *stand.arguments]) == 3
    out = rows(table.with_name("incident.enriched.csv"))
    assert sorted({row["vt_status"] for row in out}) == ["", "found", "invalid", "pending", "trivial"]
    assert main(["run", str(table), *stand.arguments]) == 0
    assert stand.files_asked() == 2


def test_a_row_of_two_files_is_not_answered_by_one_of_them(stand: Stand, tmp_path: Path) -> None:
    one, two = hashes(1), hashes(2)
    path = tmp_path / "contradicting.csv"
    path.write_text(f"MD5,SHA256\n{one[0]},{two[2]}\n")
    output = tmp_path / "contradicting.enriched.csv"
    assert main(["run", str(path), *stand.arguments, "--budget", "1"]) == 3
    assert rows(output)[0]["vt_sha256"] == two[2]
    assert "different files" in rows(output)[0]["vt_note"]
    assert main(["run", str(path), *stand.arguments, "--offline"]) == 3
    assert main(["run", str(path), *stand.arguments]) == 0
    assert rows(output)[0]["vt_sha256"] == one[2], "the worse of the two"
    assert stand.files_asked() == 2


def test_a_stale_answer_speaks_for_its_own_file_alone(stand: Stand, tmp_path: Path) -> None:
    one, two = hashes(1), hashes(2)
    path, both = tmp_path / "known.csv", tmp_path / "both.csv"
    path.write_text(f"SHA256\n{two[2]}\n")
    both.write_text(f"MD5,SHA256\n{one[0]},{two[2]}\n{one[0]},\n")
    assert main(["run", str(path), *stand.arguments]) == 0
    assert main(["run", str(both), *stand.arguments, "--refresh", "--budget", "0"]) == 3
    assert [row["vt_status"] for row in rows(tmp_path / "both.enriched.csv")] == ["found", "pending"]


def test_a_refused_key_stops_at_once_keeps_nothing_and_leaves_a_whole_output(
    tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VT_API_KEY", "wrong")
    with in_background(Options(synthetic=True)) as address:
        there = Stand(address, tmp_path / "store.sqlite")
        assert main(["run", str(table), *there.arguments]) == 5
        assert there.files_asked() == 0
    out = rows(table.with_name("incident.enriched.csv"))
    assert [row["vt_status"] for row in out] == ["pending", "pending", "pending", "trivial", "invalid", ""]
    assert "key" in capsys.readouterr().err


def test_no_key_is_exit_5_before_anything_is_written(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(table), "--store", "memory:"]) == 5
    assert "VT_API_KEY" in capsys.readouterr().err
    assert sorted(os.listdir(tmp_path)) == ["incident.csv"]


def test_offline_needs_no_key(table: Path) -> None:
    assert main(["run", str(table), "--store", "memory:", "--offline", "-q"]) == 3


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, 6),
        (lambda path: path.mkdir(), 6),
        (lambda path: path.write_bytes(b""), 6),
        (lambda path: path.write_text("name,size\nno,hash\n"), 6),
        (lambda path: path.write_bytes(b"\x7fELF" + bytes(range(256)) * 40), 6),
        (lambda path: path.write_bytes(b"PK\x03\x04broken"), 6),
    ],
    ids=["missing", "directory", "empty", "no hash", "binary", "broken zip"],
)
def test_a_bad_input_is_exit_6_with_a_sentence(
    stand: Stand, tmp_path: Path, make: Any, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    make(path)
    assert main(["run", str(path), *stand.arguments]) == code
    told = capsys.readouterr().err
    assert told.startswith("enrich: ")
    assert "Traceback" not in told
    assert not list(tmp_path.glob("*.enriched.*"))


@pytest.mark.parametrize("more", [[], ["--out-dir", "out"]])
def test_the_same_pattern_night_by_night_takes_no_output_for_an_input(
    stand: Stand,
    table: Path,
    more: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(table.parent)
    assert main(["run", "incident.csv", *stand.arguments]) == 0
    assert main(["run", "*.csv", *more, *stand.arguments]) == 0, "as a pattern"
    assert main(["run", "incident.csv", "incident.enriched.csv", *more, *stand.arguments]) == 0, "as a shell expands it"
    assert "incident.enriched.csv: left out" in capsys.readouterr().err
    assert not list(table.parent.rglob("*.enriched.enriched.*"))


def test_one_bad_input_of_several_does_not_stop_the_others(stand: Stand, table: Path) -> None:
    missing = table.with_name("missing.csv")
    assert main(["run", str(table), str(missing), *stand.arguments]) == 6
    assert table.with_name("incident.enriched.csv").exists()


def test_an_output_that_cannot_be_written_is_exit_7_before_a_call_is_spent(stand: Stand, table: Path) -> None:
    target = table.with_name("folder.csv")
    target.mkdir()
    assert main(["run", str(table), "-o", str(target), *stand.arguments]) == 7
    assert stand.files_asked() == 0


def test_an_input_without_room_for_our_columns_is_exit_7_before_a_call_is_spent(stand: Stand, tmp_path: Path) -> None:
    full = tmp_path / "full.csv"
    full.write_text("sha256" + "," * 16383 + "\n" + hashes(1)[2] + "," * 16383 + "\n")
    assert main(["run", str(full), *stand.arguments]) == 7
    assert stand.files_asked() == 0


@pytest.mark.parametrize("wish", [["--timezone", "Mars/Olympus"], ["--lang", "xx"], ["-o", "x.stix"]])
def test_a_report_that_cannot_be_made_is_exit_2_before_a_call_is_spent(
    stand: Stand, table: Path, wish: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(table.parent)
    monkeypatch.setattr("enrich.reports.stix.NEEDS", ("a_library_that_is_nowhere",))
    assert main(["run", str(table), *wish, *stand.arguments]) == 2
    assert stand.files_asked() == 0


def test_a_failed_row_says_what_to_do(tmp_path: Path, table: Path, key: str) -> None:
    where = ["--virustotal-url", "http://127.0.0.1:1", "--proxy", "http://127.0.0.1:1", "--store", "memory:"]
    assert main(["run", str(table), *where, "-q"]) == 4
    assert "check --proxy" in rows(table.with_name("incident.enriched.csv"))[0]["vt_note"]


def test_a_store_that_is_no_store_is_exit_7_and_left_as_it_was(stand: Stand, table: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.sqlite"
    bad.write_bytes(b"this is not a database" * 100)
    assert main(["run", str(table), "--virustotal-url", stand.address, "--store", f"sqlite:///{bad}", "-q"]) == 7
    assert bad.read_bytes() == b"this is not a database" * 100


def test_the_gate_trips_on_malicious(stand: Stand, table: Path) -> None:
    assert main(["run", str(table), "--fail-on", "malicious", *stand.arguments]) in (0, 10)
    out = rows(table.with_name("incident.enriched.csv"))
    detected = any(row["vt_malicious"] not in ("", "0") for row in out)
    assert main(["run", str(table), "--fail-on", "malicious", *stand.arguments]) == (10 if detected else 0)


def test_every_file_is_in_the_last_words_and_so_is_why_a_gate_tripped(
    stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = [word for word in stand.arguments if word != "-q"]
    (table.parent / "never.txt").write_text(hashes(2)[2])
    never = ["--never-send", str(table.parent / "never.txt")]
    assert main(["run", str(table), "--fail-on", "malicious,unknown", *never, *where]) == 10
    told = capsys.readouterr().err
    assert "3 files in 6 rows" in told
    assert "1 trivial, 1 held back" in told
    assert "not answered" not in told
    assert "--fail-on malicious,unknown" in told


def test_older_answers_that_were_to_be_replaced_are_told(
    stand: Stand, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = [word for word in stand.arguments if word != "-q"]
    main(["run", str(table), *where])
    assert main(["run", str(table), "--refresh", "--budget", "1", *where]) == 3
    assert "older answers stand where none came" in capsys.readouterr().err


def test_in_place_keeps_the_original(stand: Stand, table: Path) -> None:
    before = table.read_bytes()
    assert main(["run", str(table), "--in-place", *stand.arguments]) == 0
    assert table.with_name("incident.csv.bak").read_bytes() == before
    assert rows(table)[0]["vt_status"] == "found"


def test_the_service_that_keeps_failing_is_exit_4_with_the_reason(
    tmp_path: Path, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"SHA256\n{hashes(1)[2]}\n")
    faults = Faults(script={hashes(1)[2]: [Fault.HTML_200] * 4})
    with in_background(Options(synthetic=True, faults=faults)) as address:
        there = Stand(address, tmp_path / "store.sqlite")
        assert main(["run", str(path), *there.arguments[:-1]]) == 4
        out = rows(tmp_path / "one.enriched.csv")
        assert (out[0]["vt_status"], out[0]["vt_detections"]) == ("failed", "")
        assert "failed (1): the answer is not VirusTotal's JSON" in capsys.readouterr().err
        assert out[0]["vt_note"]
        assert main(["run", str(path), *there.arguments]) == 0, "a failure is never kept"


def test_unknown_files_are_not_found_with_no_ratio_and_no_link(tmp_path: Path, key: str) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"SHA256\n{'ab' * 32}\n")
    with in_background(Options()) as address:
        there = Stand(address, tmp_path / "store.sqlite")
        assert main(["run", str(path), "--fail-on", "unknown", *there.arguments]) == 10
    out = rows(tmp_path / "one.enriched.csv")
    assert (out[0]["vt_status"], out[0]["vt_detections"], out[0]["vt_link"]) == ("not_found", "", "")
    assert out[0]["vt_checked_at"]


def test_an_unknown_files_md5_and_sha256_are_one_file_and_one_call(
    tmp_path: Path, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"MD5,SHA256\n{'cd' * 16},{'ab' * 32}\n")
    with in_background(Options()) as address:
        assert main(["run", str(path), "--json", *Stand(address, tmp_path / "store.sqlite").arguments]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["unique"], summary["calls"], summary["not_found"]) == (1, 1, 1)


def test_the_key_is_in_no_output_store_or_word(
    stand: Stand, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [a for a in stand.arguments if a != "-q"]
    main(["run", str(table), "-v", "--log-file", str(tmp_path / "log"), "--audit", str(tmp_path / "audit"), *arguments])
    main(["doctor", *arguments[:4]])
    main(["quota", *arguments[:4]])
    told = capsys.readouterr()
    seen = told.out.encode() + told.err.encode()
    seen += b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert KEY.encode() not in seen


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        (["--virustotal-url", "http://127.0.0.1:1"], "no connection"),
        (["--proxy", "http://127.0.0.1:1"], "the proxy cannot be reached"),
    ],
)
def test_doctor_says_why_the_service_cannot_be_reached_and_what_to_do(
    tmp_path: Path, key: str, where: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--store", "memory:", *where]) == 4
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("wrong")]
    assert reason in line
    assert "check" in line


def test_doctor_tells_a_missing_key_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--store", "memory:"]) == 5
    assert capsys.readouterr().out.count("no API key was found") == 1


def test_an_error_in_standard_input_names_it_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert main(["scan", "-"]) == 6
    assert "enrich: standard input is empty" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_the_store_and_the_installation_are_described_in_words(
    stand: Stand, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", f"sqlite:///{tmp_path / 'store.sqlite'}"]
    assert main(["cache", "info", *store]) == 0
    assert "answers           0\n" in capsys.readouterr().out
    assert main(["run", str(table), *stand.arguments]) == 0
    assert main(["cache", "info", *store]) == 0
    assert "answers           2: 2 found" in capsys.readouterr().out
    assert main(["doctor", "--virustotal-url", stand.address, *store]) == 0
    told = capsys.readouterr().out
    assert "store.sqlite: 2 answers, " in told
    assert "2 calls used today, no limit" in told


def test_the_store_is_for_its_owner_alone(stand: Stand, table: Path, tmp_path: Path) -> None:
    main(["run", str(table), *stand.arguments])
    assert stat.S_IMODE((tmp_path / "store.sqlite").stat().st_mode) == 0o600


def test_scan_lists_every_sighting_without_key_or_network(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(table)]) == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(lines[0]) == ["input", "sheet", "cell", "kind", "value", "status", "reason"]
    assert [(line["cell"], line["status"]) for line in lines] == [
        ("B2", "indicator"),
        ("C2", "indicator"),
        ("B3", "indicator"),
        ("C4", "indicator"),
        ("B5", "trivial"),
        ("C6", "damaged"),
    ]
    assert lines[2]["value"] == hashes(1)[0]
    assert main(["scan", "--unique", str(table)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "--no-such-flag"],
        ["nonsense"],
        ["run", "x", "--max-age", "soon"],
        ["cache", "prune", "--older-than", "long"],
        ["standin", "--port", "99999"],
        ["standin", "--per-day", "0"],
        ["standin", "--fault-rate", "3"],
        ["standin", "--latency", "-1"],
        ["standin", "--faults", "weather"],
    ],
)
def test_usage_errors_are_exit_2_in_two_lines(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("enrich: ")
    assert second.startswith("  ")


def test_what_came_packed_goes_back_packed(stand: Stand, table: Path) -> None:
    source = table.with_name("list.csv.gz")
    source.write_bytes(gzip.compress(table.read_bytes()))
    assert main(["run", str(table), str(source), *stand.arguments]) == 0
    plain, back = table.with_name("incident.enriched.csv"), table.with_name("list.enriched.csv.gz")
    assert gzip.decompress(back.read_bytes()) == plain.read_bytes()
    assert main(["run", str(source), "-o", str(table.with_name("named.csv")), *stand.arguments]) == 0
    assert table.with_name("named.csv").read_bytes() == plain.read_bytes()
    listed = table.with_name("list.txt.gz")
    listed.write_bytes(gzip.compress(hashes(1)[2].encode()))
    assert main(["run", str(listed), *stand.arguments]) == 0
    assert table.with_name("list.enriched.xlsx").read_bytes().startswith(b"PK")


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
