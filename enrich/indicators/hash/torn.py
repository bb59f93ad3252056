"""Pieces of a hash that something tore apart: a line's end, a cell's edge, a hyphen, a soft break of a mail.

A piece may have the length of a weaker hash, so that asking for it gives a false answer; two hashes below each other
may come to the length of a stronger one. What tells them apart, and nothing else: what their place asks for (a label, a
type, a heading, a title that names one algorithm), a mark of a break behind a piece, and lengths that no hash has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from enrich.indicators.hash.damage import EDGES, OTHER_LENGTHS
from enrich.indicators.hash.digests import ALGORITHMS, LENGTHS, TITLES
from enrich.indicators.hash.labels import algorithms_in
from enrich.indicators.hash.phrases import plain

NAMES = {**{digits: TITLES[name] for digits, name in ALGORITHMS.items()}, **OTHER_LENGTHS}
"""Digits -> the hash that has so many."""
MARKS = "-\u2010\u2011\u2013\xac=\\\u21b5\u21a9\u23ce"
"""What stands behind a piece where something says that it goes on: hyphens, mail's soft break, a script's, arrows of
editors.
"""
LONGEST = 126
"""Digits of a piece."""
SHORTEST = 4
_MOST = 8
"""Pieces of one hash: a SHA-512 in lines of 16 digits."""
# 40 + 24 = 64: 24 digits are no hash, so that a SHA-1 beside them is the first part of a SHA-256
_SURE = (LENGTHS["sha1"], LENGTHS["sha256"] - LENGTHS["sha1"])
"""A SHA-1 and what no hash is."""
# 32 + 8 = 40 as well, but a CRC32 has 8, and many tables give it beside the MD5
_CRC = (LENGTHS["md5"], LENGTHS["sha1"] - LENGTHS["md5"])
"""An MD5 may well have a CRC32 beside it."""
# sha512, sha-384, sha3-256: what is asked for by no service, and yet tears
_OTHERS = re.compile(r"(?<![a-z0-9])sha ?(?:[23] ?)?(224|384|512)(?![0-9])|(?<![a-z0-9])sha ?3 ?(256)(?![0-9])")
# 20240501, 1714557600, 1024
_DIGITS = re.compile(r"(?:19|20)\d{6}|1\d{9}(?:\d{3})?|\d{4,6}")
"""Dates, moments and numbers."""
_HEX = "0-9A-Fa-f"
_GAP = rf"[{re.escape(MARKS)}]?[{re.escape(EDGES)}|+#]{{1,12}}"
_LOST = r"[^\s!-~]{1,4}"
"""Signs that are no text of ASCII, in the stead of as many digits or of none: a byte that could not be decoded (four at
most make one character), the letter that it is in another code page, what nobody sees.
"""
_CHAIN = re.compile(
    rf"(?<![0-9A-Za-z])[{_HEX}]{{{SHORTEST},{LONGEST}}}"
    rf"(?:(?:{_GAP}|{_LOST})[{_HEX}]{{{SHORTEST},{LONGEST}}})+(?![0-9A-Za-z])"
)
_IS_LOST = re.compile(_LOST)
_IN_CHAIN = re.compile(rf"[{_HEX}]+")
_LABEL = 40
"""Signs before a piece in which its label stands."""
_BREAK = re.compile(r"[\r\n\f\v\x85\u2028\u2029]")


class Piece(Struct):
    """One run of hex digits: how many, and what is known of it."""

    text: str
    asked: int = 0
    """Digits that its place asks for; 0 where nothing is asked for, or several things."""
    marked: bool = False
    """A mark of a break stands behind it."""
    alone: bool = True
    """Nothing else stands in its row."""
    apart: bool = False
    """It is a value of its own by the sign that ends it: a comma."""
    far: bool = False
    """Not right behind or below the one before."""
    lost: int = 0
    """Digits that may be lost between the one before and it."""

    @property
    def is_digest(self) -> bool:
        """Whether a hash has as many digits."""
        return len(self.text) in NAMES


def is_piece(text: str) -> bool:
    """Return whether hex digits may be a piece: no date, no number."""
    return SHORTEST <= len(text) <= LONGEST and not _DIGITS.fullmatch(text)


@lru_cache(maxsize=4096)
def length_asked(words: str) -> int:
    """Return the digits of the one algorithm that ``words`` name; 0 where they name none or several."""
    words = plain(words)
    lengths = {LENGTHS[name] for name in algorithms_in(words)}
    lengths |= {int(found[1] or found[2]) // 4 for found in _OTHERS.finditer(words)}
    return lengths.pop() if len(lengths) == 1 else 0


def groups(pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Yield where in a row of pieces, one after the other, those of a torn hash begin and end."""
    parts = _parts(pieces)
    first = 0
    while first + 1 < len(pieces):
        last = first + parts[first] if parts[first] else _end(pieces, first)
        if last and all(is_piece(piece.text) for piece in pieces[first:last]):
            yield first, last
        first = last or first + 1


