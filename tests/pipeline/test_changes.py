"""Against the last run on the same list: what rose, fell, became known, is new."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from enrich.cli.main import main
from enrich.clock import SystemClock
from enrich.config.settings import Settings
from enrich.model.finding import Answer, Finding, Past, Status
from enrich.model.indicator import Indicator
from enrich.pipeline.changes import compared, lists
from enrich.pipeline.inputs import read_inputs
from enrich.reports import load
from enrich.stores import open_store
from tests.support.standin_server import Stand, a_list, rows, sha256

LONG_AGO = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def past(malicious: int | None, engines: int | None = 72, status: Status = Status.FOUND) -> Past:
    return Past(status, LONG_AGO, malicious, engines if malicious is not None else None)


def now(malicious: int | None, engines: int | None = 72, status: Status = Status.FOUND) -> Finding:
    name = Indicator("hash", "0" * 64)
    return Finding(name, "virustotal", status, {}, "", LONG_AGO + timedelta(days=9), (name,), malicious, engines)


UNKNOWN_THEN, UNKNOWN_NOW = past(None, status=Status.NOT_FOUND), now(None, None, Status.NOT_FOUND)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (past(0), now(41), "0/72 on 2026-11-03 -> 41/72"),
        (past(41), now(3, 70), "41/72 on 2026-11-03 -> 3/70"),
        (past(5), now(0), "no longer detected (5/72 on 2026-11-03)"),
        (past(None), now(2), "no verdict on 2026-11-03 -> 2/72"),
        (UNKNOWN_THEN, now(41), "became known"),
        (past(5), UNKNOWN_NOW, "no longer known (5/72 on 2026-11-03)"),
        (UNKNOWN_THEN, UNKNOWN_NOW, ""),
        (past(0, 70), now(0, 72), ""),
        (past(7), now(7), ""),
    ],
)
def test_a_change_is_told_in_words(before: Past, after: Finding, words: str) -> None:
    assert compared(before, after) == words


def answered(stand: Stand, what: int | Indicator, malicious: int | None, at: datetime = LONG_AGO) -> None:
    """An answer of an earlier day in the store."""
    name = what if isinstance(what, Indicator) else Indicator("hash", sha256(what))
    status = Status.NOT_FOUND if malicious is None else Status.FOUND
    engines = None if malicious is None else 72
    finding = Finding(name, stand.origin, status, {}, "", at, (name,), malicious, engines)
    with closing(open_store(f"sqlite:///{stand.store}", SystemClock())) as store:
        store.put_many([Answer(finding)])


def told(path: Path) -> list[str]:
    return [row["vt_change"] for row in rows(path)]


def test_a_recheck_of_an_old_list_says_what_changed(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(3))
    answered(stand, 0, 1000)
    answered(stand, 1, None)
    assert stand.run(sheet, "--changes-only") == 0
    change = told(tmp_path / "in.enriched.csv")
    assert change[0].startswith("1000/72 on 2026-11-03 -> ") or change[0].startswith("no longer detected (1000/72")
    assert change[1:] == ["became known", ""]
    assert stand.run(sheet, "--changes-only", "--fail-on", "change") == 0, "the second look finds nothing changed"
    assert told(tmp_path / "in.enriched.csv") == ["", "", ""]


def test_what_a_list_gained_since_its_last_run_is_new_in_it(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(2))
    stand.run(sheet)
    a_list(sheet, range(3))
    assert stand.run(sheet, "--fail-on", "change", "--columns", "status,change") == 10
    assert told(tmp_path / "in.enriched.csv") == ["", "", "new in this list"]
    assert stand.run(a_list(tmp_path / "other.csv", range(3)), "--fail-on", "change") == 0, (
        "a list run first has no news"
    )


@pytest.mark.slow
@pytest.mark.parametrize("parts", [(), ("--workers", 2)])
def test_indicators_of_every_kind_change_as_files_do(stand: Stand, tmp_path: Path, parts: tuple[object, ...]) -> None:
    values = {"domain": "evil.example.net", "ip": "93.184.216.34", "url": "http://evil.example.net/a"}
    sheet, out = tmp_path / "in.csv", tmp_path / "out" / "in.enriched.csv"
    options = ("--kinds", "all", "--changes-only" if not parts else "--all-columns", *parts, "--out-dir", out.parent)
    sheet.write_text("Indicator\n" + "".join(f"{value}\n" for value in values.values()))
    for kind, value in values.items():
        answered(stand, Indicator(kind, value), 1000)
    stand.run(sheet, *options)
    assert all("1000/72 on 2026-11-03" in change for change in told(out))
    sheet.write_text(sheet.read_text() + "198.41.0.4\nnew.example.net\n")
    stand.run(sheet, *options)
    assert told(out) == ["", "", "", "new in this list", "new in this list"]


@pytest.mark.slow
@pytest.mark.parametrize("parts", [(), ("--workers", 2)])
def test_nothing_is_new_of_a_kind_that_was_not_asked_about_before(
    stand: Stand, tmp_path: Path, parts: tuple[object, ...]
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(f"Indicator\n{sha256(1)}\nevil.example.net\n198.41.0.4\n")
    options = (sheet, "--fail-on", "change", *parts, "--out-dir", tmp_path / "out")
    assert stand.run(*options) == 0
    assert stand.run(*options, "--kinds", "all") == 0
    sheet.write_text(sheet.read_text() + "new.example.net\n")
    assert stand.run(*options, "--kinds", "all") == 10


def test_an_answer_that_another_list_brought_is_news_to_this_one(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(2))
    answered(stand, 0, 3)
    answered(stand, 1, None)
    stand.run(sheet, "--offline")
    for number in range(2):
        answered(stand, number, 41, datetime.now(UTC) + timedelta(minutes=1))
    assert stand.run(sheet, "--changes-only") == 0
    assert stand.asked() == [], "the other list's answers are fresh"
    assert told(tmp_path / "in.enriched.csv") == ["3/72 on 2026-11-03 -> 41/72", "became known"]


def test_a_first_answer_is_no_change(stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = a_list(tmp_path / "in.csv", range(9))
    assert stand.run(source, "--budget", "3") == 3
    assert stand.enrich("run", source, "--fail-on", "change") == 0
    assert "changed since" not in capsys.readouterr().err


def test_the_column_is_there_when_it_is_asked_for(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(1))
    out = tmp_path / "in.enriched.csv"
    for arguments, expected in (([], False), (["--changes-only"], True), (["--all-columns"], True)):
        stand.run(sheet, *arguments)
        assert ("vt_change" in rows(out)[0]) is expected


def test_only_changes_are_listed_and_no_row_is_lost(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(3))
    answered(stand, 1, None)
    stand.run(sheet, "--changes-only", "-o", tmp_path / "out.xlsx", "-o", tmp_path / "result.json")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    listed = [row[0].value for row in book["VirusTotal"].iter_rows()]
    assert [value for value in listed if value in map(sha256, range(3))] == [sha256(1)]
    assert sum(cell.value in map(sha256, range(3)) for (cell, *_) in book.worksheets[0].iter_rows()) == 3
    entries = load(tmp_path / "result.json").entries
    assert sorted(entry.change for entry in entries) == ["", "", "became known"]


def test_a_recheck_is_a_short_read(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(30))
    answered(stand, 1, None)
    stand.run(sheet, "--changes-only", "-o", tmp_path / "all.md")
    text = (tmp_path / "all.md").read_text()
    assert "Only what changed since the last run: 1 of 30 indicators." in text
    assert "became known" in text
    every = text[text.index("Only what changed") :]
    assert sum(sha256(number)[:12] in every for number in range(30)) == 1


def test_history_shows_the_answers_over_time(stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answered(stand, 0, None)
    answered(stand, 0, 41, LONG_AGO + timedelta(days=2))
    asked = [sha256(0).upper(), sha256(1)]
    store = ["--store", f"sqlite:///{stand.store}"]

    assert main(["history", *asked, *store]) == 0
    assert capsys.readouterr().out.splitlines() == [
        sha256(0),
        f"  answered by {stand.origin}:",
        "    2026-11-03 12:00:00 UTC  not known",
        "    2026-11-05 12:00:00 UTC  41/72",
        sha256(1),
        "  no answer is stored",
    ]
    assert main(["history", *asked, "--json", *store]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert [answer["status"] for answer in first["answers"]] == ["not_found", "found"]
    assert second == {"hash": sha256(1), "answers": []}
    assert main(["history", "not-a-hash", *store]) == 2


def test_a_list_is_remembered_by_host_and_path_or_by_its_name(tmp_path: Path) -> None:
    path, other = a_list(tmp_path / "in.csv", range(3)), a_list(tmp_path / "other.csv", range(2))
    with read_inputs([path], Settings()) as intake:
        assert list(lists(intake, host="alpha")) == [f"alpha:{path.resolve()}"]
        assert list(lists(intake, host="beta")) == [f"beta:{path.resolve()}"]
        assert list(lists(intake, "nightly", host="alpha")) == list(lists(intake, "nightly", host="beta"))
    with read_inputs([path, other], Settings()) as intake:
        assert len(lists(intake, "nightly")) == 2


def test_a_list_that_an_earlier_version_remembered_by_its_path_alone_is_known(stand: Stand, tmp_path: Path) -> None:
    sheet = a_list(tmp_path / "in.csv", range(2))
    with closing(open_store(f"sqlite:///{stand.store}", SystemClock())) as store:
        store.remember(str(sheet.resolve()), [Indicator("hash", sha256(0))])
    assert stand.run(sheet, "--changes-only", "-o", tmp_path / "out.csv") == 0
    assert told(tmp_path / "out.csv")[1] == "new in this list"
