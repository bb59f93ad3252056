"""The real workbooks beside the checkout: each handed back whole, or refused with a reason.

Here those that are quick to look at; ``make fuzz`` calls the same functions with all of them.
"""

from __future__ import annotations

import pytest

from tests.support import real_workbooks


@pytest.mark.slow
@pytest.mark.shared
def test_all_come_back_with_untouched_members_and_all_texts(kit, shared):
    chosen = [path for path in real_workbooks.workbooks(shared) if path.stat().st_size <= real_workbooks.SLOW]
    assert len(chosen) > 50
    real_workbooks.come_back(kit, chosen)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.libreoffice
def test_libreoffice_opens_them_and_shows_the_same_values(kit, shared, soffice, tmp_path):
    small = [
        path
        for path in real_workbooks.workbooks(shared)
        if path.stat().st_size <= real_workbooks.LARGE and not real_workbooks.volatile(path)
    ]
    chosen = list(real_workbooks.of_every_kind(small))
    assert len(chosen) > 10
    real_workbooks.shown_the_same(kit, chosen, soffice, tmp_path)
