"""Documents that say of themselves whose they are: what a scanner of networks looked at is nobody's indicator."""

from __future__ import annotations

import pytest

from enrich.model.sighting import Found
from tests.support.made_sheets import md5, scanned, sha1

KINDS = ("hash", "domain", "ip", "url")
BODY = (
    ["Nmap scan report for www.client.com (81.2.69.67)"],
    ["Host is up."],
    ["|_http-title: Did not follow redirect to https://portal.client.com/"],
    ["| Subject Alternative Name: DNS:vpn.client.com"],
    [f"| SHA-1: {sha1(1)}"],
    ['<address addr="81.2.69.68" addrtype="ipv4"/>'],
    ["Host: 81.2.69.69 (ws1.client.com)"],
)


@pytest.mark.parametrize(
    "first",
    [
        "Starting Nmap 7.94 ( https://nmap.org ) at 2026-10-01 10:00 UTC",
        "# Nmap 7.94 scan initiated Thu Oct  1 10:00:00 2026 as: nmap -oG - 81.2.69.0/24",
        "<!-- Nmap 7.94 scan initiated Thu Oct  1 10:00:00 2026 as: nmap -oX - www.client.com -->",
        '<nmaprun scanner="masscan" start="1790000000" version="1.0">',
        "#masscan",
    ],
)
def test_what_a_scanner_looked_at_stays_home_unless_the_user_says_otherwise(first: str) -> None:
    placement = scanned([first], *BODY, kinds=KINDS)
    assert [s.value for s in placement if s.found is Found.INDICATOR] == []
    assert "81.2.69.68" in [s.value for s in placement if s.found is Found.LEFT_OUT]
    chosen = scanned([first], *BODY, kinds=KINDS, columns=("A",))
    assert "81.2.69.68" in [s.value for s in chosen if s.found is Found.INDICATOR]


def test_a_report_that_only_speaks_of_one_is_read_as_any_other() -> None:
    placement = scanned(["We ran Nmap 7.94 and found:"], [md5(1)], ["http://evil.example.net/a"], kinds=KINDS)
    assert md5(1) in [s.value for s in placement if s.found is Found.INDICATOR]
