"""Fields as a store keeps them: the same whether one finding's are read, or a column of many."""

from __future__ import annotations

import msgspec
import pytest

from enrich.errors import StoreError
from enrich.model.finding import Scalar
from enrich.model.packed_fields import PackedFields, columns_of, shortened
from enrich.model.packed_names import PackedNames

NAMES = ("0123456789abcdef" * 2, "fedcba9876543210" * 4)


def packed(fields: dict[str, Scalar], values: bytes | None = None) -> PackedFields:
    names = PackedNames(("hash", "hash"), msgspec.msgpack.encode([bytes.fromhex(name) for name in NAMES]))
    short = shortened(fields, NAMES)
    return PackedFields(tuple(short), values or msgspec.msgpack.encode(list(short.values())), names)


FOUND: dict[str, Scalar] = {"link": f"https://service.example/{NAMES[1]}", "count": 3, "label": "trojan"}
ANOTHER: dict[str, Scalar] = {"label": "worm", "md5": NAMES[0]}


def test_a_column_holds_what_each_finding_says_and_none_where_it_says_nothing() -> None:
    rows = [packed(FOUND), {"label": "by hand"}, packed(ANOTHER), packed({**FOUND, "count": 4}), {}, packed({})]
    wanted = ("label", "count", "link", "md5", "unheard of")
    expected = [[fields.get(name) for fields in rows] for name in wanted]
    assert [list(column) for column in columns_of(rows, wanted)] == expected
    assert expected[2][0] == FOUND["link"]
    assert expected[3][2] == NAMES[0]


@pytest.mark.parametrize("count", [1, 3])
def test_a_column_of_findings_that_are_alike_holds_what_each_says(count: int) -> None:
    rows = [packed({**FOUND, "count": number}) for number in range(count)]
    label, counts, link, md5 = columns_of(rows, ("label", "count", "link", "md5"))
    assert list(label) == ["trojan"] * count
    assert list(counts) == list(range(count))
    assert list(link) == [FOUND["link"]] * count
    assert list(md5) == [None] * count


@pytest.mark.parametrize(
    "values",
    [b"\xc1", msgspec.msgpack.encode([1]), msgspec.msgpack.encode([b"\x09text", 3, "trojan"])],
    ids=["no msgpack", "too few", "no such name"],
)
def test_damaged_fields_are_a_stores_fault_in_a_column_too(values: bytes) -> None:
    rows = [packed(FOUND), packed(FOUND, values)]
    with pytest.raises(StoreError, match="damaged"):
        columns_of(rows, ("link", "count", "label"))


def test_no_findings_have_empty_columns() -> None:
    assert [list(column) for column in columns_of([], ("label", "count"))] == [[], []]
