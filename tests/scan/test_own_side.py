"""Whose a value of telemetry is, by what stands beside its heading: the house's own side, or what it talks to."""

from __future__ import annotations

import json

import pytest

from enrich.model.sighting import Found
from tests.support.made_sheets import scanned

OWN, OTHER = "81.2.69.67", "45.77.34.1"


def asked(record: dict[str, str]) -> list[str]:
    """What is asked of a table of two such rows, once each."""
    placement = scanned(tuple(record), *[tuple(record.values())] * 2, kinds=("hash", "domain", "ip", "url"))
    found = [s.value for s in placement if s.found is Found.INDICATOR and s.kind != "hash"]
    assert found[::2] == found[1::2] or found[: len(found) // 2] == found[len(found) // 2 :]
    return sorted(set(found))


@pytest.mark.parametrize(
    ("record", "value"),
    [
        ({"ts": "1", "id.orig_h": "-", "method": "GET", "host": "c2.evil.net", "uri": "/a"}, "c2.evil.net"),
        ({"time": "1", "request_method": "GET", "host": OTHER, "uri_path": "/a"}, OTHER),
        ({"time": "1", "http_method": "GET", "host": "c2.evil.net", "request_uri": "/a"}, "c2.evil.net"),
        # the machine that Splunk has the line from, the site that one's own server serves, a machine's own name
        ({"time": "1", "method": "GET", "host": "web.client.com", "uri": "/a", "sourcetype": "iis"}, ""),
        ({"remote_addr": "-", "method": "GET", "host": "client.com", "uri": "/a", "upstream_addr": "-"}, ""),
        ({"time": "1", "host": "ws1.client.com", "method": "POST"}, ""),
        ({"time": "1", "host": "ws1.client.com", "path": "/usr/bin/a", "method": "exec"}, ""),
        ({"time": "1", "hostname": "ws1.client.com", "method": "GET", "uri": "/a"}, ""),
    ],
)
def test_the_host_of_a_request_is_what_was_visited(record: dict[str, str], value: str) -> None:
    assert asked(record) == [value] * bool(value)
    in_cell = asked({"Time": "2026-11-01", "Event": json.dumps(record)})
    assert in_cell == [value] or not value
