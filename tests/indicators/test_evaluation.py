"""On published lists whose truth is known: what is due is found, and what only looks so is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.evaluate import evaluate, truth

pytestmark = pytest.mark.shared


def test_indicators_are_found_and_look_alikes_left_out(shared: Path) -> None:
    outcome = evaluate(shared / "lists", truth(shared / "lists-TRUTH.csv"))
    assert outcome.due > 600
    assert len(outcome.missed) <= outcome.due * 0.01, outcome.missed
    assert outcome.others > 70
    assert len(outcome.taken) <= outcome.others * 0.02, outcome.taken
    assert len(outcome.beyond) <= outcome.due * 0.01, outcome.beyond
