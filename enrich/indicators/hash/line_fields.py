"""Fields of one line that say what another one holds: ``Type: SSL certificate | SHA1: <sha1>``, and those that a log's
format leaves open, each with its label in a further field: CEF's ``cs1=<md5> cs1Label=Imphash``.

Source of the latter: ArcSight's Common Event Format, which most collectors write.
"""

from __future__ import annotations

import re

from msgspec import structs

from enrich.indicators import SILENT, Match, Reading, Says
from enrich.indicators.hash import types_and_notes
from enrich.indicators.hash.credentials import A_SETTING
from enrich.indicators.hash.labels import heading, label

_FIELD = re.compile(r"(?:^|[\s|])(\w{1,40})=$")
_LABEL = re.compile(r"(?:^|(?<=[\s|]))(\w{1,40})Label=([^=|\n]{1,80}?)(?=\s+\w+=|\s*(?:[|\n]|$))")
_FARTHEST = 200
"""Signs before a value in which the type of its line is looked for."""
_SIGNS = re.compile(r"[|,;\t]")


class LineFields:
    """The fields of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._labels = dict(_LABEL.findall(text)) if "Label=" in text else {}

    def named(self, match: Match) -> Match:
        """Return ``match`` as its field's label or its line's type calls it, where there is one."""
        if self._labels and (match.own is SILENT or match.own.what == A_SETTING):
            field = _FIELD.search(self._text[max(0, match.start - 50) : match.start])
            words = self._labels.get(field[1], "") if field else ""
            if what := label(words):
                return structs.replace(match, own=Reading(Says.OTHER, what))
            return structs.replace(match, own=Reading(Says.SHAPE)) if heading(words).hash else match
        if match.own.says in (Says.NOTHING, Says.SHAPE):
            line = self._text[max(0, match.start - _FARTHEST) : match.start].rpartition("\n")[2]
            for words in reversed(_SIGNS.split(line)[:-1]):
                reading = types_and_notes.named_type(words)
                if reading.says is Says.OTHER and not reading.yields:
                    return structs.replace(match, own=reading)
        return match
