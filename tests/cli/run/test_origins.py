"""Who answered is part of an answer and of an account: a stand-in's word is never the service's, nor its calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from enrich.cli.main import main
from enrich.clock import SystemClock
from enrich.providers.shared.origin import account_of
from enrich.stores import open_store
from tests.support.standin_server import KEY, Stand, a_list, rows, sha256


def test_another_hosts_answers_are_not_seen(stand: Stand, tmp_path: Path) -> None:
    sheet, store = a_list(tmp_path / "in.csv", range(3)), ["--store", f"sqlite:///{stand.store}"]
    assert stand.run(sheet) == 0
    assert main(["run", str(sheet), "-o", str(tmp_path / "out.csv"), *store, "--offline", "-q"]) == 3
    assert [(row["vt_status"], row["vt_detections"]) for row in rows(tmp_path / "out.csv")] == [("pending", "")] * 3


def test_each_address_has_its_own_day_of_the_one_key(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = standing(), standing()
    sheet = a_list(tmp_path / "in.csv", range(3))
    assert one.run(sheet) == other.run(sheet) == 0
    assert len(one.asked()) == len(other.asked()) == 3, "neither takes the other's answers"
    with closing(open_store(f"sqlite:///{one.store}", SystemClock())) as store:
        used = {origin: store.usage(account_of(origin, KEY)).day for origin in (one.origin, other.origin, "virustotal")}
    assert used == {one.origin: 3, other.origin: 3, "virustotal": 0}


def test_whose_answers_are_stored_is_listed_as_such(
    standing: Callable[..., Stand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = standing(), standing()
    store = ["--store", f"sqlite:///{one.store}"]
    for stand in (one, other):
        assert stand.run(a_list(tmp_path / "in.csv", range(2))) == 0
    capsys.readouterr()
    exported = tmp_path / "export.jsonl"
    for command in (["history", sha256(0)], ["cache", "info"]):
        assert main([*command, *store]) == 0
        told = capsys.readouterr().out
        assert one.origin in told
        assert other.origin in told
    assert main(["cache", "export", str(exported), *store]) == 0
    origins = [json.loads(line)["provider"] for line in exported.read_text().splitlines()]
    assert sorted(origins) == sorted([one.origin, other.origin] * 2)


def test_banner_and_custody_come_from_the_answers(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report that is made later, of a document alone, knows who answered."""
    document, page = tmp_path / "result.json", tmp_path / "report.md"
    assert stand.run(a_list(tmp_path / "in.csv", range(2)), "-o", document) == 0
    assert main(["report", str(document), "-o", str(page)]) == 0
    assert "Stand-in data" in page.read_text()
    assert stand.address.partition("//")[2] in page.read_text()
