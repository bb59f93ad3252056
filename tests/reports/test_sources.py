"""Several sources: each answer says whose it is, disagreement is shown first and never averaged."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from msgspec import structs

from enrich.model.column import Column
from enrich.model.finding import Finding, Status
from enrich.model.result import ServiceFacts
from enrich.model.verdict import Verdict
from enrich.reports import ReportOptions, html, markdown, pdf, stix, summary_page
from enrich.reports.shared.view import View
from tests.reports.reading import text_of
from tests.support import made_results

BAZAAR = ServiceFacts("bazaar", "Sample <Bazaar>", "https://bazaar.example", False, prefix="sb", calls=7)


def beside(entry, status: Status, verdict: Verdict, **fields):
    finding = Finding(
        entry.finding.indicator, "bazaar", status, {f"sb_{name}": value for name, value in fields.items()},
        detail="" if status.is_answer else "it answered 503", fetched_at=made_results.NOW, verdict=verdict,
    )  # fmt: skip
    return structs.replace(entry, further=(finding,))


@pytest.fixture
def result():
    entries = [
        beside(made_results.found("clean.exe"), Status.FOUND, Verdict.MALICIOUS, family="Emotet", tags="loader, dll"),
        beside(made_results.found("bad.exe", 50), Status.NOT_FOUND, Verdict.UNKNOWN),
        beside(made_results.found("other.exe", 40), Status.FAILED, Verdict.NONE),
    ]
    alone = made_results.result(entries)
    columns = (
        *alone.columns,
        Column("sb_family", "Family", ""),
        Column("sb_tags", "Tags", ""),
        Column("sb_note", "", ""),
    )
    return replace(alone, services=(*alone.services, BAZAAR), columns=columns)


def test_the_row_of_the_day_stands_first_and_says_who_says_what(result):
    shown = View(result, ReportOptions())
    (listing,) = (listing for listing in shown.first if listing.key == "disagreeing")
    (line,) = listing.lines
    assert (line.name, line.detections, line.word) == ("clean.exe", "0/72", "Malicious")
    assert line.note == "Sample <Bazaar>: malicious · Emotet · loader, dll"
    assert shown.headline == "3 of 3 files are malicious"


def test_every_line_says_what_the_other_source_said_or_why_it_did_not(result):
    notes = {line.name: line.note for line in View(result, ReportOptions()).lines}
    assert notes["bad.exe"] == "Sample <Bazaar>: unknown"
    assert notes["other.exe"] == "Sample <Bazaar>: not answered · it answered 503"


def test_a_source_that_gives_no_verdict_has_answered_all_the_same():
    entries = [
        beside(made_results.found("known.exe", 9), Status.FOUND, Verdict.NONE, family="Coreutils", name="known.exe"),
        beside(made_results.found("new.exe", 9), Status.NOT_FOUND, Verdict.NONE),
    ]
    alone = made_results.result(entries)
    columns = (*alone.columns, Column("sb_family", "Family", ""), Column("sb_name", "File name", ""))
    both = replace(alone, services=(*alone.services, BAZAAR), columns=columns)
    notes = {line.name: line.note for line in View(both, ReportOptions()).lines}
    # and what the leading source has said already is not said twice
    assert notes["known.exe"] == "Sample <Bazaar>: no verdict · Coreutils"
    assert notes["new.exe"] == "Sample <Bazaar>: unknown"


def test_a_report_of_such_a_source_alone_does_not_call_its_answers_missing():
    entries = [structs.replace(entry, finding=entry.further[0], further=()) for entry in [
        beside(made_results.found("known.exe"), Status.FOUND, Verdict.NONE),
        beside(made_results.found("new.exe"), Status.NOT_FOUND, Verdict.NONE),
    ]]  # fmt: skip
    shown = View(made_results.result(entries), ReportOptions())
    counts = {count.word: count.number for count in shown.counts if count.number}
    assert counts == {"Unknown": 1, "No verdict": 1}


@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_every_form_for_people_has_it_and_names_all_that_were_asked(form, result, rendered, poppler, tmp_path):
    text = text_of(form, rendered(form, result), poppler, tmp_path)
    for said in ("Sourcesdisagree", "Sample<Bazaar>:malicious·Emotet", "Sample<Bazaar>,https://bazaar.example"):
        assert said in text


def test_the_summary_sheet_has_it(result):
    (section,) = (s for s in summary_page(result, ReportOptions()).sections if s.heading == "Sources disagree")
    assert section.rows[0].values[:3] == ("clean.exe", "0/72", "Sample <Bazaar>: malicious · Emotet · loader, dll")


def test_stix_says_whose_word_each_is(result, rendered):
    objects = json.loads(rendered(stix, result))["objects"]
    assert {"VirusTotal", "Sample <Bazaar>", "ioc-enrich"} == {o["name"] for o in objects if o["type"] == "identity"}
    notes = [made["content"] for made in objects if made["type"] == "note"]
    assert any("Sample <Bazaar>: malicious · Emotet" in content for content in notes)
    assert sum(made["type"] == "indicator" for made in objects) == 3


def test_one_source_alone_has_no_such_section(rendered):
    assert [listing.key for listing in View(made_results.incident(), ReportOptions()).first] == ["worst"]


def test_what_no_engine_of_the_leading_source_detects_has_a_dash_for_its_ratio():
    entry = beside(made_results.other("lost.exe", Status.NOT_FOUND, 5), Status.FOUND, Verdict.MALICIOUS)
    entry = structs.replace(entry, groups=("WS-1",))
    both = replace(made_results.result([entry]), services=(*made_results.result([]).services, BAZAAR), group_by="Host")
    target = io.BytesIO()
    markdown.render(both, target, ReportOptions())
    page = target.getvalue().decode()
    assert "**–**" in page
    assert "****" not in page
