"""What stands under the domain of the house's own machines is the house's, wherever in the document it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from enrich.formats import open_document
from enrich.model.sighting import Found
from enrich.scan import agree, scan_sheet

KINDS = ("hash", "domain", "ip", "url")
DEFENDER = (
    "Timestamp,DeviceName,RemoteIP,RemoteUrl,InitiatingProcessFileName",
    "10:00,ws1.client.com,45.9.148.81,https://evil.com/a,a.exe",
    "10:01,ws1.client.com,45.9.148.82,https://portal.client.com/login,b.exe",
    "10:02,ws2.sub.client.com,45.9.148.83,mail.client.com,b.exe",
    "10:03,ws3,45.9.148.84,client.com.evil.org,b.exe",
)


def taken(folder: Path, name: str, *lines: str, columns: Sequence[str] = ()) -> set[str]:
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    document = open_document(path)
    placements = [
        scan_sheet(s, document.rows(s), declared_header=document.header_row(s), kinds=KINDS, columns=columns)
        for s in document.sheets
    ]
    document.close()
    agree(placements)
    return {s.value for placement in placements for s in placement if s.found is Found.INDICATOR and s.kind != "ip"}


def test_a_name_under_the_domain_of_a_device_stays_home(tmp_path: Path) -> None:
    assert taken(tmp_path, "net.csv", *DEFENDER) == {"https://evil.com/a", "client.com.evil.org"}
    records = [
        f'{{"host.name": "ws1.client.com", "dns.question.name": "{name}"}}' for name in ("evil.com", "x.client.com")
    ]
    assert taken(tmp_path, "dns.jsonl", *records) == {"evil.com"}


@pytest.mark.parametrize("heading", ["Hostname", "Destination Host", "Server", "C2 device"])
def test_a_heading_that_may_be_of_what_was_gone_to_says_nothing_of_others(tmp_path: Path, heading: str) -> None:
    rows = f"Time,{heading},URL", "10:00,a.evil.com,http://b.evil.com/a"
    assert "http://b.evil.com/a" in taken(tmp_path, "proxy.csv", *rows)


def test_the_user_s_word_for_a_column_is_the_last(tmp_path: Path) -> None:
    assert "https://portal.client.com/login" in taken(tmp_path, "net.csv", *DEFENDER, columns=("RemoteUrl",))


def test_what_gives_names_to_anybody_is_nobody_s_domain(tmp_path: Path) -> None:
    rows = "DeviceName,RemoteUrl", "ws1.duckdns.org,https://evil.duckdns.org/a"
    assert taken(tmp_path, "net.csv", *rows) == {"https://evil.duckdns.org/a"}
