"""A hash torn over 2 cells is told as torn, and no piece of it is sent; what may be a hash of its own stays one."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from enrich.formats import open_document
from enrich.model.sighting import Found
from enrich.scan import scan_sheet
from tests.support.made_sheets import md5, scanned, sha1, sha256, values


def damage(*rows: list[str]) -> list[str]:
    return [s.reason for s in scanned(*rows) if s.found is Found.DAMAGED]


@pytest.mark.parametrize("cut", [40, 24, 44, 32])
@pytest.mark.parametrize("hyphen", ["", "-"])
def test_a_sha256_torn_over_two_lines_is_told_and_not_sent(cut: int, hyphen: str) -> None:
    wholes = [sha256(seed) for seed in range(5)]
    torn = [[text] for whole in wholes for text in (whole[:cut] + hyphen, whole[cut:])]
    placement = scanned(["SHA256"], *torn)
    assert values(placement) == []
    told = [s.reason for s in placement if s.found is Found.DAMAGED]
    assert told[:2] == ["a piece of a SHA-256 torn over 2 cells (A2 and A3)"] * 2
    assert len(told) == 10


def test_the_pieces_among_whole_ones_are_told_with_both_cells() -> None:
    whole, torn = [sha256(seed) for seed in range(100)], sha256("torn")
    rows = [["Hash"], *([value] for value in whole), [torn[:40]], [torn[40:]], [sha256("last")]]
    placement = scanned(*rows)
    assert values(placement) == [*whole, sha256("last")]
    assert {s.reason for s in placement if s.found is Found.DAMAGED} == {
        "a piece of a SHA-256 torn over 2 cells (A102 and A103)"
    }


@pytest.mark.parametrize("cut", [40, 32])
def test_the_second_piece_may_stand_alone_in_a_row_of_a_table(cut: int) -> None:
    rows = [["file", "SHA256"], ["whole.exe", sha256("whole")]]
    for seed in range(3):
        rows += [[f"{seed}.exe", sha256(seed)[:cut]], ["", sha256(seed)[cut:]]]
    assert values(scanned(*rows)) == [sha256("whole")]
    assert damage(*rows)[:2] == ["a piece of a SHA-256 torn over 2 cells (B3 and B4)"] * 2


def test_a_piece_may_stand_in_the_next_cell_that_has_no_heading() -> None:
    rows = [["file", "SHA256", ""], ["a.exe", sha256(1)[:32], sha256(1)[32:]], ["b.exe", sha256(2), ""]]
    assert values(scanned(*rows)) == [sha256(2)]
    assert set(damage(*rows)) == {"a piece of a SHA-256 torn over 2 cells (B2 and C2)"}


@pytest.mark.parametrize(
    "headings",
    [("sha256_1", "sha256_2"), ("SHA256 (first half)", "SHA256 (second half)"), ("SHA-256", "SHA-256 cont.")],
)
def test_a_piece_may_stand_in_the_next_cell_whose_heading_asks_for_the_same_hash(headings: tuple[str, str]) -> None:
    rows = [["file", *headings], ["a.exe", sha256(1)[:32], sha256(1)[32:]], ["b.exe", sha256(2), ""]]
    assert values(scanned(*rows)) == [sha256(2)]
    assert set(damage(*rows)) == {"a piece of a SHA-256 torn over 2 cells (B2 and C2)"}


def test_whole_hashes_below_headings_that_ask_for_the_same_stay_whole() -> None:
    rows = [["MD5", "MD5 of parent", "SHA1"], *([md5(n), md5(-n), sha1(n)] for n in range(1, 5))]
    assert values(scanned(*rows)) == [value for row in rows[1:] for value in row]


def laid_out(*cuts: int, title: str = "Name        SHA256        Size") -> list[list[str]]:
    """Lines of a page that is written with its layout: the column of hashes is too narrow for them."""
    lines = [title]
    for seed in range(3):
        whole, ends = sha256(seed), [0, *cuts, 64]
        first, *others = (whole[start:end] for start, end in pairwise(ends))
        lines += [f"a{seed}.exe      {first}   10 KB", *(" " * 12 + piece for piece in others)]
    return [[line] for line in lines]


@pytest.mark.parametrize("cuts", [(32,), (40,), (20, 40, 60), (16, 32, 48)])
def test_a_piece_may_stand_below_one_in_the_midst_of_a_line(cuts: tuple[int, ...]) -> None:
    rows = laid_out(*cuts)
    assert values(scanned(*rows)) == []
    if cuts == (40,):
        assert damage(*rows)[:2] == ["a piece of a SHA-256 torn over 2 cells (A2 and A3)"] * 2
        assert values(scanned(*laid_out(40, title="Name       Hash        Size"))) == []


def test_md5s_below_each_other_in_the_midst_of_lines_stay_md5s() -> None:
    lines = [
        "Family     Hashes                             Seen",
        f"Emotet     {md5(1)}   2024",
        f"           {md5(2)}",
    ]
    assert values(scanned(*([line] for line in lines))) == [md5(1), md5(2)]


def test_a_string_that_a_script_goes_on_with_is_torn() -> None:
    lines = [f'sha256 = "{sha256(1)[:32]}" \\', f'         "{sha256(1)[32:]}"']
    assert values(scanned(*([line] for line in lines))) == []


@pytest.mark.parametrize("mark", ["-", "\u2010", "\u2011", "\u2013", "\xac", "\u21b5", "\u23ce", "\u21a9"])
def test_a_sign_that_a_line_goes_on_tears(mark: str) -> None:
    lines = ["Samples", *(text for n in range(2) for text in (sha256(n)[:32] + mark, sha256(n)[32:]))]
    assert values(scanned(*([line] for line in lines))) == []


@pytest.mark.parametrize("sign", [" ", ":", "-"])
def test_bytes_that_are_too_few_for_what_their_label_asks_are_no_weaker_hash(sign: str) -> None:
    pairs = [sha256(1)[at : at + 2] for at in range(0, 64, 2)]
    lines = ["sha256: " + sign.join(pairs[:16]), "        " + sign.join(pairs[16:])]
    assert values(scanned(*([line] for line in lines))) == []
    assert damage(*([line] for line in lines))
    whole = ["sha256: " + sign.join(pairs), "md5: " + sign.join(pairs[:16])]
    assert values(scanned(*([line] for line in whole))) == [sha256(1), sha256(1)[:32]]


def test_a_sha1_torn_into_an_md5_and_a_rest_needs_a_heading_that_says_so() -> None:
    whole = "0123456789abcdef0123456789abcdef" + "ab12cd34"
    assert values(scanned(["SHA1"], [whole[:32]], [whole[32:]])) == []
    assert values(scanned(["file hashes"], [whole[:32]], [whole[32:]])) == [whole[:32]]


@pytest.mark.parametrize("heading", ["MD5", "Hash", "Samples (MD5, SHA256)"])
def test_md5s_below_each_other_stay_md5s(heading: str) -> None:
    hashes = [md5(seed) for seed in range(8)]
    assert values(scanned([heading], *([value] for value in hashes))) == hashes


def test_md5s_of_files_of_their_own_stay_theirs_whatever_the_heading_says() -> None:
    rows = [[f"{seed}.exe", md5(seed)] for seed in range(6)]
    assert values(scanned(["file", "SHA256"], *rows)) == [md5(seed) for seed in range(6)]


def test_a_date_below_a_hash_is_no_piece() -> None:
    assert values(scanned(["SHA1"], [md5(1)], ["20240131"])) == [md5(1)]
    assert values(scanned(["SHA1"], [sha1(1)], [sha1(2)[:24]])) == [sha1(1)]


@pytest.mark.parametrize("cut", [40, 32])
@pytest.mark.parametrize("break_", ["\n", "\r\n", "-\n"])
def test_a_break_within_a_cell_tears_as_well(cut: int, break_: str) -> None:
    whole = sha256(1)
    placement = scanned(["SHA256"], [whole[:cut] + break_ + whole[cut:]], [sha256(2)])
    assert values(placement) == [sha256(2)]
    assert [s.found for s in placement.sightings_at(2)] == [Found.DAMAGED]


WHOLE = {"MD5": 32, "SHA1": 40, "SHA256": 64, "SHA512": 128}


def digests(size: int) -> st.SearchStrategy[str]:
    """Digests of so many digits: unlike drawn digits, none is a counter or a placeholder."""
    function = next(name.lower() for name, digits in WHOLE.items() if digits == size)
    return st.integers(0, 1 << 40).map(lambda seed: hashlib.new(function, str(seed).encode()).hexdigest())


@st.composite
def torn_lists(draw: st.DrawFn) -> tuple[str, list[str], list[list[str]]]:
    """A heading, whole hashes of its algorithm, and the pieces of torn ones."""
    name = draw(st.sampled_from(["SHA1", "SHA256", "SHA512"]))
    size = WHOLE[name]
    wholes = draw(st.lists(digests(size), max_size=3, unique=True))
    cut = draw(st.integers(8, size - 8))
    torn = [[text[:cut], text[cut:]] for text in draw(st.lists(digests(size), min_size=1, max_size=4, unique=True))]
    assume(not any(piece.isdigit() for pieces in torn for piece in pieces))
    return name, wholes, torn


@given(torn_lists(), st.sampled_from(["", "-", "="]), st.sampled_from(["below", "own rows", "cell", "label"]))
def test_no_piece_is_ever_sent_where_its_place_asks_for_the_whole(
    case: tuple[str, list[str], list[list[str]]], mark: str, layout: str
) -> None:
    name, wholes, torn = case
    if layout == "below":
        rows = [[name], *([whole] for whole in wholes), *([text] for a, b in torn for text in (a + mark, b))]
    elif layout == "own rows":
        rows = [["file", name], *([f"{index}.exe", whole] for index, whole in enumerate(wholes))]
        rows += [row for index, (a, b) in enumerate(torn) for row in ([f"t{index}.exe", a + mark], ["", b])]
    elif layout == "cell":
        rows = [["file", name], *([f"{index}.exe", whole] for index, whole in enumerate(wholes))]
        rows += [[f"t{index}.exe", f"{a}{mark}\n{b}"] for index, (a, b) in enumerate(torn)]
    else:
        rows = [["A report of the incident."], *([f"{name}: {whole}"] for whole in wholes)]
        rows += [[text] for a, b in torn for text in (f"- {name}: {a}{mark}", f"  {b}", "It was seen on a host.")]
    sent = values(scanned(*rows))
    assert set(sent) == (set(wholes) if name != "SHA512" else set())


@given(
    st.lists(digests(32), min_size=1, max_size=9, unique=True),
    st.lists(digests(40), max_size=5, unique=True),
    st.lists(digests(64), max_size=5, unique=True),
    st.randoms(use_true_random=False),
    st.sampled_from(["", "Hash", "IOC", "File hashes (MD5, SHA1, SHA256)", "Hashes:"]),
)
@pytest.mark.slow
def test_different_hashes_below_each_other_are_never_pieces(
    md5s: list[str], sha1s: list[str], sha256s: list[str], order: Any, heading: str
) -> None:
    hashes = [*md5s, *sha1s, *sha256s]
    order.shuffle(hashes)
    rows = [[heading], *([value] for value in hashes)]
    assert values(scanned(*rows)) == hashes
    assert values(scanned(["\n".join(hashes)])) == hashes
    assert values(scanned(["Hash", "note"], ["\n".join(hashes), "x"])) == hashes


@given(st.sampled_from(["MD5", "SHA1", "SHA256"]), st.data())
@pytest.mark.slow
def test_whole_hashes_under_their_own_name_are_never_pieces(name: str, data: st.DataObject) -> None:
    hashes = data.draw(st.lists(digests(WHOLE[name]), min_size=1, max_size=9, unique=True))
    assert values(scanned([name], *([value] for value in hashes))) == hashes
    assert values(scanned([f"{name}:"], *([f"* {value}"] for value in hashes))) == hashes
    assert values(scanned(*([f"{name}: {value}"] for value in hashes))) == hashes
    assert values(scanned(["file", name], *([f"{value[:9]}.exe", value] for value in hashes))) == hashes


@pytest.mark.parametrize(
    "rows",
    [
        [["MD5: " + md5(1)], ["CRC32: 1a2b3c4d"]],
        [[md5(1)], ["1a2b3c4d"]],
        [["md5", "sha1", "sha256"], [md5(1), sha1(1), sha256(1)]],
        [["md5", "imphash"], [md5(1), md5("i")]],
        [["sha1", "_id"], [sha1(1), "5f3c9a1b2c3d4e5f6a7b8c9d"]],
        [["MD5: " + md5(1)], ["SHA1: " + sha1(1)], ["SHA256: " + sha256(1)]],
        [["MD5"], [md5(1)], [md5(2)], ["SHA1"], [sha1(1)], [sha1(2)], ["SHA256"], [sha256(1)], [sha256(2)]],
        [["SHA256:"], [sha256(1)], ["The MD5s of the droppers are:"], [md5(1)], [md5(2)]],
        [["# SHA256"], [sha256(1)], ["# MD5"], [md5(1)], [md5(2)]],
        [["type", "value"], ["md5", md5(1)], ["md5", md5(2)], ["sha256", sha256(1)]],
        [["sha256"], [md5(1)], [md5(2)], [md5(3)]],
        [[f"{md5(1)} {md5(2)}"], [f"{md5(3)} {md5(4)}"]],
        [["file", "hash"], ["a.exe", sha256(1) + "\xad"], ["b.exe", "\u2060" + sha256(2) + "\u2060"]],
        [["file", "hash"], ["a.exe", md5(1) + "-"], ["b.exe", md5(2)]],
        [[md5(1) + "-"], [md5(2) + "-"]],
        [["SHA256 of the archive and of the dropper"], [f"{md5(1)}, {md5(2)}"]],
    ],
)  # fmt: skip
def test_neighbours_that_are_hashes_of_their_own_are_sent(rows: list[list[str]]) -> None:
    there = [text for row in rows for cell in row for text in re.findall("[0-9a-f]{32,64}", cell)]
    assert values(scanned(*rows)) == [text for text in there if text != md5("i")]
    assert damage(*rows) == []


@pytest.mark.parametrize(
    "rows",
    [
        [["SHA512: " + (sha256(1))], [sha256(2)], ["that is all"]],
        [["SHA-512", sha256(1)], ["", sha256(2)]],
        [["Certificate SHA256: " + md5(1)], [md5(2)], ["that is all"]],
        [["SHA256 " + md5(1) + " " + md5(2)]],
        [["the file with SHA-256 " + sha1(1)], [sha256(1)[:24] + ", which drops others."]],
        [["SHA256: " + sha256(1)[:24]], [sha256(1)[24:]], [sha1("free")[:39]]],
        [["SHA256: " + sha1(1)], [], [sha256(1)[:24]]],
        [["> SHA256: " + sha1(1) + "="], ["> " + sha256(1)[:24]]],
        [[md5(1) + "="], [md5(2)]],
        [[md5(1) + "-"], [md5(2)]],
        [[sha1(1) + "\\"], [sha256(1)[:24]]],
        [["SHA256", sha1(1), sha256(1)[:24]]],
        [[sha256(1)[:48]], [sha256(2)[:48]], [md5(1)]],
        [["type", "value", ""], ["sha256", md5(1), md5(2)], ["sha256", sha256(1)[:30], sha256(1)[30:]]],
        [["sha1 of a.exe:"], [md5(1)], ["ab12cd34"], ["done"]],
    ],
)  # fmt: skip
def test_no_piece_is_sent_however_it_is_torn(rows: list[list[str]]) -> None:
    assert values(scanned(*rows)) == []


def test_a_torn_hash_is_told_with_both_places_in_every_format(tmp_path: Path) -> None:
    whole, torn = sha256("whole"), sha256("torn")
    table = [["file", "SHA256"], ["a.exe", whole], ["b.exe", torn[:40]], ["", torn[40:]]]
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    (tmp_path / "t.txt").write_text(f"SHA256:\n{whole}\n{torn[:40]}\n{torn[40:]}\n", "utf-8")
    (tmp_path / "t.json").write_text(json.dumps([{"sha256": whole}, {"sha256": f"{torn[:40]}\n{torn[40:]}"}]), "utf-8")
    for path in sorted(tmp_path.iterdir()):
        document = open_document(path)
        found = [s for sheet in document.sheets for s in scan_sheet(sheet, document.rows(sheet), file=path.name)]
        document.close()
        assert [s.value for s in found if s.found is Found.INDICATOR] == [whole], path.name
        reasons = [s.reason for s in found if s.found is Found.DAMAGED]
        assert reasons, path.name
        assert all("torn over 2 cells (" in reason or "cut by a line break" in reason for reason in reasons), path.name


@pytest.mark.shared
def test_the_torn_lists_beside_the_checkout_send_whole_hashes_only(shared: Path) -> None:
    folder = shared / "faults" / "10-wrapped"
    told = {}
    for path in sorted(folder.iterdir()):
        document = open_document(path)
        found = [s for sheet in document.sheets for s in scan_sheet(sheet, document.rows(sheet), file=path.name)]
        document.close()
        told[path.name] = Counter(s.found.value for s in found)
    assert told == {
        "c3.txt": {"indicator": 2},
        "col40.csv": {"indicator": 2, "damaged": 4},
        "hyphen.txt": {"damaged": 6},
        "wrap32-all.txt": {"damaged": 10},
        "wrap40.txt": {"indicator": 3, "damaged": 2},
    }
