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


@pytest.mark.parametrize(
    "record",
    [
        {"Host": "WS1", "NAT Source IP": OWN},
        {"event.kind": "event", "source.nat.ip": OWN},
        {"Activity": "deny", "SourceTranslatedAddress": OWN},
        {"Event Name": "deny", "Post NAT Source IP": OWN},
        {"hostname": "ws1", "comms_ip": OWN},
        {"Endpoints": "WS1", "External IP": OWN},
        {"Agent UUID": "1", "External IP": OWN, "Hash": "x"},
        {"ClientId": "C.1", "LastIP": OWN},
        {"User": "bob", "Client IP": OWN, "Device ID": "1"},
        {"User": "bob", "Client IP": OWN, "Assigned IP": "-"},
        {"Time": "1", "User": "bob", "Client IP": OWN, "Gateway": "vpn"},
        {"Name": "a", "Laddr": OWN},
        {"Name": "web", "Namespace": "prod", "Address": OWN},
        {"Name": "web", "Address": OWN, "Port": "443", "Pool": "p1"},
        {"Interface": "eth0", "IP Address": OWN, "Netmask": "255.255.255.0"},
    ],
)
def test_where_the_house_is_seen_from_outside_stays_home(record: dict[str, str]) -> None:
    assert asked(record) == []


@pytest.mark.parametrize(
    "record",
    [
        {"Host": "WS1", "NAT Destination IP": OTHER},
        {"event.kind": "event", "destination.nat.ip": OTHER},
        {"Activity": "deny", "DestinationTranslatedAddress": OTHER},
        {"Event Name": "deny", "Pre NAT Source IP": OTHER},
        {"Malware": "a", "External IP": OTHER},
        {"Malware": "a", "Last IP": OTHER},
        {"UserId": "bob", "SiteUrl": "-", "ClientIP": OTHER},
        {"Timestamp": "1", "SenderIPv4": OTHER},
        {"Timestamp": "1", "SenderIPv6": OTHER},
        {"Name": "a", "Raddr": OTHER},
        {"Name": "a", "Raddr.IP": OTHER},
        {"Name": "a", "Remote": OTHER},
        {"Malware": "a", "Address": OTHER, "Port": "443", "Backend": "x"},
        {"mailfrom": "-", "helo": "x", "path": OTHER},
    ],
)
def test_whom_the_house_talks_to_is_asked_about(record: dict[str, str]) -> None:
    assert asked(record) == [OTHER]


@pytest.mark.parametrize(
    "record",
    [
        {"source": "x", "splunk_server": "idx1.client.com"},
        {"_raw": "-", "_si": "idx1.client.com", "sourcetype": "iis"},
        {"ClientId": "C.1", "Fqdn": "ws1.client.com", "Hash.MD5": "-"},
        {"name": "hash", "hostIdentifier": "mac01.client.com"},
        {"asNumber": "1", "asOrg": "Org", "domain": "provider.net", "isProxy": "false", "isp": "Org"},
        {"type": "zip", "url": "https://repository.example.com/a", "reference": "x", "shasum": "-"},
        {"Url": "https://client.com/login", "Severity": "High", "Remedy": "-", "CWE": "79"},
        {"Risk": "High", "Host": "www.client.com", "Plugin ID": "1", "Solution": "-"},
        {"client_dns_computer": "-", "server_tree_name": "client.com"},
        {"mac": "-", "client_addr": OWN, "lease_time": "1"},
        {"Name": "a", "FWLink": "https://vendor.example.com/fwlink/?linkid=1"},
        {"Email": "max@client.com", "Domain": "client.com", "Breach": "a"},
        {"SPDXID": "a", "versionInfo": "1", "downloadLocation": "https://tool.example.com/a"},
        {"name": "a", "postal_address": "tool.example.com"},
        {"name": "a", "version": "1", "author": "max", "license": "MIT", "url": "https://tool.example.com/"},
        {
            "version": "1",
            "homepage": "https://tool.example.com/",
            "license": "MIT",
            "url": "-",
            "bin": "a",
            "hash": "-",
        },
        {"uid": "C1", "mac": "-", "assigned_addr": "10.0.0.5", "domain": "client.com", "lease_time": "1"},
        {"ClientRequestHost": "www.client.com", "EdgeResponseStatus": "200"},
        {"event": "a", "ownerDomain": "client.com"},
        {"x-edge-location": "CDG50", "cs(Host)": "a.cloudfront.net", "x-host-header": "www.client.com"},
        {"RequestAddr": "www.client.com", "RequestHost": "www.client.com", "RouterName": "web@docker"},
        {"eventName": "a", "clientProvidedHostHeader": "bucket-of-client.s3.amazonaws.com"},
        {"Computer Name": "ws1", "User Name": "max", "Domain Name": "client.com", "Risk Name": "a"},
        {"client-hostname": "mx1.client.com", "server-hostname": "ex1.client.com", "message-id": "-"},
    ],
)
def test_names_of_the_house_s_own_servers_stay_home(record: dict[str, str]) -> None:
    assert asked(record) == []


@pytest.mark.parametrize(
    ("record", "value"),
    [
        ({"Malware": "a", "Fqdn": "c2.evil.net"}, "c2.evil.net"),
        ({"type": "zip", "url": "http://evil.net/a", "family": "x"}, "http://evil.net/a"),
        ({"Severity": "High", "CWE": "79", "IP": OTHER, "src port": "1"}, OTHER),
        (
            {"Indicator": "-", "Severity": "High", "URL": "http://evil.net/a", "Mitigation": "block"},
            "http://evil.net/a",
        ),
        ({"ja3": "-", "server_name": "c2.evil.net"}, "c2.evil.net"),
        ({"endpointHostName": "ws1", "request": "http://evil.net/a"}, "http://evil.net/a"),
        ({"Time": "1", "Blade": "Anti-Bot", "Resource": "http://evil.net/a"}, "http://evil.net/a"),
        ({"Scanner": "HTTP", "Object type": "file", "Object": "http://evil.net/a"}, "http://evil.net/a"),
        ({"domain": "evil.net", "ip": "-", "asn": "1", "as_org": "Org", "isp": "Org"}, "evil.net"),
        ({"Name": "evil.net", "IP": "-", "Active": "true", "Malicious": "true"}, "evil.net"),
        ({"job_id": "1", "hosts": OTHER, "compromised_hosts": "-"}, OTHER),
        ({"cs-method": "POST", "c-ip": "-", "X-Forwarded-For": OTHER}, OTHER),
        ({"Computer": "ws1", "User": "max", "Domain": "evil.net", "Category": "-", "URL": "-"}, "evil.net"),
    ],
)
def test_what_was_visited_is_asked_about(record: dict[str, str], value: str) -> None:
    assert asked(record) == [value]
