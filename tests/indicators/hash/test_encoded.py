"""Digests that are written byte by byte or in base64: the hash that they are where one is expected, else nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.indicators.hash.encoded import digest_of
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan import scan_sheet

NAMES = {16: "md5", 20: "sha1", 32: "sha256"}
DIGESTS = st.sampled_from(sorted(NAMES)).flatmap(lambda size: st.binary(min_size=size, max_size=size))


def by_bytes(digest: bytes) -> Iterator[str]:
    """The ways that need no named algorithm."""
    pairs = [f"{byte:02x}" for byte in digest]
    for sign in (".", ",", ", ", "  ", "\xa0", "_", " - ", "\u2011", "\u2013"):
        yield sign.join(pairs)
        yield sign.join(pairs).upper()
    for sign in (", ", ",", " "):
        yield sign.join(f"0x{pair}" for pair in pairs)
    yield "{ " + ", ".join(f"0x{pair.upper()}" for pair in pairs) + " }"
    yield "new byte[] {" + ",".join(f"0x{pair}" for pair in pairs) + "};"
    yield "b'" + "".join(f"\\x{pair}" for pair in pairs) + "'"


def by_name(digest: bytes) -> Iterator[str]:
    """The ways that are read only where the algorithm is named."""
    digits = digest.hex()
    for sign in (" ", "-"):
        yield sign.join(digits[at : at + 4] for at in range(0, len(digits), 4))
    if not all(9 < byte < 100 for byte in digest):  # else they may be pairs of hex digits
        for sign in (", ", ",", " "):
            yield sign.join(map(str, digest))
        yield str(list(digest))
    yield base64.b64encode(digest).decode()
    yield base64.urlsafe_b64encode(digest).decode()


@given(DIGESTS)
def test_a_digest_byte_by_byte_is_read_whatever_stands_between(digest: bytes) -> None:
    read = [digest_of(text, algorithm) for text in by_bytes(digest) for algorithm in ("", NAMES[len(digest)])]
    decimal = digest.hex().isdigit()  # pairs of decimal digits may be numbers
    assert read
    assert {value for value in read if not (decimal and not value)} == {digest.hex()}


@given(DIGESTS)
def test_numbers_fours_and_base64_are_a_digest_where_its_algorithm_is_named(digest: bytes) -> None:
    name, is_odd = NAMES[len(digest)], base64.b64encode(digest).decode().rstrip("=").isalnum()
    for text in by_name(digest):
        assert digest_of(text, "") == ""
        assert all(digest_of(text, other) == "" for other in NAMES.values() if other != name)
        # base64 of nothing but hex digits would be a damaged hash
        assert digest_of(text, name) == digest.hex() or (is_odd and "," not in text), text


@pytest.mark.parametrize("sign", [" ", ",", ", "])
def test_numbers_of_two_digits_each_are_no_digest_for_they_may_be_pairs_of_hex_digits(sign: str) -> None:
    for numbers in ([16] * 16, range(10, 42)):
        assert digest_of(sign.join(map(str, numbers)), NAMES[len(numbers)]) == ""
    assert digest_of(sign.join(["0"] * 15 + ["10"]), "md5") == "0" * 31 + "a"
    assert digest_of(sign.join(["00"] * 15 + ["10"]), "md5") == ""


def test_base64_without_padding_is_read_too_and_that_of_pages() -> None:
    digest = hashlib.sha256(b"of a file").digest()
    text = base64.b64encode(digest).decode()
    assert digest_of(text.rstrip("="), "sha256") == digest.hex()
    assert digest_of(f"sha256-{text}", "") == digest.hex()


@pytest.mark.parametrize(
    ("text", "algorithm"),
    [
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "md5"),  # an address
        ("SHA256:k3Yd1zq2nGQm0yS5c3w1o8uJ9aBvXf7LrTtHhPpOiNM", "sha256"),  # a key of SSH
        ("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "sha1"),  # a password
        ("k3Yd1zq2nGQm0yS5c3w1o8uJ9aBvXf7LrTtHhPpOiNM", ""),  # a token: nothing says sha256
        ("install_new_version_Q1", "md5"),
        ("10, 20, 30, 40", "md5"),
        (", ".join(["300"] * 16), "md5"),
        (" ".join(["9ca6"] * 10), ""),  # a key's fingerprint
        ("-".join(["9c"] * 6), "md5"),  # of a network card
    ],
)
def test_what_only_looks_like_one_is_none(text: str, algorithm: str) -> None:
    assert digest_of(text, algorithm) == ""


def test_a_column_of_hashes_gives_what_each_cell_stands_for() -> None:
    digests = [hashlib.md5(str(n).encode()).digest() for n in range(3)]
    cells = [", ".join(f"0x{byte:02X}" for byte in digests[0]), base64.b64encode(digests[1]).decode(), digests[2].hex()]
    rows = [Row(1, ("File", "MD5")), *(Row(n + 2, (f"{n}.exe", cell)) for n, cell in enumerate(cells))]
    found = [(one.row, one.value) for one in scan_sheet("", rows) if one.found is Found.INDICATOR]
    assert found == [(n + 2, digest.hex()) for n, digest in enumerate(digests)]


def test_a_list_of_numbers_is_no_hash_below_another_heading() -> None:
    text = ", ".join(map(str, hashlib.md5(b"1").digest()))
    rows = [Row(1, ("File", "Sizes")), *(Row(n, (f"{n}.exe", text)) for n in range(2, 5))]
    assert [one for one in scan_sheet("", rows) if one.found is Found.INDICATOR] == []
