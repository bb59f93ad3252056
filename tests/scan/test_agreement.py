"""The sheets of one document say the same of one value: what stands in a column that nothing names has a word elsewhere."""

from __future__ import annotations

import pytest

from enrich.model.sighting import Found
from enrich.scan.agreement import NAMED_ELSEWHERE, agree
from tests.support.made_sheets import files, md5, scanned, sha1, sha256, values

EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"


def sentences(*values: str) -> list[list[str]]:
    """A table with a column whose heading says nothing of hashes."""
    return [["Time", "What happened"], *([str(number), f"ran {value}"] for number, value in enumerate(values))]


def test_a_value_that_another_sheet_asks_for_is_taken_where_nothing_names_it() -> None:
    story, triage = scanned(*sentences(md5(1), md5(2))), scanned(["File", "MD5"], ["a.exe", md5(1)])
    assert values(story) == []
    agree([story, triage])
    assert values(story) == [md5(1)]
    assert values(story, Found.LEFT_OUT) == [md5(2)]
    assert next(sighting.reason for sighting in story) == NAMED_ELSEWHERE
    (column,) = story.columns
    assert (column.indicators, column.left_out, column.unnamed) == (1, 1, 1)


def test_the_same_sheet_is_such_a_place_as_well() -> None:
    sheet = scanned(["Note", "SHA1"], [f"ran {sha1(1)}", ""], ["", sha1(1)])
    agree([sheet])
    assert values(sheet) == [sha1(1), sha1(1)]


def test_what_something_names_as_another_thing_stays_left_out() -> None:
    story, triage = scanned(["Time", "Mutex"], ["1", md5(1)]), scanned(["File", "MD5"], ["a.exe", md5(1)])
    agree([story, triage])
    assert Found.INDICATOR not in {sighting.found for sighting in story}


def test_what_is_taken_so_is_no_other_files_in_its_row() -> None:
    story = scanned(["SHA256", "What happened"], [sha256(1), f"dropped by {sha256(2)}"])
    agree([story, scanned(["SHA256"], [sha256(2)])])
    assert sorted(files(story, 2)) == [0, 1]


@pytest.mark.parametrize("other", [[], [["SHA1"], [sha1(1)]]])
def test_the_empty_file_is_known_wherever_it_stands(other: list[list[str]]) -> None:
    story = scanned(*sentences(EMPTY_MD5))
    agree([story, *([scanned(*other)] if other else [])])
    assert values(story, Found.TRIVIAL) == [EMPTY_MD5]
