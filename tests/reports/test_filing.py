"""What makes a report fileable: title, case, author and TLP, dates that stay, names without folders, STIX to match."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import stix2
from lxml import html as lxml_html
from stix2validator import ValidationOptions, validate_string

from enrich.config.parsing import TLP, tlp
from enrich.config.settings import Settings
from enrich.errors import UsageError
from enrich.formats.xlsx import create
from enrich.model.finding import Status
from enrich.model.result import Filing, Output
from enrich.pipeline.render import filed
from enrich.reports import ReportOptions, html, markdown, pdf, stix, summary_page
from enrich.reports.html import CHART_COLOURS
from enrich.reports.shared.charts import charts, telling
from enrich.reports.shared.lines import bare, cut
from enrich.reports.shared.view import View
from tests.reports.reading import text_of
from tests.support import made_results

FILING = Filing("Ransomware at <Contoso> & Co", "IR-2026-117", "J. Mora", "AMBER+STRICT")


@pytest.fixture
def result():
    return replace(made_results.incident(), filing=FILING)


@pytest.mark.slow
@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_all_of_it_stands_in_every_form_for_people(result, form, rendered, poppler, tmp_path):
    text = text_of(form, rendered(form, result), poppler, tmp_path)
    for said in ("Ransomwareat<Contoso>&Co", "IR-2026-117", "J.Mora", "TLP:AMBER+STRICT"):
        assert said in text


@pytest.mark.slow
def test_every_page_of_the_pdf_bears_the_mark_and_the_case_and_its_metadata_says_so(
    result, rendered, poppler, tmp_path
):
    file = tmp_path / "report.pdf"
    file.write_bytes(rendered(pdf, result))
    pages = poppler("pdftotext", file, "-").split("\f")[:-1]
    assert len(pages) > 3
    assert all("TLP:AMBER+STRICT" in page for page in pages)
    assert all("IR-2026-117" in page for page in pages)
    facts = poppler("pdfinfo", file)
    for said in ("Ransomware at <Contoso> & Co", "J. Mora", "TLP:AMBER+STRICT"):
        assert said in facts


@pytest.mark.slow
def test_every_printed_page_of_the_html_bears_them_and_its_metadata_says_so(result, rendered):
    page = lxml_html.document_fromstring(rendered(html, result).decode())
    assert page.xpath("//meta[@name='author']/@content") == ["J. Mora"]
    assert page.xpath("//meta[@name='keywords']/@content") == ["TLP:AMBER+STRICT"]
    style = page.xpath("//style")[0].text
    assert "@top-right" in style
    assert r"TLP\3a AMBER\2b STRICT" in style


def test_a_foreign_title_ends_neither_the_style_sheet_nor_its_string(rendered):
    forged = replace(made_results.incident(), filing=Filing('</style><script>alert(1)</script>"} body{display:none}'))
    page = lxml_html.document_fromstring(rendered(html, forged).decode())
    assert len(page.xpath("//style")) == 1
    assert len(page.xpath("//script")) == 2
    assert "display:none}" not in page.xpath("//style")[0].text.replace("[hidden] { display: none", "")


def test_sheets_of_ours_bear_them_when_printed(result, tmp_path):
    with (tmp_path / "out.xlsx").open("wb") as target:
        create(target, [], [summary_page(result, ReportOptions())])
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Summary"]
    assert sheet.oddHeader.left.text == "Ransomware at <Contoso> && Co · IR-2026-117"
    assert sheet.oddHeader.right.text == sheet.oddFooter.center.text == "TLP:AMBER+STRICT"


@pytest.mark.parametrize("label", TLP)
def test_stix_objects_are_marked_with_the_published_definition(label, rendered):
    marked = replace(made_results.result([made_results.found("x", 9)]), filing=Filing(tlp=label))
    bundle = json.loads(rendered(stix, marked))
    (definition,) = (made for made in bundle["objects"] if made["type"] == "marking-definition")
    assert definition["name"] == f"TLP:{label}"
    said = [made for made in bundle["objects"] if made["type"] not in ("identity", "marking-definition")]
    assert {made["type"] for made in said} == {"file", "note", "indicator", "malware-analysis"}
    assert all(made["object_marking_refs"] == [definition["id"]] for made in said)
    options = ValidationOptions(version="2.1", strict=True, disabled=["uuid-check", "extref-hashes"])
    assert validate_string(json.dumps(bundle), options).is_valid


def test_a_platform_can_match_what_is_malicious_and_a_person_can_trace_it(result, rendered):
    bundle = stix2.parse(rendered(stix, result).decode(), version="2.1")
    indicators = [made for made in bundle.objects if made.type == "indicator"]
    notes = [made for made in bundle.objects if made.type == "note"]
    assert len(indicators) == 13
    assert all(made_results.sha256(name) in indicators[at].pattern for at, (name, *_) in enumerate(_malicious()))
    (us,) = (made for made in bundle.objects if made.type == "identity" and made.name == "J. Mora")
    assert all(made.created_by_ref == us.id for made in (*indicators, *notes))
    assert all(note.authors == ["J. Mora"] for note in notes)
    sources = {reference.source_name for made in indicators for reference in made.external_references}
    assert sources == {"VirusTotal", "case"}
    traced = {reference for note in notes for reference in note.object_refs}
    assert {made.id for made in indicators} <= traced


def _malicious():
    return [malware for malware in made_results.MALWARE if malware[3] >= 5]


def test_what_is_unknown_or_undetected_is_never_an_indicator(rendered):
    quiet = made_results.result(
        [made_results.found("a"), made_results.found("b", 2), made_results.other("c", Status.NOT_FOUND, 2)]
    )
    kinds = [made["type"] for made in json.loads(rendered(stix, quiet))["objects"]]
    assert "indicator" not in kinds
    assert kinds.count("malware-analysis") == 1


def test_the_day_of_the_incident_is_that_day_in_every_zone(rendered):
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        shown = View(made_results.incident(), ReportOptions(timezone=ZoneInfo(zone)))
        assert ("Incident date given", "2026-10-28") in shown.method
        assert ("Incident", "2026-10-28") in shown.filing


@pytest.mark.slow
@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_reports_name_files_and_not_the_analyst_s_folders(form, rendered, poppler, tmp_path):
    result = made_results.incident()
    kept = replace(
        result,
        sources=tuple(replace(source, path="/home/mora/secret-client/a.xlsx") for source in result.sources),
        outputs=(Output("C:\\Users\\mora\\secret-client\\b.xlsx", made_results.sha256("b")),),
    )
    text = text_of(form, rendered(form, kept), poppler, tmp_path)
    assert "secret-client" not in text
    assert "a.xlsx" in text
    assert "b.xlsx" in text
    assert made_results.sha256("b") in text


def test_what_is_said_now_overrules_what_the_run_said(result):
    again = filed(result, Settings(case="IR-2"))
    assert again.filing == replace(FILING, case="IR-2")
    assert filed(result, Settings()) == result


@pytest.mark.parametrize(
    ("text", "label"), [("amber", "AMBER"), ("TLP:RED", "RED"), ("white", "CLEAR"), (" amber+strict ", "AMBER+STRICT")]
)
def test_tlp_labels_are_read_as_people_write_them(text, label):
    assert tlp(text) == label


def test_a_label_that_tlp_has_not_is_refused():
    with pytest.raises(UsageError, match="AMBER"):
        tlp("orange")


def test_nothing_that_matters_is_cut_from_a_long_list_and_the_rest_is_named_with_its_file(
    rendered, poppler, tmp_path, monkeypatch
):
    unknown = [made_results.other(f"u{row}", Status.NOT_FOUND, row) for row in range(2, 202)]
    good = [made_results.found(f"g{row}", row=row) for row in range(5)]
    long = made_results.result(
        [*good, *unknown], outputs=(Output("x/case.enriched.xlsx", ""), Output("x/report.md", ""))
    )
    for form in (markdown, pdf):
        monkeypatch.setattr(form, "MOST_ROWS", 100)
        text = text_of(form, rendered(form, long), poppler, tmp_path)
        lacking = [entry for entry in unknown if entry.finding.indicator.value not in text]
        assert lacking == []
        assert "5more,noneofthemmaliciousorunknown,standinthesheetVirusTotalofcase.enriched.xlsx." in text


def test_a_cut_keeps_all_but_what_is_harmless():
    lines = View(made_results.many(60), ReportOptions()).lines
    kept, compact, left_out = cut(lines, 10)
    assert len(kept) == 10
    assert len(kept) + len(compact) + left_out == 60
    assert {line.tone.value for line in compact} <= {"malicious", "suspicious", "unknown", "no_verdict", "open"}
    assert bare(compact[0]).startswith("malicious ")
    assert left_out == sum(line.tone.value == "undetected" for line in lines)


def test_a_chart_of_one_bar_or_of_bars_of_one_file_says_nothing():
    assert not telling([1, 1, 1])
    assert not telling([7])
    assert not telling([])
    assert telling([1, 2, 0])


@pytest.mark.parametrize("name", ["W" * 60, "trojan.generickdz/agenttesla" * 3, "木" * 60, "Win32/Spy.Agent"])
def test_the_name_of_a_bar_is_cut_once_at_most(name):
    families = [name, name, "other"]
    entries = [made_results.found(f"{n}.exe", 9, label=text, type_=text, row=n + 2) for n, text in enumerate(families)]
    drawn = charts(View(made_results.result(entries), ReportOptions()), CHART_COLOURS)
    ranked = next(chart for chart in drawn if chart.key == "types")
    shown = [unescape(text) for text in re.findall(r"<text[^>]*>([^<]+)</text>", ranked.svg)]
    assert {bar for bar, _ in ranked.numbers} <= set(shown)
