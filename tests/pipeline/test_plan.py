"""The plan tells what a run would cost and when it ends, and sends no hash."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from enrich.config.parsing import UNLIMITED
from enrich.config.settings import Settings
from enrich.lookup.source import Spending
from enrich.model.quota import Quota, Usage
from enrich.pipeline.inputs import read_inputs
from enrich.pipeline.plan import KeyAccount, plan
from enrich.pipeline.sources import sources_of
from enrich.standin.options import OptionGroup
from enrich.standin.synthetic import hashes
from enrich.stores import open_store
from tests.support.standin_server import Stand, a_list, sha256
from tests.support.virtual_time import VirtualClock


def planned(stand: Stand, capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert stand.enrich("plan", *arguments, "--json") == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_it_counts_what_is_fresh_stale_trivial_held_and_wanted(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.run(a_list(tmp_path / "early.csv", range(3)))
    asked = stand.asked()
    sheet = tmp_path / "in.csv"
    marked = [f"{sha256(number)},{'RED' if number == 7 else ''}" for number in range(8)]
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    sheet.write_text("\n".join(["SHA256,TLP", *marked, f"{sha256(3)},", f"{empty},", f"{sha256(9)[:-1]},"]) + "\n")
    (tmp_path / "good.txt").write_text(sha256(6))
    found = planned(stand, capsys, sheet, "--known-good", tmp_path / "good.txt", "--never-send", "TLP=RED")
    assert {name: found[name] for name in ("rows", "cells", "unique", "fresh", "stale", "never_asked")} == {
        "rows": 11,
        "cells": 10,
        "unique": 9,
        "fresh": 3,
        "stale": 0,
        "never_asked": 3,
    }
    assert (found["trivial"], found["skipped"], found["damaged"], found["calls"]) == (2, 1, 1, 3)
    assert planned(stand, capsys, sheet, "--refresh")["stale"] == 3
    assert stand.asked() == asked, "no hash is sent"


def test_it_lists_what_was_found_by_file_sheet_and_column(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = hashes(1), hashes(2)
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"Host,MD5,Imphash\nws1,{one[0]},{two[0]}\nws2,{two[0][:-1]},{one[0]}\nws3,{two[0]},\n")
    (document,) = planned(stand, capsys, sheet)["inputs"]
    assert (document["path"], document["format"], document["rows"]) == (str(sheet), "delimited", 3)
    (page,) = document["sheets"]
    md5, imphash = page["columns"]
    assert (md5["column"], md5["heading"], md5["indicators"], md5["damaged"]) == ("B", "MD5", 2, 1)
    assert (imphash["column"], imphash["indicators"], imphash["left_out"]) == ("C", 0, 2)
    assert sum(imphash["reasons"].values()) == 2
    assert "imphash" in next(iter(imphash["reasons"]))
    assert sum(md5["reasons"].values()) == 1


def test_without_a_key_a_free_keys_allowance_is_assumed_and_nothing_is_asked(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VT_API_KEY")
    sheet = a_list(tmp_path / "in.csv", range(9))
    found = planned(stand, capsys, sheet)
    assert found["key"] is None
    assert found["quota"]["told_by_service"] is False
    assert found["quota"]["allowed"] == {"per_minute": 4, "per_day": 500, "per_month": 15500}
    assert 120 <= found["seconds"] <= 130
    assert stand.log()["requests"] == []
    assert stand.enrich("plan", sheet) == 0
    told = capsys.readouterr().out
    assert "no key was found; assumed: 4 a minute, 500 a day" in told
    assert "9 calls needed" in told


def test_the_keys_real_allowance_is_the_smaller_of_user_and_group(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand = standing(per_minute=60, per_day=1000, per_month=30_000, group=OptionGroup(per_day=300, used_day=290))
    found = planned(stand, capsys, a_list(tmp_path / "in.csv", range(40)), "--reserve", 4)
    assert found["quota"]["told_by_service"] is True
    assert found["quota"]["allowed"]["per_day"] == 300
    assert found["quota"]["used"]["day"] == 290
    assert found["quota"]["left"]["day"] == 6
    assert (found["calls"], found["calls_today"]) == (40, 6)
    assert found["ends"][:10] == f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    assert stand.asked() == []
    assert [request["status"] for request in stand.log()["requests"]] == [200]


def test_a_refused_key_is_told_before_the_run(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VT_API_KEY", "wrong")
    assert stand.enrich("plan", a_list(tmp_path / "in.csv", range(2))) == 5


def test_a_key_without_limits_is_bound_by_the_way_there(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = planned(standing(), capsys, a_list(tmp_path / "in.csv", range(40)))
    assert found["quota"]["left"] == {"day": None, "month": None}
    assert 0 < found["seconds"] < 60


@pytest.mark.parametrize(
    ("files", "quota", "used", "days"),
    [
        (12_000, Quota(4, 500, 15_500), Usage(0, 0), 24),
        (500, Quota(4, 500, 15_500), Usage(499, 499), 2),
        (3, Quota(4, 1, None), Usage(0, 0), 3),
        (20, Quota(4, 500, 100), Usage(90, 95), 9 + 1),
    ],
)
def test_the_end_counts_the_resets_of_day_and_month(
    tmp_path: Path, files: int, quota: Quota, used: Usage, days: int
) -> None:
    """Noon of 22 November: nine days to the month's reset."""
    clock, settings = VirtualClock(), Settings()
    with read_inputs([a_list(tmp_path / "in.csv", range(files))], settings) as intake:
        store = open_store("memory:", clock)
        store.correct("key", used)
        account = KeyAccount(quota, used, "test", "key", from_service=True)
        made = plan(intake, store, sources_of(settings)[0], clock, account)
        store.close()
    assert made.ends is not None
    assert (made.ends.date() - made.now.date()).days + 1 == days


