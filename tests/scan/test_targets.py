"""One target a file: hashes that rows link are asked for once, unless rows contradict each other."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from enrich.model.indicator import Indicator, Target
from enrich.model.row import Row
from enrich.scan import Placement, scan_sheet, targets


def digests(seed: object) -> tuple[str, str, str]:
    data = str(seed).encode()
    return hashlib.md5(data).hexdigest(), hashlib.sha1(data).hexdigest(), hashlib.sha256(data).hexdigest()


def table(*rows: tuple[str, ...]) -> Placement:
    return scan_sheet("", [Row(number, texts) for number, texts in enumerate([("MD5", "SHA1", "SHA256"), *rows], 1)])


def shown(found: list[Target]) -> list[tuple[str, tuple[str, ...], int]]:
    return [(t.ask.value, tuple(o.value for o in t.others), t.weight) for t in found]


def test_the_strongest_hash_of_a_row_is_asked() -> None:
    md5, sha1, sha256 = digests(1)
    assert shown(targets([table((md5, sha1, sha256))])) == [(sha256, (sha1, md5), 1)]


def test_links_reach_over_rows_sheets_and_inputs() -> None:
    md5, sha1, sha256 = digests(1)
    found = targets([table((md5, sha1, "")), table(("", sha1, sha256), (md5, "", ""))])
    assert shown(found) == [(sha256, (sha1, md5), 3)]


def test_contradicting_rows_are_not_merged() -> None:
    md5, _, one = digests(1)
    other = digests(2)[2]
    found = targets([table((md5, "", one), (md5, "", other))])
    assert {t.ask.value: t.weight for t in found} == {md5: 2, one: 1, other: 1}
    assert not any(t.others for t in found)
    assert {t.disputed for t in found} == {tuple(sorted((t.ask for t in found), key=lambda name: name.value))}


def test_several_files_in_a_row_are_several_targets() -> None:
    rows = [Row(1, ("Hash", "Payload Hash")), Row(2, (digests(1)[0], digests(2)[2]))]
    assert len(targets([scan_sheet("", rows)])) == 2


def test_trivial_and_left_out_values_are_no_targets() -> None:
    rows = [Row(1, ("MD5", "Mutex")), Row(2, (digests("")[0], digests(1)[0]))]
    assert targets([scan_sheet("", rows)]) == []


def test_weight_counts_rows_not_cells() -> None:
    md5 = digests(1)[0]
    rows = [Row(1, ("MD5", "Hash")), Row(2, (md5, md5)), Row(3, (md5, ""))]
    assert targets([scan_sheet("", rows)]) == [Target(Indicator("hash", md5), (), 2)]


@given(st.lists(st.tuples(st.integers(0, 8), st.sets(st.sampled_from([0, 1, 2]), min_size=1)), min_size=1, max_size=30))
def test_every_hash_is_in_exactly_one_target(rows: list[tuple[int, set[int]]]) -> None:
    texts = [tuple(digests(seed)[i] if i in which else "" for i in range(3)) for seed, which in rows]
    found = targets([table(*texts)])
    members = [value for t in found for value in (t.ask.value, *(o.value for o in t.others))]
    assert sorted(members) == sorted({value for row in texts for value in row if value})
    assert sum(t.weight for t in found) >= len(rows)
    lengths = [[len(v) for v in (t.ask.value, *(o.value for o in t.others))] for t in found]
    assert all(sizes == sorted(sizes, reverse=True) and len(set(sizes)) == len(sizes) for sizes in lengths)


def test_hashes_that_one_sheet_holds_apart_another_may_join() -> None:
    md5, _, sha256 = digests(1)
    apart = scan_sheet("", [Row(1, ("Parent SHA256", "Child MD5")), Row(2, (sha256, md5))])
    joined = scan_sheet("", [Row(1, ("SHA256", "MD5")), Row(2, (sha256, md5))])
    for sheets in ([apart, joined], [joined, apart]):
        assert shown(targets(sheets)) == [(sha256, (md5,), 2)]
