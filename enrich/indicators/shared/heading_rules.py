"""What a heading means among the others of its table or record: the form of such a rule."""

from __future__ import annotations

import re

from msgspec import Struct


class HeadingRule(Struct, frozen=True):
    """``words`` are the house's where each of ``beside`` has a heading among the others, and ``unless`` has none; or
    they mean what ``meaning`` says.
    """

    words: re.Pattern[str]
    beside: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str]
    meaning: str


def rule(words: str, *beside: str, unless: str = "(?!)", meaning: str = "") -> HeadingRule:
    """Return a rule of expressions that a plain heading matches whole."""
    return HeadingRule(re.compile(words), tuple(map(re.compile, beside)), re.compile(unless), meaning)
