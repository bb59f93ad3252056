"""Which hashes of one row are one file's: only where it is plain."""

from __future__ import annotations

import pytest

from enrich.scan.same_row import Member, group

M, S, L = "a" * 32, "b" * 40, "c" * 64
M2, S2, L2 = "d" * 32, "e" * 40, "f" * 64


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([[M]], [0]),
        ([[M], [S], [L]], [0, 0, 0]),
        ([[M, S, L]], [0, 0, 0]),
        ([[M, S, M2, S2]], [0, 0, 1, 1]),
        ([[M, M2, S, S2]], [0, 1, 2, 3]),
        ([[M, S], [M2, S2]], [0, 0, 1, 1]),
        ([[L], [L2], [M]], [0, 1, 2]),
        ([[L], [L], [M]], [0, 0, 0]),
    ],
)
def test_one_role(cells: list[list[str]], expected: list[int]) -> None:
    members = [Member(value, column, "", False) for column, values in enumerate(cells) for value in values]
    assert group(members) == expected


def test_roles_are_files_of_their_own_unless_they_repeat_a_hash() -> None:
    assert group([Member(M, 0, "", False), Member(L, 1, "parent", False)]) == [0, 1]
    assert group([Member(M, 0, "", False), Member(M, 1, "parent", False)]) == [0, 0]


def test_running_text_joins_nothing() -> None:
    assert group([Member(M, 0, "", False), Member(L, 1, "", True), Member(S, 2, "", False)]) == [0, 1, 0]


def test_a_hash_that_two_roles_share_makes_their_files_one() -> None:
    assert group([Member(L, 0, "", False), *(Member(v, 1, "attributes", False) for v in (M, S, L))]) == [0, 0, 0, 0]
    members = [
        Member(M, 0, "", False),
        Member(L, 1, "", False),
        Member(M, 2, "parent", False),
        Member(L2, 3, "parent", False),
    ]
    assert group(members) == [0, 0, 0, 1]


def test_what_stands_right_behind_each_other_in_a_text_is_one_file_s() -> None:
    row = [Member(M, 0, "", True), Member(S, 0, "", True, joined=True), Member(L, 0, "", True, joined=True)]
    assert group(row) == [0, 0, 0]
    assert group([*row, Member(M2, 0, "", True), Member(L2, 0, "", False, joined=True)]) == [1, 1, 1, 0, 0]
    assert group([Member(M, 0, "", True), Member(M2, 0, "", True, joined=True)]) == [0, 1]
