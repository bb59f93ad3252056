"""Where somebody logs in, a browser's cookies, and what a program of the house talks to stay home; what malware's own
configuration names beside a password is asked for.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan import Placement, known_layouts
from enrich.scan.collect import Collector
from enrich.scan.login_records import LoginRecords
from tests.support.made_sheets import md5, sha1
from tests.support.real_lists import scanned

ALL = ("hash", "domain", "ip", "url")


def sent(folder: Path, name: str, text: str) -> list[str]:
    """What a run would ask for."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    placements: list[Placement] = scanned(path, ALL)
    return [s.value for placement in placements for s in placement if s.found is Found.INDICATOR]


@pytest.mark.parametrize(
    "text",
    [
        "URL: https://vpn.client.com/login\nUsername: max\nPassword: Summer2026\nApplication: Chrome\n=====\n",
        "Soft: Google Chrome (Default)\nHost: https://vpn.client.com/login\nLogin: max\nPassword: abc\n\n",
        "SOFT:\tChrome\nURL:\thttps://vpn.client.com/\nUSER:\tmax\nPASS:\tabc\n\n",
        "\t * Username : max\n\t * Domain   : client.com\n\t * Password : (null)\n\n",
        "DB_HOST=db1.client.com\nDB_USER=app\nDB_PASSWORD=abc\nAPI_URL=https://api.client.com/v1\n",
        "secret_key = abc\naccess_key = abc\nhost_base = s3.client.com\nhost_bucket = backup.s3.client.com\n",
        "production:\n  uri: mongodb://app:abc@db1.client.com:27017/main\n  cache: redis://:abc@cache.client.com:6379\n",
        "export SMTP_HOST=smtp.client.com\nexport SMTP_PASSWORD=abc\n",
    ],
)
def test_the_place_of_a_login_stays_home(tmp_path: Path, text: str) -> None:
    assert sent(tmp_path, "found.txt", text * 40) == []


def test_what_stands_outside_of_the_record_is_asked_for(tmp_path: Path) -> None:
    text = (
        "URL: https://vpn.client.com/\nUser: max\nPassword: abc\n\nC2: evil-panel.net\nURL: https://evil-panel.net/a\n"
    )
    assert sent(tmp_path, "found.txt", text) == ["evil-panel.net", "https://evil-panel.net/a"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Protocol: smtp\nDomain: mail.evil-exfil.com\nPort: 587\nUsername: a\nPassword: b\n", "mail.evil-exfil.com"),
        (
            "C2 URL: https://evil-panel.com/gate.php\nUsername: admin\nPassword: admin\n",
            "https://evil-panel.com/gate.php",
        ),
        ("Family: njRAT\nURL: https://evil-panel.com/a\nUser: a\nPassword: b\n", "https://evil-panel.com/a"),
        ("URL: hxxps://phish[.]example[.]net/login\nUsername: max\nPassword: abc\n", "https://phish.example.net/login"),
        ("pool: stratum+tcp://wallet:x@evil-panel.com:4444\n", "evil-panel.com"),
        ("server_url = evil-panel.com\naes_key = abc\n", "evil-panel.com"),
        ("C2_HOST=evil-panel.com\nRC4_KEY=abc\nC2_PASSWORD=abc\n", "evil-panel.com"),
    ],
)
def test_what_malware_talks_to_is_asked_for(tmp_path: Path, text: str, value: str) -> None:
    assert sent(tmp_path, "config.txt", text) == [value]


@pytest.mark.parametrize(
    "record",
    [
        {"name": "vpn", "url": "https://vpn.client.com/", "username": "max", "password": "abc", "note": ""},
        {"url": "https://vpn.client.com/", "username": "max", "password": "abc", "httpRealm": "", "guid": "1"},
        {"folder": "", "login_uri": "https://vpn.client.com/", "login_username": "max", "login_password": "abc"},
        {"Account": "a", "Login Name": "max", "Password": "abc", "Web Site": "https://vpn.client.com/", "Comments": ""},
        {"host_key": ".client.com", "name": "sid", "value": md5("sid")},
        {
            "domain": ".client.com",
            "hostOnly": "false",
            "httpOnly": "true",
            "name": "sid",
            "path": "/",
            "value": md5("sid"),
        },
        {"Host raw": "https://client.com/", "Name raw": "sid", "Content raw": sha1("sid"), "HTTP only raw": "true"},
    ],
)
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_browser_s_logins_and_cookies_stay_home(tmp_path: Path, record: dict[str, str], ending: str) -> None:
    line = ",".join(record.values())
    text = json.dumps([record] * 3) if ending == "json" else f"{','.join(record)}\n" + f"{line}\n" * 3
    assert sent(tmp_path, f"export.{ending}", text) == []


@pytest.mark.parametrize(
    "above", ["", "# Netscape HTTP Cookie File\n# This file was generated. Edit at your own risk.\n\n"]
)
def test_lines_of_cookies_are_told_by_their_layout(tmp_path: Path, above: str) -> None:
    lines = (
        f".client.com\tTRUE\t/\tTRUE\t1790000000\tsession\t{sha1('a')}\n"
        f"#HttpOnly_mail.client.com\tFALSE\t/owa\tTRUE\t0\tauth\t{md5('b')}\n"
    )
    assert sent(tmp_path, "Default.txt", above + lines * 3) == []


def test_a_table_that_has_no_known_layout_has_no_names() -> None:
    assert known_layouts.names([]) == ()
    assert known_layouts.names([(".client.com", "TRUE", "/", "TRUE", "soon", "session", "abc")]) == ()
    assert known_layouts.names([(".client.com", "TRUE", "/", "TRUE", "0", "session", "abc")])[-1] == "cookie value"


@given(st.lists(st.text("aU:=/. _\n", max_size=12), max_size=40))
def test_any_rows_can_be_seen(lines: list[str]) -> None:
    records = LoginRecords(Collector())
    for number, line in enumerate(lines):
        records.see(Row(number, (line,)))
    records.close()
