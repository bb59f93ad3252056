"""Which hashes of one row are one file's: only where it is plain."""

from __future__ import annotations

import pytest

from enrich.scan.same_row import RowHash, group

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
    members = [RowHash(value, column, "", False) for column, values in enumerate(cells) for value in values]
    assert group(members) == expected


def test_roles_are_files_of_their_own_unless_they_repeat_a_hash() -> None:
    assert group([RowHash(M, 0, "", False), RowHash(L, 1, "parent", False)]) == [0, 1]
    assert group([RowHash(M, 0, "", False), RowHash(M, 1, "parent", False)]) == [0, 0]


def test_running_text_joins_nothing() -> None:
    assert group([RowHash(M, 0, "", False), RowHash(L, 1, "", True), RowHash(S, 2, "", False)]) == [0, 1, 0]


def test_a_hash_that_two_roles_share_makes_their_files_one() -> None:
    assert group([RowHash(L, 0, "", False), *(RowHash(v, 1, "attributes", False) for v in (M, S, L))]) == [0, 0, 0, 0]
    members = [
        RowHash(M, 0, "", False),
        RowHash(L, 1, "", False),
        RowHash(M, 2, "parent", False),
        RowHash(L2, 3, "parent", False),
    ]
    assert group(members) == [0, 0, 0, 1]


def test_what_stands_right_behind_each_other_in_a_text_is_one_file_s() -> None:
    row = [RowHash(M, 0, "", True), RowHash(S, 0, "", True, joined=True), RowHash(L, 0, "", True, joined=True)]
    assert group(row) == [0, 0, 0]
    assert group([*row, RowHash(M2, 0, "", True), RowHash(L2, 0, "", False, joined=True)]) == [1, 1, 1, 0, 0]
    assert group([RowHash(M, 0, "", True), RowHash(M2, 0, "", True, joined=True)]) == [0, 1]
