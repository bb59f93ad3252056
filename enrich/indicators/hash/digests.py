"""File hashes: MD5, SHA-1 and SHA-256 in text, written canonically as lower-case hex.

Whether a value of the right shape *is* a file's hash is a matter of its surroundings and decided by ``enrich.scan``.
"""

from __future__ import annotations

import re

from enrich.indicators.hash.vocabulary import LOGIN

KIND = "hash"

ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}
"""Hex digits -> algorithm: the three that a file can be asked for by."""

LONGEST = max(ALGORITHMS)
"""Digits of the strongest algorithm."""

TITLES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256"}

LENGTHS = {name: digits for digits, name in ALGORITHMS.items()}


# longest first: else the first 32 digits of a SHA-256 would match as an MD5
SHAPE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![0-9A-Za-z])")
"""What has a hash's shape. Only ASCII letters and digits glue: a NBSP of another code page read as a letter
("...41f2Ê"), and scripts written without spaces, leave the hash whole. ``0x`` of a wallet address, base64 and longer
hex do not.
"""

_EMPTY = "the empty file (0 bytes)"
_EICAR = "the EICAR anti-virus test file"

_NOT_WORTH_A_CALL = (
    (
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        _EMPTY,
    ),
    (
        "44d88612fea8a8f36de82e1278abb02f",
        "3395856ce81f2b7382dee72602f798b642f14140",
        "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f",
        _EICAR,
    ),
    # the same 68 characters with a line feed, and with a carriage return and a line feed
    (
        "69630e4574ec6798239b091cda43dca0",
        "cf8bd9dfddff007f75adf4c2be48005cea317c62",
        "131f95c51cc819465fa1797f6ccacf9d494aaaff46fa3eac73ae63ffbdfd8267",
        _EICAR,
    ),
    (
        "e7e5fa40569514ec442bbdf755d89c2f",
        "a6c80ce949469cc86f6c22355f4d3bb8773fc634",
        "8b3f191819931d1f2cef7289239b5f77c00b079847b9c2636e56854d1e5eff71",
        _EICAR,
    ),
)
"""md5, sha1 and sha256 of each such file, and why."""

TRIVIAL = {name: why for *names, why in _NOT_WORTH_A_CALL for name in names}
"""Hash -> why asking for it tells nothing."""

_SHA256_OF = {name: sha256 for md5, sha1, sha256, _ in _NOT_WORTH_A_CALL for name in (md5, sha1, sha256)}


def hold(text: str) -> bool:
    """Return whether a value in ``text`` has a hash's shape and is not part of a longer run of letters and digits."""
    return SHAPE.search(text) is not None


def trivial(value: str) -> str:
    """Return why the (canonical) ``value`` is not worth a call, or ""."""
    return TRIVIAL.get(value, "")


PLACEHOLDERS = frozenset(digit * digits for digit in "0123456789abcdef" for digits in ALGORITHMS)
"""What stands where somebody has no hash to give: nobody has ever seen a file of such a one."""
NT_EMPTY = frozenset({"aad3b435b51404eeaad3b435b51404ee", "31d6cfe0d16ae931b73c59d7e0c089c0"})
"""What an empty password comes to."""
ODD = frozenset(map(bytes.fromhex, PLACEHOLDERS | NT_EMPTY))


def odd(value: str) -> str:
    """Return why a (canonical) ``value`` is nobody's hash by its digits alone, whatever calls it one; else ""."""
    if value in PLACEHOLDERS:
        return "placeholder, one digit only"
    if value in NT_EMPTY:
        return LOGIN
    # of 16 random bytes or more never half of the digits are zeros: 0xffff0000..., a counter, an address
    return "a value of mostly zeros, no digest" if value.count("0") * 2 >= len(value) else ""


def unlikely(value: str) -> str:
    """Return why a value that nothing calls a hash is none by its digits: of a million digests not one looks so; else
    "".
    """
    if value.isdigit():
        return "a decimal number, no digest"
    if (packed := bytes.fromhex(value)).isascii() and packed.decode("ascii").isprintable():
        return "a text written in hex, no digest"
    # two digits of five, where chance gives one of sixteen: masks (ffff0000ffff...) and paddings
    return "a value of mostly one digit, no digest" if most_of_one_digit(value) * 5 >= len(value) * 2 else ""


def most_of_one_digit(value: str) -> int:
    """Return how many zeros stand in ``value``, or how many f: what masks, counters and paddings are made of."""
    return max(value.count("0"), value.count("f"), value.count("F"))


def file_of(value: str) -> str:
    """Return what all names of the (canonical) ``value``'s file have in common, where that is known beforehand."""
    return _SHA256_OF.get(value, value)


def algorithm(value: str) -> str:
    """Return ``md5``, ``sha1`` or ``sha256``. Raises ``KeyError`` where the length is none of theirs."""
    return ALGORITHMS[len(value)]
