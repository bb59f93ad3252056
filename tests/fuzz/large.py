"""What takes minutes: every real list and workbook beside the checkout, a page of fifty thousand. ``make fuzz``."""

from __future__ import annotations

import math

import pytest

from tests.formats.xlsx.conftest import kit
from tests.reports.conftest import chromium, opened, rendered
from tests.support import real_workbooks
from tests.support.real_lists import are_scanned_or_refused, give_the_exact_sets
from tests.support.report_page import are_usable

__all__ = ["chromium", "kit", "opened", "rendered"]


@pytest.mark.browser
def test_fifty_thousand_indicators_are_still_usable(opened):
    are_usable(opened, 50_000)


@pytest.mark.shared
def test_every_listed_file_gives_the_exact_sets(shared):
    assert give_the_exact_sets(shared, math.inf) > 25


@pytest.mark.shared
def test_every_list_is_scanned_or_refused(shared):
    are_scanned_or_refused(sorted((shared / "iocs").iterdir()))


@pytest.mark.shared
def test_all_come_back_with_untouched_members_and_all_texts(kit, shared):
    real_workbooks.come_back(kit, real_workbooks.workbooks(shared))


@pytest.mark.shared
@pytest.mark.libreoffice
def test_libreoffice_opens_them_and_shows_the_same_values(kit, shared, soffice, tmp_path):
    small = [
        path
        for path in real_workbooks.workbooks(shared)
        if path.stat().st_size <= real_workbooks.LARGE and not real_workbooks.volatile(path)
    ]
    real_workbooks.shown_the_same(kit, small, soffice, tmp_path)
