"""``--kinds``: what is looked up, what stays home, and that nothing is sent that was not asked for."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from enrich.standin import network
from tests.support.standin_server import Stand, rows, sha256

MIXED = [
    ("sha256", sha256(1)),
    ("domain", "login[.]example.com"),
    ("ip", "8[.]8.8.8"),
    ("url", "hxxp://login[.]example.com#top"),
    ("url", "http://LOGIN.example.com:80/"),
    ("ip", "10.0.0.5"),
    ("url", "http://example.com/?email=jane@client.com"),
    ("email", "jane@client.com"),
]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    path = tmp_path / "mixed.csv"
    path.write_text("\n".join(["type,value", *(",".join(row) for row in MIXED)]) + "\n")
    return path


def test_all_kinds_are_looked_up_once_each_and_what_is_private_stays_home(stand: Stand, mixed: Path) -> None:
    out = mixed.with_name("out.csv")
    assert stand.run(mixed, "--kinds", "all", "-o", out) == 0
    assert sorted(stand.asked()) == sorted([sha256(1), "login.example.com", "8.8.8.8", "http://login.example.com/"])
    assert stand.counts()["violations"] == 0
    table = rows(out)
    assert [(line["vt_status"], line["vt_kind"]) for line in table] == [
        ("found", "hash"), ("found", "domain"), ("found", "ip"), ("found", "url"), ("found", "url"),
        ("skipped", "ip"), ("skipped", "url"), ("skipped", "email"),
    ]  # fmt: skip
    malicious, engines = network.counts("login.example.com")
    assert table[1]["vt_domain_detections"].lstrip("'") == f"{malicious}/{engines}"
    assert table[3]["vt_link"] == table[4]["vt_link"] != ""
    assert table[1]["vt_first_seen"] == table[2]["vt_first_seen"] == ""
    assert table[1]["vt_registered"] == "", "a subdomain has its parent's date"
    assert stand.run(mixed, "--kinds", "all", "-o", mixed.with_name("again.csv")) == 0
    assert stand.counts()["charged"] == 4, "what is stored is not asked again"


def test_by_default_only_hashes_are_sent_and_the_rest_is_named(
    stand: Stand, mixed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = mixed.with_name("out.csv")
    assert stand.enrich("run", mixed, "-o", out) == 0
    assert stand.asked() == [sha256(1)]
    assert (
        "not looked up: 1 domain, 2 IP addresses, 2 URLs; --kinds domain,ip,url looks them up too"
        in capsys.readouterr().err
    )
    table = rows(out)
    assert "vt_kind" not in table[0]
    assert [line["vt_status"] for line in table] == ["found", *["skipped"] * 6, ""]
    assert "--kinds domain looks it up too" in table[1]["vt_note"]


def test_the_plan_names_the_very_calls(stand: Stand, mixed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stand.enrich("plan", mixed, "--kinds", "all", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["calls"] == 4
    assert plan["kinds"] == {"hash": 1, "domain": 1, "ip": 2, "url": 2}
    assert sum(plan["held_back"].values()) == plan["skipped"] == 2
    assert stand.asked() == []
    assert stand.run(mixed, "--kinds", "all", "-o", mixed.with_name("out.csv")) == 0
    assert stand.counts()["charged"] == plan["calls"]


def test_private_urls_are_sent_on_the_users_word(stand: Stand, mixed: Path) -> None:
    assert stand.run(mixed, "--kinds", "url", "--send-private-urls", "-o", mixed.with_name("out.csv")) == 0
    assert sorted(stand.asked()) == ["http://example.com/?email=jane@client.com", "http://login.example.com/"]


def test_the_sheet_lists_every_indicator_by_kind_and_a_hostile_title_stays_text(stand: Stand, mixed: Path) -> None:
    out = mixed.with_name("out.xlsx")
    assert stand.run(mixed, "--kinds", "all", "--all-columns", "-o", out) == 0
    book = openpyxl.load_workbook(out)
    sheet = book["VirusTotal"]
    header = next(row for row in sheet.iter_rows() if any(cell.value == "VT kind" for cell in row))
    kind = next(cell.column for cell in header if cell.value == "VT kind")
    kinds = [value for row in range(header[0].row + 1, sheet.max_row + 1) if (value := sheet.cell(row, kind).value)]
    assert kinds == ["hash", "domain", "ip", "ip", "url", "url"]
    formulas = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(text.startswith('=HYPERLINK("https://www.virustotal.com/gui/') for text in formulas)


def test_a_kind_that_is_never_looked_up_is_a_usage_error(
    stand: Stand, mixed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stand.run(mixed, "--kinds", "email") == 2
    assert "there are domain, hash, ip, url, and all" in capsys.readouterr().err


def test_json_and_metrics_count_what_is_not_asked(
    stand: Stand, mixed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = tmp_path / "enrich.prom"
    assert stand.enrich("run", mixed, "-o", mixed.with_name("out.csv"), "--json", "--metrics-file", metrics) == 0
    assert json.loads(capsys.readouterr().out)["not_asked"] == {"domain": 1, "ip": 2, "url": 2}
    assert 'enrich_run_not_asked{kind="ip"} 2' in metrics.read_text()


def test_an_input_without_hashes_says_what_it_holds(
    stand: Stand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ips.txt"
    path.write_text("8[.]8.8.8\n9.9.9.9\n")
    assert stand.run(path) == 6
    assert "not looked up: 2 IP addresses; --kinds ip looks them up too" in capsys.readouterr().err
    assert stand.run(path, "--kinds", "ip", "-o", tmp_path / "out.csv", "--fail-on", "malicious") in (0, 10)


def test_by_hand_every_kind_is_looked_up(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        stand.enrich("lookup", "login[.]example.com", "8.8.8.8", "hxxp://a.example.com", "192.168.0.1", "-q", "--json")
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert [(one["value"], one["vt_status"], one["vt_kind"]) for one in told] == [
        ("login.example.com", "found", "domain"), ("8.8.8.8", "found", "ip"), ("http://a.example.com/", "found", "url"),
        ("192.168.0.1", "skipped", "ip"),
    ]  # fmt: skip
