"""File hashes are found in any wrapping, and never inside something longer."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.indicators.hash import digests as hashes

HEX = "0123456789abcdef"
values = st.sampled_from([32, 40, 64]).flatmap(lambda n: st.text(HEX, min_size=n, max_size=n))
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
WRAPPINGS = [
    "{}",
    " {} ",
    "\xa0{}\xa0",
    "\u200b{}",
    '"{}"',
    "({})",
    "[{}]",
    "<{}>",
    "md5:{}",
    "sha256={}",
    "MD5 (a.exe) = {}",
    "{}\u00ca",
    "哈希{}吗",
]


@given(values, st.sampled_from(WRAPPINGS), st.booleans())
def test_a_hash_is_found_in_any_wrapping_and_case(value: str, wrapping: str, upper: bool) -> None:
    found = hashes.SHAPE.finditer(wrapping.format(value.upper() if upper else value))
    assert [match[0].lower() for match in found] == [value]


@given(values, st.text(HEX + "xyzXYZ", min_size=1, max_size=3), st.booleans())
def test_a_part_of_a_longer_run_is_none(value: str, glued: str, before: bool) -> None:
    run = glued + value if before else value + glued
    assert all(match[0].lower() == run.lower() for match in hashes.SHAPE.finditer(run))


runs = st.sampled_from([31, 32, 40, 64, 65, 80]).flatmap(lambda n: st.text(HEX, min_size=n, max_size=n))


@given(st.lists(runs | st.text(max_size=3)).map("".join), values)
def test_matches_never_overlap(text: str, one: str) -> None:
    text, end = f"{text} {one} {text}", 0
    assert hashes.SHAPE.search(text)
    for match in hashes.SHAPE.finditer(text):
        assert match.start() >= end
        assert hashes.hold(match[0])
        end = match.end()


@given(st.lists(values, min_size=1, max_size=6), st.sampled_from([",", ";", " ", "|", "\n", " / "]))
def test_several_in_one_text_are_all_found(several: list[str], separator: str) -> None:
    assert [match[0].lower() for match in hashes.SHAPE.finditer(separator.join(several))] == several


@pytest.mark.parametrize("content", [b"", EICAR, EICAR + b"\n", EICAR + b"\r\n"])
@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_the_empty_file_and_eicar_are_trivial_by_each_hash(content: bytes, name: str) -> None:
    value = hashlib.new(name, content).hexdigest()
    assert hashes.algorithm(value) == name
    assert ("empty" if not content else "EICAR") in hashes.trivial(value)
    assert hashes.file_of(value) == hashlib.sha256(content).hexdigest()


def test_other_files_are_not_trivial() -> None:
    assert hashes.trivial(hashlib.md5(b"else").hexdigest()) == ""
