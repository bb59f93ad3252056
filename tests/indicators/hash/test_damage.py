"""A damaged hash is named with exactly what is wrong with it, wherever a sheet holds one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.indicators.hash.damage import fault
from enrich.indicators.hash.digests import LENGTHS, TITLES
from enrich.model.sighting import Found, Sighting
from tests.support.made_sheets import md5, scanned, sha1, sha256, values

SHA256 = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"
MD5 = SHA256[:32]


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        (SHA256[:63], "", "63 characters, a SHA-256 has 64"),
        (SHA256 + "0", "", "65 characters, a SHA-256 has 64"),
        (MD5[:31], "", "31 characters, an MD5 has 32"),
        (SHA256[:39], "", "39 characters, a SHA-1 has 40"),
        (SHA256[:60], "", "60 characters, and no hash has so many"),
        (MD5 + SHA256[:40], "", "72 characters, and no hash has so many"),
        (SHA256[:50], "sha256", "50 characters, a SHA-256 has 64"),
        ("1234567890" * 3, "md5", "30 characters, an MD5 has 32; leading zeros may be lost"),
        (f"md5: {MD5[:31]}", "md5", "31 characters, an MD5 has 32"),
        ("O" + MD5[1:], "", "letter O where a digit 0 may belong (character 1)"),
        (MD5[:31] + "l", "", "letter l where a digit 1 may belong (character 32)"),
        ("z" + MD5[1:], "md5", "'z' is no hex digit (character 1)"),
        ("1.23E+31", "", "a spreadsheet program made a number of it"),
        ("1,23E+31", "md5", "a spreadsheet program made a number of it"),
        (SHA256[:20] + "...", "", "cut short with an ellipsis"),
        (SHA256[:20] + "…", "", "cut short with an ellipsis"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text: str, expected: str, reason: str) -> None:
    assert fault(text, expected) == reason


@pytest.mark.parametrize(
    "text", ["", "N/A", "-", "unknown", "evil.example", "10.0.0.1", "2024-01-02", "invoice.exe", "7 of 9", "feed"]
)
def test_what_was_never_meant_as_a_hash_is_left_alone(text: str) -> None:
    assert fault(text, "sha256") == ""


@given(st.sampled_from(sorted(LENGTHS)), st.data())
def test_a_digit_lost_or_doubled_is_told_by_its_length(name: str, data: st.DataObject) -> None:
    length = LENGTHS[name] + data.draw(st.sampled_from([-1, 1]))
    value = data.draw(st.text("abcdef0123456789", min_size=length, max_size=length))
    assert fault(value, name).startswith(f"{length} characters, a")
    assert TITLES[name] in fault(value, name)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (sha256(1)[:63], "63 characters, a SHA-256 has 64"),
        ("1.23E+31", "a spreadsheet program made a number of it"),
        (sha256(1)[:32] + "\n" + sha256(1)[32:], "cut by a line break after 32 characters"),
        (sha256(1)[:12] + "…", "cut short with an ellipsis"),
        ("O" + sha256(1)[1:], "letter O where a digit 0 may belong (character 1)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [0, 3])
def test_damage_in_a_column_of_hashes_is_never_dropped(text: str, reason: str, at: int) -> None:
    rows = [[sha256(f"row {i}"), "x"] for i in range(5)]
    rows[at][0] = text
    headed, bare = scanned(["SHA256", "Note"], *rows), scanned(*rows)
    found = [s for s in headed if s.found is Found.DAMAGED]
    assert found == [Sighting(at + 2, 0, Found.DAMAGED, "hash", text, reason)]
    if "32" not in reason:  # without a heading, two md5 are as good a reading
        assert [(s.row, s.reason) for s in bare if s.found is Found.DAMAGED] == [(at + 1, reason)]
    assert len(values(headed)) == 4


def test_a_hash_torn_in_two_is_not_taken_for_its_first_part() -> None:
    placement = scanned(["Hash", "Note"], [sha256(1)[:40] + " " + sha256(1)[40:], ""], [f"{md5(1)} {md5(2)}", ""])
    assert values(placement, Found.DAMAGED) == [sha256(1)[:40] + " " + sha256(1)[40:]]
    assert values(placement) == [md5(1), md5(2)]


@pytest.mark.parametrize("sign", ["\u200b", "\xad", "\u2028", "\ufeff", "\u202a"])
def test_an_invisible_sign_beside_a_hash_does_it_no_harm(sign: str) -> None:
    assert values(scanned(["Hash", "Note"], [sign + md5(1), ""], [md5(2) + sign, ""])) == [md5(1), md5(2)]


@pytest.mark.slow
def test_the_time_for_comments_grows_with_their_number_alone() -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        assert len(values(scanned(*([f"# {md5(i)}"] for i in range(count))))) == count
        return time.process_time() - start

    assert seconds(1_600) < 32 * max(seconds(100), 0.02), "linear is 16, of a square 256"


def test_a_type_that_says_hash_makes_a_damaged_value_one() -> None:
    placement = scanned(["Type", "Value"], ["md5", "1.5E+31"], ["ip", "10.0.0.1"], ["md5", md5(1)[:20]])
    assert [s.row for s in placement if s.found is Found.DAMAGED] == [2, 4]


def test_a_column_that_may_hold_any_hash_drops_none_that_is_cut_short() -> None:
    placement = scanned(["File Hash", "Note"], [sha256(1), ""], [sha256(2)[:57], ""], [md5(1) + sha1(1), ""])
    assert values(placement, Found.DAMAGED) == [sha256(2)[:57], md5(1) + sha1(1)]


def test_a_line_that_calls_the_next_one_a_hash_is_believed() -> None:
    text = sha1(1)[:30]
    placement = scanned(["SHA1 hash of file a.exe:"], [text], ["CertUtil: -hashfile command completed successfully."])
    assert values(placement, Found.DAMAGED) == [text]


def test_numbers_elsewhere_are_not_damaged_hashes() -> None:
    placement = scanned(["Total", "Hash", "Score"], ["1.5E+31", md5(1), "123456789012345678901234567890"])
    assert values(placement, Found.DAMAGED) == []


LOSSES = ["\udc80", "\ufffd", "\x07", "\u200e", "é", "\udcc3\udca9"]
"""A byte that was no text, as readers leave it, the letter that it is in another code page, a sign that nobody sees."""


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("at", [8, 24, 31, 32])
def test_what_is_left_of_a_hash_that_lost_a_digit_is_not_asked_for(loss: str, at: int) -> None:
    whole = sha256(1)
    for text in (whole[:at] + loss + whole[at + len(loss) :], f"see {whole[:at]}{loss}{whole[at + len(loss) :]}"):
        for rows in ([[text]], [["SHA256", "Note"], [text, ""]]):
            placement = scanned(*rows)
            assert values(placement) == []
            assert [s.found for s in placement] == [Found.DAMAGED]


@pytest.mark.parametrize("sign", [*LOSSES, "和", "\udca0"])
def test_two_hashes_with_such_a_sign_between_them_are_two(sign: str) -> None:
    assert values(scanned([f"{md5(1)}{sign}{sha1(1)}"])) == [md5(1), sha1(1)]
    assert values(scanned([f"{sign}{md5(1)}{sign}1024"])) == [md5(1)]
