"""Several kinds of indicators in one report: each is told of by its name, and files alone keep their own words."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from msgspec import structs
from stix2validator import ValidationOptions, validate_string

from enrich.reports import ReportOptions, html, markdown, pdf, stix, summary_page
from enrich.reports.shared.view import View
from tests.reports.reading import text_of
from tests.support import made_results


@pytest.fixture
def mixed():
    further = [
        made_results.of_kind("domain", 12),
        made_results.of_kind("domain", 0, "good.example"),
        made_results.of_kind("ip", 0),
        made_results.of_kind("url", 30),
    ]
    return replace(
        made_results.result([made_results.found("x", 50), made_results.found("y"), *further]), group_by="Host"
    )


def test_headline_and_sentence_name_each_kind(mixed):
    shown = View(mixed, ReportOptions())
    assert shown.headline == "1 of 2 files, 1 of 2 domains and 1 of 1 URL are malicious"
    assert shown.sentence.startswith("Of 2 files, 1 is malicious and 1 is detected by no engine. Of 2 domains, 1 is")
    assert shown.title == "Indicator report: incident-117.xlsx"
    assert [worst.title for worst in shown.first] == [
        "Files: the worst ten", "Domains: the worst ten", "URLs: the worst ten",
    ]  # fmt: skip


def test_the_grammar_of_one_kind_alone_and_of_other_languages_holds():
    assert (
        View(made_results.result([made_results.of_kind("domain", 12)]), ReportOptions()).headline
        == "1 of 1 domain is malicious"
    )
    several = made_results.result(
        [made_results.of_kind("ip", 9, f"203.0.113.{n}") for n in range(5)] + [made_results.of_kind("ip", 0)]
    )
    assert View(several, ReportOptions("ru")).headline == "5 из 6 IP-адресов вредоносны"


@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_every_value_stands_in_every_form_for_people_and_under_its_host(form, mixed, rendered, poppler, tmp_path):
    text = text_of(form, rendered(form, mixed), poppler, tmp_path)
    for value in (*made_results.VALUES.values(), made_results.sha256("x"), "Example<Registrar>", "URLs:theworstten"):
        assert value in text
    assert re.search(r"WS1.{0,30}30/90.{0,12}http://cdn-update\.example", text)


def test_links_lead_to_the_page_of_the_kind_and_to_nowhere_else(mixed):
    options = ReportOptions(pages=made_results.SITE)
    pages = {line.hash: line.page for line in View(mixed, options).lines}
    assert all(
        pages[made_results.VALUES[kind]] == f"https://www.virustotal.com/gui/{page}"
        for kind, page in made_results.PAGES.items()
    )
    forged = made_results.of_kind("domain", 9)
    for link in ("https://evil.example/gui/domain/x", "https://www.virustotal.com/gui/domain/../../x", "javascript:1"):
        finding = structs.replace(forged.finding, fields={"vt_link": link})
        assert View(made_results.result([structs.replace(forged, finding=finding)]), options).lines[0].page == ""


def test_stix_holds_the_standard_s_objects_and_a_pattern_for_each_malicious_one(mixed, rendered):
    data = rendered(stix, mixed).decode()
    checked = validate_string(
        data, ValidationOptions(version="2.1", strict=True, disabled=["uuid-check", "extref-hashes"])
    )
    assert checked.is_valid, checked
    objects = json.loads(data)["objects"]
    kinds = {made["type"] for made in objects}
    assert {"file", "domain-name", "ipv4-addr", "url"} <= kinds
    patterns = {made["pattern"] for made in objects if made["type"] == "indicator"}
    assert "[domain-name:value = 'cdn-update.example']" in patterns
    assert "[url:value = 'http://cdn-update.example/a/inv.gz?id=1%272']" in patterns
    assert len(patterns) == 3


def test_what_was_not_asked_is_counted_and_named():
    plain = made_results.result([made_results.found("x", 9)])
    seen = replace(plain, totals=replace(plain.totals, not_asked={"url": 3, "domain": 1}))
    said = "Not looked up: 1 domain and 3 URLs; --kinds domain,url looks these up too."
    assert View(seen, ReportOptions()).asides == [said]
    assert said in next(iter(summary_page(seen, ReportOptions()).sections)).notes


def test_files_alone_keep_their_own_words():
    shown = View(made_results.incident(), ReportOptions())
    assert shown.headline == "13 of 60 files are malicious"
    assert shown.words["hash"] == "Hash"
    assert [worst.title for worst in shown.first] == ["The worst ten"]
