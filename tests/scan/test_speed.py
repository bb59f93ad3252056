"""No shape of text makes the scan slow: the work grows with the text, not with its square."""

from __future__ import annotations

import time

import pytest

from tests.scan.made import md5, scanned

FEW = 500


@pytest.mark.parametrize(
    "between", [", ", ";amet=foo.exe, ", ":", "  ", "# "], ids=["comma", "text", "colon", "space", "comment"]
)
def test_one_line_of_many_values_takes_as_long_as_many_lines(between: str) -> None:
    def seconds(values: int) -> float:
        line = between + between.join(md5(number) for number in range(values)) + " "
        start = time.process_time()
        assert len(scanned([line])) == values
        return time.process_time() - start

    assert seconds(16 * FEW) < 64 * max(seconds(FEW), 0.02), "linear is 16, of a square 256"
