"""What is held back never leaves the house, however it is written and wherever else it stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from flor import BloomFilter as Reference

from enrich import enrich_frame
from enrich.standin.synthetic import hashes
from tests.support.standin_server import Stand, a_list, rows, sha256

RED, ALSO_RED, GREEN, WHITE = hashes(1), hashes(2), hashes(3), hashes(4)


def statuses(path: Path) -> list[str]:
    return [row["vt_status"] for row in rows(path)]


def test_known_good_files_are_trivial_and_cost_no_call(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(5))
    good = tmp_path / "good.txt"
    good.write_text(f"{sha256(1).upper()}\n{sha256(3)}\n")
    assert stand.run(sheet, "--known-good", good) == 0
    out = tmp_path / "in.enriched.csv"
    assert statuses(out) == ["found", "trivial", "found", "trivial", "found"]
    assert "known-good list good.txt" in rows(out)[1]["vt_note"]
    assert sorted(stand.asked()) == sorted([sha256(0), sha256(2), sha256(4)])


def test_a_bloom_filter_of_upper_case_sha1_knows_a_file_by_its_sha1(stand: Stand, tmp_path: Path) -> None:
    reference = Reference(n=100, p=1e-6)
    reference.add(RED[1].upper().encode())
    with (tmp_path / "hashlookup-full.bloom").open("wb") as file:
        reference.write(file)
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"SHA1,SHA256\n{RED[1]},{RED[2]}\n{GREEN[1]},{GREEN[2]}\n")
    assert stand.run(sheet, "--known-good", tmp_path / "hashlookup-full.bloom") == 0
    assert statuses(tmp_path / "in.enriched.csv") == ["trivial", "found"]
    assert stand.asked() == [GREEN[2]]
    assert "wrong once in 500,000" in rows(tmp_path / "in.enriched.csv")[0]["vt_note"]


@pytest.mark.parametrize("mark", ["RED", "red ", "TLP:RED", "tlp: Red", "[RED]", "PAP:WHITE; TLP:RED"])
def test_rows_with_the_value_are_skipped_wherever_their_hashes_stand(stand: Stand, tmp_path: Path, mark: str) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(
        f"MD5,SHA256,Tlp\n{RED[0]},{RED[2]},{mark}\n{GREEN[0]},{GREEN[2]},GREEN\n,{RED[2]},GREEN\n{RED[0]},,\n"
    )
    assert stand.run(sheet, "--never-send", "TLP=RED") == 0
    assert statuses(tmp_path / "in.enriched.csv") == ["skipped", "found", "skipped", "skipped"]
    assert stand.asked() == [GREEN[2]]
    assert "TLP=RED" in rows(tmp_path / "in.enriched.csv")[2]["vt_note"]


def test_a_mark_in_any_cell_holds_its_row_back(stand: Stand, tmp_path: Path) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"SHA256,Note\n{RED[2]},from a partner (TLP:RED)\n{GREEN[2]},not TLP:REDUCED\n")
    assert stand.run(sheet, "--never-send", "TLP=RED") == 0
    assert stand.asked() == [GREEN[2]]


def test_several_values_several_rules_and_lists(stand: Stand, tmp_path: Path) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(
        f"SHA256,TLP,Case\n{RED[2]},RED,1\n{ALSO_RED[2]},AMBER+STRICT,2\n{GREEN[2]},GREEN,3\n{WHITE[2]},,7\n{sha256(9)},,\n"
    )
    (tmp_path / "secret.txt").write_text(GREEN[2] + "\n")
    never = ("--never-send", "TLP=RED,AMBER", "--never-send", "case=7", "--never-send", tmp_path / "secret.txt")
    assert stand.run(sheet, *never) == 0
    assert statuses(tmp_path / "in.enriched.csv") == ["skipped"] * 4 + ["found"]
    assert stand.asked() == [sha256(9)]


def test_a_second_table_of_the_sheet_is_watched_by_its_own_headings(stand: Stand, tmp_path: Path) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"SHA256,Host,TLP\n{GREEN[2]},RED,\n,,\nHost,TLP,SHA256\nws1,RED,{RED[2]}\n")
    assert stand.run(sheet, "--never-send", "TLP=RED") == 0
    assert stand.asked() == [GREEN[2]]


def test_what_is_red_in_one_input_is_not_sent_for_another(stand: Stand, tmp_path: Path) -> None:
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    a.write_text(f"SHA256\n{RED[2]}\n{GREEN[2]}\n")
    b.write_text(f"SHA256,TLP\n{RED[2]},RED\n")
    assert stand.run(a, b, "--never-send", "TLP=RED") == 0
    assert stand.asked() == [GREEN[2]]


def test_a_file_known_by_an_answer_is_held_under_its_other_hashes_too(stand: Stand, tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(f"SHA256\n{RED[2]}\n")
    stand.run(first)
    second.write_text(f"MD5,TLP\n{RED[0]},\n")
    (tmp_path / "never.txt").write_text(RED[2] + "\n")
    before = stand.asked()
    assert stand.run(second, "--never-send", tmp_path / "never.txt", "--refresh") == 0
    assert stand.asked() == before
    assert statuses(tmp_path / "b.enriched.csv") == ["skipped"]


def test_what_a_gate_tells_to_be_held_goes_to_no_source_behind_it(
    standing: Callable[..., Stand], tmp_path: Path
) -> None:
    stand = standing(known_good_share=1.0)
    sheet, never = tmp_path / "in.csv", tmp_path / "never.txt"
    sheet.write_text(f"MD5\n{RED[0]}\n{GREEN[0]}\n")
    never.write_text(RED[1] + "\n")
    ways = [part for name in ("hashlookup", "virustotal") for part in (f"--{name}-url", stand.address)]
    options = ("--source", "hashlookup,virustotal", "--ask-known", "--never-send", never)
    assert stand.run(sheet, *options, *ways) == 0
    assert stand.asked() == [GREEN[0]]
    assert statuses(tmp_path / "in.enriched.csv") == ["skipped", "found"]


def test_a_rule_whose_column_is_nowhere_fails_closed_and_names_those_there_are(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"SHA256,TLP\n{GREEN[2]},GREEN\n")
    assert stand.run(sheet, "--never-send", "TPL=RED") == 2
    said = capsys.readouterr().err
    assert "TPL=RED" in said
    assert "SHA256, TLP" in said
    assert stand.asked() == []


def test_a_rule_that_fits_no_row_is_told_with_the_values_seen(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"SHA256,TLP\n{GREEN[2]},GREEN\n{RED[2]},RED\n")
    assert stand.run(sheet, "--never-send", "TLP=REDD") == 0
    assert "TLP=REDD fits no row: the column holds GREEN, RED" in capsys.readouterr().err


def test_a_mark_above_the_table_is_told_for_it_holds_its_row_alone(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"TLP:RED report of the day,\nSHA256,Note\n{GREEN[2]},\n")
    stand.run(sheet, "--never-send", "TLP=RED")
    assert "row 1 is marked TLP=RED" in capsys.readouterr().err


def test_a_merged_cell_speaks_for_all_of_its_rows(stand: Stand, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("SHA256", "TLP"), (RED[2], "RED"), (ALSO_RED[2], None), (sha256(8), None), (GREEN[2], None)):
        sheet.append(row)
    sheet.merge_cells("B2:B4")
    book.save(tmp_path / "in.xlsx")
    assert stand.run(tmp_path / "in.xlsx", "--never-send", "TLP=RED", "-o", tmp_path / "out.csv") == 0
    assert statuses(tmp_path / "out.csv") == ["skipped", "skipped", "skipped", "found"]
    assert stand.asked() == [GREEN[2]]


def test_a_frame_is_held_back_as_a_file_is(stand: Stand) -> None:
    df = pd.DataFrame({"sha256": [RED[2], GREEN[2]], "tlp": ["RED", None]})
    out = enrich_frame(df, never_send=("TLP=RED",), virustotal_url=stand.address, store="memory:")
    assert list(out["vt_status"]) == ["skipped", "found"]
    assert stand.asked() == [GREEN[2]]


@pytest.mark.parametrize("option", ["--never-send", "--known-good"])
def test_a_list_that_is_not_there_stops_before_anything_is_sent(
    stand: Stand, tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = a_list(tmp_path / "in.csv", range(2))
    assert stand.run(sheet, option, tmp_path / "missing.txt") == 2
    (tmp_path / "words.txt").write_text("no hash in here\n")
    assert stand.run(sheet, option, tmp_path / "words.txt") == 2
    assert capsys.readouterr().err.count(f"enrich: {option}: ") == 2
    assert stand.asked() == []


def test_the_summary_counts_what_was_held(stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"SHA256,TLP\n{RED[2]},RED\n{GREEN[2]},\n{WHITE[2]},\n")
    (tmp_path / "good.txt").write_text(WHITE[2] + "\n")
    stand.run(sheet, "--never-send", "TLP=RED", "--known-good", tmp_path / "good.txt", "--json")
    summary = json.loads(capsys.readouterr().out)
    assert (summary["found"], summary["trivial"], summary["skipped"], summary["calls"]) == (1, 1, 1, 1)
