"""The reader of Bloom filters, held to ``flor``, the reference implementation that CIRCL's own tools use."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from flor import BloomFilter as Reference
from hypothesis import given
from hypothesis import strategies as st

from enrich.errors import InputError
from enrich.exclusions.bloom import BloomFilter, is_filter


def written(path: Path, members: list[bytes], *, capacity: int = 1000, chance: float = 1e-4) -> Path:
    reference = Reference(n=capacity, p=chance)
    for member in members:
        reference.add(member)
    with path.open("wb") as file:
        reference.write(file)
    return path


def sha1(number: int) -> bytes:
    return hashlib.sha1(str(number).encode()).hexdigest().upper().encode()


def test_every_member_is_in_it_and_hardly_anything_else(tmp_path: Path) -> None:
    path = written(tmp_path / "known.bloom", [sha1(i) for i in range(500)])
    with BloomFilter(path) as opened:
        assert (opened.members, opened.capacity, opened.chance) == (500, 1000, 1e-4)
        assert all(sha1(i) in opened for i in range(500))
        assert sum(sha1(i) in opened for i in range(500, 10_500)) <= 5


@given(members=st.lists(st.binary(min_size=1, max_size=64), max_size=20), others=st.lists(st.binary(max_size=64)))
@pytest.mark.slow
def test_it_answers_as_the_reference_does(
    tmp_path_factory: pytest.TempPathFactory, members: list[bytes], others: list[bytes]
) -> None:
    path = written(tmp_path_factory.mktemp("f") / "small.bloom", members, capacity=25, chance=0.2)
    reference = Reference()
    with path.open("rb") as file:
        reference.read(file)
    with BloomFilter(path) as opened:
        assert [value in opened for value in members + others] == [value in reference for value in members + others]


def test_what_is_attached_to_a_filter_does_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path / "known.bloom", [sha1(1)])
    path.write_bytes(path.read_bytes() + b"hashlookup, 2023")
    with BloomFilter(path) as opened:
        assert sha1(1) in opened


def test_a_filter_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "known.bloom", [sha1(1)])
    path.write_bytes(path.read_bytes()[:-8])
    assert is_filter(path)
    with pytest.raises(InputError, match="no whole Bloom filter"):
        BloomFilter(path)


@pytest.mark.parametrize("content", [b"", b"\x01", b"MD5,SHA-1\n" * 20, b"PK\x03\x04" + bytes(60), bytes(60)])
def test_lists_and_workbooks_are_no_filters(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    assert not is_filter(path)
