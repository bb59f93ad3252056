"""A damaged hash is named with exactly what is wrong with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.kinds.hash import LENGTHS, TITLES
from enrich.scan.damage import fault

SHA256 = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"
MD5 = SHA256[:32]


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        (SHA256[:63], "", "63 characters, a SHA-256 has 64"),
        (SHA256 + "0", "", "65 characters, a SHA-256 has 64"),
        (MD5[:31], "", "31 characters, an MD5 has 32"),
        (SHA256[:39], "", "39 characters, a SHA-1 has 40"),
        ("0000" + SHA256[:40], "sha1", "44 characters, a SHA-1 has 40; Amcache puts four zeros before one"),
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
        (SHA256[:31] + "\n" + SHA256[31:], "", "cut by a line break after 31 characters"),
        (SHA256[:32] + " " + SHA256[32:], "sha256", "cut by a space after 32 characters"),
        (SHA256[:40] + "\u200b" + SHA256[40:], "sha256", "cut by a invisible character after 40 characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text: str, expected: str, reason: str) -> None:
    assert fault(text, expected) == reason.replace("a invisible", "an invisible")


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
