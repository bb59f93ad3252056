"""What is found in a text, and what only looks so: each form and each false friend was met in a published list."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from enrich.indicators import SILENT, Link, Reading, Says, types
from enrich.indicators.shared import headings
from enrich.indicators.shared.candidates import candidates, may_hold
from enrich.model.sighting import Found

KINDS = ("domain", "ip", "url")


def found(text: str, expected: Reading = SILENT) -> list[tuple[str, str]]:
    """Kinds and values that are taken, in the order of the text."""
    hits = [
        (match.start, kind, match.value)
        for kind in KINDS
        for match in types()[kind].find(text, expected)
        if match.found is Found.INDICATOR and not match.weak
    ]
    return [(kind, value) for _, kind, value in sorted(hits)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("evil[.]com", [("domain", "evil.com")]),
        ("- `++piwiks[.]com|91.219.236[.]38++`", [("domain", "piwiks.com"), ("ip", "91.219.236.38")]),
        ("hxxps[://]api[.]evil[.]org/x", [("url", "https://api.evil.org/x")]),
        (r"\\104.41.57[.]122@80\Documentos\|WebDAV", [("ip", "104.41.57.122")]),
        ("23.88.71[.]29:8000", [("ip", "23.88.71.29")]),
        ("45[.]33[.]32[.]156[:]8080", [("ip", "45.33.32.156")]),
        ("vu[.]pdglkps[.]ru/2S9FJ90/", [("url", "http://vu.pdglkps.ru/2S9FJ90/")]),
        ("d42[.]hqfyed[.]ru/phudi@q9gocv4", [("url", "http://d42.hqfyed.ru/phudi@q9gocv4")]),
        ("http://a[.]com/x,http://b[.]com/y", [("url", "http://a.com/x"), ("url", "http://b.com/y")]),
        ("hxxps://x[.]online/--/hXXps:/www[.]mit.gov.it/a", [("url", "https://x.online/--/https:/www.mit.gov.it/a")]),
        ("[2a00:1450::2001]:443", [("ip", "2a00:1450::2001")]),
        ("*.evil.com", [("domain", "evil.com")]),
        ("EVIL.COM.", [("domain", "evil.com")]),
        ("[evil.com](http://evil.com)", [("domain", "evil.com"), ("url", "http://evil.com/")]),
        ("[evil.com](https://vendor.net/evil.com)", [("domain", "evil.com")]),
        ("[evil[.]com](https://evil.com/a)", [("domain", "evil.com")]),
        ("2.2.14.1 # Emotet", [("ip", "2.2.14.1")]),
        ("[evil.com.br]", [("domain", "evil.com.br")]),
        ("my_host.evil.id", [("domain", "my_host.evil.id")]),
        ("evil\\.com", [("domain", "evil.com")]),
        ("https://twitter.com/someone/evil", [("url", "https://twitter.com/someone/evil")]),
        ("it asks evil [.] example [dot] com for more", [("domain", "evil.example.com")]),
        ("hxxp://evil [.] com/a.exe", [("url", "http://evil.com/a.exe")]),
        ("tcp://evil.com:4444", [("domain", "evil.com")]),
        ("++http://31.7.62.103/tleaw.php++", [("url", "http://31.7.62.103/tleaw.php")]),
        ("[domain-name:value = 'evil.com']", [("domain", "evil.com")]),
        ("[ipv4-addr:value = '91.2.3.4']", [("ip", "91.2.3.4")]),
        ("C2: evil.com", [("domain", "evil.com")]),
        ("{webhostwatto.work.gd}", [("domain", "webhostwatto.work.gd")]),
        ("访问hxxp://evil.com的网站", [("url", "http://evil.com/")]),
        ("румайнкрафт.рф", [("domain", "xn--80aa0aehirftcs.xn--p1ai")]),
        ("hxxp://evil[.]com/a#anchor", [("url", "http://evil.com/a")]),
        ("1.2.3.4, 5.6.7.8", [("ip", "1.2.3.4"), ("ip", "5.6.7.8")]),
        ("evil.com (seen on 2026-01-01)", [("domain", "evil.com")]),
        ("app.evil.com", [("domain", "app.evil.com")]),
        ("pub-ce02802067934e0eb072f69bf6427bf6.r2.dev", [("domain", "pub-ce02802067934e0eb072f69bf6427bf6.r2.dev")]),
        ("hxxp://evil[.]com/a.php).", [("url", "http://evil.com/a.php")]),
        ("host.evil.id", [("domain", "host.evil.id")]),
        ("s3.amazonaws.com/bucket/a.exe", [("url", "http://s3.amazonaws.com/bucket/a.exe")]),
        ("evil.s3.amazonaws.com", [("domain", "evil.s3.amazonaws.com")]),
        ("<td>evil.com</td>", [("domain", "evil.com")]),
        ("<li><b>evil.com</b></li>", [("domain", "evil.com")]),
        ('<Content type="string">evil.com</Content>', [("domain", "evil.com")]),
        ("<td>evil.com</td><td>91.2.3.4</td>", [("domain", "evil.com"), ("ip", "91.2.3.4")]),
        ('<Relationship Id="1" Target="https://evil.com/a.dotm"/>', [("url", "https://evil.com/a.dotm")]),
        ("https://evil.com/host[v17]/mj.php", [("url", "https://evil.com/host[v17]/mj.php")]),
        (
            "http://91.2.3.4/news/live/world-europe-60830013",
            [("url", "http://91.2.3.4/news/live/world-europe-60830013")],
        ),
        ('hostname ~= ".*evil.com"', [("domain", "evil.com")]),
        ("[domain-name:value='ups.so']", [("domain", "ups.so")]),
        ("court.so.gov.pl", [("domain", "court.so.gov.pl")]),
        ("evil.com CNAME .", [("domain", "evil.com")]),
        ("*.evil.com IN CNAME rpz-drop.", [("domain", "evil.com")]),
        ("<url>http://evil.com/c</url>", [("url", "http://evil.com/c")]),
        ("http://evil.org/b<br>", [("url", "http://evil.org/b")]),
        ("https://en.evil[.]org/wiki/A_(b)", [("url", "https://en.evil.org/wiki/A_(b)")]),
    ],
)
def test_indicators_are_found_as_lists_write_them(text: str, values: list[tuple[str, str]]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "install.sh", "details.zip", "main.py", "README.md", "x.rs", "libfoo.so", "HjwLX.dot",
        "com.google.android.services", "System.IO", "System.Security.Cryptography", "Socket.IO", "ASP.NET", "document.name",
        "Win32/Korplug.TC", "Trojan.Belonard.App", "Android.Vo1d.Link",
        "{CheatHappens.com}.exe", "comviva.com.webinar.msi", "karel.com.tr.telekom.zip", "a/b/main.app",
        "C:\\Temp\\evil.com", "/tmp/evil.sh",
        "Chrome/135.0.0.0", "ping 1.2.3.4 -n 2", "1.3.6.1.4.1", "10.0.19041.1", "version 1.2.3.4", "0.69.4",
        "12:34:56", "00:1a:2b:3c:4d:5e", "aa:bb:cc:dd:ee:ff:00:11", "std::vector", "axios@1.14.1",
        "NvSmartMax[.dll]", "6[.]3[.]14", "mainbot[.]exe",
        "the end.Next sentence", "a RAT employing Node.js and socket.io to collect",
        "[Unveiling](https://www.nextron-systems.com/2024/03/22/unveiling-malware/)",
        "https://www.welivesecurity.com[WeLiveSecurity].",
        "https://github.com/SigmaHQ/sigma/blob/master/rules/x.yml",
        "https://twitter.com/x/status/1210623985832153088",
        "hxxp://barbatulus[.]xyz/<MAC address>/log/HjwLX.dot",
        "someone@evil.com", "appro@openssl.org", "1.2.3.0/24",
        "Registrar: PublicDomainRegistry.com", '$str = "sails.io" wide',
        "CIS benchmark section 2.3.1.5 (L1)", "see chapter 4.1.2.3", '      - cis: ["2.3.1.5"]', "cis_csc: 5.1.2.3",
        "2.3.1.5 Ensure 'Accounts: Block' is set", "2.3.1.5 (L1) Ensure that it is set",
        "host.id", "host.name", "health.amazonaws.com called", "process.parent.name", "source.as.organization.name", "process.pid", "action.target", "observer.egress.zone", "cloud.account.id",
        '<ioc xmlns="http://openioc.example.org/schemas/1.1" id="1">', 'xsi:schemaLocation="http://a.example.net/schema.xsd"',
        "https://evil.net/<victim>/x", "see evil.net/<id>/x", "https://evil.net/${user.id}/x", "https://evil.net/{{user_id}}",
        "{{ matrix.name }}", "{{page.name}}", "${host.run}", "<groupId>org.example.app</groupId>",
        "[vendor.example](https://vendor.example/a/b) tells", "[tool.black]", "value = google_compute_disk.this.name", "/usr/lib/libcord\\.so;75",
        "https://twitter.com/someone", "https://github.com/a/b/releases", 'references = "TRR1;https://vendor.example.net/a"',
        "see <http://www.example.net/licenses/>", "http://example.net/LICENSE-2.0.txt", "https://evil.net/a/[REDACTED]/b?x=1",
        "# 2.2.14.1 WBEM_DATAPACKET_OBJECT Structure", "<b>{{(a.data , b.name)}}</b>", 'collection:ioc-source="vendor.example.net"',
        "AccountEndpoint=https://client.documents.azure.com:443/", "[max_at_vendor.net]",
        "found ADW_TOOL.SM in it", '"result": "adw_tool.sm"', "%{DATA:trace.id}", "Home-page: https://tool.example.net/", 'HOME_URL="https://tool.example.net/"',
        '"$schema": "https://tool.example.net/2020-12/schema"', "https://tool.example.net/provider.schema.json",
        "Licensed under https://licences.example.net/x.html", "Copyright (c) 2026 ACME, https://acme.example.net/x", "released under the ACME license: http://acme.example.net/",
        "Nmap scan report for www.client.com (81.2.69.67)", "Nmap scan report for 81.2.69.67",
        "Endpoint: db.abc.eu-central-1.rds.amazonaws.com", "Address: db.abc.eu-central-1.rds.amazonaws.com", "DB_HOST=app.database.windows.net",
    ],
)  # fmt: skip
def test_what_only_looks_so_is_left_out(text: str) -> None:
    assert found(text) == []


def test_a_heading_of_domains_takes_a_cell_that_looks_like_a_file_and_not_a_path() -> None:
    expected = headings.reads("Domain", Link.HEADING)
    assert found("details.zip", expected) == [("domain", "details.zip")]
    assert found("C:\\x\\details.zip", expected) == []


def test_a_leading_zero_is_damage_where_an_address_is_expected() -> None:
    expected = headings.reads("IP address", Link.HEADING)
    (match,) = types()["ip"].find("010.001.002.003", expected)
    assert match.found is Found.DAMAGED
    assert not list(types()["ip"].find("010.001.002.003", SILENT))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Domain", Says.SHAPE), ("C2 domain", Says.INDICATOR),
        ("C&C servers", Says.INDICATOR), ("Network indicators", Says.INDICATOR),
        ("IP address", Says.SHAPE), ("threat.indicator.url", Says.INDICATOR), ("Hosting IP", Says.INDICATOR),
        ("Payload URL", Says.INDICATOR), ("ipv4-addr", Says.INDICATOR), ("Malicious links", Says.INDICATOR),
        ("indicator", Says.SHAPE), ("value", Says.SHAPE),
        ("References", Says.OTHER), ("threat.indicator.reference", Says.OTHER), ("Compromised websites", Says.OTHER),
        ("Registrar", Says.OTHER), ("Contact", Says.OTHER), ("File name", Says.OTHER), ("Kit Version", Says.OTHER),
        ("Detection", Says.OTHER), ("Reference URL", Says.OTHER), ("Link", Says.OTHER), ("User-Agent", Says.OTHER),
        ("Source Host", Says.OTHER), ("Hostname", Says.OTHER), ("Host", Says.OTHER), ("C2 host", Says.INDICATOR), ("Additional Resources", Says.OTHER), ("E-Mail", Says.OTHER),
        ("First seen", Says.NOTHING), ("", Says.NOTHING), ("Country", Says.NOTHING),
    ],
)  # fmt: skip
def test_headings_say_whose_a_value_is(words: str, says: Says) -> None:
    assert headings.reads(words, Link.HEADING).says is says


WORDS = st.from_regex(
    r"(?:https?://)?(?:[a-z0-9-]{1,6}(?:\.|\[\.\])){0,4}(?:com|net|exe|zip|local|onion|co\.uk|io|1|255|01)"
    r"\.?(?:[/?][A-Za-z0-9/?&=_.%+-]{0,12})?",
    fullmatch=True,
)


@given(WORDS)
def test_a_value_alone_in_its_cell_is_read_as_between_blanks(text: str) -> None:
    """The quick way gives what the long one does."""
    quick = [structs.replace(one, start=0, end=0) for one in candidates(text)]
    assert quick == [structs.replace(one, start=0, end=0) for one in candidates(f" {text} ")]


LONG = 200_000
"""Characters in a line."""


@pytest.mark.parametrize(
    "part",
    [
        "a.a.a.",
        "http://",
        "[.]",
        "1.2.",
        "a",
        "a@",
        "a.b@",
        "::",
        "1:",
        "http://a.b/(",
        "x[.",
        "\\.",
        "hxxp[:]//a,",
        "[a](",
        "a.b/",
        "é.",
        "-",
        "= ",
        "a.com ",
    ],
)
def test_a_long_line_takes_time_in_proportion(part: str) -> None:
    """Ten times the text takes at most some 45 times as long, on a machine that others use too: what is quadratic takes a hundred."""
    short, long = (part * (size // len(part)) for size in (LONG // 10, LONG))
    seconds = []
    for text in (short, long):
        start = time.process_time()
        candidates(text)
        seconds.append(time.process_time() - start)
    assert seconds[1] < max(45 * seconds[0], 0.15)


PARTS = ["evil", "[.]", ".", "com", "8", "1.1.1.1", "hxxp", "http", "://", "[:]//", "/", "[/]", "@", "[at]", " ( et ) ", "/24", "::", "2a00", ":", "?x=1", "\\", "点", " "]  # fmt: skip


@given(
    st.lists(st.sampled_from([*PARTS, "a.com ", " 8.8.8.8,", "hxxp://b[.]org/x ", "c@d.net "]), max_size=20).map(
        "".join
    )
    | st.text(alphabet=st.sampled_from("ab1.:/[]()@-_\\ \n|#?=%\ue000é"), max_size=80)
)
@example("a.com b.org/x 8.8.8.8")
def test_any_text_is_read_and_spans_do_not_overlap(text: str) -> None:
    spans = [(one.start, one.end) for one in candidates(text)]
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert not spans or may_hold(text)


@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join))
def test_a_kind_passes_by_no_text_in_which_it_stands(text: str) -> None:
    standing = {one.kind for one in candidates(text)}
    said = Reading(Says.INDICATOR)
    assert {kind for kind in types() if kind != "hash" and list(types()[kind].find(text, said))} >= standing


@pytest.mark.parametrize(
    "word", ["a" * 85, "a.b:" * 22, "a/b-" * 22, "ab " * 29, "https://support.vendor.com/s/article/CVE-" + "x" * 40]
)
@pytest.mark.parametrize("sign", [" is ", ": ", "=", " LIKE "])
def test_the_label_before_a_value_is_looked_for_once(word: str, sign: str) -> None:
    """A second for each of these lines is what several ways to part the same words cost."""
    start = time.process_time()
    assert candidates(f"{word}{sign}a.com and more")
    assert time.process_time() - start < 0.5


HIDING = ["\udc80", "\ufffd", "\x07", "\0", "\u200e", "\ufe0f", "\ue005", "\u20ac", "\xb4"]
"""A byte that was no text, as four readers leave it, and signs that nobody sees."""


@pytest.mark.parametrize("sign", HIDING)
@pytest.mark.parametrize(
    "parts",
    [
        "b|d.com",
        "evil.co|m",
        "b|d[.]com",
        "1|2.3.4.5",
        "1.2.3.4|5",
        "2001:db|8::1:2:3",
        "me@b|d.com",
        "http://b|d.com/x",
    ],
)
def test_what_is_cut_at_a_sign_that_hides_a_part_of_it_is_never_an_indicator(parts: str, sign: str) -> None:
    for text in (parts.replace("|", sign), f"see {parts.replace('|', sign * 2)} and more"):
        for kind in KINDS:
            said = [Reading(Says.INDICATOR, form=kind), SILENT]
            assert not [m for one in said for m in types()[kind].find(text, one) if m.found is Found.INDICATOR], text


@pytest.mark.parametrize("sign", HIDING)
def test_a_sign_that_hides_a_part_of_a_value_is_named(sign: str) -> None:
    (match,) = types()["domain"].find(f"b{sign}d.com", SILENT)
    assert (match.found, match.value) == (Found.DAMAGED, f"b{sign}d.com")
    assert match.reason == f"{ascii(sign)[1:-1]} hides a part of it"


@pytest.mark.parametrize("sign", HIDING)
def test_the_same_sign_at_a_value_s_edge_hides_nothing(sign: str) -> None:
    assert found(f"{sign}evil.com{sign}") == [("domain", "evil.com")]
    assert found(f"8.8.4.4{sign}, {sign}8.8.8.8") == [("ip", "8.8.4.4"), ("ip", "8.8.8.8")]


@pytest.mark.parametrize(
    ("name", "ascii_form"),
    [
        ("cafe\u0301s.fr", "xn--cafs-dpa.fr"),
        ("\u0928\u093f\u0915.com", "xn--11b1b1d.com"),
        ("\u0e19\u0e35\u0e49.\u0e44\u0e17\u0e22", "xn--q3c0dyc.xn--o3cw4h"),
    ],
)
def test_a_name_in_a_script_that_has_marks_of_its_own_is_read_whole(name: str, ascii_form: str) -> None:
    assert found(name) == [("domain", ascii_form)]


def test_an_address_under_a_mark_is_told_as_damaged() -> None:
    (match,) = types()["ip"].find("8.8.8.8\u0301", SILENT)
    assert (match.found, match.reason) == (Found.DAMAGED, "\\u0301 hides a part of it")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (r"http:\\evil.com\path\x.exe", "http://evil.com/path/x.exe"),
        (r"hxxp:\\evil[.]com\a", "http://evil.com/a"),
        (r"http:\\\\evil.com\\path", "http://evil.com/path"),
        ("http://evil.com/a\0", "http://evil.com/a"),
        ("http://evil.com/a\x07\x00", "http://evil.com/a"),
    ],
)
def test_a_url_is_whole_whatever_slashes_and_ends_it_has(text: str, url: str) -> None:
    assert found(text) == [("url", url)]


@pytest.mark.parametrize("sign", ["\udce9", "\x81"])
@pytest.mark.parametrize("url", ["http://evil.com/caf", "http://evil.com"])
def test_a_url_that_ends_in_what_nobody_can_read_is_not_asked_without_it(url: str, sign: str) -> None:
    assert not found(url + sign)


def test_a_nul_within_a_url_hides_a_part_of_it() -> None:
    assert not found("http://evil.com/a\0b")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<Data Name='Image'>a</Data><Data Name='QueryName'>evil.top</Data>", "evil.top"),
        ("<domain id='1'>evil.top</domain><note>seen</note>", "evil.top"),
        ("<domain><![CDATA[evil.top]]></domain> x", "evil.top"),
        ("dnsmasq[812]: query[AAAA] evil.top from 10.0.0.5", "evil.top"),
        ("10.0.0.5 TCP_TUNNEL/200 5120 CONNECT evil.top:443 max HIER_DIRECT", "evil.top"),
        ("  3   0.100000  10.0.0.5 → 8.8.8.8      DNS 75 Standard query 0x1a2b A evil.top", "evil.top"),
        ("  4   0.2  8.8.8.8 -> 10.0.0.5  DNS 91 Standard query response 0x1a2b AAAA evil.top AAAA ::1", "evil.top"),
        ("10:00:00.1 IP 10.0.0.5.5353 > 8.8.8.8.53: 4711+ A? evil.top. (26)", "evil.top"),
        ("    DestinationHostname|contains: 'evil.top'", "evil.top"),
        ("    QueryName|endswith|all: '.evil.top'", "evil.top"),
        ("UDP Rcv 10.0.0.5  0002  Q [0001  D  NOERROR] A  (4)evil(3)top(0)", "evil.top"),
    ],
)
def test_the_name_in_an_element_or_a_request_is_taken(text: str, value: str) -> None:
    (match,) = types()["domain"].find(text, SILENT)
    assert (match.value, match.found) == (value, Found.INDICATOR)


@pytest.mark.parametrize(
    "text",
    [
        "<Computer>ws1.client.com</Computer><EventID>1</EventID>",
        "<b>asp.net</b> is a library",
        "<a href='#x'>client.com</a> in a sentence",
        "the part (4)evil of it (0)",
    ],
)
def test_an_element_that_says_nothing_or_otherwise_makes_no_value(text: str) -> None:
    assert [match for match in types()["domain"].find(text, SILENT) if match.found is Found.INDICATOR] == []


@pytest.mark.parametrize(
    "text",
    [
        "pulled registry.client.com/app:1.2 today",
        "image: registry.client.com/team/app:1.2",
        "secretsdump.py client.com/max:Summer2026@10.0.0.5",
        "CLIENT.COM/max:$DCC2$10240#max#abc",
        "the page client.com/about tells more",
        "registry.client.com/app  1.2  sha256:0123",
        '"labels": {"client.com/owner": "team", "kubernetes.io/config.seen": "1"}',
        '    \\"run.client.com/ingress\\": \\"all\\"',
        "    registry.client.com/owner: team",
    ],
)
def test_a_path_behind_a_bare_name_in_running_text_is_no_url(text: str) -> None:
    assert [match for match in types()["url"].find(text, SILENT) if match.found is Found.INDICATOR] == []


@pytest.mark.parametrize("text", ["evil.top/gate.php: second stage", "evil.top/gate", "url: 'evil.top/gate'"])
def test_a_path_behind_a_bare_name_that_is_meant_is_a_url(text: str) -> None:
    assert [kind for kind, _ in found(text)] == ["url"]


def test_a_reference_stays_one_within_an_element() -> None:
    (match,) = types()["url"].find("<url>https://github.com/a/b/issues</url> <x>1</x>", SILENT)
    assert match.found is Found.LEFT_OUT


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Affected host: ws1.client.com (52.1.1.8)", []),
        ("Betroffener Host: ws1.client.com / 52.1.1.8", []),
        ("IP of our customer: 52.1.1.8", []),
        ("Externe IP des Kunden: 52.1.1.8", []),
        ("IP du client: 52.1.1.8", []),
        ("C2: evil.top (45.77.10.20)", ["domain", "ip"]),
        ("C2 evil.top is up. Affected host: ws1.client.com; see also 45.77.10.20", []),
        ("10.0.0.5 intranet.client.com intranet2.client.com", ["ip"]),
        ("0.0.0.0 ads.evil.top", ["domain"]),
        ("45.77.10.20 update.client.com", ["ip", "domain"]),
        ("10.0.0.5 evil[.]top", ["ip", "domain"]),
    ],
)
def test_an_address_in_brackets_shares_the_label_and_a_name_beside_a_private_one_is_the_house_s(
    text: str, kinds: list[str]
) -> None:
    assert [kind for kind, _ in found(text)] == kinds


def test_an_article_that_is_called_a_url_and_no_more_is_an_article_still() -> None:
    assert found('{ "url": "https://attack.mitre.org/techniques/T1117" }') == []
    assert found('url: "https://evil.net/a.exe"') == [("url", "https://evil.net/a.exe")]
    article = "https://attack.mitre.org/techniques/T1117"
    assert found(f"Payload URL: {article}") == [("url", article)]
