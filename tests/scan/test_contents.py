"""What rows hold, each content once: the same as told row by row from their sightings."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from enrich.model.sighting import Found
from enrich.scan.contents import Contents
from enrich.scan.placement import Classification, Placement
from enrich.scan.sheet_values import SheetValues

TABLE = (
    Classification(Found.INDICATOR),
    Classification(Found.LEFT_OUT, "a commit"),
    Classification(Found.NOT_ASKED, kind="domain"),
    Classification(Found.DAMAGED, "63 digits"),
)
SHA256 = hashlib.sha256(b"one").hexdigest()
VALUES = [
    *(hashlib.new(name, b"two", usedforsecurity=False).hexdigest() for name in ("md5", "sha1", "sha256")),
    *(SHA256, SHA256[:16] + hashlib.sha256(b"x").hexdigest()[:48], SHA256[:32], SHA256[:40]),  # all begin alike
    *("evil.example.com", "8.8.8.8", "deadbeef", SHA256[:-1]),
]
values = st.tuples(st.sampled_from(VALUES), st.integers(0, 3), st.integers(0, 1))
rows = st.lists(st.lists(values, min_size=1, max_size=3), min_size=1, max_size=30)


@given(rows, st.integers(1, 3))
def test_rows_are_alike_where_their_sightings_are(rows: list[list[tuple[str, int, int]]], gap: int) -> None:
    values = SheetValues()
    for number, row in enumerate(rows):
        for column, (value, classification, file) in enumerate(row):
            values.add(2 + gap * number, column, value, classification=classification, file=file)
    placement = Placement("", 1, (), {}, 3, len(rows), values, TABLE, ())
    contents = Contents.of(placement)
    assert contents.rows.tolist() == [2 + gap * number for number in range(len(rows))]
    by_row = [
        tuple(structs.replace(sighting, row=0, column=0) for sighting in placement.sightings_at(number))
        for number in contents.rows.tolist()
    ]
    distinct = list(dict.fromkeys(by_row))
    assert [distinct[code] for code in contents.codes.tolist()] == by_row
    assert contents.counts.tolist() == [by_row.count(one) for one in distinct]
    assert contents.firsts.tolist() == [contents.rows.tolist()[by_row.index(one)] for one in distinct]
    for content, sightings in enumerate(distinct):
        (first, *more) = sightings
        is_lone = not more and first.found is Found.INDICATOR and len(first.value) in (32, 40, 64)
        assert bool(contents.lone[content]) == is_lone
        if is_lone:
            assert contents.digests[content].tobytes()[: contents.sizes[content]].hex() == first.value
