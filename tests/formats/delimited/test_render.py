"""Values of ours in a CSV: readable, and taken by no program for what they are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.formats.delimited.records import Dialect
from enrich.formats.delimited.render import MOST_UNITS, Renderer, Tails, date_fields, field_of, ratio_field, text_field
from enrich.model.column import Column, Type
from enrich.model.row import Added


@pytest.mark.parametrize(
    "text", ["=1+1", " +1", "-x", "@sum", "\t1", "\r\n=1", "\x00=1", "\uff1d1", "\uff20a", "\u00a0=1"]
)
def test_text_that_a_program_would_run_is_marked(text: str) -> None:
    assert text_field(text).startswith("'")


@pytest.mark.parametrize(
    "text", ["007", "1e5", "12/70", "5-12", "1,5", "2024-05-01", "Mar 5", "5 may 2024", "12:30", "50%", "12e34"]
)
def test_text_that_would_become_a_number_or_a_date_is_marked(text: str) -> None:
    assert text_field(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "found",
        "Win32 EXE",
        "trojan.wannacry/wanna",
        "setup-1.2.exe",
        "maybe 5 files",
        "d41d8cd98f00b204e9800998ecf8427e",
        "",
    ],
)
def test_plain_text_stands_as_it_is(text: str) -> None:
    assert text_field(text) == text


@pytest.mark.parametrize("ratio", ["5/72", "1/1", "12/70", "29/31", "0/12", "31/12"])
def test_a_ratio_that_looks_like_a_date_is_marked(ratio: str) -> None:
    assert ratio_field(ratio) == f"'{ratio}"


@pytest.mark.parametrize("ratio", ["53/72", "0/72", "13/70", "72/72"])
def test_other_ratios_stand_plain(ratio: str) -> None:
    assert ratio_field(ratio) == ratio


@given(st.integers(0, 250_000_000_000))
def test_dates_are_iso_with_z(seconds: int) -> None:
    assert date_fields([seconds])[0] == datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("seconds", [10**15, -(10**15), 10**30])
def test_a_second_outside_the_calendar_stays_a_number(seconds: int) -> None:
    assert date_fields([seconds])[0] == str(seconds)


def test_one_second_outside_the_calendar_takes_no_other_with_it() -> None:
    assert date_fields([0, 10**15, 86_400]) == ["1970-01-01T00:00:00Z", str(10**15), "1970-01-02T00:00:00Z"]


def test_integers_and_booleans_keep_their_meaning() -> None:
    assert field_of(-5, Type.INTEGER) == "-5"
    assert field_of(True, Type.BOOLEAN) == "true"
    assert field_of(None, Type.TEXT) == ""
    renderer = Renderer(Dialect(), "utf-8").column(Type.BOOLEAN)
    assert [renderer(1), renderer(True)] == ["1", "true"]


@given(st.text())
def test_nothing_unseen_is_written_and_no_line_is_broken(text: str) -> None:
    shown = Renderer(Dialect(";"), "utf-8").quoted(text_field(text))
    assert not any(sign in shown for sign in "\r\n\t\x00\x1b\u202e\u2066\u2028\ufeff")


def test_a_long_text_is_cut_at_a_code_point_and_says_so() -> None:
    field = text_field("\U0001f600" * 20_000)
    assert field.endswith("[cut]")
    assert len(field.encode("utf-16-le")) // 2 <= MOST_UNITS
    assert "\ufffd" not in field


_COLUMN = (Column("vt_a", "A", ""), Column("vt_b", "B", "", Type.LINK), Column("vt_c", "C", "", Type.DATE))
_LINKS = st.sampled_from(["https://example.org/a?b=1", "https://example.org/,", "=cmd", "http://x"])
_WORDS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"[a-z0-9 ./:;,|'\"-]{1,12}", fullmatch=True),
    st.sampled_from(["a" * 64, "1e" + "2" * 30, "5 May 2026", "May", "x.exe", "1/2", "-1", "é.doc", "a" * 300]),
)


@given(
    st.lists(st.tuples(_WORDS, _LINKS, st.integers(-(10**12), 10**12) | st.none()), min_size=1, max_size=30),
    st.sampled_from([Dialect(), Dialect(";"), Dialect(":"), Dialect(" "), Dialect(",", quote_all=True)]),
    st.sampled_from(["utf-8", "cp1252", "ascii"]),
)
def test_rows_rendered_together_are_as_each_would_be_by_itself(
    values: list[tuple[str, str, int | None]], dialect: Dialect, codec: str
) -> None:
    renderer, delimiter = Renderer(dialect, codec), dialect.delimiter.encode()
    alone = renderer.rows(_COLUMN, range(3))
    rows = [Added(row) for row in values]
    together = Tails(renderer, _COLUMN, range(3)).of([*rows, None])
    assert together == [*(b"".join(delimiter + field for field in alone(row)) for row in rows), b""]


@given(st.lists(st.text("ab 1\n\r.", min_size=1, max_size=12), min_size=1, max_size=12, unique=True))
def test_a_line_break_in_a_text_never_breaks_a_line(texts: list[str]) -> None:
    columns = [Column("vt_file_name", "", ""), Column("vt_threat_label", "", "")]
    rows = [Added((text, "trojan")) for text in texts]
    tails = Tails(Renderer(Dialect(), "utf-8"), columns, range(2)).of(rows)
    assert not [tail for tail in tails if b"\n" in tail or b"\r" in tail]
