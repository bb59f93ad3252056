"""What a value stands in within one text, by the brackets that are open there: ``"sections": [{"md5": "..."}]``."""

from __future__ import annotations

import re

from msgspec import Struct

# "md5": [ opens a list, text[0] and [1] of a footnote do not
_BRACKET = re.compile(r"[{}]|\[(?=\s*[\[{\"'])|(?<=[}\]\"'\s])\]")
# "sections": [, sections = {, \"sections\": [ of JSON within JSON
_NAME = re.compile(r"[\"']?([A-Za-z][\w .-]{0,40}?)\\?[\"']?\s*[:=]\s*$")
_DEEPEST = 64
# "type": "commit", {'alg': 'SHA3-256', @{Algorithm=SHA256; of PowerShell, \"type\": \"file\" of JSON within JSON
_PAIR = re.compile(
    r"(?<![\w$.-])([A-Za-z][\w .-]{0,40}?)[\\\"']*\s*[:=]\s*[\\\"']*([^\s\\\"',;{}\[\]:=][^\\\"',;{}\[\]]{0,60})"
)
_NESTED = re.compile(r"[{}\[\]]")
_LONGEST_RECORD = 2_000
"""Signs of a record that are looked at: lines may be of any length, and hold any number of records."""


class _Open(Struct):
    """A bracket that is open: what it is called, and where it opens."""

    name: str
    start: int
    is_record: bool


class Brackets:
    """Goes through a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[_Open] = []
        self._pairs: tuple[int, tuple[tuple[str, str], ...]] = (-1, ())
        """What the record that opens at a place holds."""

    def go_to(self, place: int) -> None:
        """Note which brackets are open at ``place``. Places must not go back."""
        for bracket in _BRACKET.finditer(self._text, self._at, place):
            if bracket[0] in "{[":
                name = _NAME.search(self._text[max(0, bracket.start() - 60) : bracket.start()])
                if len(self._open) < _DEEPEST:
                    self._open.append(_Open(name[1] if name else "", bracket.start(), bracket[0] == "{"))
            elif self._open:
                self._open.pop()
        self._at = place

    @property
    def names(self) -> tuple[str, ...]:
        """What the open brackets are called, the innermost first."""
        return tuple(one.name for one in reversed(self._open) if one.name)

    @property
    def record(self) -> tuple[tuple[str, str], ...]:
        """What the innermost record holds, as keys and short values; first the value's own key, with "" for it."""
        start = next((one.start for one in reversed(self._open) if one.is_record), -1)
        if start < 0:
            return ()
        if self._pairs[0] != start:
            self._pairs = start, tuple(_PAIR.findall(_own_text(self._text[start + 1 : start + _LONGEST_RECORD])))
        return (self._key(), ""), *self._pairs[1]

    def _key(self) -> str:
        """Return what the value is called in its record, or the list is that it stands in."""
        if not self._open[-1].is_record:
            return self._open[-1].name
        named = _NAME.search(self._text[max(0, self._at - 60) : self._at].rstrip("\\\"'"))
        return named[1] if named else ""


def _own_text(text: str) -> str:
    """Return a record's text up to where it closes, without what is nested in it."""
    depth, at, pieces = 0, 0, list[str]()
    for bracket in _NESTED.finditer(text):
        if depth == 0:
            pieces.append(text[at : bracket.start()])
        depth += 1 if bracket[0] in "{[" else -1
        at = bracket.end()
        if depth < 0:
            return "{}".join(pieces)
    return "{}".join([*pieces, text[at:]] if depth == 0 else pieces)
