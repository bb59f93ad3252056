"""Is host X hit? Every form says what is malicious on each host, and shows the analyst's words of all rows."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC

import openpyxl
import pytest
from msgspec import structs

from enrich.formats.xlsx import create
from enrich.locale import catalogue
from enrich.model.finding import Status
from enrich.model.result import Place
from enrich.model.verdict import Tone
from enrich.reports import ReportOptions, html, markdown, pdf, summary_page
from enrich.reports.shared import statistics, summary_sheet
from enrich.reports.shared.groups import groups_of
from enrich.reports.shared.lines import LineMaker, shortened
from enrich.reports.shared.view import View
from tests.reports.reading import text_of
from tests.support import made_results


def seen_on(entry, *hosts):
    return structs.replace(entry, groups=hosts)


def on_three_hosts():
    return made_results.result(
        [
            seen_on(made_results.found("one.exe", 50), "WS1", "WS2"),
            seen_on(made_results.found("two.exe", 9), "ws1"),
            seen_on(made_results.found("odd.exe", 2), "WS2"),
            seen_on(made_results.other("new", Status.NOT_FOUND, 5), "WS3"),
            seen_on(made_results.found("good.exe"), "WS4", "WS1"),
        ]
    )


def test_hosts_come_by_what_is_malicious_on_them_and_have_no_case():
    shown = View(on_three_hosts(), ReportOptions())
    assert [group.name for group in shown.groups] == ["WS1", "WS2", "WS3"]
    assert [line.name for line in shown.groups[0].bad] == ["one.exe", "two.exe"]
    assert [line.name for line in shown.groups[1].bad] == ["one.exe", "odd.exe"]
    numbers = [[group.numbers.get(tone, 0) for tone in shown.group_tones] for group in shown.groups]
    assert numbers == [[2, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert shown.groups_quiet == "Nothing malicious, suspicious or unknown on 1 other: WS4"


@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_the_section_stands_in_every_form_for_people(form, rendered, poppler, tmp_path):
    text = text_of(form, rendered(form, on_three_hosts()), poppler, tmp_path)
    assert "Byhost" in text
    assert re.search(r"WS1.{0,20}2.{0,20}50/72.{0,10}one\.exe", text)
    assert "Nothingmalicious,suspiciousorunknownon1other:WS4" in text


@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_hosts_beyond_what_a_form_has_room_for_are_counted(form, rendered, poppler, tmp_path):
    hosts = [f"H{number:04}" for number in range(form.MOST_GROUPS + 5)]
    text = text_of(
        form,
        rendered(form, made_results.result([seen_on(made_results.found("one.exe", 50), *hosts)])),
        poppler,
        tmp_path,
    )
    assert "5more,lesshitthanthese,areleftouthere" in text
    section = text.partition("Byhost")[2].partition("5more,lesshit")[0]
    assert f"H{form.MOST_GROUPS - 1:04}" in section
    assert f"H{form.MOST_GROUPS:04}" not in section


def test_hosts_beyond_what_the_summary_sheet_has_room_for_are_counted():
    hosts = [f"H{number:04}" for number in range(summary_sheet.MOST_GROUPS + 5)]
    page = summary_page(made_results.result([seen_on(made_results.found("one.exe", 50), *hosts)]), ReportOptions())
    (section,) = [section for section in page.sections if section.heading == "By host"]
    assert len(section.rows) == summary_sheet.MOST_GROUPS
    assert section.notes[0].startswith("5 more, less hit than these")


class CountingLiner(LineMaker):
    """Counts the lines that it is asked for."""

    asked = 0

    def lines(self, entries):
        for line in super().lines(entries):
            self.asked += 1
            yield line


def test_the_line_of_a_file_is_made_once_however_many_hosts_have_it():
    result = made_results.result([seen_on(made_results.found("one.exe", 50), *(f"H{number}" for number in range(500)))])
    line_maker = CountingLiner(result, catalogue("en"), UTC)
    groups, quiet = groups_of(result.entries, line_maker, statistics.Names.of(result))
    assert (len(groups), quiet, line_maker.asked) == (500, [], 1)


def test_a_host_counts_once_for_a_file_however_its_case_is_written():
    (group,) = View(
        made_results.result([seen_on(made_results.found("one.exe", 50), "WS1", "ws1")]), ReportOptions()
    ).groups
    assert (group.name, sum(group.numbers.values()), len(group.bad)) == ("WS1", 1, 1)


@pytest.mark.parametrize("form", [html, markdown, pdf])
def test_without_a_column_of_hosts_there_is_no_such_section(form, rendered, poppler, tmp_path):
    text = text_of(form, rendered(form, made_results.result([made_results.found("x", 9)])), poppler, tmp_path)
    assert "Byhost" not in text


def test_the_summary_sheet_has_it(tmp_path):
    with (tmp_path / "out.xlsx").open("wb") as target:
        assert create(target, [], [summary_page(on_three_hosts(), ReportOptions())]) == []
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Summary"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    at = next(index for index, row in enumerate(rows) if row[0] == "By host")
    assert next(row for row in rows[at:] if row[0] == "WS1")[:5] == ["WS1", 2, "one.exe 50/72, two.exe 9/72", 0, 0]


def test_a_file_stands_on_the_hosts_and_in_the_rows_of_all_its_hashes():
    names = [made_results.found("x", 9, kind=kind, row=row) for kind, row in (("md5", 2), ("sha256", 7))]
    hosts = [
        structs.replace(entry, groups=(host,), words=(host,)) for entry, host in zip(names, ("A1", "B2"), strict=True)
    ]
    (file,) = statistics.files(made_results.result(hosts))
    assert (file.groups, file.words, file.cells) == (("A1", "B2"), ("A1", "B2"), 2)
    assert [place.row for place in file.places] == [2, 7]


def test_the_words_of_every_row_are_shown_and_every_place_is_spelt_out(rendered):
    places = tuple(Place(0, sheet, row, column) for sheet, row, column in (("A", 2, 1), ("A", 3, 1), ("B", 9, 0)))
    entry = structs.replace(
        made_results.found("x", 9), words=("ws1 · a.exe", "ws2 · b.exe"), places=places, cells=3, groups=("ws1", "ws2")
    )
    (line,) = View(made_results.result([entry]), ReportOptions()).lines
    assert (line.where, line.places) == ("A!B2 +2", "A!B2, B3; B!A9")
    text = rendered(markdown, made_results.result([entry])).decode()
    assert "`ws1 · a.exe` `ws2 · b.exe`" in text


def test_a_long_file_name_leaves_room_in_its_column_and_stands_whole_in_the_details():
    names = ["2026-11-17_export_of_all_endpoints_final_1.xlsx", "2026-11-17_export_of_all_servers_final_1.xlsx"]
    assert [len(name) for name in shortened(names)] != [len(name) for name in names]
    assert len(set(shortened(names))) == 2
    assert shortened(["a.xlsx", "2026-11-17_export_of_all.xlsx"]) == ["a.xlsx", "2026-11-1…f_all.xlsx"]
    result = made_results.result([made_results.found("x", 9)])
    several = replace(result, sources=tuple(replace(result.sources[0], path=name) for name in names))
    (line,) = View(several, ReportOptions()).lines
    assert names[0] in line.places
    assert names[0] not in line.where


def test_file_names_are_the_service_s_and_words_are_the_analyst_s():
    nameless = made_results.found("x", 9, context="ws1 evil.exe")
    nameless = structs.replace(
        nameless, finding=structs.replace(nameless.finding, fields={"vt_sha256": made_results.sha256("x")})
    )
    (line,) = View(made_results.result([nameless]), ReportOptions()).lines
    assert (line.name, line.words) == ("", ("ws1 evil.exe",))
    assert line.short == f"{made_results.sha256('x')[:16]}… (ws1 evil.exe)"


def test_what_is_known_and_not_judged_is_a_case_of_its_own(rendered, poppler, tmp_path):
    result = made_results.result(
        [made_results.found("big.iso", None, None), made_results.other("u", Status.NOT_FOUND, 3)]
    )
    shown = View(result, ReportOptions())
    unknown, no_verdict = shown.further
    assert (no_verdict.key, [line.name for line in no_verdict.lines]) == ("no_verdict", ["big.iso"])
    assert (unknown.key, [line.tone for line in unknown.lines]) == ("unknown", [Tone.UNKNOWN])
    for form in (html, markdown, pdf):
        text = text_of(form, rendered(form, result), poppler, tmp_path)
        assert "Knownandnotjudged" in text
        assert "1isunknowntoVirusTotaland1isknownthereandjudgedbynoengine" in text


def test_no_section_is_empty_and_no_chart_says_nothing(rendered, poppler, tmp_path):
    plain = made_results.result(
        [made_results.found("a", 9, label="x.one", type_="A"), made_results.found("b", 9, label="x.two", type_="B")]
    )
    for form in (html, markdown, pdf):
        text = text_of(form, rendered(form, plain), poppler, tmp_path)
        for title in ("Unknownfiles", "Hashestocheckbyhand", "Changedsincethelastrun", "Knownandnotjudged", "Families"):
            assert title not in text
    charts = [section for section in summary_page(plain, ReportOptions()).sections if section.chart is not None]
    assert charts == []
