"""What takes minutes: every real list and workbook beside the checkout, a page of fifty thousand. ``make fuzz``."""

from __future__ import annotations

import pytest

from tests.formats.xlsx import test_real_workbooks as real
from tests.formats.xlsx.conftest import kit
from tests.reports import test_page
from tests.reports.conftest import chromium, rendered
from tests.reports.test_page import opened
from tests.scan import test_shared

__all__ = ["chromium", "kit", "opened", "rendered"]


@pytest.mark.browser
def test_fifty_thousand_indicators_are_still_usable(opened):
    test_page.are_usable(opened, 50_000)


@pytest.mark.shared
def test_every_list_is_scanned_or_refused(shared):
    test_shared.are_scanned_or_refused(sorted((shared / "iocs").iterdir()))


@pytest.mark.shared
def test_all_come_back_with_untouched_members_and_all_texts(kit, shared):
    real.come_back(kit, real.workbooks(shared))


@pytest.mark.shared
@pytest.mark.libreoffice
def test_libreoffice_opens_them_and_shows_the_same_values(kit, shared, soffice, tmp_path):
    small = [path for path in real.workbooks(shared) if path.stat().st_size <= real.LARGE and not real.volatile(path)]
    real.shown_the_same(kit, small, soffice, tmp_path)
