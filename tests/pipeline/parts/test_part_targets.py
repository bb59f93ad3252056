"""The targets of a part, told by what its rows hold, each content once: the same as row by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.indicators import types
from enrich.model.row import Row
from enrich.pipeline.parts.packed_targets import PackedTargets
from enrich.pipeline.parts.part_targets import packed_targets
from enrich.pipeline.parts.unique_targets import UniqueTargets
from enrich.scan import scan_sheet, targets
from enrich.standin.synthetic import hashes

USUAL = [Row(n + 2, (f"ws{n}", hashes(n % 3000)[2], "", "")) for n in range(10_100)]


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["alone", "pair", "other"]), st.booleans()), max_size=60))
def test_the_targets_of_a_part_are_those_of_its_rows(rows: list[tuple[int, str, bool]]) -> None:
    """Whether a hash always stands alone in its row or beside others, with or without a value of another kind."""
    odd = [
        Row(11_000 + n, (f"x{n}", sha, md5 if how == "pair" else "", "evil.example.com" if how == "other" else ""))
        for n, (number, how, lone) in enumerate(rows)
        for md5, _, sha in [hashes(number)]
        for sha in ["" if lone and how == "pair" else sha]
    ]
    heading = Row(1, ("Host", "SHA256", "MD5", "Note"))
    placement = scan_sheet("", [heading, *USUAL, *odd], declared_header=1, kinds=tuple(types()))
    expected = UniqueTargets.of([PackedTargets.of(targets([placement]))])
    found = UniqueTargets.of([packed_targets([placement])])
    every = np.arange(len(expected))
    for order in ("sheet", "value"):
        both = [
            [one for _, block in each.blocks(each.in_order(every, [None] * len(every), order)) for one in block]
            for each in (expected, found)
        ]
        assert both[0] == both[1]
