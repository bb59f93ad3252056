"""What a value stands in within one text, by the brackets that are open there: ``"sections": [{"md5": "..."}]``."""

from __future__ import annotations

import re

# "md5": [ opens a list, text[0] and [1] of a footnote do not
_BRACKET = re.compile(r"[{}]|\[(?=\s*[\[{\"'])|(?<=[}\]\"'\s])\]")
# "sections": [, sections = {, \"sections\": [ of JSON within JSON
_NAME = re.compile(r"[\"']?([A-Za-z][\w .-]{0,40}?)\\?[\"']?\s*[:=]\s*$")
_DEEPEST = 64


class Brackets:
    """Goes through a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[str] = []

    def names(self, place: int) -> tuple[str, ...]:
        """Return what the brackets that are open at ``place`` are called, the innermost first. Places must not
        go back.
        """
        for bracket in _BRACKET.finditer(self._text, self._at, place):
            if bracket[0] in "{[":
                name = _NAME.search(self._text[max(0, bracket.start() - 60) : bracket.start()])
                if len(self._open) < _DEEPEST:
                    self._open.append(name[1] if name else "")
            elif self._open:
                self._open.pop()
        self._at = place
        return tuple(name for name in reversed(self._open) if name)
