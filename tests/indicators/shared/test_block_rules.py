"""What rules that block say of the names in them, each as its program writes it."""

from __future__ import annotations

import pytest

from enrich.indicators import SILENT, types
from enrich.model.sighting import Found


def asked_for(text: str) -> list[str]:
    """The domains that a line asks for."""
    matches = types()["domain"].find(text, SILENT)
    return [match.value for match in matches if match.found is Found.INDICATOR and not match.weak]


@pytest.mark.parametrize(
    "text",
    [
        'local-zone: "evil.example.net" always_nxdomain', 'local-zone: "evil.example.net." refuse',
        'local-data: "evil.example.net A 0.0.0.0"', 'local-data: "evil.example.net. 3600 IN AAAA ::"',
        "evil.example.net 3600 IN CNAME .", "*.evil.example.net CNAME rpz-drop.", "evil.example.net IN A 127.0.0.1",
        "address=/evil.example.net/0.0.0.0", "address=/evil.example.net/#", "address=/evil.example.net/::",
        "address=/evil.example.net/", 'local-zone: "evil.example.net" always_null', "address /evil.example.net/#",
        "0.0.0.0 evil.example.net # phishing", "127.0.0.1 evil.example.net #[phishing]",
        'zone "evil.example.net" { type master; file "/etc/bind/null.zone"; };',
        "||evil.example.net^", "||evil.example.net^$third-party", "||evil.example.net^$all,domain=shop.example.org|b.example.org",
        "acl blocked dstdomain .evil.example.net",
        'alert tls any any -> any any (msg:"X"; tls.sni; content:"evil.example.net"; bsize:16; sid:1;)',
        'alert dns any any -> any any (msg:"X"; dns.query; dotprefix; content:".evil.example.net"; endswith; sid:1;)',
        'alert http any any -> any any (msg:"X"; content:"evil.example.net"; http_host; sid:1;)',
        'alert udp any any -> any 53 (msg:"X"; content:"|04|evil|07|example|03|net|00|"; nocase; sid:1;)',
    ],
)  # fmt: skip
def test_a_name_that_is_blocked_or_pointed_to_nowhere_is_an_indicator(text: str) -> None:
    assert asked_for(text) == ["evil.example.net"]


def test_a_rule_may_name_several() -> None:
    assert asked_for("address=/a.example.net/b.example.org/0.0.0.0") == ["a.example.net", "b.example.org"]
    assert asked_for("acl badsites dstdomain .a.example.net .b.example.org") == ["a.example.net", "b.example.org"]


@pytest.mark.parametrize(
    "text",
    [
        'local-zone: "lan.client.com" static', 'local-data: "nas.client.com A 192.0.2.4"',
        "address=/lan.client.com/192.168.1.5", "www.client.com. 3600 IN A 203.0.113.5", "localhost.client.com IN A 127.0.0.1",
        "good.client.com CNAME rpz-passthru.", 'zone "client.com" { type master; file "client.com.db"; };',
        "@@||client.com^", "@@||client.com^$script", "client.com,client.org##.banner", "client.com#@#.banner",
        "acl whitelist dstdomain .client.com", "acl office dstdomain .client.com", "local.client.com A 127.0.0.1", "127.0.1.1 ws1.client.com ws1",
        'alert http any any -> any any (msg:"X"; http.uri; content:"/client.com"; http.method; content:"GET"; sid:1;)',
        "We are a client.com A B",
    ],
)  # fmt: skip
def test_a_name_that_is_let_through_or_one_s_own_stays_home(text: str) -> None:
    assert asked_for(text) == []