def test_a_budget_bounds_the_calls(stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = planned(stand, capsys, a_list(tmp_path / "in.csv", range(9)), "--budget", 4)
    assert (found["never_asked"], found["calls"]) == (9, 4)


def test_what_one_run_makes_of_it_is_told_beside_the_whole(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand, sheet = standing(per_day=6), a_list(tmp_path / "in.csv", range(9))
    found = planned(stand, capsys, sheet)
    assert (found["needed"], found["calls"], found["calls_this_run"]) == (9, 9, 6)
    found = planned(stand, capsys, sheet, "--budget", 4)
    assert (found["needed"], found["calls"], found["calls_this_run"]) == (9, 4, 4)
    assert planned(stand, capsys, sheet, "--wait")["calls_this_run"] == 9


@pytest.mark.parametrize("is_twin", [True, False], ids=["the same file", "another file"])
def test_the_calls_then_spent_were_named_beforehand(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, is_twin: bool
) -> None:
    """A weaker hash is asked for by itself where the answer to the stronger one shows that it is another file's."""
    sheet = tmp_path / "in.csv"
    lines = [f"{hashes(number)[2]},{hashes(number if is_twin else number + 9)[0]}" for number in range(3)]
    sheet.write_text("\n".join(["SHA256,MD5", *lines]) + "\n")
    found = planned(stand, capsys, sheet)
    assert stand.run(sheet) == 0
    assert (found["needed"], found["needed_at_most"], len(stand.asked())) == (3, 6, 3 if is_twin else 6)


def test_a_budget_of_nothing_is_not_nothing_to_do(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = a_list(tmp_path / "in.csv", range(9))
    capsys.readouterr()
    assert stand.enrich("plan", sheet, "--budget", 0) == 0
    assert "9 calls needed, --budget allows 0" in capsys.readouterr().out
    assert stand.enrich("plan", sheet, "--offline") == 0
    told = capsys.readouterr().out
    assert "9 never asked" in told
    assert "nothing would be asked (--offline)" in told


def test_an_unreadable_input_beside_others_is_listed(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    found = planned(stand, capsys, a_list(tmp_path / "in.csv", range(1)), tmp_path / "x.png", code=6)
    assert [item["path"] for item in found["unread"]] == [str(tmp_path / "x.png")]


def test_limits_of_the_users_own_hold_in_the_plan() -> None:
    assert Spending(per_day=7).quota(None, Quota(4, 500, 15_500)) == Quota(4, 7, 15_500)
    assert Spending(per_day=UNLIMITED).quota(None, Quota(4, 500, 15_500)) == Quota(4, None, 15_500)
