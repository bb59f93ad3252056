"""Values that were meant to be hashes and are damaged: what is wrong with them. Nothing is guessed or mended."""

from __future__ import annotations

import re

from enrich.indicators.hash.digests import ALGORITHMS, LENGTHS, TITLES

CUT_SHORT = "cut short with an ellipsis"
OTHER_LENGTHS = {56: "SHA-224", 96: "SHA-384", 128: "SHA-512"}

_HEX = re.compile(r"[0-9A-Fa-f]+")
# what somebody typed from paper: O for 0, l and I for 1
_NEAR_HEX = re.compile(r"[0-9A-Fa-fOoIil]+")
# 4.4E+31: digits alone, of which a spreadsheet program made a number; the value is lost
_EXPONENT = re.compile(r"[-+]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}")
# 44d88612fe..., 44d88612fe…a1, ...a1b2c3d4: cut for a slide
_ELLIPSIS = re.compile(r"(?:[0-9A-Fa-f]{6,}(?:\.{2,}|…)[0-9A-Fa-f]*|(?:\.{2,}|…)[0-9A-Fa-f]{6,})")
EDGES = "".join(filter(str.isspace, map(chr, range(0x3001)))) + (
    "\xad\ufeff\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060"
    "\u2066\u2067\u2068\u2069\"'`()[]{}<>,;:*"
)
# md5: <value>, sha256=<value>
_LABEL = re.compile(r"^(?:md-?5|sha-?1|sha-?2?-?256|hash)\s*[:=]\s*", re.IGNORECASE)
_LOOKALIKES = {"O": "0", "o": "0", "I": "1", "i": "1", "l": "1"}
_MOST_CHARACTERS = 400
_SHORTEST = 16
"""Hex digits that were not meant as a word or a small number."""


def fault(text: str, expected: str = "") -> str:
    """Return what is wrong with ``text``, which stands where a hash belongs; "" where it was not meant as one.

    ``expected`` is the algorithm that the place is for, "" where any of the three may stand there.
    """
    if len(text) > _MOST_CHARACTERS:
        return ""
    value = _LABEL.sub("", text.strip(EDGES)).strip(EDGES)
    if len(value) < 6:
        return ""
    if _EXPONENT.fullmatch(value):
        return "a spreadsheet program made a number of it"
    if _ELLIPSIS.fullmatch(value):
        return CUT_SHORT
    return _run_fault(value, expected)


def _run_fault(value: str, expected: str) -> str:
    if _HEX.fullmatch(value):
        return length_fault(value, expected)
    wrong = next((i for i, sign in enumerate(value) if sign not in "0123456789abcdefABCDEF"), None)
    if wrong is None or len(value) not in ALGORITHMS or not value.isalnum():
        return ""
    sign = value[wrong]
    if _NEAR_HEX.fullmatch(value):
        return f"letter {sign} where a digit {_LOOKALIKES[sign]} may belong (character {wrong + 1})"
    if sum(c not in "0123456789abcdefABCDEF" for c in value) <= 2:
        return f"{sign!r} is no hex digit (character {wrong + 1})"
    return ""


def length_fault(value: str, expected: str = "") -> str:
    """Return the reason where a run of hex digits has a length that no hash has; "" where it is too far from one."""
    length = len(value)
    if length in ALGORITHMS or length in OTHER_LENGTHS:
        return ""
    right = LENGTHS.get(expected) or nearest(length)
    # beyond half and twice its length nobody can say which hash it was
    if right is None or not right // 2 <= length <= right * 2:
        is_text = length >= _SHORTEST and not value.isdigit()
        return f"{length} characters, and no hash has so many" if is_text else ""
    title = TITLES[ALGORITHMS[right]]
    article = "an" if title == "MD5" else "a"
    zeros = "; leading zeros may be lost" if value.isdigit() and length < right else ""
    return f"{length} characters, {article} {title} has {right}{zeros}"


def nearest(length: int) -> int | None:
    """Return the hash length that ``length`` misses by three digits at most."""
    # three digits: a hash that lost or gained more was cut, and by its length it may be any
    return next((digits for digits in ALGORITHMS if abs(digits - length) <= 3), None)
