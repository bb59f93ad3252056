"""Nothing overlaps and nothing is cut: each form with the longest real names, in both languages, in a zone, long lists."""

from __future__ import annotations

import re
import subprocess

import pytest
from lxml import etree

from enrich.formats.xlsx import create
from enrich.model.page import Page
from enrich.reports import pdf, summary_page
from tests.reports.long_names import LONG, MANY, READERS, long_names


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


@pytest.mark.slow
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


@pytest.mark.slow
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
