"""Lines that servers and firewalls of the house log: its own names stay home, what came from outside is asked for."""

from __future__ import annotations

import time

import pytest

from enrich.indicators import types
from enrich.indicators.shared import server_logs
from enrich.model.sighting import Found

OUTSIDE = "81.2.69.67"
IN_BLOCK = "10,,,x,re0,match,block,in,4,0x0,,118,1,0,none,17,udp,132"


def asked(line: str) -> list[str]:
    """What is asked for of a line."""
    found = [(match, kind.withheld(match.value)) for kind in KINDS for match in kind.find(line)]
    return [match.value for match, withheld in found if match.found is Found.INDICATOR and not withheld]


KINDS = [types()[name] for name in ("domain", "ip", "url")]


@pytest.mark.parametrize(
    "line",
    [
        f'1#1: *1 not found, client: {OUTSIDE}, server: www.client.com, request: "GET / HTTP/1.1", host: "client.com"',
        f'client: {OUTSIDE}, server: , request: "POST https://client.com/", host: "client.com", referrer: "https://client.com/a"',
        f"[php7:notice] [pid 1] [client {OUTSIDE}:1] failed, referer: https://client.com/a",
        f'{OUTSIDE} - - [12/Oct/2026:11:45:00] "POST /a HTTP/1.1" 200 1950 "https://client.com:2083/a" "Mozilla/5.0"',
        f'{OUTSIDE} - - [12/Oct/2026:11:45:00] "GET /a HTTP/1.1" 200 2048 2156 https://client.com/a Mozilla/5.0',
        f'{OUTSIDE} - - [12/Oct/2026:11:45:00] "GET / HTTP/1.1" 200 1 "-" "(compatible; Bot/2.1; +http://bot.example.net/a)"',
        f'https 2026-10-01T10:00:00.1Z app/x/1 {OUTSIDE}:1 10.0.0.1:80 0.0 "GET https://client.com:443/a HTTP/1.1" "curl"',
        f"kernel: [4] IN=eth0 OUT= MAC=00:08 SRC={OUTSIDE} DST=51.15.166.67 LEN=40",
        f"kernel: [4] IN= OUT=eth0 SRC=51.15.166.67 DST={OUTSIDE} LEN=40",
        f"filterlog 6 - - {IN_BLOCK},{OUTSIDE},51.15.166.67,498,529,112",
        f"filterlog 6 - - {IN_BLOCK.replace(',in,', ',out,')},51.15.166.67,{OUTSIDE},498,529,112",
        f"user=<max>, method=PLAIN, rip={OUTSIDE}, lip=51.15.166.67, TLS",
        f"type=LOGIN_ERROR, clientId=app, ipAddress={OUTSIDE}, redirect_uri=https://client.com/",
    ],
)
def test_the_house_s_own_side_of_a_log_s_line_stays_home(line: str) -> None:
    assert asked(line) == [OUTSIDE]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        # a proxy's, by the whole address that was asked for; a line that was written of what attacks
        (
            '"GET http://evil.net/a HTTP/1.1" 200 157 "http://phish.net/land" "Mozilla"',
            ["http://evil.net/a", "http://phish.net/land"],
        ),
        ("C2 server: evil.net, port 443", ["evil.net"]),
        ("redirect_uri=https://evil.net/a", ["https://evil.net/a"]),
        ("SRC=45.77.34.1 DST=81.2.69.67", ["45.77.34.1", "81.2.69.67"]),
        ("client: x, server: evil[.]net", ["evil.net"]),
    ],
)
def test_what_no_such_line_says_to_be_one_s_own_is_asked_for(line: str, values: list[str]) -> None:
    assert asked(line) == values


@pytest.mark.parametrize("lead", ["IN=eth0 OUT= ", '"GET /a HTTP/1.1" 1 ', "filterlog,match,a,out,", ", request: "])
def test_a_long_line_is_read_in_a_moment(lead: str) -> None:
    line = lead * 20_000 + "DST=81.2.69.67"
    start = time.process_time()
    server_logs.said(line, len(line) - 10, len(line))
    server_logs.said(line, 1900, 1910)
    assert time.process_time() - start < 1
