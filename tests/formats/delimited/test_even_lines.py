"""The quick way through even lines comes to the same as the careful one, whatever stands in a text."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enrich.formats.delimited import even_lines
from enrich.formats.delimited.even_lines import EvenCut
from enrich.formats.delimited.records import Cutter, Dialect

PIECES = st.sampled_from(
    ["a", "b c", '"', '""', ",", ";", "\t", "\n", "\r\n", "\r", " ", '","', '"\n"', "ü", "\x00", "\x85"]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)
CELLS = st.lists(st.sampled_from(["", "a", "7", 'say "x"', "C:\\x", "ü\u2028", " b ", "'"]), min_size=2, max_size=4)


def cut(text: str, dialect: Dialect, *, more: bool) -> tuple[object, ...]:
    found = Cutter(dialect).cut(text, more=more)
    assert found.size == len(found.records)
    assert found.widths == {
        len(record): sum(len(record) == len(one) for one in found.records) for record in found.records
    }
    assert sum(map(len, found.columns), 0) == found.size * max(map(len, found.records), default=0)
    return found.records, found.spans, found.left, found.stray


def carefully(text: str, dialect: Dialect, *, more: bool) -> tuple[object, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(even_lines.EvenLines, "cut", lambda self, text: None)
        return cut(text, dialect, more=more)


@given(TEXTS, st.sampled_from([",", ";", "\t"]), st.booleans(), st.booleans())
@example('a,"b"\n"c",d\n', ",", False, False)
@example('"a,b",c\nd\n', ",", False, False)
@example('"a"",""b",c\n', ",", False, False)
@example('""",""x",y\n', ",", False, False)
@example(',""\n"",\n', ",", False, False)
@example("a,b\r\nc,d\r\n", ",", True, False)
@example("a,b\r\nc,d\n", ",", True, False)
@example("a,b\rc,d\n", ",", True, False)
@example("a\n\n", ",", True, False)
def test_any_text_is_cut_into_the_same_records(text: str, delimiter: str, more: bool, spaces: bool) -> None:
    dialect = Dialect(delimiter, skip_spaces=spaces)
    assert cut(text, dialect, more=more) == carefully(text, dialect, more=more)


EVEN_PIECES = st.sampled_from(["a", "ü", '"', '""', '"a"', ",", "\n", "\r\n", '","', '"\n"', '"a","b"\n', "c,d\n"])


@given(st.lists(EVEN_PIECES, max_size=20).map("".join))
@example('"a","b"\n"c","d"\n')
@example('"a"",""b",c\n')
@example('a,"b,c"\nd\n')
@example('"a\nb",c\nd,e\n')
@example('a",b\nc,"d\n')
@example('""a,b\n')
@example(',""\n"",\n')
@example('"",""\n')
def test_large_texts_are_proven_by_their_marks_as_all_others_by_a_pattern(text: str) -> None:
    large, small = (even_lines.EvenLines(",", is_large=is_large).cut(text) for is_large in (True, False))
    assert large == small


@given(st.lists(CELLS, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_written_evenly_is_taken_the_quick_way(rows: list[list[str]], end: str, every: bool) -> None:
    width = min(map(len, rows))
    rows = [row[:width] for row in rows]
    target = io.StringIO()
    csv.writer(target, lineterminator=end, quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL).writerows(rows)
    found = Cutter(Dialect(",")).cut(target.getvalue(), more=True)
    assert isinstance(found, EvenCut)
    assert found.records == rows
    assert found.columns == list(map(list, zip(*rows, strict=True)))
