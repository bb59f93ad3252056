"""Columns of an earlier run in sheets without headings: found by what they hold, and an analyst's own never taken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.model.column import Column, Type
from enrich.model.row import Row
from enrich.scan import Placement, scan_sheet
from tests.support.made_sheets import sha256

OURS = (
    Column("vt_status", "", "", Type.STATUS),
    Column("vt_detections", "", "", Type.RATIO),
    Column("vt_malicious", "", "", Type.INTEGER),
    Column("vt_first_seen", "", "", Type.DATE),
    Column("vt_sha256", "", ""),
    Column("vt_note", "", ""),
)
FOUND = ["found", "'5/72", "5", "2019-05-01T10:00:00Z", "f" * 64, ""]
ABSENT = ["not_found", "", "", "2026-01-01", "", ""]
PENDING = ["pending", "", "", "", "", "quota"]
INVALID = ["invalid", "", "", "", "", "63 digits"]
PLACES = {column.name: place for place, column in enumerate(OURS, 2)}


def scanned(rows: Sequence[Sequence[str]], ours: Sequence[Column] = OURS) -> Placement:
    return scan_sheet("s", [Row(n, list(texts)) for n, texts in enumerate(rows, 1) if any(texts)], ours=[ours])


def moved(places: dict[str, int], by: int) -> dict[str, int]:
    return {name: place + by for name, place in places.items()}


@pytest.mark.parametrize("cells", [FOUND, PENDING])
def test_columns_without_headings_are_found_by_what_they_hold(cells: list[str]) -> None:
    placement = scanned([["ws1", sha256(1), *cells], ["ws2", "no hash"], ["ws3", sha256(2), *cells]])
    assert placement.present == PLACES
    assert [(s.row, s.column) for s in placement] == [(1, 1), (3, 1)]
    assert placement.header_row is None


def test_a_damaged_hash_does_not_hide_them() -> None:
    rows = [["ws1", sha256(1), *FOUND], ["ws2", sha256(2)[:63], *INVALID], ["ws3", sha256(3), *FOUND]]
    assert scanned(rows).present == PLACES


def test_they_are_found_where_the_hashes_begin_far_below() -> None:
    rows = [["only", "words"]] * 200 + [["ws1", sha256(1), *FOUND]]
    assert scanned(rows).present == PLACES


@pytest.mark.parametrize(
    "cells",
    [
        ["found", "in the mail gateway", "", "", "", ""],
        ["found", "", "", "", "", ""],
        ["pending"],
        ["failed", "", "3", "", "", ""],
        ["found", "5/72", "5", "yesterday", "", ""],
        ["open", "5/72", "5", "2019-05-01", "", ""],
    ],
)
def test_an_analysts_own_words_are_never_taken_for_ours(cells: list[str]) -> None:
    rows = [["ws1", sha256(1), *cells], ["ws2", sha256(2), *cells]]
    assert scanned(rows).present == {}


def test_one_row_of_another_kind_keeps_the_column_the_analysts() -> None:
    rows = [["ws1", sha256(1), *FOUND], ["ws2", sha256(2), "closed", *FOUND[1:]]]
    assert scanned(rows).present == {}


def test_headings_of_ours_above_a_list_without_its_own_are_believed_and_are_no_headings_of_the_list() -> None:
    before = [["Hashes of the week", ""], ["ws1", sha256(1)], ["ws2", sha256(2)]]
    names = [column.name for column in OURS]
    after = [[*before[0], *names], [*before[1], *FOUND], [*before[2], *ABSENT]]
    placement = scanned(after)
    assert placement.present == PLACES
    assert placement.header_row == scanned(before).header_row
    assert placement.own_heading == 1
    assert list(placement) == list(scanned(before))


@given(st.lists(st.sampled_from([FOUND, ABSENT, PENDING]), min_size=1, max_size=6), st.integers(1, 3))
def test_an_enriched_list_is_scanned_as_before(ends: list[list[str]], width: int) -> None:
    before = [[*[f"word {n}"] * (width - 1), sha256(n)] for n, _ in enumerate(ends)]
    after = [[*row, *cells] for row, cells in zip(before, ends, strict=True)]
    placement = scanned(after)
    assert list(placement) == list(scanned(before))
    if FOUND in ends or PENDING in ends:
        assert placement.present == moved(PLACES, width - 2)


FEW = (OURS[0], OURS[1])
MORE = (*OURS[:4], Column("vt_size", "", "", Type.INTEGER), *OURS[4:])


@pytest.mark.parametrize("sets", [[FEW, OURS, MORE], [MORE, FEW, OURS]])
@pytest.mark.parametrize("cells", [FOUND, FOUND[:5]])
def test_the_set_that_an_earlier_run_appended_is_known_whatever_this_one_asks_for(
    sets: list[Sequence[Column]], cells: list[str]
) -> None:
    rows = [Row(number, ["ws1", sha256(number), *cells]) for number in range(1, 4)]
    assert scan_sheet("s", rows, ours=sets).present == PLACES
    wide = [Row(row.number, [*row.texts[:6], "512", *row.texts[6:]]) for row in rows]
    assert len(scan_sheet("s", wide, ours=sets).present) == len(MORE)


def test_a_row_that_is_no_heading_without_our_columns_is_none_beside_them() -> None:
    """A first row of short words over rows that fill one cell: only what we wrote makes a table of it."""
    rows = [["a", "b", "c"], [sha256(1), "", "", *FOUND], ["", "4", sha256(2), *FOUND]]
    before = scanned([row[:3] for row in rows])
    again = scanned(rows)
    assert again.present == moved(PLACES, 1)
    assert (before.header_row, again.header_row) == (None, None)
    assert [(s.row, s.column) for s in again] == [(s.row, s.column) for s in before]


def test_columns_that_the_analyst_gave_headings_are_never_taken_for_ours() -> None:
    rows = [["host", "sha256", "state", "ratio", "hits", "seen", "first", "note"], ["ws1", sha256(1), *FOUND]]
    assert scanned(rows).present == {}


def test_headings_of_ours_are_found_right_above_the_first_hash_however_far_below() -> None:
    rows = [["only", "words"]] * 100 + [["", "", *[c.name for c in OURS]], ["ws1", sha256(1), *FOUND]]
    placement = scanned(rows)
    assert placement.present == PLACES
    assert placement.own_heading == 101
    assert [(s.row, s.column) for s in placement] == [(102, 1)]


def test_an_analysts_column_under_a_name_of_ours_is_left_alone() -> None:
    heading = ["vt_status", "SHA256", "vt_hash", "vt_status", "vt_detections"]
    rows = [[f"ticket {n}", sha256(n), sha256(n + 9), "found", "'5/72"] for n in range(1, 4)]
    placement = scanned([heading, *rows])
    assert placement.present == {"vt_status": 3, "vt_detections": 4}
    assert {s.column for s in placement} == {1, 2}
    assert scanned([heading[:3], *[row[:3] for row in rows]]).present == {}


def test_a_heading_that_was_made_unlike_is_ours() -> None:
    rows = [["vt_status", "SHA256", "vt_status (2)"], *[["ticket", sha256(n), "found"] for n in range(3)]]
    assert scanned(rows).present == {"vt_status": 2}


def test_whose_columns_are_ours_is_declared_not_told_by_a_prefix() -> None:
    other = [Column("peer_status", "", "", Type.STATUS), Column("peer_sha256", "", "")]
    rows = [["SHA256", "peer_status", "peer_sha256"], *[[sha256(n), "found", sha256(n + 9)] for n in range(3)]]
    assert scanned(rows, other).present == {"peer_status": 1, "peer_sha256": 2}
    assert scanned(rows).present == {}


def test_a_column_of_texts_that_bears_our_name_alone_is_the_analysts() -> None:
    head = ["host", "sha256", "vt_note"]
    assert scanned([head, ["ws1", sha256(1), "seen by Bob"], ["ws2", "", "call the user"]]).present == {}
    with_status = [[*head, "vt_status"], ["ws1", sha256(1), "a note of their own", "found"]]
    assert scanned(with_status).present == {"vt_status": 3}
    in_order = [["host", "sha256", "vt_status", "vt_note"], ["ws1", sha256(1), "found", "a note of ours"]]
    assert scanned(in_order).present == {"vt_status": 2, "vt_note": 3}


WIDE = (
    *OURS[:1],
    Column("vt_verdict", "", "", Type.VERDICT),
    *OURS[1:3],
    Column("vt_link", "", "", Type.LINK, page="https://pages.example/"),
    OURS[-1],
)


@pytest.mark.parametrize(
    ("names", "cells"),
    [
        (["vt_verdict", "vt_malicious", "vt_note"], ["benign - checked by JM", "3", "my remark"]),
        (["vt_malicious", "vt_note"], ["3", "my remark"]),
        (["vt_note", "vt_malicious"], ["my remark", "3"]),
        (["vt_link"], ["https://ticket/1"]),
        (["vt_status", "vt_note"], ["closed", "my remark"]),
    ],
)
@pytest.mark.parametrize("chosen", [WIDE, WIDE[:2], (WIDE[0], WIDE[2], WIDE[-1]), (WIDE[2],)])
def test_an_analysts_columns_are_no_ones_else_before_and_after_ours_stand_beside_them(
    names: list[str], cells: list[str], chosen: Sequence[Column]
) -> None:
    head, row = ["host", "sha256", *names], ["ws1", sha256(1), *cells]
    sets = [chosen, WIDE]
    assert scan_sheet("s", [Row(1, head), Row(2, row)], ours=sets).present == {}
    ours = {"vt_status": "found", "vt_verdict": "malicious", "vt_detections": "'5/72", "vt_malicious": "5"}
    ours["vt_link"] = "https://pages.example/1"
    beside = [f"{column.name} (2)" if column.name in names else column.name for column in chosen]
    rows = [Row(1, [*head, *beside]), Row(2, [*row, *[ours.get(column.name, "") for column in chosen]])]
    places = {column.name: place for place, column in enumerate(chosen, len(head))}
    assert scan_sheet("s", rows, ours=sets).present == places


def test_a_word_far_below_shows_a_column_to_be_the_analysts_and_the_sheet_is_to_be_scanned_again() -> None:
    head = ["host", "sha256", "vt_verdict"]
    rows = [Row(n, ["ws1", sha256(n), "benign - JM" if n == 900 else ""]) for n in range(2, 1000)]
    foreign: set[int] = set()
    assert scan_sheet("s", [Row(1, head), *rows], ours=[WIDE], foreign=foreign).present == {"vt_verdict": 2}
    assert foreign == {2}
    assert scan_sheet("s", [Row(1, head), *rows], ours=[WIDE], foreign=foreign).present == {}
