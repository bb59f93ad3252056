"""No shape of text makes the scan slow: the work grows with the text, not with its square."""

from __future__ import annotations

import time

import pytest

from tests.scan.made import md5, scanned

MANY = 1_500


@pytest.mark.parametrize(
    "between", [", ", ";amet=foo.exe, ", ":", "  ", "# "], ids=["comma", "text", "colon", "space", "comment"]
)
def test_one_line_of_many_values_takes_as_long_as_many_lines(between: str) -> None:
    def seconds(values: int) -> float:
        line = between + between.join(md5(number) for number in range(values)) + " "
        start = time.process_time()
        assert len(scanned([line])) == values
        return time.process_time() - start

    seconds(100)
    assert seconds(4 * MANY) < 10 * seconds(MANY), "linear is 4, of a square 16"
