"""What is asked of the service: one call a file, none twice, and none before all else is known to go well."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from enrich.cli.main import main
from enrich.standin.synthetic import hashes
from tests.support.standin_server import Stand, rows, stand_in


def test_a_second_run_asks_nothing(stand: Stand, table: Path) -> None:
    stand.run(table)
    before = stand.counts()
    assert stand.run(table) == 0
    assert stand.counts() == before


def test_an_engine_chosen_later_is_read_from_what_was_paid_for(stand: Stand, table: Path) -> None:
    stand.run(table)
    before = len(stand.asked())
    assert stand.run(table, "--engines", "Microsoft,Kaspersky") == 0
    out = rows(table.with_name("incident.enriched.csv"))
    assert out[0]["vt_engine_microsoft"]
    assert out[2]["vt_engine_kaspersky"]
    assert len(stand.asked()) == before


def test_an_unknown_files_md5_and_sha256_are_one_file_and_one_call(
    tmp_path: Path, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"MD5,SHA256\n{'cd' * 16},{'ab' * 32}\n")
    with stand_in(tmp_path, synthetic=False) as there:
        assert there.run(path, "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["unique"], summary["calls"], summary["not_found"]) == (1, 1, 1)


def test_a_budget_leaves_the_rest_pending_and_the_next_run_goes_on(stand: Stand, table: Path) -> None:
    assert stand.run(table, "--budget", "1") == 3
    out = rows(table.with_name("incident.enriched.csv"))
    assert sorted({row["vt_status"] for row in out}) == ["", "found", "invalid", "pending", "trivial"]
    assert stand.run(table) == 0
    assert len(stand.asked()) == 2


def test_a_refused_key_stops_at_once_keeps_nothing_and_leaves_a_whole_output(
    tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VT_API_KEY", "wrong")
    with stand_in(tmp_path) as there:
        assert there.run(table) == 5
        assert len(there.asked()) == 0
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


def test_an_output_that_cannot_be_written_is_exit_7_before_a_call_is_spent(stand: Stand, table: Path) -> None:
    target = table.with_name("folder.csv")
    target.mkdir()
    assert stand.run(table, "-o", target) == 7
    assert len(stand.asked()) == 0


def test_an_input_without_room_for_our_columns_is_exit_7_before_a_call_is_spent(stand: Stand, tmp_path: Path) -> None:
    full = tmp_path / "full.csv"
    full.write_text("sha256" + "," * 16383 + "\n" + hashes(1)[2] + "," * 16383 + "\n")
    assert stand.run(full) == 7
    assert len(stand.asked()) == 0


@pytest.mark.parametrize("wish", [["--timezone", "Mars/Olympus"], ["--lang", "xx"], ["-o", "x.stix"]])
def test_a_report_that_cannot_be_made_is_exit_2_before_a_call_is_spent(
    stand: Stand, table: Path, wish: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(table.parent)
    monkeypatch.setattr("enrich.reports.stix.NEEDS", ("a_library_that_is_nowhere",))
    assert stand.run(table, *wish) == 2
    assert len(stand.asked()) == 0
