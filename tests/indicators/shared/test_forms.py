"""One written form for each name, address and URL; what must never be sent says why."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.indicators import SILENT, Match, Reading, Says, ip
from enrich.indicators.shared import domain_name, ip_address, url_form, url_privacy
from enrich.indicators.shared.suffixes import owner, registrable


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("EVIL.Example.COM.", "evil.example.com"),
        ("румайнкрафт.рф", "xn--80aa0aehirftcs.xn--p1ai"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("xn--screensht-nsd.net", "xn--screensht-nsd.net"),
        ("_dmarc.evil.com", "_dmarc.evil.com"),
        ("a.b.c.co.uk", "a.b.c.co.uk"),
        ("co.uk", ""),
        ("com", ""),
        ("host.local", ""),
        ("evil.exe", ""),
        ("-evil.com", ""),
        ("a..com", ""),
        ("1.2.3.4", ""),
        (f"{'a' * 64}.com", ""),
        (".".join(["a" * 60] * 5) + ".com", ""),
    ],
)
def test_a_domain_has_one_form_and_a_public_suffix(text: str, name: str) -> None:
    assert domain_name.canonical(text) == name


def test_a_name_given_away_has_an_owner_of_its_own() -> None:
    assert registrable("a.b.trycloudflare.com") == "trycloudflare.com"
    assert owner("a.b.trycloudflare.com") == "b.trycloudflare.com"


def test_a_name_that_a_registry_sells_is_no_internal_one() -> None:
    assert domain_name.withheld("evil.host") == ""


@pytest.mark.parametrize("name", ["dc1.corp.local", "x.home.arpa", "printer.lan", "4.3.2.1.in-addr.arpa", "a.onion"])
def test_internal_names_and_onions_are_held(name: str) -> None:
    assert domain_name.withheld(name).endswith("never sent") or "never sent" in domain_name.withheld(name)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("2A00:1450:4009:080A:0:0:0:2001", "2a00:1450:4009:80a::2001"),
        ("fe80::1%eth0", ""),
        ("010.001.002.003", ""),
        ("256.1.1.1", ""),
        ("1.2.3", ""),
    ],
)
def test_an_address_has_one_form(text: str, address: str) -> None:
    assert ip_address.canonical(text) == address


HELD = """
10.0.0.1 172.16.5.5 192.168.0.1 127.0.0.1 169.254.1.1 0.0.0.0 255.255.255.255 224.0.0.1 239.1.1.1 240.0.0.1 100.64.0.1
192.0.0.8 192.0.2.1 198.51.100.1 203.0.113.9 192.88.99.1 198.18.0.1 ::1 :: fe80::1 fc00::1 ff02::1 2001:db8::1
2002:c0a8:1::1 64:ff9b::a00:1 ::ffff:192.168.0.1 2001::1 100::1 3fff::1
"""


@pytest.mark.parametrize("address", HELD.split())
def test_an_address_that_is_not_global_unicast_is_held(address: str) -> None:
    assert "never sent" in ip_address.withheld(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2a00:1450:4009:80a::2001", "::ffff:8.8.8.8"])
def test_a_global_address_may_be_sent(address: str) -> None:
    assert ip_address.withheld(address) == ""


@given(st.ip_addresses(v=4))
def test_no_address_that_python_calls_private_may_be_sent(address: ipaddress.IPv4Address) -> None:
    assert ip_address.canonical(str(address)) == str(address)
    if not address.is_global or address.is_multicast:
        assert ip_address.withheld(str(address))


def test_cidr_is_a_network_and_one_address_is_none() -> None:
    assert ip_address.network("1.2.3.4/24") == "1.2.3.0/24"
    assert ip_address.network("1.2.3.4/32") == ""
    assert ip_address.network("1.2.3.4") == ""


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://www.Google.COM", "http://www.google.com/"),
        ("HTTP://evil.com:80/", "http://evil.com/"),
        ("https://evil.com:443/a", "https://evil.com/a"),
        ("http://evil.com:8080/a", "http://evil.com:8080/a"),
        ("http://evil.com/a#fragment", "http://evil.com/a"),
        ("http://evil.com#", "http://evil.com/"),
        ("http://evil.com/%41%2e/", "http://evil.com/A./"),
        ("http://evil.com/video%2Fmp4?x=%2C", "http://evil.com/video/mp4?x=,"),
        ("http://evil.com/%25%32%35", "http://evil.com/%25"),
        ("http://evil.com//a//b/../c/./d", "http://evil.com/a/c/d"),
        ("http://evil.com/a//", "http://evil.com/a/"),
        ("http://evil.com/Case", "http://evil.com/Case"),
        ("http://evil.com?q", "http://evil.com/?q"),
        ("http://evil.com/病 x", "http://evil.com/%E7%97%85%20x"),
        ("http://3232235777/", "http://192.168.1.1/"),
        ("http://0x8.0x8.0x8.0x8/", "http://8.8.8.8/"),
        ("http://[2001:0DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://румайнкрафт.рф/", "http://xn--80aa0aehirftcs.xn--p1ai/"),
        ("http://user:pw@evil.com/", "http://user:pw@evil.com/"),
        ("http://evil.com:99999/", ""),
        ("javascript://evil.com/", ""),
        ("http:///", ""),
        ("no url", ""),
    ],
)
def test_a_url_has_the_services_canonical_form(url: str, canonical: str) -> None:
    assert url_form.canonical(url) == canonical


@given(st.text(max_size=60), st.sampled_from(["http://evil.com/", "https://1.2.3.4:81/x?", "ftp://a.b.co.uk"]))
def test_a_canonical_url_is_a_fixed_point_in_printable_ascii(rest: str, start: str) -> None:
    once = url_form.canonical(start + rest)
    if once:
        assert url_form.canonical(once) == once
        assert once.isascii()
        assert "#" not in once
        assert all(" " < sign < "\x7f" for sign in once)


@pytest.mark.shared
def test_recorded_canonical_urls_are_fixed_points_and_their_ids_the_digests(shared: Path) -> None:
    paths = [*(shared / "reports" / "url").glob("*.json"), *(shared / "bodies").glob("vt_url__*.json")]
    assert len(paths) > 30
    for path in paths:
        body = json.loads(path.read_text(encoding="utf-8"))
        data = body.get("data", body)
        url = data["attributes"]["url"]
        assert url_form.canonical(url) == url
        assert hashlib.sha256(url.encode()).hexdigest() == data["id"]


def test_a_url_is_asked_for_by_base64_of_the_alphabet_of_paths_without_padding() -> None:
    assert url_form.identifier("http://a.example/?>>?") == "aHR0cDovL2EuZXhhbXBsZS8_Pj4_"


HELD_URLS = [
    "http://evil.com/?x=jane.doe@client.example.org",
    "http://evil.com/?x=jane.doe%40client.org",
    "http://evil.com/#/x?next=1&email=x",
    "http://evil.com/?u=amFuZS5kb2VAY2xpZW50Lm9yZw==",
    "http://evil.com/p/amFuZS5kb2VAY2xpZW50Lm9yZw",
    "http://user:pw@evil.com/",
    "http://evil.com/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJrZXkiOiJmYTkxMGM1MzJmYzljOTkwIn0.GDYykGf3tTA6K0GSiSvl01y",
    "http://api.telegram.org/bot1234567890:AAFrlFzcLuyXU4HxKisFUhvhwKucyL4rDS0/x",
    *(
        f"http://evil.com/a?b=1&{name}=zzz"
        for name in (
            *("token", "access_token", "CODE", "sig", "session", "password", "email", "e", "uid"),
            *("pw", "u", "key", "phone", "ssn", "to", "account", "user-name", "rlkey", "subscription-key", "sas_token"),
        )
    ),
    "https://portal.evil.com/reset/0123456789abcdef0123456789abcdef",
    "https://evil.com/password-reset/a1B2c3D4e5F6g7H8i9?x=1",
    "https://hooks.slack.com/services/T01234567/B01234567/abcdefghijklmnopqrstuvwx",
    "https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnopqrstuvwxyz_ABC",
    "https://x.webhook.office.com/webhookb2/aaaa-bbbb@cccc/IncomingWebhook/0123456789abcdef0123456789abcdef/x",
]


@pytest.mark.parametrize("url", [url for url in HELD_URLS if "#" not in url])
def test_a_url_that_carries_a_person_or_a_secret_is_held_unless_asked_for(url: str) -> None:
    assert url_privacy.withheld(url_form.canonical(url)).endswith(url_privacy.HOW_TO_SEND)


@pytest.mark.parametrize(
    "url", ["http://192.168.0.1/x", "http://intranet/x", "http://a.corp.local/", "http://x.onion/"]
)
def test_a_url_of_a_host_that_is_never_asked_about_is_held_in_any_case(url: str) -> None:
    reason = url_privacy.withheld(url_form.canonical(url))
    assert reason
    assert url_privacy.HOW_TO_SEND not in reason


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.com/?e=", "http://evil.com/m/?c3Y9bzM2NV8xX25vbSZyYW5kPU9Ya3piRFU9", "http://evil.com/code/1",
        "http://evil.com/?to=http://b.com/x", "http://evil.com/services/update/install-2024.exe",
        "http://evil.com/reset-password/confirm/", "http://evil.com/verify/secure-login-page/index.php",
    ],
)  # fmt: skip
def test_what_carries_nothing_may_be_sent(url: str) -> None:
    assert url_privacy.withheld(url_form.canonical(url)) == ""


@given(st.ip_addresses(v=4))
def test_no_address_is_asked_about_that_is_not_global(address: ipaddress.IPv4Address) -> None:
    assert ip_address.canonical(str(address)) == str(address)
    if not ip_address.withheld(str(address)):
        assert address.is_global
        assert not any((address.is_multicast, address.is_reserved, address.is_unspecified))


@pytest.mark.parametrize("first", range(256))
def test_the_ends_of_every_first_number_agree_with_the_registry(first: int) -> None:
    for rest in ("0.0.1", "255.255.254"):
        address = ipaddress.IPv4Address(f"{first}.{rest}")
        asked = address.is_global and not (address.is_multicast or address.is_reserved)
        assert (ip_address.withheld(str(address)) == "") == asked


@given(st.one_of(st.ip_addresses(v=4).map(str), st.from_regex(ip.ORDINARY, fullmatch=True)))
def test_an_ordinary_address_is_one_value_whatever_is_expected(text: str) -> None:
    if ip.ORDINARY.fullmatch(text):
        for expected in (SILENT, Reading(Says.INDICATOR, form="ip"), Reading(Says.SHAPE), Reading(Says.OTHER, "x")):
            assert ip.find(text, expected) == [Match(0, len(text), text, alone=True)]
        assert not ip.withheld(text)


@pytest.mark.parametrize("part", ["/hooks/" + "a" * 3_990, "/x-" + "reset-a" * 560])
def test_a_long_address_is_looked_through_in_no_time(part: str) -> None:
    assert url_privacy.withheld("http://a.com/") == ""  # reads the list of suffixes, once in a process
    start = time.process_time()
    assert url_privacy.withheld(f"http://a.com{part}") == ""
    assert time.process_time() - start < 0.06
