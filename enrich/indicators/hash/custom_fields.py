"""Fields that a log's format leaves open, each with a label in a further field: CEF's ``cs1=<md5> cs1Label=Imphash``.

Source: ArcSight's Common Event Format, which most collectors write.
"""

from __future__ import annotations

import re

from msgspec import structs

from enrich.indicators import SILENT, Match, Reading, Says
from enrich.indicators.hash.credentials import A_SETTING
from enrich.indicators.hash.labels import heading, label

_FIELD = re.compile(r"(?:^|[\s|])(\w{1,40})=$")
_LABEL = re.compile(r"(?:^|(?<=[\s|]))(\w{1,40})Label=([^=|\n]{1,80}?)(?=\s+\w+=|\s*(?:[|\n]|$))")


class CustomFields:
    """The labels of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._labels = dict(_LABEL.findall(text)) if "Label=" in text else {}

    def named(self, match: Match) -> Match:
        """Return ``match`` as its field's label calls it, where it has one."""
        if not self._labels or not (match.own is SILENT or match.own.what == A_SETTING):
            return match
        field = _FIELD.search(self._text[max(0, match.start - 50) : match.start])
        words = self._labels.get(field[1], "") if field else ""
        if what := label(words):
            return structs.replace(match, own=Reading(Says.OTHER, what))
        return structs.replace(match, own=Reading(Says.SHAPE)) if heading(words).hash else match
