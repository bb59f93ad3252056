"""The store from the command line: waits lifted, imports checked for what can be checked."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from enrich.cli.main import main
from enrich.clock import SystemClock, utc
from enrich.model.finding import Answer, Finding, Status
from enrich.stores import open_store
from tests.support.standin_server import Stand, a_list
from tests.support.stored_answers import VT, file


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def record(tmp_path: Path) -> dict[str, Any]:
    """An exported answer of the form that the service's own answers have."""
    md5, sha1, sha256 = (name.value for name in file(1))
    fields = {
        "vt_detections": "53/72",
        "vt_malicious": 53,
        "vt_engines": 72,
        "vt_first_seen": 1_500_000_000,
        "vt_sha256": sha256,
        "vt_md5": md5,
        "vt_sha1": sha1,
        "vt_link": f"https://www.virustotal.com/gui/file/{sha256}",
    }
    finding = Finding(file(1)[2], VT, Status.FOUND, fields, "", utc(time.time() - 60), file(1), 53, 72)
    with closing(open_store("memory:", SystemClock())) as store:
        store.put_many([Answer(finding)])
        return next(store.export())


def imported(url: str, tmp_path: Path, record: dict[str, Any]) -> int:
    path = tmp_path / "export.jsonl"
    path.write_text(json.dumps(record) + "\n")
    return main(["cache", "import", str(path), "--store", url])


def test_an_import_says_that_the_rest_is_taken_on_trust(
    url: str, tmp_path: Path, record: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(url, tmp_path, record) == 0
    told = capsys.readouterr().err
    assert "1 answers were new" in told
    assert "file's word" in told


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("vt_malicious", 0, "vt_malicious is 0 and the detection ratio 53/72"),
        ("vt_engines", 70, "vt_engines"),
        ("vt_detections", "0/72", "vt_detections"),
        ("vt_sha256", file(2)[2].value, "vt_sha256 is none of the file's own hashes"),
        ("vt_md5", file(1)[1].value, "vt_md5 is none of the file's own hashes"),
        ("vt_link", "https://www.virustotal.com.evil.example/gui/file/1", "leads elsewhere"),
        ("vt_link", "javascript:alert(1)", "leads elsewhere"),
        ("vt_first_seen", 253_402_300_000, "vt_first_seen is no date"),
        ("vt_last_analysis", "yesterday", "vt_last_analysis is no date"),
    ],
)
def test_an_import_that_contradicts_itself_is_refused(
    url: str,
    tmp_path: Path,
    record: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: object,
    reason: str,
) -> None:
    record["fields"][name] = value
    assert imported(url, tmp_path, record) == 7
    told = capsys.readouterr().err
    assert "record 1 of the import" in told
    assert reason in told
    with closing(open_store(url, SystemClock())) as store:
        assert store.info().objects == 0


def test_a_wait_that_a_service_asked_for_is_shown_and_lifted(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_store(url, SystemClock())) as store:
        store.hold_off("0123456789abcdef", time.time() + 86_400)
    assert main(["cache", "info", "--store", url]) == 0
    told = capsys.readouterr().out
    assert "asked to wait" in told
    assert "0123456789abcdef" in told
    assert "clear-holds" in told
    assert main(["cache", "clear-holds", "--store", url]) == 0
    assert main(["cache", "info", "--store", url]) == 0
    assert "asked to wait" not in capsys.readouterr().out


def test_a_store_that_two_machines_use_is_told(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As after a copy, or with a machine that was cloned: two ledgers of one key."""
    sheet, store = a_list(tmp_path / "in.csv", range(2)), ["--store", f"sqlite:///{stand.store}"]
    assert stand.run(sheet) == 0
    monkeypatch.setattr("enrich.stores.sql.machines.this_machine", lambda: "another")
    monkeypatch.setattr("socket.gethostname", lambda: "clone-7")
    capsys.readouterr()
    assert stand.enrich("run", sheet) == 0
    for command in (["cache", "info"], ["doctor"]):
        main([*command, *store])
        assert "clone-7" in capsys.readouterr().out, command
