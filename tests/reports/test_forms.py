"""Every form of a report: the same answer, hostile text as text, the banner of the stand-in, custody."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from msgspec import structs
from stix2validator import ValidationOptions, validate_string

from enrich.errors import EnrichError
from enrich.extras import library
from enrich.model.finding import Status
from enrich.model.verdict import Tone
from enrich.reports import ReportOptions, form_named, html, markdown, pdf, stix
from enrich.reports import json as json_form
from enrich.reports.shared import safe_text
from enrich.reports.shared.view import View
from tests.reports.reading import read_markdown, text_of
from tests.support import made_results

FORMS = (html, markdown, pdf, json_form, stix)


def of_another_service(result):
    """The same answers in the columns of a service with another prefix."""
    renamed = tuple(
        structs.replace(
            entry,
            finding=structs.replace(
                entry.finding, fields={name.replace("vt_", "other_"): v for name, v in entry.finding.fields.items()}
            ),
        )
        for entry in result.entries
    )
    columns = tuple(replace(column, name=column.name.replace("vt_", "other_")) for column in result.columns)
    return replace(result, entries=renamed, columns=columns)


@pytest.mark.parametrize("form", [html, markdown, stix])
def test_a_report_reads_the_columns_of_whatever_service_answered(form, rendered):
    ours = rendered(form, made_results.incident())
    theirs = rendered(form, of_another_service(made_results.incident()))
    assert theirs == ours.replace(b'"vt_', b'"other_')


@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_the_answer_stands_in_every_form_for_people(form, rendered, poppler, tmp_path):
    text = text_of(form, rendered(form, made_results.incident()), poppler, tmp_path)
    for said in (
        "13 of 60 files are malicious",
        "2 are suspicious, 9 are unknown to VirusTotal, 30 are detected by no engine, 5 have no answer",
        "hacktool.mimikatz/marte", "31 digits: one is missing from an MD5", "became known", "the day's 500 calls are spent",
    ):  # fmt: skip
        assert re.sub(r"\s", "", said) in text


@pytest.mark.slow
def test_a_column_in_which_nothing_would_stand_is_left_out(rendered, poppler, tmp_path):
    """A plain list has no words of an analyst, and what nobody knows the name of has none."""
    result = made_results.incident()
    bare = [
        structs.replace(
            entry,
            words=(),
            finding=structs.replace(entry.finding, fields=dict(entry.finding.fields, vt_file_name=None)),
        )
        for entry in result.entries
    ]
    for found, expected in ((result, True), (replace(result, entries=tuple(bare)), False)):
        heads = {cell.text_content() for cell in lxml_html.fromstring(rendered(html, found)).iter("th")}
        table = {line for line in rendered(markdown, found).decode().splitlines() if line.startswith("| ")}
        in_pdf = text_of(pdf, rendered(pdf, found), poppler, tmp_path)
        for head in ("Your words", "File name"):
            told = (head in heads, any(f"| {head} |" in line for line in table), head.replace(" ", "") in in_pdf)
            assert told == (expected,) * 3, head
        assert {"Detections", "Where", "Hash"} <= heads


@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_every_hash_and_the_custody_stand_in_every_form_for_people(form, rendered, poppler, tmp_path):
    result = made_results.incident()
    text = text_of(form, rendered(form, result), poppler, tmp_path)
    whole = [entry.finding.indicator.value for entry in result.entries]
    assert [value for value in whole if value not in text] == []
    for said in (
        result.sources[0].sha256,
        result.outputs[0].sha256,
        "kf-3b9ac1",
        "ioc-enrich0.1.0",
        "48",
        "Unknownisnotclean",
    ):
        assert said in text


@pytest.mark.parametrize("form", [html, markdown, pdf, stix])
def test_the_stand_in_is_named_wherever_it_answered(form, rendered, poppler, tmp_path):
    answered = made_results.result([made_results.found("x", 9)], stand_in=True)
    assert "Stand-indata" in text_of(form, rendered(form, answered), poppler, tmp_path)
    real = made_results.result([made_results.found("x", 9)])
    assert "Stand-in" not in text_of(form, rendered(form, real), poppler, tmp_path)


@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_hostile_texts_are_shown_as_text(form, rendered, poppler, tmp_path):
    text = text_of(form, rendered(form, made_results.hostile()), poppler, tmp_path)
    for said in (
        "<script>alert(1)</script>", '=HYPERLINK("http://evil.example","click")', "invoice\\u202efdp.exe",
        "[clickme](http://evil.example/x)", "{{7*7}}", "nul\\x00bell\\x07", "lone\\ud83dhalf", "(4,096)",
    ):  # fmt: skip
        assert said in text, said


def test_markdown_holds_no_markup_but_ours(rendered):
    page = lxml_html.document_fromstring(read_markdown(rendered(markdown, made_results.hostile()).decode()))
    assert {node.tag for node in page.iter() if isinstance(node.tag, str)} <= {
        "html", "body", "h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "a", "strong", "blockquote"
    }  # fmt: skip
    assert all(
        re.fullmatch(r"https://www\.virustotal\.com/gui/file/[0-9a-f]{64}", link.get("href")) for link in page.iter("a")
    )
    for table in page.iter("table"):
        assert len({len(row) for row in table.iter("tr")}) == 1


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_text_in_a_code_span_is_read_back_whole(text):
    line = safe_text.shown(text)
    read = MarkdownIt("commonmark").enable("table").render(f"| a |\n| --- |\n| {markdown.code(line)} |\n")
    cells = lxml_html.document_fromstring(read).xpath("//td/code")
    assert len(cells) == 1
    assert (cells[0].text or "") == line


@given(st.text(st.sampled_from("ab`*_[]()<>#|~$!&@\\ http://www.x.y"), max_size=60))
def test_a_quoting_sentence_holds_no_markup(text):
    read = MarkdownIt("commonmark", {"html": True}).enable("table").render("said: " + markdown.plain(text))
    page = lxml_html.document_fromstring(read)
    assert {node.tag for node in page.iter()} == {"html", "body", "p"}


def test_the_page_names_its_one_script_and_style_by_hash_and_allows_nothing_else(rendered):
    page = lxml_html.document_fromstring(rendered(html, made_results.hostile()).decode())
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    script, style = page.xpath("//script[@type='module']")[0].text, page.xpath("//style")[0].text
    assert policy.startswith("default-src 'none'; ")
    for what, text in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{what} 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert len(page.xpath("//script")) == 2
    assert page.xpath("//*[@style] | //*[@onclick] | //*[@onerror] | //*[@onload] | //iframe | //img | //link") == []


@given(st.text(st.characters(), max_size=200))
def test_text_for_print_is_cut_into_pieces_and_nothing_is_lost(text):
    cut = pdf.pieces(text)
    assert "".join(cut) == text
    assert all(len(run) <= 2 * pdf.LONGEST_RUN + 1 for piece in cut for run in piece.split())


def test_text_for_print_breaks_after_signs_rather_than_within_words():
    assert pdf.pieces("ransomware.lockbit/blackmatter") == ["ransomware.", "lockbit/", "blackmatter"]


def test_the_pdf_embeds_its_fonts_and_has_bookmarks_pages_and_a_title(rendered, poppler, tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(rendered(pdf, made_results.incident()))
    fonts = poppler("pdffonts", file).splitlines()[2:]
    assert fonts
    assert all(re.search(r"\byes\s+yes\s+yes\b", font) for font in fonts)
    assert "Hash report: incident-117.xlsx" in poppler("pdfinfo", file)
    assert re.search(r"Page 1 of \d", poppler("pdftotext", "-l", "1", file, "-"))
    assert b"/Outlines" in file.read_bytes()


def test_every_page_of_the_pdf_has_something_on_it(rendered, poppler, tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(rendered(pdf, made_results.many(200)))
    pages = poppler("pdftotext", file, "-").split("\f")[:-1]
    assert len(pages) > 4
    assert all(len(page.split()) > 40 for page in pages), "more than what stands above and below every page"


@pytest.mark.slow
def test_the_same_result_gives_the_same_bytes(rendered):
    for form in FORMS:
        assert rendered(form, made_results.incident()) == rendered(form, made_results.incident())


@pytest.mark.slow
def test_stix_passes_the_official_validator(rendered):
    options = ValidationOptions(version="2.1", strict=True, disabled=["uuid-check", "extref-hashes"])
    for result in (
        made_results.incident(),
        made_results.hostile(),
        made_results.result([made_results.found("x", 9)], stand_in=True),
    ):
        checked = validate_string(rendered(stix, result).decode(), options)
        assert checked.is_valid, checked


def test_stix_holds_a_file_and_a_dated_note_for_each_file_with_an_answer_and_none_for_others(rendered):
    result = made_results.incident()
    bundle = stix2.parse(rendered(stix, result).decode(), version="2.1")
    answered = [entry for entry in result.entries if entry.finding.status.is_answer]
    files = {made.id: made for made in bundle.objects if made.type == "file"}
    notes = [made for made in bundle.objects if made.type == "note"]
    assert len(files) == len(notes) == len(answered)
    asked = {value for made in files.values() for value in made.hashes.values()}
    assert all(entry.finding.indicator.value in asked for entry in answered)
    assert all(note.object_refs[0] in files and "2026-11-20" in note.content for note in notes)
    assert any("not clean" in note.content for note in notes)


def test_a_result_without_any_answer_is_a_bundle_all_the_same(rendered):
    bundle = json.loads(rendered(stix, made_results.result([made_results.other("x", Status.PENDING, 2)])))
    assert [made["type"] for made in bundle["objects"]] == ["identity", "identity"]


@pytest.mark.parametrize(
    ("entries", "headline"),
    [
        ([], "No file was named"),
        ([made_results.found("a")], "No engine detects anything"),
        ([made_results.found("a"), made_results.other("b", Status.NOT_FOUND, 2)], "1 of 2 files is unknown"),
        (
            [made_results.other("a", Status.NOT_FOUND, 2), made_results.other("b", Status.PENDING, 3)],
            "1 of 2 files has no answer yet",
        ),
        (
            [made_results.found("a", 2), made_results.other("b", Status.PENDING, 3)],
            "1 of 2 files is suspicious, none is malicious",
        ),
        (
            [made_results.found("a", 2), made_results.found("b", 9), made_results.found("c", 50)],
            "2 of 3 files are malicious",
        ),
    ],
)
def test_the_headline_is_the_worst_thing_that_is_true(entries, headline):
    assert View(made_results.result(entries), ReportOptions()).headline == headline


def test_dates_stand_in_the_reader_s_zone_and_the_zone_is_said():
    tokyo = View(made_results.incident(), ReportOptions(timezone=ZoneInfo("Asia/Tokyo")))
    assert tokyo.made == "2026-11-20 23:30 Asia/Tokyo"
    assert tokyo.words["first_seen"] == "First seen (Tokyo)"
    assert View(made_results.incident(), ReportOptions(timezone=UTC)).made == "2026-11-20 14:30 UTC"


def test_a_report_page_is_linked_only_for_files_that_were_found():
    options = ReportOptions(pages=made_results.SITE)
    lines = View(made_results.incident(), options).lines
    assert all(bool(line.page) == (line.tone in (Tone.MALICIOUS, Tone.SUSPICIOUS, Tone.UNDETECTED)) for line in lines)
    forged = made_results.found("x", 9)
    fields = dict(forged.finding.fields) | {"vt_sha256": "x/../../evil", "vt_link": "https://evil.example"}
    result = made_results.result([structs.replace(forged, finding=structs.replace(forged.finding, fields=fields))])
    assert View(result, options).lines[0].page == ""


def test_the_place_names_its_file_only_where_there_are_several():
    one = made_results.incident()
    assert View(one, ReportOptions()).first[0].lines[0].where == "Hashes!C5 +2"
    two = replace(one, sources=one.sources * 2)
    assert View(two, ReportOptions()).first[0].lines[0].where == "incident-117.xlsx · Hashes!C5 +2"


def test_a_missing_library_is_said_with_what_to_install(monkeypatch, rendered):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(EnrichError) as caught:
        rendered(pdf, made_results.incident())
    assert "pip install typst" in caught.value.hint
    with pytest.raises(EnrichError, match="typst"):
        library("typst", "the PDF report")


def test_every_form_has_its_suffixes_and_no_two_share_one():
    suffixes = [suffix for name in ("html", "markdown", "pdf", "json", "stix") for suffix in form_named(name).SUFFIXES]
    assert len(set(suffixes)) == len(suffixes)
    assert {".html", ".md", ".pdf", ".json"} <= set(suffixes)


def test_a_list_of_more_hashes_than_files_says_so(rendered, poppler, tmp_path):
    both = made_results.result(
        [made_results.found("x", 9, kind="md5"), made_results.found("x", 9, kind="sha256"), made_results.found("y", 9)]
    )
    for form in (html, markdown, pdf):
        text = text_of(form, rendered(form, both), poppler, tmp_path)
        assert "2of2filesaremalicious" in text
        assert "3hashesof2files:" in text
    assert View(made_results.incident(), ReportOptions()).lines_note == ""
