"""No shape of text makes the scan slow: the work grows with the text, not with its square."""

from __future__ import annotations

import time

import pytest

from tests.support.adversarial_lines import adversarial
from tests.support.made_sheets import md5, scanned

FEW = 250


@pytest.mark.slow
@pytest.mark.parametrize(
    "between", [", ", ";amet=foo.exe, ", ":", "  ", "# "], ids=["comma", "text", "colon", "space", "comment"]
)
def test_one_line_of_many_values_takes_as_long_as_many_lines(between: str) -> None:
    def seconds(values: int) -> float:
        line = between + between.join(md5(number) for number in range(values)) + " "
        start = time.process_time()
        assert len(scanned([line])) == values
        return time.process_time() - start

    assert seconds(16 * FEW) < 48 * max(seconds(FEW), 0.01), "linear is 16, of a square 256"


@pytest.mark.slow
def test_a_line_of_many_values_below_printed_headings_takes_as_long_as_many_lines() -> None:
    def seconds(values: int) -> float:
        lines = ["CONTAINER   IMAGE"], [",".join(md5(number) for number in range(values))]
        start = time.process_time()
        assert len(scanned(*lines)) == values
        return time.process_time() - start

    assert seconds(16 * FEW) < 48 * max(seconds(FEW), 0.01), "linear is 16, of a square 256"


@pytest.mark.slow
def test_one_row_of_many_cells_takes_as_long_as_many_rows() -> None:
    def seconds(values: int) -> float:
        row = [md5(number) for number in range(values)]
        start = time.process_time()
        assert len(scanned(row)) == values
        return time.process_time() - start

    assert seconds(16 * FEW) < 48 * max(seconds(FEW), 0.01), "linear is 16, of a square 256"


@pytest.mark.parametrize("heading", ["indicator--{}", "note {}", "type {}", "{}"])
def test_a_record_of_many_columns_takes_as_long_as_many_records(heading: str) -> None:
    """As where a JSON object has an entry for each of a thousand ids."""

    def seconds(columns: int) -> float:
        headings, cells = [heading.format(n) for n in range(columns)], [f"evil{n}.com" for n in range(columns)]
        start = time.process_time()
        assert scanned(headings, cells, kinds=("hash", "domain")).width == columns
        return time.process_time() - start

    assert seconds(800) < 24 * max(seconds(100), 0.02), "linear is 8, of a square 64, of a cube 512"


@pytest.mark.parametrize("text", ["abcd\n" * 9_000 + "abcd", "abcd" + "\n" * 50_000 + "x", "abcd-\n>" * 9_000])
def test_lines_of_short_pieces_are_read_in_no_time(text: str) -> None:
    start = time.process_time()
    scanned(["SHA256"], [text], [text + md5(1)])
    assert time.process_time() - start < 5


SHORT, LONG = dict(adversarial(1_000)), dict(adversarial(4_000))
KINDS = ("hash", "domain", "ip", "url")


@pytest.mark.parametrize("name", SHORT)
def test_no_line_takes_longer_than_it_is_long(name: str) -> None:
    def seconds(line: str) -> float:
        start = time.process_time()
        scanned([line], [md5("below")], kinds=KINDS)
        return time.process_time() - start

    assert seconds(LONG[name]) < 12 * max(seconds(SHORT[name]), 0.01), "linear is 4, of a square 16"
