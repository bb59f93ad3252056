"""Each part of the bench runs and measures something: what nobody runs for weeks breaks unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.__main__ import PARTS
from tests.bench.measure import Size

TINY = Size(rows=60, stored=200, asked=50, calls=12, sheet=40, lines=60, rounds=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_part_measures_what_it_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VT_API_KEY", "benchmark")
    figures = list(PARTS[name].figures(TINY, tmp_path))
    assert figures
    assert all(figure.value > 0 for figure in figures)
