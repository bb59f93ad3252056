"""The quick look at a cell must never miss what the closer one would find."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enrich.indicators.hash.runs import find, may_hold
from enrich.model.sighting import Found

HEX = "0123456789abcdefABCDEFOoIil"
PIECES = st.one_of(
    st.text(HEX, min_size=20, max_size=70), st.text(max_size=8), st.sampled_from(["\0", "Ê", "哈希", ":"])
)


@given(st.lists(PIECES, max_size=5).map("".join))
@example("a" * 16 + "\0" + "b" * 16)
@example("哈希" + "0123456789abcdef" * 2)
def test_what_the_quick_look_passes_by_holds_no_run(text: str) -> None:
    assert may_hold(text) or not list(find(text))


@given(st.text("0123456789abcdef", min_size=28), st.text("ghxyz -"), st.text("ghxyz -"))
def test_a_long_run_of_hex_is_worth_a_closer_look(run: str, before: str, after: str) -> None:
    assert may_hold(before + run + after)
    assert not may_hold(before + run[:27] + after)


@pytest.mark.parametrize(
    "written",
    [
        r"\n",
        r"\r\n",
        r"\v",
        r"\u000a",
        r"\u0085",
        r"\u2028",
        r"\u2029",
        r"\x0b",
        "_x000D_",
        r"_x000D_\n",
        "_x0009_",
        "%0A",
        "%0d%0a",
        "%250A",
        "%09",
        r"\u{a}",
        r"\U0000000A",
        "`n",
        "`r`n",
        "#012",
        "#015#012",
        r"\012",
        r"\015\012",
        "=0A",
        "=0D=0A",
        "&NewLine;",
        "&Tab;",
        "&#9;",
        "&#010;",
        "&#x0D;&#xA;",
    ],
)
def test_a_break_that_an_exporter_wrote_as_characters_parts_hashes(written: str) -> None:
    several = ["0123456789abcdef" * 4, "fedcba9876543210" * 4, "0f1e2d3c4b5a6978" * 2]
    matches = list(find(written.join(several) + written))
    assert [(match.value, match.found) for match in matches] == [(value, Found.INDICATOR) for value in several]


@pytest.mark.parametrize("before", ["sha256=", "#", "\\"])
def test_the_first_digits_of_a_hash_are_no_break(before: str) -> None:
    value = {"sha256=": "0A", "#": "012", "\\": "012"}[before]
    value += "fedcba9876543210" * 4
    value = value[:64]
    assert [match.value for match in find(before + value)] == [value.lower()]


def test_what_looks_like_such_a_break_in_a_path_is_a_path() -> None:
    (match,) = find(r"C:\vault\fedcba9876543210fedcba9876543210")
    assert match.value == "fedcba9876543210" * 2
