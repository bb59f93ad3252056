"""The Summary sheet: the answer first, the same numbers as every other form, in the reader's language and zone."""

from __future__ import annotations

import io
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from msgspec import structs

from enrich.formats.xlsx import create
from enrich.model.page import Section
from enrich.model.result import Output, Result
from enrich.model.verdict import Tone
from enrich.reports import ReportOptions, summary_page
from enrich.reports.shared import statistics
from tests.support import made_results


def sections(result: Result, options: ReportOptions | None = None) -> list[Section]:
    return list(summary_page(result, options or ReportOptions()).sections)


def texts(result: Result, options: ReportOptions | None = None) -> list[list[object]]:
    """The sheet's rows as a spreadsheet program reads them."""
    target = io.BytesIO()
    assert create(target, [], [summary_page(result, options or ReportOptions())]) == []
    sheet = openpyxl.load_workbook(target)["Summary"]
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_the_answer_comes_first_in_words():
    rows = [row for row in texts(made_results.incident()) if row]
    assert rows[0] == ["13 of 60 files are malicious"]
    assert rows[1][0].startswith("Of 60 files, 13 are malicious, 2 are suspicious, 9 are unknown to VirusTotal")


def test_the_counts_are_the_digest_s_and_coloured():
    result = made_results.incident()
    answer = sections(result)[0]
    counted = statistics.tones(statistics.files(result))
    assert {row.tone: row.values[1] for row in answer.rows} == {tone: n for tone, n in counted.items() if n}
    assert answer.lead
    assert answer.chart is not None


def test_the_worst_ten_stand_in_order_with_name_label_date_and_place():
    (worst,) = (s for s in sections(made_results.incident()) if s.heading == "The worst ten")
    assert len(worst.rows) == 10
    ratios = [int(str(row.values[1]).partition("/")[0]) for row in worst.rows]
    assert ratios == sorted(ratios, reverse=True)
    assert worst.rows[0].values[0] == "mimikatz.exe"
    assert worst.rows[0].values[4] == "Hashes!C5 +2"
    assert all(row.tone is Tone.MALICIOUS for row in worst.rows)


def test_tables_with_charts_add_up_to_the_files_they_count():
    result = made_results.many(400)
    for section in sections(result)[2:]:
        if section.chart is not None:
            assert section.rows
            assert len(section.rows) <= 20
    types = next(s for s in sections(result) if s.heading == "File types")
    assert sum(row.values[1] for row in types.rows) == sum(
        n for _, n in statistics.types(statistics.files(result), statistics.Names.of(result))
    )


def test_custody_names_outputs_and_gives_the_digests_that_are_known():
    known = made_results.sha256("sheet")
    result = made_results.result([], outputs=(Output("a.xlsx", known), Output("report.html", "")))
    method = next(s for s in sections(result) if s.heading == "Method and custody")
    pairs = [row.values for row in method.rows]
    assert ("Output", "report.html") in pairs
    assert pairs[pairs.index(("Output", "a.xlsx")) + 1] == ("Its SHA-256", known)
    assert sum(term == "Its SHA-256" for term, _ in pairs) == 2
    assert ("Key fingerprint", "kf-3b9ac1") in pairs


def test_a_stand_in_says_so_on_top():
    result = made_results.result([], stand_in=True)
    assert "Stand-in" in texts(result)[0][0]
    assert not summary_page(made_results.incident(), ReportOptions()).intro


def test_words_follow_the_language_and_the_sheet_keeps_its_name():
    rows = [row for row in texts(made_results.incident(), ReportOptions(language="ru")) if row]
    assert rows[0] == ["13 из 60 файлов вредоносны"]
    assert ["Семейство", "Файлов"] in rows or any(row[:1] == ["Семейство"] for row in rows)


def test_first_seen_is_a_date_in_the_reader_s_zone():
    entry = made_results.found("a.exe", 40, 70, "trojan.x", "Win32 EXE", 3, 2)
    seconds = entry.finding.fields["vt_first_seen"]
    kolkata = ReportOptions(timezone=ZoneInfo("Asia/Kolkata"))
    (worst,) = (s for s in sections(made_results.result([entry]), kolkata) if s.heading == "The worst ten")
    assert worst.rows[0].values[3] == seconds + 19_800
    assert worst.columns[3].title == "First seen (Kolkata)"


def test_no_date_that_a_calendar_lacks_stops_it():
    entry = made_results.found("a.exe", 40, 70, "trojan.x", "Win32 EXE", 3, 2)
    fields = {**entry.finding.fields, "vt_first_seen": 10**17}
    finding = type(entry.finding)(
        entry.finding.indicator, "virustotal", entry.finding.status, fields, malicious=40, engines=70
    )
    assert texts(made_results.result([structs.replace(entry, finding=finding)]))


def test_hostile_texts_are_cells_of_text():
    target = io.BytesIO()
    create(target, [], [summary_page(made_results.hostile(), ReportOptions())])
    sheet = openpyxl.load_workbook(target)["Summary"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert not [cell for cell in cells if any(mark in str(cell.value) for mark in "\u202e\u200f\x00\x1b\n")]


@pytest.mark.parametrize(
    "result",
    [made_results.result([]), made_results.result([made_results.other("x", made_results.Status.NOT_FOUND, 2)])],
)
def test_a_run_with_little_to_say_draws_no_empty_charts(result):
    assert sections(result)
    for section in sections(result):
        assert section.chart is None or any(row.values[1] for row in section.rows)
