"""Rows that are looked at together come to what they come to one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from enrich.model.column import Column, Type
from enrich.model.indicator import Indicator
from enrich.model.row import Row
from enrich.model.sighting import Found, Sighting
from enrich.scan import PlainRows, scanner, targets
from enrich.scan.plain_rows import PlainRow
from tests.support.made_sheets import md5, scanned, sha1, sha256

EICAR, EMPTY = "44d88612fea8a8f36de82e1278abb02f", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
hash_values = st.one_of(
    st.integers().map(md5), st.integers().map(sha1), st.integers().map(sha256), st.sampled_from([EICAR, EMPTY])
)
notes = st.sampled_from(
    [
        "",
        "seen once",
        "note",
        "key",
        "Password:",
        "_Certificate_ thumbprint - of it",
        "# e.g.",
        "C2\nkey",
        "imphash",
        "7",
        "md5",
        "SHA-1",
        "sha256",
        "file",
    ]
)
rare = st.one_of(notes, hash_values, st.sampled_from(["rem ", " // x", sha256(1)[:63], "", " " + md5(2), "0" * 64]))
headings_ = st.sampled_from(["SHA256", "MD5", "Note", "Type", "File name", "Key", "Parent MD5", "", "Id"])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Some hundred rows that are mostly alike, a few cells of which are not."""
    width = draw(st.integers(1, 4))
    made = [md5, sha1, sha256, lambda _: EICAR, None, None]
    kinds = draw(st.lists(st.sampled_from(made), min_size=width, max_size=width))
    said = draw(st.lists(notes, min_size=1, max_size=3))
    rows = [
        [kind((number, place)) if kind else said[number % len(said)] for place, kind in enumerate(kinds)]
        for number in range(draw(st.integers(1, 260)))
    ]
    for _ in range(draw(st.integers(0, 3))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, width - 1))] = draw(rare)
    if draw(st.booleans()):
        rows.insert(0, draw(st.lists(headings_, min_size=width, max_size=width + 1)))
    for _ in range(draw(st.integers(0, 2))):
        rows.insert(draw(st.integers(0, len(rows))), [draw(rare), *draw(st.lists(headings_, max_size=width))])
    return rows


def one_by_one(rows: Sequence[Row], *_: object) -> list[PlainRow]:
    """No row is plain."""
    return [PlainRow([]) for _ in rows]


@pytest.mark.slow
@given(tables(), st.lists(st.sampled_from(["A", "B", "D", "SHA256", "Key", "Note"]), max_size=2))
def test_rows_looked_at_together_and_one_by_one_come_to_the_same(table: list[list[str]], columns: list[str]) -> None:
    together = scanned(*table, columns=columns)
    with patch.object(scanner, "plain_rows", one_by_one):
        alone = scanned(*table, columns=columns)
    assert list(together) == list(alone)
    assert (together.columns, together.width, together.rows) == (alone.columns, alone.width, alone.rows)
    assert together.linked == alone.linked


@pytest.mark.parametrize(
    ("columns", "count"), [((), 600), (("SHA256",), 300), (("md5", "A"), 600), (("Commit",), 300)], ids=str
)
def test_alike_rows_are_taken_together(columns: Sequence[str], count: int) -> None:
    """Whether they are found or named by the user, whose word makes hashes of what another heading keeps home."""
    head = ["SHA256", "MD5", "Commit", "Note"]
    table = [head, *[[sha256(n), md5(n), sha1(n) if columns else "", f"note {n}"] for n in range(300)]]
    with patch.object(scanner, "with_slipped_aside") as cell_by_cell:
        assert scanned(*table, columns=columns).count == count
    assert not cell_by_cell.called


@pytest.mark.parametrize(
    ("heading", "value"), [("MD5", sha256(1)), ("sha1", sha256(1)), ("md5", EICAR), ("SHA256", EMPTY)], ids=str
)
def test_rows_of_a_longer_hash_or_of_one_not_worth_a_call_are_taken_together(heading: str, value: str) -> None:
    with patch.object(scanner, "with_slipped_aside") as cell_by_cell:
        assert len(scanned(["Host", heading], *[[f"ws{n}", value] for n in range(300)])) == 300
    assert not cell_by_cell.called


def test_alike_rows_of_an_enriched_file_are_taken_together() -> None:
    kinds = {"vt_status": Type.STATUS, "vt_sha256": Type.TEXT, "vt_note": Type.TEXT}
    ours = [Column(name, name, "", kind) for name, kind in kinds.items()]
    rows = [[md5(n), "found", sha256(n), "hash of a certificate"] for n in range(300)]
    with patch.object(scanner, "with_slipped_aside", wraps=scanner.with_slipped_aside) as cell_by_cell:
        assert scanned(["MD5", *(column.name for column in ours)], *rows, ours=[ours]).count == 300
    assert cell_by_cell.call_count <= 1, "below the headings a title might stand"


def test_rows_of_a_type_and_a_value_are_taken_together() -> None:
    kinds = [("md5", md5), ("sha1", sha1), ("sha256", sha256)]
    table = [["type", "value"], *[[name, value(n)] for n in range(90) for name, value in kinds]]
    with patch.object(scanner, "with_slipped_aside") as cell_by_cell:
        placement = scanned(*table)
    assert placement.count == 270
    assert len(targets([placement])) == 90, "each three below each other are one file"
    assert not cell_by_cell.called


@pytest.mark.parametrize("comment", ["# e.g.", "// an example", "rem sample line"])
def test_an_example_in_a_comment_is_one_among_rows_like_it(comment: str) -> None:
    placement = scanned(*[[(comment if n == 70 else "ws1"), md5(n)] for n in range(140)])
    assert [s.value for s in placement if s.found is Found.LEFT_OUT] == [md5(70)]


@given(tables(), st.randoms())
@settings(max_examples=25)
def test_a_rows_sightings_are_the_same_by_any_way(table: list[list[str]], chance: Random) -> None:
    placement = scanned(*table)
    rows = {number: list(row) for number, row in groupby(placement, key=attrgetter("row"))}
    given_ = [own for part in placement.by_row() for own in _sightings(part)]
    assert _bare(given_) == _bare(rows.values())
    for number in range(len(table) + 3):
        assert list(placement.sightings_at(number)) == rows.get(number, [])
    first = chance.randrange(1, len(table) + 1)
    last = chance.randrange(first, len(table) + 3)
    for number, held in zip(range(first, last), placement.between(first, last), strict=True):
        own = rows.get(number, [])
        if held and isinstance(held[0], Indicator):
            assert held == tuple(Indicator(s.kind, s.value) for s in own)
            assert {s.found for s in own} == {Found.INDICATOR}
            assert len({s.file for s in own}) == 1
        else:
            assert held == tuple(own)
            assert not (len(own) == 1 and own[0].found is Found.INDICATOR)


def _bare(rows: Iterable[list[Sighting]]) -> list[list[Sighting]]:
    """Without the numbers of the files, a plain row has one, and the reasons."""
    return [[structs.replace(sighting, file=0, reason="") for sighting in row] for row in rows]


def _sightings(part: PlainRows | tuple[Sighting, ...]) -> list[list[Sighting]]:
    if not isinstance(part, PlainRows):
        return [list(part)]
    return [
        [Sighting(row, c, Found.INDICATOR, n.kind, n.value) for c, n in zip(columns, names, strict=True)]
        for row, columns, names in zip(part.rows, part.columns, part.names, strict=True)
    ]