def _end(pieces: Sequence[Piece], first: int) -> int:
    """Return where the longest hash ends whose pieces begin at ``first``; 0 where none does."""
    total, lost, end = len(pieces[first].text), 0, 0
    for last in range(first + 1, min(first + _MOST, len(pieces))):
        total, lost = total + len(pieces[last].text), lost + pieces[last].lost
        group = pieces[first : last + 1]
        if (total in NAMES and _is_torn(group, total)) or (lost and _is_bitten(group, total, lost)):
            end = last + 1
    return end


def _is_bitten(pieces: Sequence[Piece], total: int, lost: int) -> bool:
    """Return whether digits were lost within a hash: what is left may be a weaker one, its neighbour none."""
    return any(total + n in NAMES for n in range(1, lost + 1)) and not all(piece.is_digest for piece in pieces)


def _is_torn(pieces: Sequence[Piece], total: int) -> bool:
    asked, lengths = pieces[0].asked, [len(piece.text) for piece in pieces]
    if any(length in (asked, piece.asked) for length, piece in zip(lengths, pieces, strict=True)):
        return False  # it is what its place asks for
    far = any(piece.far for piece in pieces[1:])
    digests = all(piece.is_digest for piece in pieces)
    marked = all(piece.marked for piece in pieces[:-1]) and not pieces[-1].marked
    # "<40 digits>-" and "<24 digits>" below it; a list whose every line ends in a comma is no chain
    if marked and not far and not (digests and not all(piece.alone for piece in pieces[1:])):
        return True  # rows of their own, each with a sign behind its hash, are no pieces
    if digests:
        return False
    if asked:
        return asked == total
    if far or sorted(lengths) == sorted(_CRC):
        return False
    *before, rest = lengths
    # 16 16 16 16, or 20 20 20 4: lines of one width, and what is left of the last
    return sorted(lengths) == sorted(_SURE) or (len(set(before)) == 1 and rest <= before[0])


def _parts(pieces: Sequence[Piece]) -> list[int]:
    """For each piece into how many of them the hash is torn that begins there, where all have one weaker hash's length:
    only where their place asks for the whole, and all that stand there one after the other come to wholes.
    """
    parts = [0] * len(pieces)
    first = 0
    while first < len(pieces):
        size, asked, last = len(pieces[first].text), pieces[first].asked, first + 1
        while last < len(pieces) and _goes_on(pieces[last], size, asked):
            last += 1
        if size in NAMES and asked > size and asked % size == 0:
            count = asked // size
            if not (last - first) % count and not any(piece.apart for piece in pieces[first : last - 1]):
                parts[first:last:count] = [count] * ((last - first) // count)
        first = last
    return parts


def _goes_on(piece: Piece, size: int, asked: int) -> bool:
    return len(piece.text) == size and piece.asked in (0, asked) and piece.alone and not piece.far


def in_text(text: str, asked: int = 0, *, one: bool = False) -> Iterator[tuple[int, int, str]]:
    """Yield the torn hashes within one text: where each begins and ends, and how it was torn. ``asked`` are the digits
    that the text's place asks for; ``one``: it asks for a hash of any algorithm.
    """
    for chain in _CHAIN.finditer(text):
        found = list(_IN_CHAIN.finditer(text, *chain.span()))
        own = length_asked(_last_line(text[max(0, chain.start() - _LABEL) : chain.start()])) or asked
        if one and not own and len(chain[0]) == len(text.strip(EDGES)):
            own = _of_one([len(match[0]) for match in found])
        gaps = [text[one.end() : other.start()] for one, other in pairwise(found)]
        pieces = [
            _piece(match[0], own, gap, before)
            for match, gap, before in zip(found, [*gaps, ""], ["", *gaps], strict=True)
        ]
        for first, last in groups(pieces):
            yield found[first].start(), found[last - 1].end(), _how(gaps[first], len(pieces[first].text))


def _of_one(lengths: Sequence[int]) -> int:
    """Return how many digits pieces come to, where that is a hash and the pieces are not several; else 0."""
    return sum(lengths) if sum(lengths) in ALGORITHMS and not ALGORITHMS.keys() >= set(lengths) else 0


def _piece(text: str, asked: int, gap: str, before: str) -> Piece:
    """Return a piece with the signs ``before`` and behind it: a space alone tears only what its place asks for."""
    marked = bool(gap and gap[0] in MARKS and _BREAK.search(gap))
    lost = len(before) if _IS_LOST.fullmatch(before) else 0
    far = bool(before) and not asked and not (_BREAK.search(before) or (lost and not before.isalpha()))
    return Piece(text, asked, marked=marked, apart="," in gap or ";" in gap, far=far, lost=lost)


def _how(gap: str, digits: int) -> str:
    if _BREAK.search(gap):
        return f"cut by a line break after {digits} characters"
    if _IS_LOST.fullmatch(gap) and not gap.isspace() and gap[0] not in EDGES:
        return f"{gap[0]!r} is no hex digit (character {digits + 1})"
    return f"cut by {'a space' if any(map(str.isspace, gap)) else 'an invisible character'} after {digits} characters"


def _last_line(text: str) -> str:
    return text.rstrip().rpartition("\n")[2]
