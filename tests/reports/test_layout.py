"""Nothing overlaps and nothing is cut: each form with the longest real names, in both languages, in a zone, long lists."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from msgspec import structs

from enrich.formats.xlsx import create
from enrich.model.page import Page
from enrich.model.result import Filing, Place
from enrich.reports import Options, html, pdf, summary_page
from tests.reports import factory

LONG = (
    "2025-08-07_b9e7831e2f188c25a3a44a802a373234_amadey_black-basta_cobalt-strike_elex_luca-stealer_remcos",
    "56359015aca8f0b4b95caa12c9593b8d91aca0e50ef6e30c2c89a519870d5e9e-1752809516130195286.gz",
    "Rechnungskorrekturanforderungsbestätigung.exe",
    "WINDOWS10UPGRADEASSISTANTFORENTERPRISEDEPLOYMENTS.EXE",
    "отчёт о движении денежных средств за октябрь 2026 года (исправленный).docm.exe",
)
"""Names as real reports have them: without a place to break, in capitals, in Cyrillic."""
BUENOS_AIRES = ZoneInfo("America/Argentina/Buenos_Aires")
READERS = [Options("en", BUENOS_AIRES), Options("ru", BUENOS_AIRES)]
MANY = 600
"""More than the lists of the page hold, and twice as many as those of the PDF here."""


@cache
def long_names(count: int):
    """``factory.many`` with long names, labels, words, hosts, sheets and places."""
    entries = []
    for index, entry in enumerate(factory.many(count).entries):
        name = LONG[index % len(LONG)]
        fields = dict(entry.finding.fields)
        if fields:
            fields |= {"vt_file_name": name, "vt_threat_label": "ransomware.blackmatter/lockbitcontirevilegregor"}
        place = Place(0, "Indikatoren aus der Telemetrie Q4", index + 2, 2)
        words = (f"PRODUCTION-FILESERVER-{index % 40:04} · C:\\Users\\svc_backup\\AppData\\{name}", "second row")
        entries.append(
            structs.replace(
                entry,
                finding=structs.replace(entry.finding, fields=fields),
                places=(place, replace_row(place)),
                cells=2,
                words=words,
                groups=(f"PRODUCTION-FILESERVER-{index % 40:04}",),
            )
        )
    source = replace(factory.incident().sources[0], path="2026-11-17_export_of_all_endpoints_final_version_2.xlsx")
    return factory.result(
        entries, sources=(source, source), filing=Filing(" ".join(LONG), "IR-2026-0000117", "", "AMBER+STRICT")
    )


def replace_row(place: Place) -> Place:
    return Place(place.source, "Zweites Blatt", place.row, 30)


@pytest.mark.browser
@pytest.mark.parametrize("options", READERS, ids=lambda options: options.language)
def test_no_text_of_the_page_is_wider_than_its_cell_at_any_usual_window(chromium, rendered, tmp_path, options):
    file = tmp_path / "report.html"
    file.write_bytes(rendered(html, long_names(MANY), options))
    for width in (1280, 1920):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.goto(file.as_uri())
        page.evaluate("document.querySelector('.unfold').click()")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.locator("#indicators tbody tr").count() > 20
        too_wide = page.evaluate(
            """() => [...document.querySelectorAll('.wide, .dt-layout-table, th, td, dt, dd, .count, .badge')]
                .filter(node => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1 && node.clientWidth)
                .map(node => `${node.className} ${node.textContent.slice(0, 40)}`)"""
        )
        assert too_wide == []
        page.close()


def boxes(text: str) -> list[list[tuple[float, float, float, float, str]]]:
    """The words of each page as ``pdftotext -bbox`` gives them: left, top, right, bottom, text."""
    pages = []
    for page in re.split(r"<page ", text)[1:]:
        found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page)
        pages.append([(float(a), float(b), float(c), float(d), word) for a, b, c, d, word in found])
    return pages


def overlapping(words: list[tuple[float, float, float, float, str]]) -> list[tuple[str, str]]:
    """Words of one line that stand on each other by more than a point."""
    found = []
    ordered = sorted(words, key=lambda word: (word[1], word[0]))
    for index, (left, top, right, bottom, text) in enumerate(ordered):
        for other_left, other_top, other_right, other_bottom, other in ordered[index + 1 :]:
            if other_top > bottom:
                break
            across = min(right, other_right) - max(left, other_left)
            down = min(bottom, other_bottom) - max(top, other_top)
            if across > 1 and down > 0.45 * min(bottom - top, other_bottom - other_top):
                found.append((text, other))
    return found


@pytest.mark.parametrize("options", READERS, ids=lambda options: options.language)
def test_no_word_of_the_pdf_stands_on_another_or_beyond_the_margin(rendered, poppler, tmp_path, monkeypatch, options):
    monkeypatch.setattr(pdf, "MOST_ROWS", MANY // 2)
    file = tmp_path / "report.pdf"
    file.write_bytes(rendered(pdf, long_names(MANY), options))
    pages = boxes(poppler("pdftotext", "-bbox", file, "-"))
    assert len(pages) > 10
    assert sum(map(len, pages)) > 5000
    assert [pair for words in pages for pair in overlapping(words)] == []
    for words in pages:
        assert max(right for _, _, right, _, _ in words) < 842


def test_no_row_of_the_pdf_is_torn_over_two_pages(rendered, poppler, tmp_path):
    file = tmp_path / "report.pdf"
    result = long_names(120)
    file.write_bytes(rendered(pdf, result))
    pages = [re.sub(r"\s", "", page) for page in poppler("pdftotext", "-layout", file, "-").split("\f")]
    hashes = [entry.finding.indicator.value for entry in result.entries]
    halves = [(value[:32], value[32:64]) for value in hashes]
    assert all(any(first in page and second in page for page in pages) for first, second in halves)


@pytest.fixture(scope="module")
def summaries(soffice, tmp_path_factory):
    """The summary's sheet in each language as LibreOffice prints it, from one start of it."""
    folder = tmp_path_factory.mktemp("summaries")
    books = [folder / f"{options.language}.xlsx" for options in READERS]
    for options, book in zip(READERS, books, strict=True):
        with book.open("wb") as target:
            assert create(target, [], [summary_page(long_names(MANY), options)]) == []
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *books]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder


@pytest.mark.libreoffice
@pytest.mark.parametrize("options", READERS, ids=lambda options: options.language)
def test_no_text_of_the_summary_is_cut_by_what_stands_beside_it(poppler, summaries, options):
    text = poppler("pdftotext", "-bbox", summaries / f"{options.language}.pdf", "-")
    pages = boxes(text)
    assert [pair for words in pages for pair in overlapping(words)] == []
    read = "".join(word for words in pages for *_, word in words)
    for name in LONG[:2]:
        assert name[:20] in read
    for entry in summary_texts(summary_page(long_names(MANY), options)):
        for word in re.findall(r"\w{6,20}", entry):
            assert etree.fromstring(f"<w>{word}</w>").text in read, word


def summary_texts(page: Page) -> list[str]:
    """The words that the answer, the worst ten and the sections' titles hold."""
    sections = list(page.sections)
    return [
        *(section.heading for section in sections),
        *(column.title for section in sections for column in section.columns),
        *(str(row.values[2]) for row in sections[0].rows),
    ]
