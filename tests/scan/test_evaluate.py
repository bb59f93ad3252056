"""The bars of the scan on real files beside the checkout; ``python -m tests.scan.evaluate -v`` names what differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scan import evaluate

pytestmark = pytest.mark.shared


@pytest.mark.slow
def test_no_true_hash_of_the_real_files_is_missed_and_few_look_alikes_are_sent(shared: Path) -> None:
    score = evaluate.counted("scan", "scan-TRUTH.csv")
    assert score.files > 200
    assert score.recall >= 0.999, score
    assert score.false_share <= 0.01, score
    assert score.exact_share >= 0.92, score


def test_the_small_files_that_stand_for_a_kind_of_look_alike_are_mostly_right(shared: Path) -> None:
    score = evaluate.look_alikes()
    assert score.true == score.found > 0, score.wrong
    assert score.exact_share >= 0.97, score.wrong
