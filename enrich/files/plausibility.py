"""How natural bytes look when read in one encoding or another.

A library's statistics need pages of prose; a list of indicators holds three words with an accent. So each character
beyond ASCII is judged by its neighbours: accents stand alone inside a word, Cyrillic stands together, capitals do not
follow small letters, symbols do not stand between letters, and common ideographs are common.
"""

from __future__ import annotations

import re
import unicodedata

CANDIDATES = ("cp1252", "cp1251", "mac_roman", "gbk", "gb18030", "cp932", "cp850")
"""Met in lists of indicators, in the order they are preferred at equal plausibility."""
_ACCENTED = frozenset("àáâãäåæçèéêíñóôõöøúüßÀÁÃÄÅÆÇÈÉÊÍÑÓÔÕÖØÚÜ")
_SELDOM_ACCENTED = frozenset("ëìîïòùûœËÌÎÏÒÙÛŒÂ")
_SIGNS = frozenset("\u00a0\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026•€£©®™°«»·§¡¿ªº²³")
_APOSTROPHES = frozenset("\u2018\u2019")
_COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпуОЕАИНТСРВЛКМДПУ")
_HIGH = re.compile(r"[^\x00-\x7f]")


def best(evidence: bytes) -> str | None:
    """Return the candidate in which the evidence looks most natural; None where it looks odd in all of them."""
    scores = {name: score for name in CANDIDATES if (score := naturalness(evidence, name)) is not None}
    name = max(scores, key=lambda name: scores[name], default=None)  # the first of equals
    return name if name is not None and scores[name] > 0 else None


def naturalness(evidence: bytes, name: str) -> float | None:
    """Between about -3 and 1 for each byte beyond ASCII; None where the bytes do not decode."""
    try:
        text = evidence.decode(name)
    except UnicodeDecodeError as error:
        if error.start < len(evidence) - 4:
            return None
        text = evidence[: error.start].decode(name)  # a sample may end inside a character
    judge = {"gbk": _ideograph, "gb18030": _ideograph, "cp932": _japanese}.get(name, _letter)
    total, weight = 0.0, 0
    padded = f" {text} "
    for match in _HIGH.finditer(padded):
        at = match.start()
        size = len(match[0].encode(name))
        total += size * judge(match[0], padded[at - 1], padded[at + 1], name)
        weight += size
    return total / weight if weight else None


def _letter(sign: str, before: str, after: str, name: str) -> float:  # noqa: ARG001 - as its sisters
    """Return a character of a one-byte encoding."""
    if sign in _SIGNS:
        inside = before.isalpha() and after.isalpha() and sign not in _APOSTROPHES
        return -1.0 if inside else 0.9
    if not sign.isalpha():
        return -3.0 if unicodedata.category(sign) in ("Cc", "Cn", "Co") else -1.0
    if sign.isupper() and before.islower():
        return -1.5
    if "\u0400" <= sign <= "\u04ff":
        return _cyrillic(sign, before, after)
    high = (before > "\x7f" and before.isalpha()) + (after > "\x7f" and after.isalpha())
    if high == 2 or (sign.islower() and before.isupper() and after.isupper()):
        return -0.5
    alone = not before.isalpha() and not after.isalpha()
    worth = 1.0 if sign in _ACCENTED else 0.7 if sign in _SELDOM_ACCENTED else 0.2
    return worth - 0.3 * high - 0.3 * alone


def _cyrillic(sign: str, before: str, after: str) -> float:
    if any(near.isalpha() and near < "\u0400" for near in (before, after)):
        return -1.0
    if not any("\u0400" <= near <= "\u04ff" for near in (before, after)):
        return 0.1
    return 1.0 if sign in _COMMON_CYRILLIC else 0.6


def _ideograph(sign: str, before: str, after: str, name: str) -> float:
    """Return a character of GBK: its first byte tells how common it is."""
    raw = sign.encode(name)
    if len(raw) != 2 or raw[1] < 0xA1:
        return -1.0
    if _isolated(before, after):
        return -0.6
    if 0xB0 <= raw[0] <= 0xD7:
        return 0.95
    if raw[0] in (0xA1, 0xA3):
        return 0.9
    return 0.1 if 0xD8 <= raw[0] <= 0xF7 else -0.5


def _japanese(sign: str, before: str, after: str, name: str) -> float:
    """Return a character of Shift-JIS: kana, then the common ideographs."""
    raw = sign.encode(name)
    if len(raw) == 1:
        return -0.4  # half-width kana
    if _isolated(before, after):
        return -0.6
    if raw[0] in (0x82, 0x83) or "\u3000" <= sign <= "\u30ff":
        return 1.0
    if 0x88 <= raw[0] <= 0x97:
        return 0.9
    return 0.7 if raw[0] == 0x81 else -0.2


def _isolated(before: str, after: str) -> bool:
    """Between Latin letters: rather an accented letter of another encoding."""
    return before.isascii() and before.isalpha() and after.isascii() and after.isalpha()
