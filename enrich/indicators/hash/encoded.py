"""Digests that are not written as one run of hex digits: byte by byte, or in base64, each alone in its cell.

Only asked where a heading or a type expects a hash: elsewhere numbers and tokens look the same.
"""

from __future__ import annotations

import re
from base64 import b64decode

from enrich.indicators.hash.digests import ALGORITHMS, LENGTHS

# {0x9c, 0xa6, ...}, b'\x9c\xa6...', [156, 166, ...]
_BRACKETS = re.compile(r"^(?:new\s+)?(?:byte)?(?:\[\]|b(?=['\"]))?[\s\[({<'\"]*|[\s\])}>'\";,]*$")
# 9c.a6, 9c,a6, 9c_a6, 9c, a6, 9c - a6 and two spaces or one that does not break, the same throughout
_PAIRS = re.compile(
    r"[0-9A-Fa-f]{2}(?P<sign>[.,_\xa0\u2010\u2011\u2013]| {2}|, | - )(?:[0-9A-Fa-f]{2}(?P=sign))+[0-9A-Fa-f]{2}"
)
# 0x9c, 0xa6, 0x9c 0xa6 and \x9c\xa6
_MARKED = re.compile(r"(?:0[xX][0-9A-Fa-f]{2}(?:,\s{0,2}|\s{1,2}|:|;|$)){16,32}|(?:\\x[0-9A-Fa-f]{2}){16,32}")
# 9ca6 b1c2, 9ca6-b1c2
_FOURS = re.compile(r"[0-9A-Fa-f]{4}(?P<sign>[ -])(?:[0-9A-Fa-f]{4}(?P=sign)){6,14}[0-9A-Fa-f]{4}")
_DECIMAL = re.compile(r"\d{1,3}(?P<sign>, ?| )(?:\d{1,3}(?P=sign)){14,30}\d{1,3}")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_MARKS = re.compile(r"0[xX]|\\x|[^0-9A-Fa-f]")
# sha256-<base64>, as pages name the digest of a script; not SHA256:<base64>, which is a key's of SSH
_NAMED = re.compile(r"(?P<algorithm>sha256)-(?=[A-Za-z0-9+/]{43}=$)", re.IGNORECASE)
# 16, 20 and 32 bytes and no other number, with or without padding, in both alphabets
_BASE64 = re.compile(r"[\w+/-]{21}[AQgw](?:==)?|(?:[\w+/-]{26}|[\w+/-]{42})[AEIMQUYcgkosw048]=?", re.ASCII)
_OF_CHANCE = (re.compile("[A-Z]"), re.compile("[a-z]"), re.compile("[0-9]"))
"""Signs that no name has all of, and nearly every digest in base64."""
_STANDARD = str.maketrans("-_", "+/")


def digest_of(text: str, algorithm: str) -> str:
    """Return the digest, in lower hex, that a cell's whole ``text`` stands for; "" where it stands for none.

    ``algorithm`` is what the place asks for, "" where it asks for any: what may as well be a list of numbers or a
    token needs one that is named.
    """
    inside = _BRACKETS.sub("", text.strip())
    found = _of_bytes(inside, algorithm) or _of_base64(text.strip(), algorithm)
    fits = len(found) in ALGORITHMS and algorithm in ("", ALGORITHMS.get(len(found)))
    return found if fits else ""


def _of_bytes(text: str, algorithm: str) -> str:
    """Return the digits of a digest that is written byte by byte, or in fours."""
    if _MARKED.fullmatch(text):
        return _MARKS.sub("", text).lower()
    digits = _MARKS.sub("", text).lower()
    if _PAIRS.fullmatch(text) and not digits.isdigit():  # else they may be decimal
        return digits
    if not algorithm:
        return ""
    if _FOURS.fullmatch(text):
        return digits
    if _DECIMAL.fullmatch(text):
        numbers = re.findall(r"\d+", text)
        # numbers of two digits throughout may as well be pairs of hex digits
        is_plain = max(map(int, numbers)) < 256 and {*map(len, numbers)} != {2}
        return bytes(map(int, numbers)).hex() if is_plain else ""
    return ""


def _of_base64(text: str, algorithm: str) -> str:
    """Return the digest that base64 stands for; "" where it does not: hex with ``=`` behind it was torn by a mail's
    soft break.
    """
    if named := _NAMED.match(text):
        text, algorithm = text[named.end() :], algorithm or named["algorithm"].lower()
    if algorithm not in LENGTHS or not _BASE64.fullmatch(text) or _HEX.fullmatch(text.rstrip("=")):
        return ""
    bare = text.rstrip("=").translate(_STANDARD)
    if bare == text and not all(sign.search(text) for sign in _OF_CHANCE):
        return ""
    return b64decode(bare + "=" * (-len(bare) % 4)).hex()
